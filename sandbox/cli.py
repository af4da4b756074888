"""The commands of the sandbox: `python -m sandbox run|shell|serve|settings|resources|requests|time|faults`."""

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from sandbox.child import run_command
from sandbox.command_options import (
    Group,
    data_option,
    existing_store_directory,
    json_option,
    pace_option,
    plain_errors,
    plain_store_errors,
    store_directory,
)
from sandbox.connection import NotServedError, announced, how_to_connect, settings_as_exports, settings_as_json
from sandbox.control_commands import faults, time
from sandbox.environment import Simulator, command_environment
from sandbox.home import prepare_home
from sandbox.layout import Layout, find_layout
from sandbox.request_command import requests
from sandbox.shell import greeting, shell_command
from sandbox.toolchain.record import recorded_cli

PYTHON = Path(sys.prefix) / "bin" / "python"
"""The interpreter that runs this, by its place in the virtual environment."""

retired_option = click.option(
    "--retired/--not-retired",
    default=None,
    help="Whether new integration service environments are refused, as Azure does since 1 November 2022. Later "
    "commands go on with it.  [default: as it was, at first not]",
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """An Azure on this machine, for trying out what creates integration service environments.

    The real Pulumi engine runs here against a simulated Azure Resource Manager that listens on 127.0.0.1 while a
    command needs it. What was created stays between commands, in the folder .sandbox; delete that folder to start anew.

    Examples:
      python -m sandbox run -- pulumi preview --stack dev
      python -m sandbox run --pace 0 -- pulumi up --yes --stack dev
      python -m sandbox resources
      python -m sandbox requests --follow
    """


main.add_command(requests)
main.add_command(time)
main.add_command(faults)


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@pace_option
@retired_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(pace: float | None, retired: bool | None, command: tuple[str, ...]) -> None:  # noqa: FBT001
    """Run any COMMAND with the simulator up and the environment set.

    Pulumi, the plugins, and Azure clients that the command starts find the simulator and its credentials in environment
    variables. The exit code is the command's own. The simulator ends with the command.

    Examples:
      python -m sandbox run -- pulumi up --stack dev
      python -m sandbox run -- bash
      python -m sandbox run -- sh -c 'pulumi stack output --json > outputs.json'
    """
    with plain_errors(), _sandbox(pace, retired=retired) as (_, variables):
        code = run_command(command, variables)
    sys.exit(code)


@main.command()
@click.option("--stack", metavar="NAME", default="dev", help="Stack to select.", show_default=True)
@pace_option
def shell(stack: str, pace: float | None) -> None:
    """Open your shell ($SHELL) with the simulator up, the environment set and a stack selected.

    Example:
      python -m sandbox shell --stack test
    """
    with plain_errors(), _sandbox(pace, retired=None) as (layout, variables):
        os.chdir(layout.project)
        code = run_command(["pulumi", "stack", "select", stack, "--non-interactive"], variables)
        if code == 0:
            click.echo(greeting(stack))
            code = run_command(*shell_command(layout, variables))
    sys.exit(code)


@main.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one.", show_default=True
)
@data_option
@pace_option
@retired_option
def serve(port: int, data: Path | None, pace: float | None, retired: bool | None) -> None:  # noqa: FBT001
    """Run the simulator alone until Ctrl-C, for clients that are not started by `run`.

    What it prints connects Azure's own clients. The address that it prints shows a browser what exists and what is
    going on.

    Examples:
      python -m sandbox serve --port 8443
      python -m sandbox serve --port 8443 --retired
    """
    with plain_errors():
        directory = store_directory(data)
        with (
            _serving(directory, port=port, pace=pace, retired=retired) as simulator,
            announced(directory, simulator),
            _end_on_signal() as ended,
        ):
            click.echo(how_to_connect(simulator))
            ended.wait()
        click.echo("The simulator has ended.")


@main.command()
@data_option
@json_option
def settings(data: Path | None, *, as_json: bool) -> None:
    """Print the variables that `run` sets for Azure's clients, for a simulator that `serve` runs.

    The client secret is not printed: the text reads it from its file, the JSON names that file.

    Examples:
      eval "$(python -m sandbox settings)"
      python -m sandbox settings --json
    """
    with plain_errors():
        directory = store_directory(data)
        try:
            click.echo(settings_as_json(directory) if as_json else settings_as_exports(directory))
        except NotServedError as error:
            raise click.ClickException(str(error)) from error


@main.command()
@data_option
@json_option
def resources(data: Path | None, *, as_json: bool) -> None:
    """List what exists in the simulated Azure, with states.

    Examples:
      python -m sandbox resources
      python -m sandbox resources --json
    """
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    with plain_store_errors():
        # By the parts of the id, so that whatever is inside a resource comes right after it.
        found = sorted(arm.list_resources(existing_store_directory(data)), key=lambda each: each.id.lower().split("/"))
        if as_json:
            fields = ("id", "type", "name", "location", "state")
            click.echo(json.dumps([{name: getattr(each, name) for name in fields} for each in found], indent=2))
        elif not found:
            click.echo("Nothing exists in the sandbox. Create something with: make up")
        else:
            from sandbox.resource_table import print_table  # noqa: PLC0415  # rich is slow to import

            print_table(found)


@contextlib.contextmanager
def _sandbox(pace: float | None, *, retired: bool | None) -> Iterator[tuple[Layout, dict[str, str]]]:
    """The project's sandbox with its simulator up, and the environment of commands in it."""
    layout = find_layout(Path.cwd())
    cli = recorded_cli(layout.toolchain)
    if cli is None:
        raise click.ClickException(
            f"the Pulumi CLI is not set up in {layout.toolchain}. Set it up with: python3 -m sandbox.toolchain   "
            "(each make target does so)"
        )
    prepare_home(layout, python=PYTHON, cli=cli.executable)
    with _serving(layout.arm, pace=pace, retired=retired) as simulator:
        yield (
            layout,
            command_environment(
                os.environ,
                layout=layout,
                python=PYTHON,
                cli=cli.executable,
                address=simulator.address,
                settings=simulator.settings,
            ),
        )


@contextlib.contextmanager
def _serving(
    directory: Path, *, port: int = 0, pace: float | None = None, retired: bool | None = None
) -> Iterator[Simulator]:
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    with plain_store_errors(), arm.serving(directory, port=port, pace=pace, retired=retired) as simulator:
        if simulator.retired:
            click.echo(
                "New integration service environments are refused, as Azure does since 1 November 2022. "
                "The option --not-retired ends that.",
                err=True,
            )
        yield simulator


@contextlib.contextmanager
def _end_on_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets."""
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
