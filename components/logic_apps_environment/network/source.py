"""The three sources of an environment's network, and the keys that each of them takes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

NETWORK_ALTERNATIVES = Rule(
    "network-alternatives",
    "The stack creates the network, or creates subnets in an existing virtual network, or uses existing subnets.",
    Severity.ERROR,
    sources.LIBRARY_NETWORKS,
)


class NetworkSource(StrEnum):
    """Where the four subnets come from: the key that decides it."""

    STACK = "name"
    """The stack creates the virtual network and the subnets."""

    EXISTING_NETWORK = "virtualNetworkId"
    """The stack creates the subnets in an existing virtual network."""

    EXISTING_SUBNETS = "subnetIds"
    """The subnets exist; the stack creates nothing of the network."""


_BESIDE: Mapping[str, tuple[str, ...]] = {
    NetworkSource.EXISTING_NETWORK: ("subnets", "securityGroup", "routeTable", "serviceEndpoints"),
    NetworkSource.EXISTING_SUBNETS: (),
}
"""The keys that an existing network takes beside the key that decides the source."""


def check_key(key: str, source: NetworkSource) -> list[Problem]:
    """Whether the network of this source takes ``key``, which is given."""
    if source is NetworkSource.STACK or key == source or key in _BESIDE[source]:
        return []
    beside = ", ".join(_BESIDE[source])
    return [
        NETWORK_ALTERNATIVES.violation(
            f"cannot be used together with {source}.",
            f"{source} with {beside}" if beside else f"{source} alone",
            remedy=f"Remove {key} or {source}.",
        )
    ]
