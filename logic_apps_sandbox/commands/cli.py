"""The console command ``logic-apps-sandbox``."""

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logic_apps_sandbox.azure_cli import write_azure_cli_settings
from logic_apps_sandbox.commands.child import handled_signals, run_command
from logic_apps_sandbox.commands.command_options import (
    Group,
    data_option,
    existing_store_directory,
    json_option,
    pace_option,
    plain_errors,
    plain_store_errors,
    store_directory,
)
from logic_apps_sandbox.commands.connection import (
    announced,
    how_to_connect,
    settings_as_exports,
    settings_as_json,
)
from logic_apps_sandbox.commands.control_commands import faults, time
from logic_apps_sandbox.commands.request_command import requests
from logic_apps_sandbox.commands.reset_command import reset
from logic_apps_sandbox.commands.shell import greeting, shell_command
from logic_apps_sandbox.home import prepare_home
from logic_apps_sandbox.layout import Layout, find_layout, layout_of
from logic_apps_sandbox.process_environment import command_environment
from logic_apps_sandbox.program_environment import is_yaml_program
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import Simulator

CLIENTS_WITHOUT_PULUMI = ("az", "terraform", "tofu")
"""Commands that also run in folders without ``Pulumi.yaml``, and before the Pulumi CLI is installed."""

_INTERRUPTED = 130

PYTHON = Path(sys.prefix) / "bin" / "python"
"""The interpreter of the virtual environment, which runs this command."""

retired_option = click.option(
    "--retired/--not-retired",
    default=None,
    help="Whether to reject new integration service environments, as Azure has since November 1, 2022. Later commands "
    "keep this setting.  [default: the last setting, initially --not-retired]",
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """Run Pulumi and Azure clients against a simulated Azure on this machine.

    The real Pulumi engine uses a simulated Azure Resource Manager, which listens on 127.0.0.1 while a command needs it.
    Resources persist between commands in the folder .sandbox, until `logic-apps-sandbox reset`.

    Examples:
      logic-apps-sandbox run -- pulumi preview --stack dev
      logic-apps-sandbox run --pace 0 -- pulumi up --yes --stack dev
      logic-apps-sandbox resources
      logic-apps-sandbox requests --follow
    """


main.add_command(requests)
main.add_command(reset)
main.add_command(time)
main.add_command(faults)


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@pace_option
@retired_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(pace: float | None, retired: bool | None, command: tuple[str, ...]) -> None:  # noqa: FBT001
    """Run COMMAND with the simulator and its environment variables.

    Environment variables give Pulumi, its plugins and Azure clients the address of the simulator and credentials. The
    exit code is that of COMMAND. The simulator stops when COMMAND ends.

    Examples:
      logic-apps-sandbox run -- pulumi up --stack dev
      logic-apps-sandbox run -- az group list
      logic-apps-sandbox run -- bash
      logic-apps-sandbox run -- sh -c 'pulumi stack output --json > outputs.json'
    """
    with_pulumi = Path(command[0]).name not in CLIENTS_WITHOUT_PULUMI
    with plain_errors():
        layout = layout_for(command, needs_project=with_pulumi)
        with _sandbox(layout, pace, retired=retired, with_pulumi=with_pulumi) as variables:
            code = run_command(command, variables)
    sys.exit(code)


@main.command()
@click.option("--stack", metavar="NAME", default="dev", help="The stack to select.", show_default=True)
@pace_option
def shell(stack: str, pace: float | None) -> None:
    """Open your shell ($SHELL) in the sandbox, with a stack selected.

    Example:
      logic-apps-sandbox shell --stack test
    """
    with plain_errors():
        layout = find_layout(Path.cwd())
        with _sandbox(layout, pace, retired=None) as variables:
            os.chdir(layout.project)
            code = run_command(["pulumi", "stack", "select", stack, "--non-interactive"], variables)
            if code == 0:
                click.echo(greeting(stack))
                code = run_command(*shell_command(layout, variables))
    sys.exit(code)


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port on 127.0.0.1; 0 selects an available port.",
    show_default=True,
)
@data_option
@pace_option
@retired_option
def serve(port: int, data: Path | None, pace: float | None, retired: bool | None) -> None:  # noqa: FBT001
    """Run only the simulator, until Ctrl-C.

    Use this for clients that `run` does not start. Prints the settings for Azure clients, and an address that shows
    resources and running operations in a browser.

    Examples:
      logic-apps-sandbox serve --port 8443
      logic-apps-sandbox serve --port 8443 --retired
    """
    with plain_errors():
        directory, ended = store_directory(data), threading.Event()
        with (
            _serving(directory, port=port, pace=pace, retired=retired) as simulator,
            announced(directory, simulator),
            handled_signals((signal.SIGINT, signal.SIGTERM), lambda *_: ended.set()),
        ):
            click.echo(how_to_connect(simulator))
            ended.wait()
        click.echo("The simulator has stopped.")


@main.command()
@data_option
@json_option
def settings(data: Path | None, *, as_json: bool) -> None:
    """Print environment variables for Azure clients.

    Requires a running `serve`. The client secret is not printed: the shell output reads it from its file, and the JSON
    output names that file.

    Examples:
      eval "$(logic-apps-sandbox settings)"
      logic-apps-sandbox settings --json
    """
    with plain_errors():
        directory = store_directory(data)
        click.echo(settings_as_json(directory) if as_json else settings_as_exports(directory))


@main.command()
@data_option
@json_option
def resources(data: Path | None, *, as_json: bool) -> None:
    """List resources and their provisioning states.

    Examples:
      logic-apps-sandbox resources
      logic-apps-sandbox resources --json
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    with plain_store_errors():
        # By the parts of the id, so that whatever is inside a resource comes right after it.
        found = sorted(arm.list_resources(existing_store_directory(data)), key=lambda each: each.id.lower().split("/"))
        if as_json:
            fields = ("id", "type", "name", "location", "state")
            click.echo(json.dumps([{name: getattr(each, name) for name in fields} for each in found], indent=2))
        elif not found:
            click.echo("The sandbox has no resources. To create some, run: logic-apps-sandbox run -- pulumi up")
        else:
            from logic_apps_sandbox.commands.resource_table import print_table  # noqa: PLC0415  # rich is slow to import

            print_table(found)


@main.command()
@data_option
def repair(data: Path | None) -> None:
    """Make a damaged store of the simulator usable again.

    Invalid settings get their defaults. A store that is damaged otherwise is set aside, and the next command starts
    with an empty Azure. Stop running simulators first.

    Example:
      logic-apps-sandbox repair
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    with plain_store_errors():
        click.echo(arm.repair(existing_store_directory(data)))


def layout_for(command: tuple[str, ...], *, needs_project: bool) -> Layout:
    """Return the sandbox in which a command runs; a new project gets its own, also in a folder of another project."""
    if command[0] == "pulumi":
        from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine  # noqa: PLC0415  # --help must stay fast

        project = CommandLine.parse([*command[1:]]).new_project
        if project and {"--help", "-h"}.isdisjoint(command):
            return layout_of(project.absolute())
        needs_project = needs_project and project is None
    return find_layout(Path.cwd(), needs_project=needs_project)


@contextlib.contextmanager
def _sandbox(
    layout: Layout, pace: float | None, *, retired: bool | None, with_pulumi: bool = True
) -> Iterator[dict[str, str]]:
    """Run the simulator of a sandbox; yield the environment variables for commands."""
    installed = recorded_cli(layout.toolchain)
    if with_pulumi and (installed is None or is_yaml_program(layout.project)):
        installed = _set_up_cli(layout)
    cli = installed.executable if installed else None
    prepare_home(layout, python=PYTHON, cli=cli)
    with _serving(layout.arm, pace=pace, retired=retired) as simulator:
        write_azure_cli_settings(layout.azure_cli, simulator.address, simulator.settings)
        yield command_environment(
            os.environ,
            layout=layout,
            python=PYTHON,
            cli=cli,
            address=simulator.address,
            settings=simulator.settings,
        )


def _set_up_cli(layout: Layout) -> PulumiCli:
    """Install what the program of the project needs, if it is missing."""
    from logic_apps_sandbox.toolchain.commands import Interrupted, SetUpError  # noqa: PLC0415  # needed once
    from logic_apps_sandbox.toolchain.set_up import set_up_cli  # noqa: PLC0415  # needed once

    if recorded_cli(layout.toolchain) is None:
        click.echo(f"The first command in this project installs the Pulumi CLI in {layout.toolchain}.", err=True)
    try:
        return set_up_cli(layout, PYTHON, with_yaml=is_yaml_program(layout.project))
    except SetUpError as error:
        raise click.ClickException(str(error)) from error
    except (KeyboardInterrupt, Interrupted):
        click.echo("The installation was interrupted. The next command continues it.", err=True)
        sys.exit(_INTERRUPTED)


@contextlib.contextmanager
def _serving(
    directory: Path, *, port: int = 0, pace: float | None = None, retired: bool | None = None
) -> "Iterator[Simulator]":
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    with plain_store_errors(), arm.serving(directory, port=port, pace=pace, retired=retired) as simulator:
        if simulator.retired:
            click.echo(
                "New integration service environments are rejected, as Azure has since November 1, 2022. To allow "
                "them, use --not-retired.",
                err=True,
            )
        yield simulator
