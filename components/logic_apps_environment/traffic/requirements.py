"""The required security rules and routes as public data, for the owners of existing network resources.

The dictionaries have the argument names of azure-native, so that they can be items of the ``security_rules`` of a
``NetworkSecurityGroup`` and of the ``routes`` of a ``RouteTable``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import pulumi

from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.traffic.required_ports import MANAGEMENT_TAGS, required_traffic
from logic_apps_environment.traffic.service_tags import VIRTUAL_NETWORK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

    from pulumi_azure_native.network import RouteArgsDict, SecurityRuleArgsDict

    from logic_apps_environment.traffic.required_ports import SecurityRule


def required_security_rules(
    *,
    sku: SkuName | Literal["Developer", "Premium"],
    endpoint: EndpointType | Literal["Internal", "External"],
    address_space: Sequence[str] = (VIRTUAL_NETWORK,),
    dns_servers: Sequence[str] = (),
) -> list[SecurityRuleArgsDict]:
    """Return the rules that the network security group of an environment's subnets has to contain.

    The previews of environments in existing subnets require the same rules. Clients that call triggers of an External
    environment, and its managed connectors, need further rules: on port 443, and on all ports from the output
    ``connector_outgoing_ip_addresses``.

    Source: Microsoft, "Connect to Azure virtual networks from Azure Logic Apps using an ISE" (2022-08-20), Network
        ports used by your ISE.

    Args:
        sku: the SKU of the environment. A Premium environment needs the ports of Azure Cache for Redis.
        endpoint: the endpoint type of the environment, which determines the port of Traffic Manager's probes.
        address_space: the prefixes of the virtual network; by default, the service tag ``VirtualNetwork``.
        dns_servers: the custom DNS servers of the virtual network.

    Returns:
        The rules, inbound before outbound. Their priorities are 100 to 210 and unique in each direction.

    Raises:
        RunError: the SKU or the endpoint type does not exist.
    """
    rules = required_traffic(
        external=_choice(EndpointType, "endpoint", endpoint) is EndpointType.EXTERNAL,
        premium=_choice(SkuName, "sku", sku) is SkuName.PREMIUM,
        address_space=address_space,
        dns_servers=dns_servers,
    )
    return [cast("SecurityRuleArgsDict", security_rule_args(rule)) for rule in rules]


def required_routes() -> list[RouteArgsDict]:
    """Return the routes that a route table has to contain if one of its routes redirects all traffic.

    Azure's services that manage the environment call it, and its responses have to take the same way. The route table
    of an environment without such a route needs none of them.

    Source: Microsoft, "Connect to Azure virtual networks from Azure Logic Apps using an ISE" (2022-08-20), Set up
        network ports, Forced tunneling.
    """
    routes: list[RouteArgsDict] = [
        {"name": tag, "address_prefix": tag, "next_hop_type": "Internet"} for tag in MANAGEMENT_TAGS
    ]
    return routes


def security_rule_args(rule: SecurityRule) -> dict[str, Any]:
    """Return the arguments of a security rule, of which Azure requires single values in the singular."""
    return {
        "name": rule.name,
        "description": rule.description,
        "priority": rule.priority,
        "direction": rule.direction,
        "access": "Allow",
        # The documentation requires TCP and UDP, or any protocol.
        "protocol": "*",
        "source_port_range": "*",
        **_one_or_many("source_address_prefix", "source_address_prefixes", rule.sources),
        **_one_or_many("destination_address_prefix", "destination_address_prefixes", rule.destinations),
        **_one_or_many("destination_port_range", "destination_port_ranges", rule.ports),
    }


def _one_or_many(singular: str, plural: str, values: Sequence[str]) -> dict[str, Any]:
    return {singular: values[0]} if len(values) == 1 else {plural: list(values)}


def _choice(choices: type[StrEnum], parameter: str, value: str) -> StrEnum:
    if value not in list(choices):
        raise pulumi.RunError(f"{parameter}={value!r} is not valid: expected {' or '.join(choices)}.")
    return choices(value)
