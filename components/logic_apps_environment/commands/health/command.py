"""Read the network health of an environment from Azure and report it."""

from __future__ import annotations

import os
from typing import Any

from logic_apps_environment.azure.logic_api import API_VERSION
from logic_apps_environment.commands.azure_client.client import AzureClient, describe_error
from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.errors import CommandError
from logic_apps_environment.commands.health.findings import UnexpectedResponseError, read_health
from logic_apps_environment.commands.health.report import SubnetTraffic, print_report

_NETWORK_API_VERSION = "2024-05-01"

_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404


class HealthError(CommandError):
    """The health cannot be read."""


def report_health(environment_id: str) -> bool:
    """Print the network health of an environment, and return whether it is healthy.

    Raises:
        AzureClientError: signing in failed, or Azure cannot be reached.
        HealthError: Azure returned an error or an unexpected response.
    """
    azure = AzureClient(os.environ, user_agent="logic-apps-environment-health")
    environment = _get(azure, environment_id, API_VERSION)
    response = _get(azure, f"{environment_id}/health/network", API_VERSION)
    try:
        subnets = read_health(response)
    except UnexpectedResponseError as error:
        state = (environment.get("properties") or {}).get("provisioningState")
        raise HealthError(
            f"the health of {printable(environment_id)} cannot be read from Azure's response: {error}. The "
            f"environment's provisioning state is {printable(state)}; Azure reports no health during creation and "
            "deletion. Try again later."
        ) from error
    is_healthy = all(subnet.is_healthy for subnet in subnets)
    print_report(environment_id, subnets, {} if is_healthy else _traffic(azure, environment))
    return is_healthy


def _traffic(azure: AzureClient, environment: dict[str, Any]) -> dict[str, SubnetTraffic]:
    """Return the network security group and route table of each subnet by the subnet's name."""
    network = (environment.get("properties") or {}).get("networkConfiguration") or {}
    traffic = {}
    for reference in network.get("subnets") or []:
        identifier = reference.get("id")
        # The description of the API does not require the ID; without it there is nothing to look up.
        if identifier:
            properties = _get(azure, identifier, _NETWORK_API_VERSION).get("properties") or {}
            traffic[_name(identifier)] = SubnetTraffic(
                *(_name((properties.get(key) or {}).get("id") or "") for key in ("networkSecurityGroup", "routeTable"))
            )
    return traffic


def _name(identifier: str) -> str:
    """Return the last part of an ID, the name."""
    return printable(identifier.rpartition("/")[2])


def _get(azure: AzureClient, path: str, api_version: str) -> dict[str, Any]:
    status, body = azure.get(path, api_version)
    if status == _OK and isinstance(body, dict):
        return body
    hint = {
        _NOT_FOUND: "Check the ID, and that your account is in the same tenant.",
        _FORBIDDEN: "Your account has no permission to read it.",
    }.get(status, "Try again later.")
    raise HealthError(f"Azure returned status {status} for {printable(path)}: {describe_error(body)}\n{hint}")
