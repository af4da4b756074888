"""What Azure accepts, as pure functions from values to problems. Each names its source.

A rule here is an error: a source says that the value is refused or unusable. The arguments' models (arguments.py) call
the rules; so can an editor, a CI job or a larger program.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from .address_plan import (
    SMALLEST_SPACE_PREFIX_LENGTH,
    SUBNET_COUNT,
    SUBNET_PREFIX_LENGTH,
    NoRoomError,
    is_inside,
    overlapping_pairs,
    plan_subnets,
)
from .problems import Problem, spell_given

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network

PREMIUM_CAPACITIES = range(11)
"""Scale units of a Premium ISE beside its base unit (Microsoft's ISE article of 2022-08-20; the service's SKU list)."""

_FOUR_SUBNETS_EXAMPLE = '[{"name": "subnet-1", "addressPrefix": "10.0.0.0/27"}, … three more]'

# Microsoft's "Naming rules and restrictions for Azure resources", by resource type.
_NAME_RULES = {
    "integration service environment": (
        re.compile(r"[A-Za-z0-9._-]{1,80}"),
        "1 to 80 letters, digits, hyphens, underscores and periods",
        "Fabrikam-ISE",
    ),
    "resource group": (
        re.compile(r"[\w().-]{0,89}[\w()-]"),
        "1 to 90 letters, digits, underscores, parentheses, hyphens and periods, not ending in a period",
        "Fabrikam-RG",
    ),
    "virtual network": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_]"),
        "2 to 64 letters, digits, underscores, periods and hyphens; first a letter or digit, last one or an underscore",
        "Fabrikam-VNET",
    ),
    # The ISE article adds that the first character of a subnet's name is no digit; what both sources accept is a
    # letter.
    "subnet": (
        re.compile(r"[A-Za-z](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"),
        "1 to 80 letters, digits, underscores, periods and hyphens; first a letter, last no period or hyphen",
        "subnet-1",
    ),
}


def check_name(kind: str, name: str) -> list[Problem]:
    """Whether Azure takes ``name`` for a resource of ``kind`` (a key of the table above)."""
    pattern, allowed, example = _NAME_RULES[kind]
    if pattern.fullmatch(name):
        return []
    return [Problem(f"{spell_given(name)} is not a name that Azure takes for a {kind}.", allowed, example)]


def check_location(location: str) -> list[Problem]:
    """Whether ``location`` has the shape of an Azure region's name, after normalisation."""
    if re.fullmatch(r"[a-z]+[a-z0-9]*", location):
        return []
    return [
        Problem(
            f"{spell_given(location)} is not the name of an Azure region.",
            "a region by its name or display name; `az account list-locations` lists them",
            "westus2",
        )
    ]


def normalise_location(location: str) -> str:
    """The name of a region as ARM spells it: "West US 2" and "WestUS2" are ``westus2``."""
    return location.replace(" ", "").lower()


def check_address_range(text: str) -> list[Problem]:
    """Whether ``text`` is an IPv4 range in CIDR notation without host bits."""
    allowed, example = "an IPv4 range in CIDR notation", "10.0.0.0/27"
    address, slash, length = text.partition("/")
    try:
        interface = IPv4Interface(text)
    except ValueError:
        is_ipv6 = ":" in address
        reason = (
            "is an IPv6 range; an environment's network takes IPv4 only"
            if is_ipv6
            else "is no IPv4 range in CIDR notation"
        )
        return [Problem(f"{spell_given(text)} {reason}.", allowed, example)]
    if not slash or not length.isdecimal():
        return [
            Problem(
                f"{spell_given(text)} has no prefix length.",
                allowed,
                f"{address}/{interface.network.prefixlen if slash else 27}",
            )
        ]
    if interface.ip != interface.network.network_address:
        return [
            Problem(
                f"{spell_given(text)} begins in the middle of a range.",
                "the range that it lies in",
                str(interface.network),
            )
        ]
    return []


def check_sku(name: str, capacity: int) -> list[Problem]:
    """Whether the service has a SKU ``name`` with ``capacity`` scale units.

    Source: Microsoft's ISE article (2022-08-20), "Create your ISE": "SKU" and "Additional capacity".
    """
    place = ("capacity",)
    if name == "Developer" and capacity != 0:
        return [
            Problem(
                f"{capacity} scale units are not possible with the Developer SKU.",
                "0",
                "0",
                'Set it to 0, or set sku.name to "Premium" (which rebuilds an environment that exists).',
                place,
            )
        ]
    if name == "Premium" and capacity not in PREMIUM_CAPACITIES:
        return [Problem(f"{capacity} scale units are not possible.", "a whole number from 0 to 10", "1", place=place)]
    return []


def check_address_space(address_space: Sequence[IPv4Network]) -> list[Problem]:
    """Whether the prefixes of a virtual network are there and disjoint."""
    place = ("addressSpace",)
    if not address_space:
        return [
            Problem("holds no prefix.", "at least one IPv4 prefix in CIDR notation", '["10.0.0.0/24"]', place=place)
        ]
    return [
        Problem(
            f"{address_space[second]} overlaps {address_space[first]}.",
            "prefixes that share no address",
            remedy="Leave out the smaller of the two.",
            place=(*place, second),
        )
        for first, second in overlapping_pairs(address_space)
    ]


def check_room(address_space: Sequence[IPv4Network]) -> list[Problem]:
    """Whether four subnets can be planned in ``address_space``, which has to be valid by itself."""
    try:
        plan_subnets(address_space)
    except NoRoomError:
        # Any prefix that holds four /27 by itself would have been enough, so the first is smaller than that.
        enough = address_space[0].supernet(new_prefix=SMALLEST_SPACE_PREFIX_LENGTH)
        return [
            Problem(
                f"{', '.join(map(str, address_space))} has no room for four subnets of /{SUBNET_PREFIX_LENGTH}.",
                f"one prefix of /{SMALLEST_SPACE_PREFIX_LENGTH} or larger, or several that hold the four",
                f'["{enough}"]',
                place=("addressSpace",),
            )
        ]
    return []


def check_subnets(
    names: Sequence[str], ranges: Sequence[IPv4Network | None], address_space: Sequence[IPv4Network]
) -> list[Problem]:
    """Whether the given subnets can be the four of an environment in ``address_space``.

    Source: Microsoft's ISE article (2022-08-20), "Prerequisites": exactly four subnets, empty, each /27 or larger, in
    CIDR notation. That subnets lie in their network's space, apart from each other and under different names, is
    Azure's rule for every virtual network.
    """
    place = ("subnets",)
    if len(names) != SUBNET_COUNT:
        return [
            Problem(
                f"{len(names)} subnets were given; an environment takes exactly {SUBNET_COUNT}.",
                f"{SUBNET_COUNT} subnets, or none at all to have them planned",
                _FOUR_SUBNETS_EXAMPLE,
                place=place,
            )
        ]
    problems = [
        Problem(
            f'"{name}" is already the name of another subnet (Azure ignores case).',
            "four different names",
            place=(*place, position, "name"),
        )
        for position, name in enumerate(names)
        if name.lower() in {earlier.lower() for earlier in names[:position]}
    ]
    given = [(position, subnet) for position, subnet in enumerate(ranges) if subnet is not None]
    if given and len(given) < SUBNET_COUNT:
        missing = next(position for position, subnet in enumerate(ranges) if subnet is None)
        problems.append(
            Problem(
                "has no range, though another subnet has one.",
                "a range for each of the four subnets, or for none of them to have all planned",
                _FOUR_SUBNETS_EXAMPLE,
                place=(*place, missing, "addressPrefix"),
            )
        )
    problems += [
        Problem(
            f"{subnet} is too small.",
            f"/{SUBNET_PREFIX_LENGTH} (32 addresses) or larger",
            str(subnet.supernet(new_prefix=SUBNET_PREFIX_LENGTH)),
            place=(*place, position, "addressPrefix"),
        )
        for position, subnet in given
        if subnet.prefixlen > SUBNET_PREFIX_LENGTH
    ]
    problems += [
        Problem(
            f"{subnet} is not inside the address space {', '.join(map(str, address_space))}.",
            "a range within one prefix of network.addressSpace",
            remedy="Move the subnet, or add a prefix that holds it to network.addressSpace.",
            place=(*place, position, "addressPrefix"),
        )
        for position, subnet in given
        if not is_inside(subnet, address_space)
    ]
    problems += [
        Problem(
            f"{given[second][1]} overlaps {given[first][1]}, the range of subnet {given[first][0] + 1}.",
            "four ranges that share no address",
            place=(*place, given[second][0], "addressPrefix"),
        )
        for first, second in overlapping_pairs([subnet for _, subnet in given])
    ]
    return problems
