"""Answers to the look-ups of a program, so that a stack with existing resources can be drawn without Azure.

The stack file names existing resources; what they contain is unknown. The answers satisfy all rules, and ``parts``
draws nothing of them but their names.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from logic_apps_environment.testing import AzureMocks
from tests.support.recording import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN = {"name": "open", "priority": 100, "access": "Allow", "protocol": "*", "sourceAddressPrefix": "*"} | {
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}


def in_subscription_of_recording(configuration: Mapping[str, str]) -> dict[str, str]:
    """Return the configuration with all resource IDs in the subscription of recordings."""
    return {key: re.sub(r"/subscriptions/[^/\"]+", SUBSCRIPTION, text) for key, text in configuration.items()}


def azure_of(project: str, configuration: Mapping[str, str]) -> AzureMocks:
    """Return an Azure with the existing resources that the configuration, by full key, of a stack names."""
    azure, location = AzureMocks(), configuration[f"{project}:location"]
    network = json.loads(configuration.get(f"{project}:network", "{}"))
    key = json.loads(configuration.get(f"{project}:encryptionKey", "{}"))
    ids = network.get("subnetIds", ())
    subnets = [identity.rpartition("/")[2] for identity in ids]
    if identity := ids[0] if ids else network.get("virtualNetworkId", ""):
        new = [subnet["addressPrefix"] for subnet in network.get("subnets", ())]
        # The networks of the first byte contain the new ranges.
        space = list(dict.fromkeys(f"{prefix.split('.')[0]}.0.0.0/8" for prefix in new)) or ["10.0.0.0/8"]
        name, group = _name_and_group(identity)
        azure.add_virtual_network(
            name,
            resource_group_name=group,
            location=location,
            address_space=space,
            subnets={name: f"10.0.0.{32 * number}/27" for number, name in enumerate(subnets)},
            delegated=subnets[0] if subnets else None,
        )
    if identity := (network.get("securityGroup") or {}).get("id", ""):
        name, group = _name_and_group(identity)
        rules = [{**_OPEN, "direction": direction} for direction in ("Inbound", "Outbound")]
        azure.add_security_group(name, resource_group_name=group, location=location, rules=rules)
    if identity := (network.get("routeTable") or {}).get("id", ""):
        name, group = _name_and_group(identity)
        azure.add_route_table(name, resource_group_name=group, location=location)
    if identity := key.get("vaultId", ""):
        name, group = _name_and_group(identity)
        azure.add_key(name, key["name"], version="0" * 32, resource_group_name=group, location=location)
    return azure


def _name_and_group(identity: str) -> tuple[str, str]:
    """Return the name of the resource, or of the network of a subnet, and that of its group."""
    segments = identity.split("/")
    return segments[8], segments[4]
