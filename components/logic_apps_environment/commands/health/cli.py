"""The command `logic-apps-environment health`: prints the network health of an environment."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote

from logic_apps_environment.commands.azure_client.printable import printable, printable_lines
from logic_apps_environment.commands.health.findings import UnexpectedAnswerError, read_health

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logic_apps_environment.commands.azure_client.client import AzureClient

HEALTHY, UNHEALTHY, TROUBLE = 0, 1, 2
"""Exit codes. 2 is also what argparse ends with for wrong usage."""

_LOGIC_API_VERSION = "2019-05-01"
_NETWORK_API_VERSION = "2024-05-01"

_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404
_INTERRUPTED = 130

_ENVIRONMENT_ID = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Logic/integrationServiceEnvironments/[^/]+",
    re.IGNORECASE,
)

_DESCRIPTION = """\
Find blocked network dependencies of an integration service environment, and the rule or route to check.

Uses the same login as `pulumi up` and changes nothing.
"""

_EPILOG = """\
exit status: 0 healthy, 1 unhealthy, 2 health unknown or error

examples:
  logic-apps-environment health "$(pulumi stack output environment_id)"
  make health STACK=dev
"""


class HealthError(Exception):
    """The health cannot be read; the message states the reason and what to do."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with 0 (healthy), 1 (unhealthy) or 2 (health unknown)."""
    parser = argparse.ArgumentParser(
        prog="logic-apps-environment health",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ID", help="the ID of the environment: the stack output environment_id")
    options = parser.parse_args(arguments)
    # azure-native keeps the path of its request, with two slashes, where a creation failed after Azure accepted it.
    identifier = re.sub("/{2,}", "/", unquote(options.environment.strip())).rstrip("/")
    if not _ENVIRONMENT_ID.fullmatch(identifier):
        parser.error(
            f"{identifier[:200]!r} is not the ID of an integration service environment: expected /subscriptions/…"
            "/resourceGroups/…/providers/Microsoft.Logic/integrationServiceEnvironments/NAME"
        )
    # Errors are reported below, without the warnings of the Azure libraries.
    logging.getLogger("azure").setLevel(logging.CRITICAL)

    from logic_apps_environment.commands.azure_client.client import AzureClient  # noqa: PLC0415 - slow to import, and --help must not be
    from logic_apps_environment.commands.azure_client.errors import AzureClientError  # noqa: PLC0415 - as above

    try:
        code = _tell(AzureClient(os.environ, user_agent="logic-apps-environment-health"), identifier)
    except (AzureClientError, HealthError) as error:
        print(f"error: {printable_lines(error)}", file=sys.stderr)  # noqa: T201 - a command
        code = TROUBLE
    except KeyboardInterrupt:
        code = _INTERRUPTED
    sys.exit(code)


def _tell(azure: AzureClient, identifier: str) -> int:
    from logic_apps_environment.commands.health.report import print_report  # noqa: PLC0415 - as above

    environment = _ask(azure, identifier, _LOGIC_API_VERSION)
    state = (environment.get("properties") or {}).get("provisioningState")
    answer = _ask(azure, f"{identifier}/health/network", _LOGIC_API_VERSION)
    try:
        subnets = read_health(answer)
    except UnexpectedAnswerError as error:
        raise HealthError(
            f"the health of {printable(identifier)} cannot be read from Azure's response: {error}. The environment's "
            f"provisioning state is {printable(state)}; during creation and deletion there is no health. Try again "
            "later."
        ) from error
    healthy = all(subnet.is_healthy for subnet in subnets)
    guards = {} if healthy else _guards(azure, environment)
    print_report(identifier, subnets, guards)
    return HEALTHY if healthy else UNHEALTHY


def _guards(azure: AzureClient, environment: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """Return the security group and route table of each subnet, by its name; None if it has none."""
    network = (environment.get("properties") or {}).get("networkConfiguration") or {}
    found = {}
    for reference in network.get("subnets") or []:
        subnet = _ask(azure, reference["id"], _NETWORK_API_VERSION)
        properties = subnet.get("properties") or {}
        group, table = properties.get("networkSecurityGroup"), properties.get("routeTable")
        found[_last(reference["id"])] = (_last(group["id"]) if group else None, _last(table["id"]) if table else None)
    return found


def _last(identifier: str) -> str:
    """Return the last part of an ID, the name, for the table."""
    return printable(identifier.rpartition("/")[2])


def _ask(azure: AzureClient, path: str, api_version: str) -> dict[str, Any]:
    from logic_apps_environment.commands.azure_client.client import spell_error  # noqa: PLC0415 - as above

    status, found = azure.get(path, api_version)
    if status == _OK and isinstance(found, dict):
        return found
    hint = {
        _NOT_FOUND: "Check the ID, and that the login is in the same tenant.",
        _FORBIDDEN: "The login needs permission to read it.",
    }.get(status, "Try again later.")
    raise HealthError(f"Azure returned status {status} for {printable(path)}: {spell_error(found)}\n{hint}")
