"""What the commands of the sandbox have in common: options, the folder they work on, and how they report errors."""

import contextlib
import inspect
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sandbox.child import CommandNotStartedError
from sandbox.layout import ProjectNotFoundError, find_layout


class _WithExamples(click.Command):
    """Keeps the lines of the examples in a docstring, which click would otherwise fill like any paragraph."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        if self.help:
            # click's mark for a paragraph that is not to be filled ("Documenting Scripts").
            self.help = re.sub(r"^(?=Examples?:$)", "\b\n", inspect.cleandoc(self.help), flags=re.MULTILINE)


class Command(_WithExamples):
    """A command of the sandbox."""


class Group(_WithExamples, click.Group):
    """A group of them."""

    command_class = Command


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the simulator's store.  [default: .sandbox/arm in the project's folder]",
)


def _finite(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    # `nan` is a float that is neither below nor above any limit.
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number of seconds. Example: 2")
    return value


pace_option = click.option(
    "--pace",
    type=click.FloatRange(min=0, max=1e9),
    callback=_finite,
    metavar="SECONDS",
    help="Real seconds that one simulated hour takes; 0 makes all that is under way finish at once. Later commands "
    "go on with it.  [default: as it was, at first 2]",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text for people.")


def store_directory(data: Path | None) -> Path:
    """The folder of the simulator's store: the one that was given, or that of the project.

    Raises:
        ProjectNotFoundError: when none was given and the working directory is in no project.
    """
    return data.absolute() if data else find_layout(Path.cwd()).arm


def existing_store_directory(data: Path | None) -> Path:
    """The same for commands that only look: one that was given has to be there.

    Raises:
        click.ClickException: when it is not.
        ProjectNotFoundError: when none was given and the working directory is in no project.
    """
    if data and not data.is_dir():
        raise click.ClickException(
            f"there is no sandbox in {data}: no such folder. --data takes the folder of a simulator's store, which "
            f"`serve` makes: python -m sandbox serve --data {data}"
        )
    return store_directory(data)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what a user can cause into one line on standard error and an exit code."""
    try:
        yield
    except CommandNotStartedError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` has. Python would complain of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ProjectNotFoundError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(_what_failed(error)) from error


def _what_failed(error: OSError) -> str:
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename} cannot be used: {error.strerror}. The sandbox needs a folder that you may write in."


@contextlib.contextmanager
def plain_store_errors() -> Iterator[None]:
    """The same around what opens the simulator's store, together with what the simulator itself may report."""
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    with plain_errors():
        try:
            yield
        except (arm.IncompatibleStoreError, arm.SimulatorNotStartedError) as error:
            raise click.ClickException(str(error)) from error
