"""Draws an environment with all its resources, as the program registers them for a stack file.

``python -m docs.picture STACK`` draws a stack (``make picture``), and ``make docs`` writes docs/environment.svg.

The recording monitor of the tests records the registrations of ``__main__.py``. ``parts`` reads them, ``drawing``
positions them, and ``sheet`` writes SVG.
"""

from __future__ import annotations

import contextlib
import runpy
from functools import cache
from pathlib import Path

from docs.picture.drawing import draw
from docs.picture.existing import azure_of, in_subscription_of_recording
from docs.picture.parts import Parts
from tests.support.recording import record
from tests.support.stack_files import PROJECT_FILE, values_of

REPOSITORY = Path(__file__).parents[2]
STACK_FILE = REPOSITORY / "docs/whole-environment.yaml"


def parts_of(stack_file: Path) -> Parts:
    """Return the parts of the environment of a stack file."""
    project = PROJECT_FILE["name"]
    configuration = in_subscription_of_recording(values_of(stack_file))
    # The program reads its certificates relative to the folder of the project.
    with contextlib.chdir(REPOSITORY):
        recording = record(
            lambda: runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__"),
            configuration=configuration,
            azure=azure_of(project, configuration),
        )
    return Parts(recording.registrations)


@cache
def parts() -> Parts:
    """Return the parts of the environment in docs/environment.svg."""
    return parts_of(STACK_FILE)


def picture() -> str:
    """Return the content of docs/environment.svg."""
    return draw(parts())


def picture_in_readme() -> str:
    """Return the Markdown of the picture for the README, with a description as alternative text."""
    return f"![{parts().sentence}](docs/environment.svg)"
