"""Answers to the look-ups of a program, so that a stack with existing resources can be drawn without Azure.

The stack file names existing resources; what they contain is unknown. The answers satisfy all rules, and ``parts``
draws nothing of them but their names.
"""

from __future__ import annotations

import ipaddress
import json
import re
from typing import TYPE_CHECKING, Any

from tests.support.recording import GET_RESOURCE_GROUP, SUBSCRIPTION

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


def functions_of(project: str, configuration: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return what the functions of azure-native return for a stack.

    Args:
        project: the name of the project.
        configuration: the configuration by full key, with all IDs in the subscription of recordings.
    """
    location = configuration[f"{project}:location"]
    network = json.loads(configuration.get(f"{project}:network", "{}"))
    group = json.loads(configuration.get(f"{project}:resourceGroup", "{}")).get("name", "")
    key = json.loads(configuration.get(f"{project}:encryptionKey", "{}"))
    ranges = [subnet["addressPrefix"] for subnet in network.get("subnets", ()) if "addressPrefix" in subnet]
    ids = network.get("subnetIds", ())
    found = {
        "id": ids[0].partition("/subnets/")[0] if ids else network.get("virtualNetworkId", ""),
        "name": "network",
        "location": location,
        "addressSpace": {"addressPrefixes": list(dict.fromkeys(_eights(ranges) or ["10.0.0.0/8"]))},
        "subnets": [
            {
                "id": identity,
                "name": identity.rpartition("/")[2],
                "addressPrefix": f"10.0.0.{32 * number}/27",
                "delegations": [{"serviceName": "Microsoft.Logic/integrationServiceEnvironments"}]
                if not number
                else [],
            }
            for number, identity in enumerate(ids)
        ],
    }
    attached = {name: (network.get(name) or {}).get("id", "") for name in ("securityGroup", "routeTable")}
    rules = [{**_OPEN, "direction": direction} for direction in ("Inbound", "Outbound")]
    vault_url = f"https://vault/keys/{key.get('name', '')}/{'0' * 32}"
    return {
        GET_RESOURCE_GROUP: {"id": f"{SUBSCRIPTION}/resourceGroups/{group}", "name": group, "location": location},
        "azure-native:authorization:getClientConfig": {"subscriptionId": SUBSCRIPTION.rpartition("/")[2]},
        "azure-native:network:getVirtualNetwork": found,
        "azure-native:network:getNetworkSecurityGroup": {
            "id": attached["securityGroup"],
            "name": "group",
            "location": location,
            "securityRules": rules,
            "defaultSecurityRules": [],
        },
        "azure-native:network:getRouteTable": {
            "id": attached["routeTable"],
            "name": "table",
            "location": location,
            "routes": [],
        },
        "azure-native:keyvault:getVault": {
            "id": key.get("vaultId", ""),
            "location": location,
            "properties": {"enableSoftDelete": True, "enablePurgeProtection": True},
        },
        "azure-native:keyvault:getKey": {
            "id": "",
            "kty": "RSA",
            "keySize": 2048,
            "attributes": {"enabled": True},
            "keyUriWithVersion": vault_url,
        },
    }


def _eights(ranges: list[str]) -> list[str]:
    """Return the first byte's networks of address ranges, which contain them."""
    return [str(ipaddress.ip_network(f"{each.split('.')[0]}.0.0.0/8")) for each in ranges]
