"""Draws the environment of a stack: ``python -m docs.picture STACK``."""

import logging
import os
import sys
from pathlib import Path

from docs.picture import REPOSITORY, parts_of
from docs.picture.drawing import draw
from logic_apps_environment import ArgumentsError


def main() -> None:
    """Write the picture of a stack into the sandbox's folder, and print its path and the description."""
    # Without an engine, the SDK logs the warnings of the program, which `make preview` shows.
    logging.disable(logging.CRITICAL)
    (stack,) = sys.argv[1:]
    try:
        parts = parts_of(REPOSITORY / f"Pulumi.{stack}.yaml")
    except ArgumentsError as error:
        sys.exit(f"error: {error}")
    picture = Path(".sandbox", f"{stack}.svg")
    picture.parent.mkdir(exist_ok=True)
    picture.write_text(draw(parts), encoding="utf-8")
    print(f"{os.path.relpath(picture)}: {parts.sentence}.")  # noqa: T201 - the output of the command


if __name__ == "__main__":
    main()
