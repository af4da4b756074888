"""Rules about networks that exist: their ids, and what is found when they are looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..address_plan import SUBNET_COUNT, SUBNET_PREFIX_LENGTH, is_inside
from . import sources
from .addresses import SUBNET_COUNT_RULE, SUBNET_OUTSIDE, SUBNET_OVERLAP, SUBNET_TOO_SMALL, check_reserved
from .rule import Problem, Rule, Severity, shorten, spell_given
from .shapes import MISSING_VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from ipaddress import IPv4Network

NETWORK_ALTERNATIVES = Rule(
    "network-alternatives",
    "A network is made here, or four subnets are made in a virtual network that exists, or four subnets exist: one of "
    "the three.",
    Severity.ERROR,
    sources.LIBRARY_NETWORKS,
)
VIRTUAL_NETWORK_ID = Rule(
    "virtual-network-id",
    "A virtual network that exists is given by its resource id.",
    Severity.ERROR,
    sources.RESOURCE_IDS,
)
SUBNET_ID = Rule("subnet-id", "A subnet that exists is given by its resource id.", Severity.ERROR, sources.RESOURCE_IDS)
SUBNET_ID_REPEATED = Rule(
    "subnet-id-repeated",
    "The four subnets that exist are different ones; Azure ignores case.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: four empty subnets",
)
SUBNETS_OF_ONE_NETWORK = Rule(
    "subnets-of-one-network",
    "The four subnets are in one virtual network.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: the environment is injected into one virtual network",
)
NETWORK_FOUND = Rule(
    "network-found",
    "A virtual network or subnet that is said to exist does exist.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; seen by looking it up",
)
NETWORK_SUBSCRIPTION = Rule(
    "network-subscription",
    "A network that exists is in the subscription that the environment is made in.",
    Severity.ERROR,
    f"{sources.LIBRARY_NETWORKS}: whether Azure takes another is documented nowhere; seen by looking it up",
)
NETWORK_LOCATION = Rule(
    "network-location",
    "A network that exists is in the region of the environment.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: the environment is injected into the virtual network, which is of one "
    "region; seen by looking it up",
)
SUBNET_DELEGATION = Rule(
    "subnet-delegation",
    "Exactly one of four subnets that exist is delegated, to Microsoft.Logic/integrationServiceEnvironments.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; seen by looking it up",
)
SUBNET_HELD = Rule(
    "subnet-held",
    "A subnet that exists is held by no other service and no other environment.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: empty subnets; seen by looking it up",
)
SUBNET_HELD_NEARBY = Rule(
    "subnet-held-nearby",
    "A subnet that exists is held by no other environment of the same resource group.",
    Severity.WARNING,
    f"{sources.LIBRARY_NETWORKS}: it may be this one under an earlier name; seen by looking it up",
)
SUBNET_EMPTY = Rule(
    "subnet-empty",
    "A subnet that exists is empty.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; seen by looking it up",
)
SUBNET_SAME_RANGE = Rule(
    "subnet-same-range",
    "While no environment stands, no empty subnet of a virtual network that exists has, under another name, the range "
    "of one that is to be made.",
    Severity.WARNING,
    f"{sources.LIBRARY_NETWORKS}: it may be this one under an earlier name; seen by looking it up",
)

_VIRTUAL_NETWORK = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.Network/virtualNetworks/(?P<network>[^/]+)",
    re.IGNORECASE,
)
_SUBNET = re.compile(rf"(?P<id>{_VIRTUAL_NETWORK.pattern})/subnets/(?P<subnet>[^/]+)", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.Logic/integrationServiceEnvironments/(?P<name>[^/]+)",
    re.IGNORECASE,
)

_EXAMPLE = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network/providers/Microsoft.Network"
    "/virtualNetworks/vnet-company"
)


@dataclass(frozen=True, slots=True)
class NetworkId:
    """The parts of a virtual network's id."""

    subscription: str
    resource_group: str
    name: str


@dataclass(frozen=True, slots=True)
class ExistingSubnet:
    """What is looked at in a subnet that exists.

    Attributes:
        identity: its resource id.
        name: its name.
        ranges: its IPv4 ranges.
        delegations: the services that it is delegated to.
        holders: ids or types of what holds it for a service.
        used_addresses: how many network interfaces and private endpoints are in it.
    """

    identity: str
    name: str
    ranges: tuple[IPv4Network, ...] = ()
    delegations: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    used_addresses: int = 0


@dataclass(frozen=True, slots=True)
class ExistingNetwork:
    """What is looked at in a virtual network that exists.

    Attributes:
        identity: its resource id, as Azure spells it.
        location: its region.
        address_space: its IPv4 prefixes.
        subnets: the subnets in it.
        dns_servers: its own DNS servers.
    """

    identity: str
    location: str
    address_space: tuple[IPv4Network, ...]
    subnets: tuple[ExistingSubnet, ...] = ()
    dns_servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The environment that is to stand in a network.

    What a preview does not know yet is None.

    Attributes:
        subscription: the id of its subscription.
        resource_group: the name of its resource group.
        name: its name.
        location: its region, normalised.
    """

    subscription: str
    resource_group: str | None
    name: str | None
    location: str | None


def network_id(text: str) -> NetworkId:
    """The parts of the id of a virtual network, or of a subnet in it; the id was checked before."""
    found = _SUBNET.fullmatch(text) or _VIRTUAL_NETWORK.fullmatch(text)
    assert found is not None, text  # noqa: S101 - checked
    return NetworkId(found["subscription"], found["group"], found["network"])


def check_virtual_network_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a virtual network."""
    if _VIRTUAL_NETWORK.fullmatch(text):
        return []
    return [
        VIRTUAL_NETWORK_ID.broken(
            f"{_given(text)} is not the id of a virtual network.",
            "the id, as `az network vnet show --query id` prints it",
            _EXAMPLE,
        )
    ]


def check_subnet_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a subnet."""
    if _SUBNET.fullmatch(text):
        return []
    return [
        SUBNET_ID.broken(
            f"{_given(text)} is not the id of a subnet.",
            "the id, as `az network vnet subnet show --query id` prints it",
            f"{_EXAMPLE}/subnets/subnet-1",
        )
    ]


def _given(text: str) -> str:
    """What was given instead of an id. Long ids look like keys, of which nothing is repeated: what they are is said."""
    if _SUBNET.fullmatch(text):
        return "The id of a subnet"
    return "The id of a virtual network" if _VIRTUAL_NETWORK.fullmatch(text) else spell_given(text)


def check_subnet_ids(identities: Sequence[str | None]) -> list[Problem]:
    """Whether these, as far as they are known, are four different subnets of one virtual network; None is unknown."""
    problems = check_subnet_id_count(len(identities))
    known = [(position, identity.lower()) for position, identity in enumerate(identities) if identity is not None]
    seen: set[str] = set()
    for position, identity in known:
        if identity in seen:
            problems.append(SUBNET_ID_REPEATED.broken("is given twice.", "four different subnets", place=(position,)))
        seen.add(identity)
    networks = {identity.rpartition("/subnets/")[0] for _, identity in known}
    if len(networks) > 1:
        problems.append(
            SUBNETS_OF_ONE_NETWORK.broken(
                f"has subnets of {len(networks)} virtual networks: {', '.join(map(_last, sorted(networks)))}.",
                "four subnets of one virtual network",
            )
        )
    return problems


def check_subnet_id_count(count: int) -> list[Problem]:
    """Whether that many subnets that exist make an environment."""
    if count == SUBNET_COUNT:
        return []
    return [
        SUBNET_COUNT_RULE.broken(
            f"{count} subnet{'' if count == 1 else 's'} given; an environment takes exactly {SUBNET_COUNT}.",
            f"the ids of {SUBNET_COUNT} subnets",
        )
    ]


def check_subscription(identity: str, subscription: str) -> list[Problem]:
    """Whether a network is in the subscription that everything is made in."""
    given = network_id(identity).subscription
    if given.lower() == subscription.lower():
        return []
    return [
        NETWORK_SUBSCRIPTION.broken(
            f"{_last(identity)} is in subscription {shorten(given)}, the environment is made in {subscription}.",
            "a network of the same subscription",
            remedy="Make the environment in the network's subscription (azure-native:subscriptionId).",
        )
    ]


def not_found(identity: str) -> Problem:
    """The problem that Azure knows nothing of this id."""
    return NETWORK_FOUND.broken(
        f"{shorten(_last(identity))} does not exist: Azure knows nothing of {identity}.",
        "the id of a network that exists",
        remedy="Correct it, or make the network first. A login that may not read the network does not find it either.",
    )


def check_new_subnets(network: ExistingNetwork, ours: Mapping[str, IPv4Network], newcomer: Newcomer) -> list[Problem]:
    """Whether four subnets can be made in a virtual network.

    Args:
        network: the virtual network as it was looked up.
        ours: the ranges of the four by their names. A subnet that is there under one of these names, or that holds an
            environment of the newcomer's group, is taken for one that was made before; if it is another's, Azure
            refuses to make the same again.
        newcomer: the environment that they are for.
    """
    problems = _check_location(network, newcomer, "virtualNetworkId")
    names = {name.lower() for name in ours}
    theirs = [
        subnet
        for subnet in network.subnets
        if subnet.name.lower() not in names
        and not any(_is_nearby(holder, newcomer) for holder in _environments(subnet))
    ]
    # Whether there is an environment to lose: a rebuild deletes it before Azure refuses a range that is taken.
    stands = any(
        (subnet.holders and subnet.name.lower() in names)
        or any(_is_nearby(holder, newcomer) for holder in _environments(subnet))
        for subnet in network.subnets
    )
    for position, wanted in enumerate(ours.values()):
        place = ("subnets", position, "addressPrefix")
        if not is_inside(wanted, network.address_space):
            space = ", ".join(map(str, network.address_space))
            problems.append(
                SUBNET_OUTSIDE.broken(
                    f"{wanted} is not inside the address space {space} of {_last(network.identity)}.",
                    "a range within one prefix of the virtual network",
                    place=place,
                )
            )
        problems += [
            _overlap(wanted, taken, subnet, network, stands=stands).within(*place)
            for subnet in theirs
            for taken in subnet.ranges
            if taken.overlaps(wanted)
        ]
    return problems


def _overlap(
    wanted: IPv4Network, taken: IPv4Network, subnet: ExistingSubnet, network: ExistingNetwork, *, stands: bool
) -> Problem:
    """What it means that a range which is wanted overlaps one that is taken."""
    where = f"the range of {shorten(subnet.name)} in {_last(network.identity)}"
    if wanted == taken and not stands and not subnet.holders and not subnet.used_addresses:
        return SUBNET_SAME_RANGE.broken(
            f"{wanted} is {where} already.",
            "a range that no other subnet has, unless that is this one under an earlier name",
            remedy="If this stack made it, the update replaces it. If not, Azure refuses the range before it makes an "
            "environment: choose another.",
        )
    return SUBNET_OVERLAP.broken(f"{wanted} overlaps {taken}, {where}.", "a range that no other subnet has")


def check_existing_subnets(
    network: ExistingNetwork, identities: Sequence[str], newcomer: Newcomer, *, service: str
) -> list[Problem]:
    """Whether an environment can stand in four subnets of a virtual network.

    Args:
        network: the virtual network as it was looked up.
        identities: the ids of the four.
        newcomer: the environment. What it holds already counts as free.
        service: the service that one of them is delegated to.
    """
    problems = _check_location(network, newcomer, "subnetIds")
    by_id = {subnet.identity.lower(): subnet for subnet in network.subnets}
    found: list[ExistingSubnet] = []
    for position, identity in enumerate(identities):
        subnet = by_id.get(identity.lower())
        if subnet is None:
            problems.append(not_found(identity).within("subnetIds", position))
        else:
            found.append(subnet)
            problems += [problem.within("subnetIds", position) for problem in _check_subnet(subnet, newcomer, service)]
    delegated = [subnet.name for subnet in found if _is_delegated(subnet, service)]
    if len(found) == len(identities) and len(delegated) != 1:
        given = f"{', '.join(delegated)} are" if delegated else "none of them is"
        problems.append(
            SUBNET_DELEGATION.broken(
                f"{given} delegated to {service}; an environment needs exactly one.",
                "one delegated subnet, and three that are not",
                remedy="Change the delegation of the subnets: az network vnet subnet update --delegations …",
                place=("subnetIds",),
            )
        )
    return problems


def _check_location(network: ExistingNetwork, newcomer: Newcomer, key: str) -> list[Problem]:
    location = network.location.replace(" ", "").lower()
    if newcomer.location in (None, location):
        return []
    return [
        NETWORK_LOCATION.broken(
            f"{_last(network.identity)} is in {location}, the environment in {newcomer.location}.",
            "a network of the same region",
            remedy=f"Set location to {location}, or give a network in {newcomer.location}.",
            place=(key,),
        )
    ]


def _check_subnet(subnet: ExistingSubnet, newcomer: Newcomer, service: str) -> Iterable[Problem]:
    if not any(each.prefixlen <= SUBNET_PREFIX_LENGTH for each in subnet.ranges):
        given = ", ".join(map(str, subnet.ranges)) or "no IPv4 range"
        yield SUBNET_TOO_SMALL.broken(
            f"{subnet.name} ({given}) is too small.", f"/{SUBNET_PREFIX_LENGTH} (32 addresses) or larger"
        )
    others = [other for other in subnet.delegations if other.lower() != service.lower()]
    if others:
        yield SUBNET_DELEGATION.broken(
            f"{subnet.name} is delegated to {', '.join(others)}.",
            f"{service} for one of the four, nothing for the others",
        )
    environments = _environments(subnet)
    for holder in subnet.holders:
        if not _ENVIRONMENT.fullmatch(holder):
            yield SUBNET_HELD.broken(f"{subnet.name} is held by {holder}.", "an empty subnet")
    for environment in environments:
        yield from _check_holder(subnet, environment, newcomer)
    if subnet.used_addresses and not environments:
        count = subnet.used_addresses
        yield SUBNET_EMPTY.broken(
            f"{subnet.name} has {count} address{'' if count == 1 else 'es'} in use.",
            "an empty subnet",
            remedy="Give another subnet, or move out what is in it.",
        )


def _check_holder(subnet: ExistingSubnet, holder: re.Match[str], newcomer: Newcomer) -> Iterable[Problem]:
    """What it means that an environment is in the subnet; nothing when it is the newcomer itself, made before."""
    nearby = _is_nearby(holder, newcomer)
    if nearby and _may_be(holder["name"], newcomer.name):
        return
    if nearby and newcomer.resource_group is not None:
        yield SUBNET_HELD_NEARBY.broken(
            f"{subnet.name} is held by the environment {holder['name']}.",
            "an empty subnet",
            remedy=f"If {holder['name']} is this environment's earlier name, go on: it is deleted first. Otherwise "
            "give another subnet.",
        )
        return
    yield SUBNET_HELD.broken(
        f"{subnet.name} is held by the environment {holder[0]}.",
        "an empty subnet",
        remedy="Give another subnet. If it is this environment in an earlier resource group, run `pulumi destroy` with "
        "the earlier configuration first.",
    )


def _environments(subnet: ExistingSubnet) -> list[re.Match[str]]:
    """The environments that hold a subnet, by the parts of their ids."""
    return [found for holder in subnet.holders if (found := _ENVIRONMENT.fullmatch(holder))]


def _is_nearby(holder: re.Match[str], newcomer: Newcomer) -> bool:
    """Whether an environment is in the newcomer's resource group, as far as that is known."""
    return _may_be(holder["subscription"], newcomer.subscription) and _may_be(holder["group"], newcomer.resource_group)


def _may_be(found: str, known: str | None) -> bool:
    """Whether a name that was found may be the one that is meant, as far as that is known."""
    return known is None or found.lower() == known.lower()


def _is_delegated(subnet: ExistingSubnet, service: str) -> bool:
    return any(delegation.lower() == service.lower() for delegation in subnet.delegations)


def _last(identity: str) -> str:
    """The name in a resource id."""
    return identity.rpartition("/")[2]


def check_alternative(key: str, alternative: str, beside: Sequence[str], *, given: bool) -> list[Problem]:
    """Whether ``key`` may be given where the network exists.

    Args:
        key: the key.
        alternative: the key by which the network exists.
        beside: the keys that may stand beside it.
        given: whether ``key`` has a value.
    """
    if not given or key in beside:
        return []
    return [
        NETWORK_ALTERNATIVES.broken(
            f"is for a network that is made here, but {alternative} says that it exists.",
            f"{alternative} with {', '.join(beside)}" if beside else f"{alternative} alone",
            remedy=f"Take out {key}, or {alternative}.",
        )
    ]


def check_ranges_given(ranges: Sequence[IPv4Network | None], *, all_left_out: bool) -> list[Problem]:
    """Whether subnets that are made in a virtual network that exists have ranges, and such as Azure can use.

    Args:
        ranges: their ranges; None where none is given.
        all_left_out: whether nothing was said of the subnets at all.
    """
    statement = "is required in a virtual network that exists: which ranges are free there is not known here."
    if all_left_out:
        four = "[{name: subnet-1, addressPrefix: 10.0.0.0/27}, … three more]"
        return [MISSING_VALUE.broken(statement, "four subnets, each with a range", four)]
    problems = [
        MISSING_VALUE.broken(
            statement, "an IPv4 range in CIDR notation", "10.0.0.0/27", place=(position, "addressPrefix")
        )
        for position, each in enumerate(ranges)
        if each is None
    ]
    for position, each in enumerate(ranges):
        if each is not None:
            problems += [replace(found, place=(position, "addressPrefix")) for found in check_reserved([each])]
    return problems
