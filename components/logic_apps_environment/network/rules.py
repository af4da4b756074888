"""Rules about the address space and the four subnets of a network."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network

from logic_apps_environment.azure.network_ids import last_name, network_of
from logic_apps_environment.network.address_plan import (
    SMALLEST_SPACE_PREFIX_LENGTH,
    SUBNET_COUNT,
    SUBNET_PREFIX_LENGTH,
    is_inside,
    overlaps,
    plan_subnets,
)
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, check_unique, some_of
from logic_apps_environment.validation.schema_rules import MISSING_VALUE

ADDRESS_RESERVED = Rule(
    "address-reserved",
    "No range overlaps one that Logic Apps or Azure does not support.",
    f"{references.ISE_ARTICLE}, Prerequisites; {references.NETWORK_FAQ}",
)
ADDRESS_SPACE_EMPTY = Rule(
    "address-space-empty",
    "A virtual network has at least one address prefix.",
    f"{references.NETWORK_API}, AddressSpace",
)
ADDRESS_SPACE_OVERLAP = Rule(
    "address-space-overlap",
    "The prefixes of a virtual network do not overlap.",
    references.NETWORK_FAQ,
)
ADDRESS_SPACE_TOO_SMALL = Rule(
    "address-space-too-small",
    "The address space has room for four /27 subnets.",
    f"{references.ISE_ARTICLE}, Prerequisites",
)
SUBNET_COUNT_RULE = Rule(
    "subnet-count",
    "An environment has exactly four subnets.",
    f"{references.HOW_TO}; {references.ISE_ARTICLE}, Prerequisites",
)
SUBNET_RANGE_MISSING = Rule(
    "subnet-range-missing",
    "Either all four subnets have an address prefix, or none has.",
    references.LIBRARY,
)
SUBNET_TOO_SMALL = Rule(
    "subnet-too-small",
    "A subnet has at least 32 addresses (/27).",
    f"{references.ISE_ARTICLE}, Prerequisites",
)
SUBNET_OUTSIDE = Rule(
    "subnet-outside-address-space",
    "A subnet is inside one prefix of the address space.",
    f"{references.NETWORK_ERRORS}: NetcfgSubnetRangeOutsideVnet",
)
SUBNET_OVERLAP = Rule(
    "subnet-overlap",
    "The address prefixes of the subnets do not overlap.",
    f"{references.NETWORK_ERRORS}: NetcfgSubnetRangesOverlap",
)
SUBNET_LARGER_THAN_NEEDED = Rule(
    "subnet-larger-than-needed",
    "A subnet has at most 32 addresses; more have no benefit.",
    f"{references.ISE_ARTICLE}, Prerequisites",
    Severity.WARNING,
)
SUBNET_ID_REPEATED = Rule(
    "subnet-id-repeated",
    "The four subnet IDs are unique; letter case is ignored.",
    f"{references.ISE_ARTICLE}, Prerequisites",
)
SUBNETS_OF_ONE_NETWORK = Rule(
    "subnets-of-one-network",
    "The four subnets belong to one virtual network.",
    f"{references.ISE_ARTICLE}, Prerequisites",
)

_RESERVED = {
    IPv4Network("0.0.0.0/8"): "Logic Apps cannot resolve its addresses",
    IPv4Network("100.64.0.0/10"): "Logic Apps cannot resolve its addresses",
    IPv4Network("127.0.0.0/8"): "it is reserved for loopback",
    IPv4Network("168.63.129.16/32"): "it is reserved for Azure's DNS and health probes",
    IPv4Network("169.254.0.0/16"): "it is reserved for link-local addresses",
    IPv4Network("224.0.0.0/4"): "it is reserved for multicast",
    IPv4Network("255.255.255.255/32"): "it is reserved for broadcast",
}

_FOUR_SUBNETS = '[{"name": "subnet-1", "addressPrefix": "10.0.0.0/27"}, … three more]'


def check_address_space(address_space: Mapping[int, IPv4Network], count: int) -> list[Problem]:
    """Check that a virtual network has prefixes, and that they are supported and do not overlap.

    ``address_space`` has the valid ones by their positions; ``count`` is the number of all.
    """
    if not count:
        return [
            ADDRESS_SPACE_EMPTY.violation("is empty.", "at least one IPv4 range in CIDR notation", '["10.0.0.0/24"]')
        ]
    problems = check_reserved(address_space)
    return problems + [
        ADDRESS_SPACE_OVERLAP.violation(
            f"{address_space[position]} overlaps {address_space[earlier]}.",
            "prefixes that do not overlap",
            remedy="Remove the smaller of the two.",
            path=(position,),
        )
        for position, earlier in overlaps(address_space)
    ]


def check_reserved(ranges: Mapping[int, IPv4Network]) -> list[Problem]:
    """Check that no range, by its position, overlaps one that Logic Apps or Azure does not support."""
    return [
        ADDRESS_RESERVED.violation(
            f"{prefix} overlaps {reserved}, which is not supported: {reason}.",
            "another range, such as one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            "10.0.0.0/24",
            path=(position,),
        )
        for position, prefix in ranges.items()
        for reserved, reason in _RESERVED.items()
        if prefix.overlaps(reserved)
    ]


def check_room(address_space: Sequence[IPv4Network]) -> Iterator[Problem]:
    """Check that four subnets can be planned in ``address_space``."""
    if len(plan_subnets(address_space)) == SUBNET_COUNT:
        return
    # A single prefix with room for four /27 would be enough, so the first one is smaller.
    enough = address_space[0].supernet(new_prefix=SMALLEST_SPACE_PREFIX_LENGTH)
    yield ADDRESS_SPACE_TOO_SMALL.violation(
        f"{some_of(address_space)} has no room for four /{SUBNET_PREFIX_LENGTH} subnets.",
        f"one prefix of /{SMALLEST_SPACE_PREFIX_LENGTH} or larger, or several with room for the four subnets",
        f'["{enough}"]',
    )


def check_subnet_count(count: int, *, in_existing_network: bool) -> list[Problem]:
    """Check the number of subnets that the stack creates; those in an existing network have no default."""
    default = "" if in_existing_network else "; omit the key to have names and ranges assigned automatically"
    return _check_count(count, f"exactly {SUBNET_COUNT} subnets{default}", _FOUR_SUBNETS)


def _check_count(count: int, allowed: str, example: str = "") -> list[Problem]:
    if count == SUBNET_COUNT:
        return []
    statement = (
        f"contains {count} subnet{'' if count == 1 else 's'}, but an environment requires exactly {SUBNET_COUNT}."
    )
    return [SUBNET_COUNT_RULE.violation(statement, allowed, example)]


def check_all_or_none(ranges: Mapping[int, IPv4Network | None], *, is_any_given: bool) -> list[Problem]:
    """Check that all subnets have an address prefix, or none has; in ``ranges``, None is not set.

    ``is_any_given`` is true if any subnet has a range, valid or not.
    """
    return [
        SUBNET_RANGE_MISSING.violation(
            "is not set, although another subnet has an address prefix.",
            "an address prefix for all four subnets, or for none to have the ranges assigned automatically",
            _FOUR_SUBNETS,
            path=(position, "addressPrefix"),
        )
        for position, subnet in ranges.items()
        if is_any_given and subnet is None
    ]


def check_subnet_ranges(
    ranges: Mapping[int, IPv4Network | None], address_space: Collection[IPv4Network] | None
) -> Iterator[Problem]:
    """Check the sizes of the subnets, and that they are inside the address space and do not overlap.

    In ``ranges``, None is not set. The address space is None while unknown.
    """
    given = {position: subnet for position, subnet in ranges.items() if subnet is not None}
    for position, subnet in given.items():
        yield from (problem.within(position, "addressPrefix") for problem in _check_size(subnet))
    for position, subnet in given.items():
        if address_space is not None and not is_inside(subnet, address_space):
            yield SUBNET_OUTSIDE.violation(
                f"{subnet} is not inside the address space {some_of(address_space)}.",
                "a range inside one prefix of network.addressSpace",
                remedy="Change the range, or add a prefix that contains it to network.addressSpace.",
                path=(position, "addressPrefix"),
            )
    for position, earlier in overlaps(given):
        yield SUBNET_OVERLAP.violation(
            f"{given[position]} overlaps {given[earlier]}, the address prefix of subnets[{earlier}].",
            "address prefixes that do not overlap",
            path=(position, "addressPrefix"),
        )


def _check_size(subnet: IPv4Network) -> Iterator[Problem]:
    enough = f"/{SUBNET_PREFIX_LENGTH} (32 addresses)"
    if subnet.prefixlen > SUBNET_PREFIX_LENGTH:
        example = str(subnet.supernet(new_prefix=SUBNET_PREFIX_LENGTH))
        yield SUBNET_TOO_SMALL.violation(f"{subnet} is too small.", f"{enough} or larger", example)
    if subnet.prefixlen < SUBNET_PREFIX_LENGTH:
        example = f"{subnet.network_address}/{SUBNET_PREFIX_LENGTH}"
        yield SUBNET_LARGER_THAN_NEEDED.violation(f"{subnet} is larger than needed.", enough, example)


def check_ranges_given(ranges: Mapping[int, IPv4Network | None], *, all_left_out: bool) -> Iterator[Problem]:
    """Check that subnets that the stack creates in an existing virtual network have supported ranges.

    In ``ranges``, None is not set. ``all_left_out`` is true if ``subnets`` is not set.
    """
    statement = "is required in an existing virtual network, but is not set."
    if all_left_out:
        four = "[{name: subnet-1, addressPrefix: 10.0.0.0/27}, … three more]"
        yield MISSING_VALUE.violation(statement, "four subnets with address prefixes", four)
        return
    for position, each in ranges.items():
        if each is None:
            path = (position, "addressPrefix")
            yield MISSING_VALUE.violation(statement, "an IPv4 range in CIDR notation", "10.0.0.0/27", path=path)
    given = {position: each for position, each in ranges.items() if each is not None}
    yield from (replace(found, path=(*found.path, "addressPrefix")) for found in check_reserved(given))


def check_subnet_ids(identities: Mapping[int, str], count: int) -> list[Problem]:
    """Check that these are four different subnets of one virtual network.

    ``identities`` has the known and valid IDs by their positions; ``count`` is the number of all.
    """
    problems = _check_count(count, f"the resource IDs of {SUBNET_COUNT} subnets")
    problems += check_unique(SUBNET_ID_REPEATED, identities, "is listed twice.", "Specify four different subnets.")
    networks = sorted({network_of(identity.lower()) for identity in identities.values()})
    if len(networks) > 1:
        problems.append(
            SUBNETS_OF_ONE_NETWORK.violation(
                f"contains subnets of {len(networks)} virtual networks: "
                f"{some_of([last_name(each) for each in networks])}.",
                "four subnets of one virtual network",
            )
        )
    return problems
