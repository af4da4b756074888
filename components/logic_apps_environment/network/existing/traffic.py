"""Look up existing network security groups and route tables before an environment is requested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_azure_native import network

from logic_apps_environment.azure import network_ids as ids
from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.azure.ids import parse_id
from logic_apps_environment.azure.lookups import is_not_found, none_if_unknown, reason_of, subscription_of
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.network.existing import rules as network_rules
from logic_apps_environment.network.existing.resources import ExistingNetwork, ExistingSubnet
from logic_apps_environment.traffic import evaluation_rules as rules
from logic_apps_environment.traffic.evaluation import FoundRoute, FoundRule, TrafficContext
from logic_apps_environment.traffic.required_ports import SecurityRule, required_traffic
from logic_apps_environment.validation.model import Input
from logic_apps_environment.validation.rule import Problem

SECURITY_GROUP, ROUTE_TABLE = "securityGroup", "routeTable"


@dataclass(frozen=True, slots=True)
class _Found:
    """An existing network security group or route table, with its rules or routes as ``entries``.

    The ID is in Azure's letter case; ``subnets`` has the IDs of the associated subnets.
    """

    identity: str
    location: str
    subnets: tuple[str, ...]
    entries: tuple[Any, ...]


def look_up_references(
    references: Mapping[str, Input[str]],
    args: EnvironmentNetworkArgs,
    existing: pulumi.Output[ExistingNetwork] | None,
    parent: pulumi.Resource,
) -> pulumi.Output[dict[str, str]]:
    """Return the IDs of an existing network security group and route table after they have been validated.

    The keys of the IDs are ``securityGroup`` and ``routeTable``; there is at least one. The provider of ``parent`` is
    used.

    Returns:
        An Output of the IDs in Azure's letter case, which fails with an ArgumentsError that lists every problem.
    """
    return pulumi.Output.all(
        references=references,
        name=none_if_unknown(args.name),
        location=none_if_unknown(args.location),
        dns_servers=none_if_unknown([*args.dns_servers]),
        existing=existing,
    ).apply(lambda known: _look_up(args, known, parent))


async def _look_up(args: EnvironmentNetworkArgs, known: dict[str, Any], parent: pulumi.Resource) -> dict[str, str]:
    verified, problems = await args.notation.late.expect_lookup(_verify(args, parent, **known))
    await args.notation.report_late(problems, parent)
    return verified


async def _verify(
    args: EnvironmentNetworkArgs,
    parent: pulumi.Resource,
    *,
    references: Mapping[str, str],
    name: str | None,
    location: str | None,
    dns_servers: Sequence[str] | None,
    existing: ExistingNetwork | None,
) -> tuple[dict[str, str], list[Problem]]:
    """Return the IDs of the existing resources in Azure's letter case, and the problems of their use."""
    subscription = await subscription_of(pulumi.InvokeOutputOptions(parent=parent))
    space = existing.address_space if existing else (args.address_space or ())
    needed = _needed(args, space, existing.dns_servers if existing else dns_servers or ())
    context = TrafficContext(args.subnet_ranges, tuple(space), location)
    network_name = ids.last_name(existing.identity) if existing else name
    verified = dict(references)
    problems: list[Problem] = []
    for key, identity in references.items():
        own = ids.check_subscription(identity, subscription)
        found = own or _read(key, identity, pulumi.InvokeOptions(parent=parent))
        if isinstance(found, list):
            own = found
        else:
            verified[key] = found.identity
            own = [*network_rules.check_location(found.identity, found.location, location)]
            own += _check(key, found, needed, context, is_new=not _is_attached(found, network_name, args))
        problems += [problem.within(key, "id") for problem in own]
    return verified, problems


def _is_attached(found: _Found, network_name: str | None, args: EnvironmentNetworkArgs) -> bool:
    """Whether it is already associated with the stack's subnets, so that the environment exists or is being created.

    A network whose name is unknown in a preview counts as new.
    """
    names = {f"/virtualnetworks/{network_name}/subnets/{subnet.name}".lower() for subnet in args.subnets}
    return any(subnet.lower().endswith(tuple(names)) for subnet in found.subnets)


def check_attached(
    args: EnvironmentNetworkArgs,
    existing: ExistingNetwork,
    subnets: Sequence[ExistingSubnet],
    location: str | None,
    *,
    is_new: bool,
    parent: pulumi.Resource,
) -> list[Problem]:
    """Return the problems of the network security groups and route tables of four existing subnets.

    The region of the environment is normalized; None while unknown. The provider of ``parent`` is used.
    """
    needed = _needed(args, existing.address_space, existing.dns_servers)
    attached: dict[tuple[str, str], list[int]] = {}
    for position, subnet in enumerate(subnets):
        for key, identity in ((SECURITY_GROUP, subnet.security_group), (ROUTE_TABLE, subnet.route_table)):
            if identity:
                attached.setdefault((key, identity), []).append(position)
    problems: list[Problem] = []
    for (key, identity), positions in attached.items():
        found = _read(key, identity, pulumi.InvokeOptions(parent=parent))
        ranges = tuple(each for position in positions for each in subnets[position].ranges)
        if not isinstance(found, list):
            context = TrafficContext(ranges, existing.address_space, location)
            found = _check(key, found, needed, context, is_new=is_new)
        problems += [problem.within("subnetIds", positions[0]) for problem in found]
    return problems


def _needed(
    args: EnvironmentNetworkArgs, space: Iterable[IPv4Network], dns_servers: Iterable[str]
) -> list[SecurityRule]:
    return required_traffic(
        external=args.endpoint is EndpointType.EXTERNAL if args.endpoint else None,
        premium=args.sku_name is SkuName.PREMIUM,
        address_space=[str(prefix) for prefix in space],
        dns_servers=[server for server in dns_servers if ":" not in server],
    )


def _check(
    key: str, found: _Found, needed: Sequence[SecurityRule], context: TrafficContext, *, is_new: bool
) -> list[Problem]:
    check: Any = rules.check_security_group if key == SECURITY_GROUP else rules.check_route_table
    problems: list[Problem] = check(found.identity, found.entries, needed, context, is_new=is_new)
    return problems


def _read(key: str, identity: str, options: pulumi.InvokeOptions) -> _Found | list[Problem]:
    """Return the group or the table; problems if it cannot be read."""
    parts = parse_id(identity)
    try:
        # Use the plain functions: a failed Output fails the program even if the error is handled.
        if key == SECURITY_GROUP:
            group: Any = network.get_network_security_group(
                resource_group_name=parts.resource_group, network_security_group_name=parts.name, opts=options
            )
            rules_found = [*(group.security_rules or ()), *(group.default_security_rules or ())]
            return _Found(group.id, group.location, _ids(group.subnets), tuple(map(_rule, rules_found)))
        table: Any = network.get_route_table(
            resource_group_name=parts.resource_group, route_table_name=parts.name, opts=options
        )
        routes = [FoundRoute(each.name, each.address_prefix or "", each.next_hop_type) for each in table.routes or ()]
        return _Found(table.id, table.location, _ids(table.subnets), tuple(routes))
    except Exception as error:  # noqa: BLE001 - any failed look-up is reported
        if is_not_found(error):
            return [ids.not_found(identity)]
        return [rules.unseen(identity, reason_of(error))]


def _rule(found: Any) -> FoundRule:  # noqa: ANN401 - azure-native's result
    return FoundRule(
        name=found.name,
        priority=int(found.priority),
        direction=found.direction,
        allows=found.access == "Allow",
        protocol=found.protocol,
        sources=_one_or_many(found.source_address_prefix, found.source_address_prefixes),
        destinations=_one_or_many(found.destination_address_prefix, found.destination_address_prefixes),
        source_ports=_one_or_many(found.source_port_range, found.source_port_ranges),
        ports=_one_or_many(found.destination_port_range, found.destination_port_ranges),
    )


def _one_or_many(one: str | None, many: Sequence[str] | None) -> tuple[str, ...]:
    return (one,) if one else tuple(many or ())


def _ids(subnets: Sequence[Any] | None) -> tuple[str, ...]:
    return tuple(str(subnet.id) for subnet in subnets or ())
