"""The commands of the sandbox: `python -m sandbox run|shell|serve|resources`."""

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from sandbox.child import CommandNotStartedError, run_command
from sandbox.environment import Simulator, command_environment
from sandbox.home import prepare_home
from sandbox.layout import Layout, ProjectNotFoundError, find_layout
from sandbox.shell import greeting, shell_command
from sandbox.toolchain.record import recorded_cli

PYTHON = Path(sys.prefix) / "bin" / "python"
"""The interpreter that runs this, by its place in the virtual environment."""

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the simulator's store.  [default: .sandbox/arm in the project's folder]",
)
pace_option = click.option(
    "--pace",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Real seconds that one simulated hour takes; 0 makes all that is under way finish at once. Later commands "
    "go on with it.  [default: as it was, at first 2]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    r"""An Azure on this machine, for trying out what creates integration service environments.

    The real Pulumi engine runs here against a simulated Azure Resource Manager that listens on 127.0.0.1 while a
    command needs it. What was created stays between commands, in the folder .sandbox; delete that folder to start anew.

    \b
    Examples:
      python -m sandbox run -- pulumi preview --stack dev
      python -m sandbox run --pace 0 -- pulumi up --yes --stack dev
      python -m sandbox resources
    """


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@pace_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(pace: float | None, command: tuple[str, ...]) -> None:
    r"""Run any COMMAND with the simulator up and the environment set.

    Pulumi, the plugins, and Azure clients that the command starts find the simulator and its credentials in environment
    variables. The exit code is the command's own. The simulator ends with the command.

    \b
    Examples:
      python -m sandbox run -- pulumi up --stack dev
      python -m sandbox run -- bash
      python -m sandbox run -- sh -c 'pulumi stack output --json > outputs.json'
    """
    with _plain_errors(), _sandbox(pace) as (_, variables):
        code = run_command(command, variables)
    sys.exit(code)


@main.command()
@click.option("--stack", metavar="NAME", default="dev", help="Stack to select.", show_default=True)
@pace_option
def shell(stack: str, pace: float | None) -> None:
    r"""Open your shell ($SHELL) with the simulator up, the environment set and a stack selected.

    \b
    Example:
      python -m sandbox shell --stack test
    """
    with _plain_errors(), _sandbox(pace) as (layout, variables):
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
def serve(port: int, data: Path | None, pace: float | None) -> None:
    r"""Run the simulator alone until Ctrl-C, for clients that are not started by `run`.

    \b
    Example:
      python -m sandbox serve --port 8443
    """
    with _plain_errors():
        directory = data.absolute() if data else find_layout(Path.cwd()).arm
        with _serving(directory, port=port, pace=pace) as simulator, _end_on_signal() as ended:
            click.echo(_how_to_connect(simulator, directory))
            ended.wait()
        click.echo("The simulator has ended.")


@main.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of a table.")
def resources(data: Path | None, *, as_json: bool) -> None:
    r"""List what exists in the simulated Azure, with states.

    \b
    Examples:
      python -m sandbox resources
      python -m sandbox resources --json
    """
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    with _plain_errors():
        directory = data.absolute() if data else find_layout(Path.cwd()).arm
        # By the parts of the id, so that whatever is inside a resource comes right after it.
        found = sorted(arm.list_resources(directory), key=lambda each: each.id.lower().split("/"))
        if as_json:
            fields = ("id", "type", "name", "location", "state")
            click.echo(json.dumps([{name: getattr(each, name) for name in fields} for each in found], indent=2))
        elif not found:
            click.echo("Nothing exists in the sandbox. Create something with: make up")
        else:
            from sandbox.resource_table import print_table  # noqa: PLC0415  # rich is slow to import

            print_table(found)


@contextlib.contextmanager
def _sandbox(pace: float | None) -> Iterator[tuple[Layout, dict[str, str]]]:
    """The project's sandbox with its simulator up, and the environment of commands in it."""
    layout = find_layout(Path.cwd())
    cli = recorded_cli(layout.toolchain)
    if cli is None:
        raise click.ClickException(
            f"the Pulumi CLI is not set up in {layout.toolchain}. Set it up with: python3 -m sandbox.toolchain   "
            "(each make target does so)"
        )
    prepare_home(layout, python=PYTHON, cli=cli.executable)
    with _serving(layout.arm, pace=pace) as simulator:
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


def _serving(
    directory: Path, *, port: int = 0, pace: float | None = None
) -> contextlib.AbstractContextManager[Simulator]:
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    return arm.serving(directory, port=port, pace=pace)


def _how_to_connect(simulator: Simulator, directory: Path) -> str:
    settings = simulator.settings
    return f"""\
The simulated Azure Resource Manager listens on https://{simulator.address}   (Ctrl-C ends it)
  subscription   {settings.subscription_id}
  tenant         {settings.tenant_id}
  client id      {settings.client_id}
  client secret  in a file in {directory}, readable by you alone
  CA file        {settings.ca_file}
  with system CAs  {settings.ca_bundle}   (for SSL_CERT_FILE, REQUESTS_CA_BUNDLE)
Endpoints for clients: https://{simulator.address}/metadata/endpoints?api-version=2022-09-01"""


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


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns what a user can cause into one line on standard error and an exit code."""
    try:
        yield
    except CommandNotStartedError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except (ProjectNotFoundError, OSError) as error:
        raise click.ClickException(str(error)) from error
