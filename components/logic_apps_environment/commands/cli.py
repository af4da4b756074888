"""The commands of ``logic-apps-environment``."""

from __future__ import annotations

import importlib
from typing import NoReturn

import click

# Each command parses its own arguments, --help included.
_OWN_ARGUMENTS = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """Recover stacks and check environments of Azure Logic Apps integration service environments."""


@main.command(context_settings=_OWN_ARGUMENTS, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def recover(arguments: tuple[str, ...]) -> NoReturn:
    """Reconcile a stack with Azure after an interrupted command."""
    _run("recovery", arguments)


@main.command(context_settings=_OWN_ARGUMENTS, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def health(arguments: tuple[str, ...]) -> NoReturn:
    """Find blocked network dependencies of an environment."""
    _run("health", arguments)


def _run(command: str, arguments: tuple[str, ...]) -> NoReturn:
    try:
        module = importlib.import_module(f"logic_apps_environment.commands.{command}.cli")
        module.main(arguments)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"the package {error.name} is not installed in this Python. Install what the command needs: "
            "pip install 'logic-apps-environment[commands]'"
        ) from error
    raise SystemExit
