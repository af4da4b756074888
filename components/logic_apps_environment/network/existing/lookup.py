"""Look up an existing network before resources that depend on it are requested.

One read of the virtual network returns everything that rules check: region, address space, and for each subnet its
ranges, delegations and users. Previews look it up if the IDs are known, otherwise the deployment does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_azure_native import network

from logic_apps_environment.azure import network_ids as ids
from logic_apps_environment.azure.ids import parse_id
from logic_apps_environment.azure.lookups import is_not_found, none_if_unknown, returned, subscription_of
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.network.existing import rules
from logic_apps_environment.network.existing.resources import ExistingNetwork, ExistingSubnet, PlannedEnvironment
from logic_apps_environment.network.existing.traffic import check_attached
from logic_apps_environment.network.rules import check_subnet_ids
from logic_apps_environment.validation.rule import Problem


def look_up_network(args: EnvironmentNetworkArgs, parent: pulumi.Resource) -> pulumi.Output[ExistingNetwork]:
    """Return the existing virtual network, or that of the existing subnets, after it has been validated.

    The Output fails with an ArgumentsError that lists every problem. The provider of ``parent`` is used.
    """
    return pulumi.Output.all(
        identities=[*args.subnet_ids] if args.subnet_ids else [args.virtual_network_id],
        location=none_if_unknown(args.location),
        resource_group_name=none_if_unknown(args.resource_group_name),
        environment_name=none_if_unknown(args.environment_name),
    ).apply(lambda known: _look_up(args, known, parent))


async def _look_up(args: EnvironmentNetworkArgs, known: dict[str, Any], parent: pulumi.Resource) -> ExistingNetwork:
    found, problems = await args.notation.late.expect_lookup(_find(args, known, parent))
    await args.notation.report_late(problems, parent)
    assert found is not None  # noqa: S101 - otherwise there is an error
    return found


async def _find(
    args: EnvironmentNetworkArgs, known: dict[str, Any], parent: pulumi.Resource
) -> tuple[ExistingNetwork | None, list[Problem]]:
    """Return the virtual network, if there is one, and the problems of its use."""
    identities: Sequence[str] = known["identities"]
    key = "subnetIds" if args.subnet_ids else "virtualNetworkId"
    options = pulumi.InvokeOutputOptions(parent=parent)
    # Known IDs were checked with the arguments; now all are known.
    together = check_subnet_ids(dict(enumerate(identities)), len(identities)) if args.subnet_ids else []
    subscription = await subscription_of(options)
    if problems := together or ids.check_subscription(identities[0], subscription):
        return None, [problem.within(key) for problem in problems]

    planned = PlannedEnvironment(
        subscription, known["resource_group_name"], known["environment_name"], known["location"]
    )
    try:
        found = await read_network(identities[0], options)
    except Exception as error:
        if is_not_found(error):
            return None, [ids.not_found(ids.network_of(identities[0])).within(key)]
        raise
    if args.subnet_ids:
        problems = rules.check_existing_subnets(found, identities, planned)
        subnets = [subnet for identity in identities if (subnet := found.subnet(identity))]
        # A blocked port does not prevent the update of an existing environment.
        is_new = not any(planned.is_near(each) for subnet in subnets for each in subnet.environments)
        problems += check_attached(args, found, subnets, planned.location, is_new=is_new, parent=parent)
    else:
        ranges = {subnet.name: given for subnet, given in zip(args.subnets, args.subnet_ranges, strict=True)}
        problems = rules.check_new_subnets(found, ranges, planned)
    return found, problems


async def read_network(identity: str, options: pulumi.InvokeOutputOptions) -> ExistingNetwork:
    """Read the virtual network with this ID, or with the ID of a subnet in it, and its subnets.

    Raises:
        RunError: the network cannot be read, or does not exist.
    """
    parts = parse_id(ids.network_of(identity))
    found = await returned(
        network.get_virtual_network_output(
            resource_group_name=parts.resource_group, virtual_network_name=parts.name, opts=options
        )
    )
    return ExistingNetwork(
        identity=found.id,
        location=found.location,
        address_space=_ipv4(found.address_space.address_prefixes),
        subnets=tuple(_subnet(each) for each in found.subnets or ()),
        dns_servers=tuple(found.dhcp_options.dns_servers or ()) if found.dhcp_options else (),
        is_deleting=_is_deleting(found),
    )


# The properties that show the users of a subnet, except the links of services (API reference "Subnets").
_USERS = {
    "ipConfigurations": "ip_configurations",
    "ipConfigurationProfiles": "ip_configuration_profiles",
    "privateEndpoints": "private_endpoints",
    "applicationGatewayIPConfigurations": "application_gateway_ip_configurations",
    "ipAllocations": "ip_allocations",
}


def _subnet(found: Any) -> ExistingSubnet:  # noqa: ANN401 - azure-native's SubnetResponse
    prefixes = found.address_prefixes or ([found.address_prefix] if found.address_prefix else [])
    links = [*(found.service_association_links or ()), *(found.resource_navigation_links or ())]
    users = {name: getattr(found, attribute) for name, attribute in _USERS.items()}
    return ExistingSubnet(
        identity=found.id,
        name=found.name,
        ranges=_ipv4(prefixes),
        ipv6_ranges=tuple(prefix for prefix in prefixes if ":" in prefix),
        delegations=tuple(delegation.service_name for delegation in found.delegations or ()),
        linked_services=tuple(link.link or link.linked_resource_type or link.id for link in links),
        users={name: tuple(str(each.id) for each in shown) for name, shown in users.items() if shown},
        security_group=found.network_security_group.id if found.network_security_group else None,
        route_table=found.route_table.id if found.route_table else None,
        is_deleting=_is_deleting(found),
    )


def _is_deleting(found: Any) -> bool:  # noqa: ANN401 - a network or a subnet
    return bool(found.provisioning_state == "Deleting")


def _ipv4(prefixes: Iterable[str]) -> tuple[IPv4Network, ...]:
    """Return the IPv4 ranges among ``prefixes``."""
    return tuple(IPv4Network(prefix) for prefix in prefixes if ":" not in prefix)
