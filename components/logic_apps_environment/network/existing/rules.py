"""Rules about existing virtual networks and subnets, as the look-up returns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network

from logic_apps_environment.azure.address_ranges import ADDRESS_NOTATION
from logic_apps_environment.azure.locations import normalize_location
from logic_apps_environment.azure.logic_api import ENVIRONMENT_TYPE
from logic_apps_environment.azure.names import SUBNET_NAME, check_name
from logic_apps_environment.azure.network_ids import NETWORK_FOUND, last_name, not_found
from logic_apps_environment.network.address_plan import SUBNET_PREFIX_LENGTH, is_inside
from logic_apps_environment.network.existing.resources import ExistingNetwork, ExistingSubnet, PlannedEnvironment
from logic_apps_environment.network.rules import (
    SUBNET_LARGER_THAN_NEEDED,
    SUBNET_OUTSIDE,
    SUBNET_OVERLAP,
    SUBNET_TOO_SMALL,
    check_reserved,
)
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, redact

NETWORK_LOCATION = Rule(
    "network-location",
    "An existing network resource is in the environment's region.",
    f"{references.ISE_ARTICLE}, Prerequisites; look-up",
)
SUBNET_DELEGATION = Rule(
    "subnet-delegation",
    "Exactly one of four existing subnets is delegated to Microsoft.Logic/integrationServiceEnvironments.",
    f"{references.ISE_ARTICLE}, Prerequisites; look-up",
)
SUBNET_HELD = Rule(
    "subnet-held",
    "An existing subnet is not in use by another service or environment.",
    f"{references.ISE_ARTICLE}, Prerequisites; look-up",
)
SUBNET_HELD_NEARBY = Rule(
    "subnet-held-nearby",
    "An existing subnet is not in use by another environment in the same resource group.",
    f"{references.LIBRARY_NETWORKS}; look-up",
    Severity.WARNING,
)
SUBNET_EMPTY = Rule("subnet-empty", "An existing subnet is empty.", f"{references.ISE_ARTICLE}, Prerequisites; look-up")
SUBNET_SAME_RANGE = Rule(
    "subnet-same-range",
    "No empty subnet in an existing virtual network has the range of a new subnet.",
    f"{references.LIBRARY_NETWORKS}; look-up",
    Severity.WARNING,
)

_EMPTY_SUBNET = "an empty subnet"

_USERS = {
    "ipConfigurations": "IP configuration",
    "ipConfigurationProfiles": "IP configuration profile",
    "privateEndpoints": "private endpoint",
    "applicationGatewayIPConfigurations": "application gateway IP configuration",
    "ipAllocations": "IP allocation",
}
"""The users of a subnet in words, by the property that shows them."""


def check_new_subnets(
    network: ExistingNetwork, ranges: Mapping[str, IPv4Network], planned: PlannedEnvironment
) -> list[Problem]:
    """Check that four subnets, of which ``ranges`` has the names and ranges, can be created in a virtual network.

    An existing subnet with one of these names, or used by an environment in the resource group of the planned
    environment, counts as one that the stack created.
    """
    positions = {name.lower(): position for position, name in enumerate(ranges)}
    with_name: list[tuple[int, ExistingSubnet]] = []
    others: list[ExistingSubnet] = []
    for subnet in network.subnets:
        position = positions.get(subnet.name.lower())
        if position is not None:
            with_name.append((position, subnet))
        elif not _is_used_nearby(subnet, planned):
            others.append(subnet)
    # An existing environment could be lost: a replacement deletes it before Azure rejects a range that is in use.
    has_environment = any(subnet.linked_services for _, subnet in with_name) or any(
        _is_used_nearby(subnet, planned) for subnet in network.subnets
    )
    of_network = _check_network(network, planned, has_environment=has_environment)
    problems = [problem.within("virtualNetworkId") for problem in of_network]
    for position, subnet in with_name:
        problems += [problem.within("subnets", position, "name") for problem in _check_taken_name(subnet, planned)]
    for position, wanted in enumerate(ranges.values()):
        problems += [
            problem.within("subnets", position, "addressPrefix")
            for problem in _check_new_range(wanted, network, others, has_environment=has_environment)
        ]
    return problems


def _is_used_nearby(subnet: ExistingSubnet, planned: PlannedEnvironment) -> bool:
    """Whether an environment in the resource group of the planned environment uses the subnet."""
    return any(map(planned.is_near, subnet.environments))


def _check_new_range(
    wanted: IPv4Network, network: ExistingNetwork, others: Iterable[ExistingSubnet], *, has_environment: bool
) -> Iterable[Problem]:
    """Check the range of a new subnet against the address space and the subnets that the stack did not create."""
    if not is_inside(wanted, network.address_space):
        space = ", ".join(map(str, network.address_space))
        yield SUBNET_OUTSIDE.violation(
            f"{wanted} is not inside the address space {space} of {last_name(network.identity)}.",
            "a range inside one prefix of the virtual network",
        )
    for subnet in others:
        for taken in subnet.ranges:
            if taken.overlaps(wanted):
                yield _overlap(wanted, taken, subnet, network, has_environment=has_environment)


def _check_taken_name(subnet: ExistingSubnet, planned: PlannedEnvironment) -> Iterable[Problem]:
    """Check that an existing subnet with the name of a new one can be one that the stack created."""
    statement = f"{redact(subnet.name)} already exists"
    remedy = "Specify another name, or use four existing subnets (subnetIds)."
    users = [each for each in subnet.environments if not planned.is_near(each)] + subnet.other_services
    for user in users:
        yield SUBNET_HELD.violation(f"{statement} and is in use by {user}.", "an unused name", remedy=remedy)
    if subnet.users and not subnet.linked_services:
        yield SUBNET_EMPTY.violation(
            f"{statement} and is in use by {_listed(subnet.users)}.", "an unused name", remedy=remedy
        )
    if others := _other_delegations(subnet):
        yield SUBNET_DELEGATION.violation(
            f"{statement} and is delegated to {', '.join(others)}.", "an unused name", remedy=remedy
        )


def _overlap(
    wanted: IPv4Network, taken: IPv4Network, subnet: ExistingSubnet, network: ExistingNetwork, *, has_environment: bool
) -> Problem:
    """Return the problem that the range of a new subnet overlaps an existing one."""
    where = f"the range of {redact(subnet.name)} in {last_name(network.identity)}"
    if wanted == taken and not has_environment and subnet.is_free:
        return SUBNET_SAME_RANGE.violation(
            f"{wanted} is already {where}.",
            "a range that does not overlap other subnets, except this subnet under a previous name",
            remedy="If this stack created that subnet, continue: the update replaces it. Otherwise, specify another "
            "range, because Azure will reject this one before it creates the environment.",
        )
    return SUBNET_OVERLAP.violation(
        f"{wanted} overlaps {taken}, {where}.", "a range that does not overlap other subnets"
    )


def check_existing_subnets(
    network: ExistingNetwork, identities: Sequence[str], planned: PlannedEnvironment
) -> list[Problem]:
    """Check that an environment can use four subnets of a virtual network, one of them delegated to the service.

    Subnets that the planned environment uses already count as available.
    """
    has_environment = any(_is_used_nearby(subnet, planned) for subnet in network.subnets)
    of_network = _check_network(network, planned, has_environment=has_environment)
    problems = [problem.within("subnetIds") for problem in of_network]
    found: list[ExistingSubnet] = []
    for position, identity in enumerate(identities):
        subnet = network.subnet(identity)
        if subnet is None:
            problems.append(not_found(identity).within("subnetIds", position))
        else:
            found.append(subnet)
            problems += [problem.within("subnetIds", position) for problem in _check_subnet(subnet, planned)]
    delegated = [subnet for subnet in found if ENVIRONMENT_TYPE.lower() in map(str.lower, subnet.delegations)]
    if len(found) == len(identities) and len(delegated) != 1:
        given = f"{', '.join(subnet.name for subnet in delegated)} are" if delegated else "none of the four subnets is"
        update = "az network vnet subnet update --ids"
        excess = " ".join(subnet.identity for subnet in delegated[1:])
        problems.append(
            SUBNET_DELEGATION.violation(
                f"{given} delegated to {ENVIRONMENT_TYPE}, but an environment requires exactly one delegated subnet.",
                "one delegated subnet and three subnets without delegation",
                remedy=f"Remove the other delegations: {update} {excess} --remove delegations"
                if excess
                else f"Delegate one of them: {update} {found[0].identity} --delegations {ENVIRONMENT_TYPE}",
                path=("subnetIds",),
            )
        )
    return problems


def _check_network(
    network: ExistingNetwork, planned: PlannedEnvironment, *, has_environment: bool
) -> Iterable[Problem]:
    name = last_name(network.identity)
    yield from check_location(network.identity, network.location, planned.location)
    if network.is_deleting:
        yield _being_deleted(name)
    if not has_environment:
        # An existing environment continues to work if such a prefix is added to its network later.
        remedy = "Specify a virtual network without this prefix."
        for problem in check_reserved(dict(enumerate(network.address_space))):
            yield replace(problem, statement=f"{name}: {problem.statement}", example="", remedy=remedy, path=())


def check_location(identity: str, location: str, environment: str | None) -> Iterator[Problem]:
    """Check that an existing resource is in the region of the environment.

    The region of the environment is normalized; None while unknown.
    """
    location = normalize_location(location)
    if environment not in (None, location):
        yield NETWORK_LOCATION.violation(
            f"{last_name(identity)} is in {location}, but the environment is in {environment}.",
            "a resource in the environment's region",
            remedy=f"Specify a resource in {environment}, or set location to {location} (which replaces an existing "
            "environment).",
        )


def _being_deleted(name: str) -> Problem:
    return NETWORK_FOUND.violation(
        f"{redact(name)} is being deleted.",
        "an existing resource",
        remedy="Wait until it is deleted, or specify another one.",
    )


def _check_subnet(subnet: ExistingSubnet, planned: PlannedEnvironment) -> Iterable[Problem]:
    name = redact(subnet.name)
    if subnet.is_deleting:
        yield _being_deleted(name)
    if not any(map(planned.is_named_by, subnet.environments)):
        for problem in check_name(SUBNET_NAME, subnet.name):
            yield replace(problem, remedy="Specify another subnet, because Azure cannot rename subnets.")
        yield from _check_ranges(subnet)
    if others := _other_delegations(subnet):
        yield SUBNET_DELEGATION.violation(
            f"{name} is delegated to {', '.join(others)}.",
            f"{ENVIRONMENT_TYPE} for one of the four subnets, no delegation for the others",
        )
    for user in subnet.other_services:
        yield SUBNET_HELD.violation(f"{name} is in use by {user}.", _EMPTY_SUBNET)
    for environment in subnet.environments:
        yield from _check_environment(subnet, environment, planned)
    if subnet.users and not subnet.environments:
        yield SUBNET_EMPTY.violation(
            f"{name} is in use by {_listed(subnet.users)}.",
            _EMPTY_SUBNET,
            remedy="Specify another subnet, or remove the resources in it.",
        )


def _check_ranges(subnet: ExistingSubnet) -> Iterable[Problem]:
    name, enough = redact(subnet.name), f"/{SUBNET_PREFIX_LENGTH} (32 addresses)"
    if subnet.ipv6_ranges or not subnet.ranges:
        given = f"the IPv6 range {', '.join(subnet.ipv6_ranges)}" if subnet.ipv6_ranges else "no IPv4 range"
        yield ADDRESS_NOTATION.violation(f"{name} has {given}.", "a subnet with only IPv4 ranges")
    for problem in check_reserved(dict(enumerate(subnet.ranges))):
        yield replace(problem, statement=f"{name}: {problem.statement}", example="", path=())
    for each in subnet.ranges:
        if each.prefixlen > SUBNET_PREFIX_LENGTH:
            yield SUBNET_TOO_SMALL.violation(f"{name} ({each}) is too small.", f"{enough} or larger")
        elif each.prefixlen < SUBNET_PREFIX_LENGTH:
            yield SUBNET_LARGER_THAN_NEEDED.violation(f"{name} ({each}) is larger than needed.", enough)


def _check_environment(subnet: ExistingSubnet, found: str, planned: PlannedEnvironment) -> Iterable[Problem]:
    """Check that the environment ``found``, which uses the subnet, is the planned one."""
    if planned.is_named_by(found):
        return
    if planned.is_near(found):
        name = last_name(found)
        yield SUBNET_HELD_NEARBY.violation(
            f"{subnet.name} is in use by the environment {name}.",
            _EMPTY_SUBNET,
            remedy=f"If {name} is the previous name of this environment, continue: it is deleted first. Otherwise, "
            "specify another subnet.",
        )
        return
    yield SUBNET_HELD.violation(
        f"{subnet.name} is in use by the environment {found}.",
        _EMPTY_SUBNET,
        remedy="Specify another subnet. If this environment was deployed in that resource group before, first run "
        "`pulumi destroy` with the previous configuration.",
    )


def _listed(users: Mapping[str, Sequence[str]]) -> str:
    """Return the users of a subnet in words, with at most two IDs for each property that shows them."""
    parts = []
    for shown_by, identities in users.items():
        more = len(identities) - 2
        shown = ", ".join(f'"{identity}"' for identity in identities[:2]) + (f" and {more} more" if more > 0 else "")
        parts.append(f"the {_USERS[shown_by]}{'s' if len(identities) > 1 else ''} {shown}")
    return "; ".join(parts)


def _other_delegations(subnet: ExistingSubnet) -> list[str]:
    return [other for other in subnet.delegations if other.lower() != ENVIRONMENT_TYPE.lower()]
