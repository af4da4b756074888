"""Makes docs/environment.svg: an environment with all its parts, as the program registers them for a stack file.

What is drawn comes from the registrations of ``__main__.py``, which the tests' recording monitor keeps: parts.py reads
them, drawing.py says where they stand, sheet.py writes SVG. ``make docs`` makes the picture.
"""

from __future__ import annotations

import contextlib
import runpy
from functools import cache
from pathlib import Path

from docs.picture.drawing import draw
from docs.picture.parts import Parts
from tests.support.recording import record
from tests.support.stack_files import values_of

REPOSITORY = Path(__file__).parents[2]
STACK_FILE = REPOSITORY / "docs/whole-environment.yaml"


@cache
def parts() -> Parts:
    """The parts of the stack file's environment."""
    # The program finds its certificates from the folder of the project.
    with contextlib.chdir(REPOSITORY):
        recording = record(
            lambda: runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__"),
            configuration=values_of(STACK_FILE),
        )
    return Parts(recording.registrations)


def picture() -> str:
    """docs/environment.svg."""
    return draw(parts())


def picture_in_readme() -> str:
    """The picture as the README shows it, with a sentence for those who do not see it."""
    return f"![{parts().sentence}](docs/environment.svg)"
