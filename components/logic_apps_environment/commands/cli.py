"""The commands of ``logic-apps-environment``.

The commands import Azure's client libraries when they run, so that ``--help`` stays fast.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from logic_apps_environment.azure.ids import in_azure_spelling
from logic_apps_environment.commands.azure_client.printable import printable_lines
from logic_apps_environment.commands.errors import CommandError

_INTERRUPTED = 130

_ENVIRONMENT_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Logic/integrationServiceEnvironments/[^/]+",
    re.IGNORECASE,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """Check stack files, recover stacks, and check the network health of integration service environments."""


@main.command(
    epilog="""\b
Examples:
  logic-apps-environment recover --stack dev --dry-run
  logic-apps-environment recover --stack dev
  logic-apps-sandbox run -- logic-apps-environment recover --stack dev
"""
)
@click.option("--stack", required=True, metavar="NAME", help="The stack to recover, for example dev.")
@click.option("--dry-run", is_flag=True, help="Report the changes without making them.")
def recover(stack: str, *, dry_run: bool) -> None:
    """Reconcile a stack with Azure after an interrupted command.

    The command clears the lock of an interrupted `pulumi up`, `destroy` or `refresh`. It reads from Azure how each
    pending operation ended and waits for resources that are still being created. It finds resources of the program
    that exist but are missing in the state. Then it backs up the state and updates it. It does not create, change or
    delete anything in Azure.

    Exit codes: 0 if the state agrees with Azure, or agrees after the reported changes; 1 if something needs your
    attention or prevents the recovery; 2 for wrong usage.
    """
    with _reported_errors(
        exit_code=1, when_interrupted="error: interrupted. Run the command again; it starts from the beginning."
    ):
        from logic_apps_environment.commands.recovery.command import recover_stack  # noqa: PLC0415 - slow to import

        sys.exit(0 if recover_stack(stack, is_dry_run=dry_run) else 1)


def _environment_id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    # azure-native keeps the path of its request, with two slashes, if a creation failed after Azure accepted it.
    identifier = in_azure_spelling(value.strip()).rstrip("/")
    if not _ENVIRONMENT_ID.fullmatch(identifier):
        raise click.BadParameter(
            f"{identifier[:200]!r} is not the ID of an integration service environment: expected /subscriptions/…"
            "/resourceGroups/…/providers/Microsoft.Logic/integrationServiceEnvironments/NAME"
        )
    return identifier


@main.command(
    epilog="""\b
Examples:
  logic-apps-environment health "$(pulumi stack output environment_id)"
"""
)
@click.argument("environment_id", metavar="ID", callback=_environment_id)
def health(environment_id: str) -> None:
    """Find blocked network dependencies of an environment.

    The report names the rule or route to check for each problem. ID is the ID of the environment, the stack output
    environment_id. The command signs in like `pulumi up` and changes nothing.

    Exit codes: 0 if the environment is healthy, 1 if it is unhealthy, 2 if its health is unknown, and for errors.
    """
    with _reported_errors(exit_code=2):
        from logic_apps_environment.commands.health.command import report_health  # noqa: PLC0415 - slow to import

        sys.exit(0 if report_health(environment_id) else 1)


@main.command(
    epilog="""\b
Examples:
  logic-apps-environment check Pulumi.prod.yaml
  logic-apps-environment check --format github Pulumi.*.yaml
"""
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Format of the output: text, a JSON array, or workflow commands of GitHub Actions.",
)
def check(files: tuple[Path, ...], output: str) -> None:
    """Validate stack files without Pulumi's engine and without Azure.

    The project file Pulumi.yaml is expected beside each FILE. Encrypted values are not checked.

    Exit codes: 0 if there are no errors (there may be warnings), 1 if there are errors, 2 if a file cannot be checked.
    """
    with _reported_errors(exit_code=2):
        from logic_apps_environment.commands.check.reports import FORMATS  # noqa: PLC0415 - slow to import
        from logic_apps_environment.commands.check.stack_files import check_file  # noqa: PLC0415 - slow to import

        findings, unchecked = [], []
        for file in files:
            try:
                findings += check_file(file)
            except CommandError as error:
                unchecked.append(error)
        checked = len(files) - len(unchecked)
        if checked and (printed := FORMATS[output](findings, checked)):
            click.echo(printed)
        if unchecked:
            raise CommandError("\nerror: ".join(map(str, unchecked)))
        sys.exit(any(finding.severity == "error" for finding in findings))


@contextmanager
def _reported_errors(exit_code: int, when_interrupted: str = "") -> Iterator[None]:
    """Report an error of the command on standard error and exit."""
    # Azure's client libraries log warnings about what the command reports as an error.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    try:
        yield
    except CommandError as error:
        click.echo(f"error: {printable_lines(error)}", err=True)
        sys.exit(exit_code)
    except KeyboardInterrupt:
        click.echo(f"\n{when_interrupted}".rstrip(), err=True)
        sys.exit(_INTERRUPTED)
