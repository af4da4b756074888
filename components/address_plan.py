"""Which address ranges the four subnets get. Pure arithmetic on IPv4 networks.

Sources: Microsoft's "Connect to Azure virtual networks from Azure Logic Apps by using an ISE" (2022-08-20),
    "Prerequisites": exactly four subnets, each a /27; and "Create … with Logic Apps REST API", "Request body": four
    subnet ids in order.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network

SUBNET_COUNT = 4
"""An ISE takes exactly four subnets: for Logic Apps, App Service Environment, API Management and Redis cache."""

SUBNET_PREFIX_LENGTH = 27
"""Each subnet has at least 32 addresses (/27). More brings no benefit, fewer are refused."""

SMALLEST_SPACE_PREFIX_LENGTH = 25
"""Four /27 fill a /25: the smallest single prefix that holds an environment."""


class NoRoomError(ValueError):
    """The address space has no room for four /27 subnets."""


def plan_subnets(address_space: Sequence[IPv4Network]) -> tuple[IPv4Network, ...]:
    """The first four /27 ranges of ``address_space``, in the order of its prefixes.

    The plan depends on nothing else, and adding a prefix at the end does not change it: a plan that moved would delete
    and rebuild the environment.

    Args:
        address_space: the prefixes of the virtual network, disjoint.

    Raises:
        NoRoomError: fewer than four /27 ranges fit.
    """
    candidates = (
        subnet
        for prefix in address_space
        if prefix.prefixlen <= SUBNET_PREFIX_LENGTH
        for subnet in prefix.subnets(new_prefix=SUBNET_PREFIX_LENGTH)
    )
    planned = tuple(islice(candidates, SUBNET_COUNT))
    if len(planned) < SUBNET_COUNT:
        raise NoRoomError
    return planned


def overlapping_pairs(networks: Sequence[IPv4Network]) -> list[tuple[int, int]]:
    """The positions of every two networks that share an address, lower position first, in order."""
    pairs = []
    # Sweeping over the ranges by their beginnings; all that has not ended yet shares an address with the next.
    begun: list[int] = []
    for position in sorted(range(len(networks)), key=lambda each: networks[each].network_address):
        start = networks[position].network_address
        begun = [other for other in begun if networks[other].broadcast_address >= start]
        pairs += [(min(other, position), max(other, position)) for other in begun]
        begun.append(position)
    return sorted(pairs, key=lambda pair: (pair[1], pair[0]))


def is_inside(network: IPv4Network, address_space: Sequence[IPv4Network]) -> bool:
    """Whether one prefix of ``address_space`` holds ``network`` whole."""
    return any(network.subnet_of(prefix) for prefix in address_space)
