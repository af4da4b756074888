"""Options, store folder and error handling that the commands of the sandbox share."""

import contextlib
import errno
import inspect
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from logic_apps_sandbox.commands.child import CommandNotStartedError
from logic_apps_sandbox.layout import ProjectNotFoundError, find_layout


class Command(click.Command):
    """A command that keeps the line breaks of the examples in its docstring, which click would otherwise reflow."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        if self.help:
            # click's marker for a paragraph that is not reflowed ("Documenting Scripts").
            self.help = re.sub(r"^(?=Examples?:$)", "\b\n", inspect.cleandoc(self.help), flags=re.MULTILINE)


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command


data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the simulator's store.  [default: .sandbox/arm of the project]",
)


def _finite(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    # `nan` is neither below nor above any limit.
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a valid number of seconds. Example: 2")
    return value


pace_option = click.option(
    "--pace",
    type=click.FloatRange(min=0, max=1e9),
    callback=_finite,
    metavar="SECONDS",
    help="Real seconds for each simulated hour; with 0, operations complete at once. Later commands keep this "
    "setting.  [default: the last setting, initially 2]",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def store_directory(data: Path | None) -> Path:
    """Return ``data``, or the store folder of the project.

    Raises:
        ProjectNotFoundError: ``data`` is None and the working directory is not in a project.
    """
    return data.absolute() if data else find_layout(Path.cwd()).arm


def existing_store_directory(data: Path | None) -> Path:
    """Return the same folder for commands that only read: ``data`` must exist.

    Raises:
        click.ClickException: ``data`` does not exist.
        ProjectNotFoundError: ``data`` is None and the working directory is not in a project.
    """
    if data and not data.is_dir():
        raise click.ClickException(
            f"the folder {data} does not exist. --data names the folder of a simulator's store. To create one, run: "
            f"logic-apps-sandbox serve --data {data}"
        )
    return store_directory(data)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Report errors that a user can cause as one line on standard error and an exit code."""
    try:
        yield
    except CommandNotStartedError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader closed the pipe, as `head` does. Python would report the error again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except ProjectNotFoundError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(_what_failed(error)) from error


def _what_failed(error: OSError) -> str:
    # The second name is the target of a copy or a rename.
    file = error.filename2 or error.filename
    if file is None or error.strerror is None:
        return str(error)
    if error.errno == errno.ENOSPC:
        return f"the disk with {file} is full. Nothing is lost. Free some space, then run the command again."
    return f"{file} cannot be used: {error.strerror}. The sandbox needs a folder with write permission."


@contextlib.contextmanager
def plain_store_errors() -> Iterator[None]:
    """Report these errors and those of opening the simulator's store."""
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    with plain_errors():
        try:
            yield
        except (arm.StoreError, arm.SimulatorNotStartedError) as error:
            raise click.ClickException(str(error)) from error
