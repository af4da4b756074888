"""The required security rules and routes as public data, for the owners of existing network resources.

The dictionaries have the argument names of azure-native, so that they can be items of the ``security_rules`` of a
``NetworkSecurityGroup`` and of the ``routes`` of a ``RouteTable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, cast

import pulumi

from logic_apps_environment.azure.address_ranges import check_address_range
from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.traffic.required_ports import MANAGEMENT_TAGS, SecurityRule, required_traffic
from logic_apps_environment.traffic.rules import check_dns_server
from logic_apps_environment.traffic.service_tags import VIRTUAL_NETWORK
from logic_apps_environment.validation.errors import ArgumentsError
from logic_apps_environment.validation.rule import Problem, describe
from logic_apps_environment.validation.schema_rules import WRONG_KIND

if TYPE_CHECKING:
    from pulumi_azure_native.network import RouteArgsDict, SecurityRuleArgsDict


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
        address_space: the prefixes of the virtual network; by default, the service tag ``VirtualNetwork``. Plain
            strings, no Outputs.
        dns_servers: the addresses of the custom DNS servers of the virtual network. Plain strings, no Outputs.

    Returns:
        The rules, inbound before outbound. Their priorities are 100 to 210 and unique in each direction.

    Raises:
        RunError: the SKU or the endpoint type does not exist, or a value of a list is not valid.
    """
    prefixes = _values("address_space", address_space, _check_prefix)
    if not prefixes:
        raise pulumi.RunError("address_space: an empty list is not valid: expected at least one prefix.")
    rules = required_traffic(
        external=_choice(EndpointType, "endpoint", endpoint) is EndpointType.EXTERNAL,
        premium=_choice(SkuName, "sku", sku) is SkuName.PREMIUM,
        address_space=prefixes,
        dns_servers=_values("dns_servers", dns_servers, check_dns_server),
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


def _values(parameter: str, values: object, check: Callable[[str], Iterable[Problem]]) -> tuple[str, ...]:
    """Return the values of a parameter, after checking each of them."""
    if isinstance(values, str | pulumi.Output) or not isinstance(values, Iterable):
        raise pulumi.RunError(f"{parameter}: {describe(values)} is not valid: expected a list of strings.")
    given = tuple(values)
    problems = [
        problem.within(parameter, position)
        for position, value in enumerate(given)
        for problem in (
            check(value)
            if isinstance(value, str)
            else [WRONG_KIND.violation(f"{describe(value)} is not valid: expected a string.")]
        )
    ]
    if problems:
        raise ArgumentsError(
            "required_security_rules", problems, prefix="", consequence="nothing was created or changed"
        )
    return given


def _check_prefix(prefix: str) -> Iterable[Problem]:
    return () if prefix == VIRTUAL_NETWORK else check_address_range(prefix, example="10.0.0.0/24", usual_length=24)
