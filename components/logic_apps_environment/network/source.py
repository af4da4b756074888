"""The three sources of an environment's network, and the keys that each of them allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule

NETWORK_ALTERNATIVES = Rule(
    "network-alternatives",
    "The stack creates the network, or creates subnets in an existing virtual network, or uses existing subnets.",
    references.LIBRARY_NETWORKS,
)


class NetworkSource(StrEnum):
    """The source of the four subnets: the key that selects it."""

    STACK = "name"
    """The stack creates the virtual network and the subnets."""

    EXISTING_NETWORK = "virtualNetworkId"
    """The stack creates the subnets in an existing virtual network."""

    EXISTING_SUBNETS = "subnetIds"
    """The stack uses four existing subnets, and creates no network resources."""


_BESIDE: Mapping[str, tuple[str, ...]] = {
    NetworkSource.EXISTING_NETWORK: ("subnets", "securityGroup", "routeTable", "serviceEndpoints"),
    NetworkSource.EXISTING_SUBNETS: (),
}
"""The keys that are allowed for an existing network together with the key that selects it."""


def check_key(key: str, source: NetworkSource) -> Iterator[Problem]:
    """Check that ``key``, which is set, is allowed for a network from this source."""
    if source is NetworkSource.STACK or key == source or key in _BESIDE[source]:
        return
    beside = ", ".join(_BESIDE[source])
    yield NETWORK_ALTERNATIVES.violation(
        f"cannot be used together with {source}.",
        f"{source} with {beside}" if beside else f"{source} alone",
        remedy=f"Remove {key} or {source}.",
    )
