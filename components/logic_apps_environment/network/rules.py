"""Rules about the address space of a network, and about its four subnets."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from logic_apps_environment.azure.network_ids import last_name, network_of
from logic_apps_environment.network.address_plan import (
    SMALLEST_SPACE_PREFIX_LENGTH,
    SUBNET_COUNT,
    SUBNET_PREFIX_LENGTH,
    NoRoomError,
    outside,
    overlaps,
    plan_subnets,
)
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.repetition import repeated
from logic_apps_environment.validation.rule import Problem, Rule, Severity, some_of
from logic_apps_environment.validation.schema_rules import MISSING_VALUE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

ADDRESS_RESERVED = Rule(
    "address-reserved",
    "No range of the network touches the ranges that Logic Apps or Azure cannot use.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; {sources.NETWORK_FAQ}",
)

ADDRESS_SPACE_EMPTY = Rule(
    "address-space-empty",
    "A virtual network has at least one address prefix.",
    Severity.ERROR,
    "Azure REST API specifications, Microsoft.Network 2024-05-01, AddressSpace",
)

ADDRESS_SPACE_OVERLAP = Rule(
    "address-space-overlap",
    "The prefixes of a virtual network share no address.",
    Severity.ERROR,
    f"{sources.NETWORK_FAQ}: address spaces must not overlap",
)

ADDRESS_SPACE_TOO_SMALL = Rule(
    "address-space-too-small",
    "The address space has room for four subnets of 32 addresses.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites",
)

SUBNET_COUNT_RULE = Rule(
    "subnet-count",
    "An environment takes exactly four subnets.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body; {sources.ISE_ARTICLE}, Prerequisites",
)

SUBNET_RANGE_MISSING = Rule(
    "subnet-range-missing",
    "Either each of the four subnets has a range, or none has and all are planned.",
    Severity.ERROR,
    sources.LIBRARY,
)

SUBNET_TOO_SMALL = Rule(
    "subnet-too-small",
    "A subnet has at least 32 addresses (/27).",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites",
)

SUBNET_OUTSIDE = Rule(
    "subnet-outside-address-space",
    "A subnet lies within one prefix of the address space.",
    Severity.ERROR,
    f"{sources.NETWORK_ERRORS}: NetcfgSubnetRangeOutsideVnet",
)

SUBNET_OVERLAP = Rule(
    "subnet-overlap",
    "The ranges of the subnets share no address.",
    Severity.ERROR,
    f"{sources.NETWORK_ERRORS}: NetcfgSubnetRangesOverlap",
)

SUBNET_LARGER_THAN_NEEDED = Rule(
    "subnet-larger-than-needed",
    "A subnet needs no more than 32 addresses; a larger one brings no benefit.",
    Severity.WARNING,
    f"{sources.ISE_ARTICLE}, Prerequisites",
)

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

_RESERVED = {
    IPv4Network("0.0.0.0/8"): "Logic Apps cannot resolve it",
    IPv4Network("100.64.0.0/10"): "Logic Apps cannot resolve it",
    IPv4Network("127.0.0.0/8"): "it means the machine itself",
    IPv4Network("168.63.129.16/32"): "Azure's own DNS and health probes use it",
    IPv4Network("169.254.0.0/16"): "it is for link-local addresses",
    IPv4Network("224.0.0.0/4"): "it is for multicast",
    IPv4Network("255.255.255.255/32"): "it is for broadcast",
}

_FOUR_SUBNETS = '[{"name": "subnet-1", "addressPrefix": "10.0.0.0/27"}, … three more]'


def check_address_space(address_space: Mapping[int, IPv4Network], count: int) -> list[Problem]:
    """Whether the prefixes of a virtual network are there, disjoint, and none of them is one that Azure cannot use.

    Args:
        address_space: the valid prefixes by their positions.
        count: how many are given, valid or not.
    """
    if not count:
        return [
            ADDRESS_SPACE_EMPTY.violation(
                "holds no prefix.", "at least one IPv4 range in CIDR notation", '["10.0.0.0/24"]'
            )
        ]
    problems = check_reserved(address_space)
    return problems + [
        ADDRESS_SPACE_OVERLAP.violation(
            f"{address_space[position]} overlaps {address_space[earlier]}.",
            "prefixes that share no address",
            remedy="Leave out the smaller of the two.",
            path=(position,),
        )
        for position, earlier in overlaps(address_space)
    ]


def check_reserved(ranges: Mapping[int, IPv4Network]) -> list[Problem]:
    """Whether none of the ranges, by their positions, is one that Logic Apps or Azure cannot use."""
    return [
        ADDRESS_RESERVED.violation(
            f"{prefix} touches {reserved}, which cannot be used: {reason}.",
            "a range that does not, such as one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            "10.0.0.0/24",
            path=(position,),
        )
        for position, prefix in ranges.items()
        for reserved, reason in _RESERVED.items()
        if prefix.overlaps(reserved)
    ]


def check_room(address_space: Sequence[IPv4Network]) -> list[Problem]:
    """Whether four subnets, of which none has a range, can be planned in ``address_space``."""
    try:
        plan_subnets(address_space)
    except NoRoomError:
        # Any prefix that holds four /27 by itself would have been enough, so the first is smaller than that.
        enough = address_space[0].supernet(new_prefix=SMALLEST_SPACE_PREFIX_LENGTH)
        return [
            ADDRESS_SPACE_TOO_SMALL.violation(
                f"{some_of(address_space)} has no room for four subnets of /{SUBNET_PREFIX_LENGTH}.",
                f"one prefix of /{SMALLEST_SPACE_PREFIX_LENGTH} or larger, or several that hold the four",
                f'["{enough}"]',
            )
        ]
    return []


def check_subnet_count(count: int) -> list[Problem]:
    """Whether an environment takes this number of subnets that the stack creates."""
    return _check_count(count, f"{SUBNET_COUNT} subnets, or none at all to have them planned", _FOUR_SUBNETS)


def _check_count(count: int, allowed: str, example: str = "") -> list[Problem]:
    if count == SUBNET_COUNT:
        return []
    statement = f"{count} subnet{'' if count == 1 else 's'} given; an environment takes exactly {SUBNET_COUNT}."
    return [SUBNET_COUNT_RULE.violation(statement, allowed, example)]


def check_all_or_none(ranges: Mapping[int, IPv4Network | None], *, is_any_given: bool) -> list[Problem]:
    """Whether each of the subnets has a range, or none has.

    Args:
        ranges: the ranges by the positions of their subnets, None where none is given; without those that are invalid.
        is_any_given: whether a range is given for any subnet, valid or not.
    """
    return [
        SUBNET_RANGE_MISSING.violation(
            "has no range, though another subnet has one.",
            "a range for each of the four subnets, or for none of them to have all planned",
            _FOUR_SUBNETS,
            path=(position, "addressPrefix"),
        )
        for position, subnet in ranges.items()
        if is_any_given and subnet is None
    ]


def check_subnet_ranges(
    ranges: Mapping[int, IPv4Network | None], address_space: Collection[IPv4Network] | None
) -> list[Problem]:
    """Whether the ranges of an environment's subnets fit the service, the address space and each other.

    Args:
        ranges: the valid ranges by the positions of their subnets; None where none is given.
        address_space: the prefixes of the virtual network; None while they are not known.
    """
    given = {position: subnet for position, subnet in ranges.items() if subnet is not None}
    problems = []
    for position, subnet in given.items():
        problems += [problem.within(position, "addressPrefix") for problem in _check_size(subnet)]
    if address_space is not None:
        problems += [
            SUBNET_OUTSIDE.violation(
                f"{given[position]} is not inside the address space {some_of(address_space)}.",
                "a range within one prefix of network.addressSpace",
                remedy="Move the subnet, or add a prefix that holds it to network.addressSpace.",
                path=(position, "addressPrefix"),
            )
            for position in outside(given, address_space)
        ]
    return problems + [
        SUBNET_OVERLAP.violation(
            f"{given[position]} overlaps {given[earlier]}, the range of subnets[{earlier}].",
            "four ranges that share no address",
            path=(position, "addressPrefix"),
        )
        for position, earlier in overlaps(given)
    ]


def _check_size(subnet: IPv4Network) -> list[Problem]:
    enough = f"/{SUBNET_PREFIX_LENGTH} (32 addresses)"
    if subnet.prefixlen > SUBNET_PREFIX_LENGTH:
        example = str(subnet.supernet(new_prefix=SUBNET_PREFIX_LENGTH))
        return [SUBNET_TOO_SMALL.violation(f"{subnet} is too small.", f"{enough} or larger", example)]
    if subnet.prefixlen < SUBNET_PREFIX_LENGTH:
        example = f"{subnet.network_address}/{SUBNET_PREFIX_LENGTH}"
        return [SUBNET_LARGER_THAN_NEEDED.violation(f"{subnet} is larger than needed.", enough, example)]
    return []


def check_ranges_given(ranges: Mapping[int, IPv4Network | None], *, all_left_out: bool) -> list[Problem]:
    """Whether subnets that the stack creates in an existing virtual network have ranges, and valid ones.

    Args:
        ranges: the valid ranges by the positions of their subnets; None where none is given.
        all_left_out: whether ``subnets`` is not given.
    """
    statement = "is required in a virtual network that exists: which ranges are free there is not known here."
    if all_left_out:
        four = "[{name: subnet-1, addressPrefix: 10.0.0.0/27}, … three more]"
        return [MISSING_VALUE.violation(statement, "four subnets, each with a range", four)]
    problems = [
        MISSING_VALUE.violation(
            statement, "an IPv4 range in CIDR notation", "10.0.0.0/27", path=(position, "addressPrefix")
        )
        for position, each in ranges.items()
        if each is None
    ]
    given = {position: each for position, each in ranges.items() if each is not None}
    return problems + [replace(found, path=(*found.path, "addressPrefix")) for found in check_reserved(given)]


def check_subnet_ids(identities: Mapping[int, str], count: int) -> list[Problem]:
    """Whether these are four different subnets of one virtual network.

    Args:
        identities: the ids that are known and valid, by their positions.
        count: how many are given.
    """
    problems = _check_count(count, f"the ids of {SUBNET_COUNT} subnets")
    problems += [
        SUBNET_ID_REPEATED.violation("is given twice.", "four different subnets", path=(position,))
        for position, _ in repeated(identities)
    ]
    networks = sorted({network_of(identity.lower()) for identity in identities.values()})
    if len(networks) > 1:
        problems.append(
            SUBNETS_OF_ONE_NETWORK.violation(
                f"has subnets of {len(networks)} virtual networks: {some_of([last_name(each) for each in networks])}.",
                "four subnets of one virtual network",
            )
        )
    return problems
