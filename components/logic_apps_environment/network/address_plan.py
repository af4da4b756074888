"""Plan the address ranges of the four subnets, with arithmetic on IPv4 networks.

Sources: Microsoft's "Connect to Azure virtual networks from Azure Logic Apps by using an ISE" (2022-08-20),
    "Prerequisites": exactly four subnets, each a /27; and "Create … with Logic Apps REST API", "Request body": four
    subnet IDs in order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from ipaddress import IPv4Network
from itertools import islice

SUBNET_COUNT = 4
"""An ISE has exactly four subnets: for Logic Apps, App Service Environment, API Management and Redis cache."""

SUBNET_PREFIX_LENGTH = 27
"""Each subnet has at least 32 addresses (/27). Azure rejects fewer; more have no benefit."""

SMALLEST_SPACE_PREFIX_LENGTH = 25
"""Four /27 fill a /25, the smallest single prefix for an environment."""


def plan_subnets(address_space: Sequence[IPv4Network]) -> tuple[IPv4Network, ...]:
    """Return the first four /27 ranges of an address space with disjoint prefixes, in the order of the prefixes.

    There are fewer if the address space has no room. The plan depends on nothing else, and does not change if a prefix
    is added at the end, because a change would replace the environment.
    """
    candidates = (
        subnet
        for prefix in address_space
        if prefix.prefixlen <= SUBNET_PREFIX_LENGTH
        for subnet in prefix.subnets(new_prefix=SUBNET_PREFIX_LENGTH)
    )
    return tuple(islice(candidates, SUBNET_COUNT))


def overlaps(networks: Mapping[int, IPv4Network]) -> list[tuple[int, int]]:
    """Return the positions of each network that overlaps an earlier one, and of the first one that it overlaps.

    The positions are in ascending order.
    """
    found = []
    earlier: list[tuple[int, int, int]] = []
    for position, network in networks.items():
        first, last = int(network.network_address), int(network.broadcast_address)
        overlapped = next((at for at, begin, end in earlier if begin <= last and first <= end), None)
        if overlapped is not None:
            found.append((position, overlapped))
        earlier.append((position, first, last))
    return found


def is_inside(network: IPv4Network, address_space: Collection[IPv4Network]) -> bool:
    """Whether one prefix of ``address_space`` contains ``network``."""
    return any(network.subnet_of(prefix) for prefix in address_space)
