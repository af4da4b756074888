"""Parse the network health that Azure returns: which subnet cannot reach which endpoint.

Source: API description ``Microsoft.Logic`` 2019-05-01, IntegrationServiceEnvironmentNetworkHealth and its example. The
description gives the health of a subnet the values of accessibility; the example has ``Healthy``. Both are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from logic_apps_environment.commands.azure_client.printable import printable

_HEALTHY_STATES = ("healthy", "available")


@dataclass(frozen=True)
class Unreachable:
    """An endpoint, with host and ports, that the environment needs and cannot reach.

    The category is that of the dependency in the API description, the purpose its display name.
    """

    category: str
    purpose: str
    endpoint: str


@dataclass(frozen=True)
class SubnetHealth:
    """The health of one subnet, with its state as Azure returns it.

    Attributes:
        unreachable: the endpoints that cannot be reached.
        reasons: Azure's messages about the problem.
    """

    name: str
    state: str
    unreachable: tuple[Unreachable, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Whether Azure reports the subnet as healthy. An unknown state is not healthy."""
        return self.state.lower() in _HEALTHY_STATES and not self.unreachable and not self.reasons


class UnexpectedResponseError(Exception):
    """The response does not have the described form."""


def read_health(response: object) -> list[SubnetHealth]:
    """Return the health of each subnet in the response to ``health/network``, in the order of the response.

    Raises:
        UnexpectedResponseError: the response does not have the described form, or names no subnet.
    """
    if not isinstance(response, dict) or not response:
        raise UnexpectedResponseError("it names no subnet")
    try:
        return [_read_subnet(name, health) for name, health in response.items()]
    except (AttributeError, KeyError, TypeError) as error:
        raise UnexpectedResponseError(printable(f"{type(error).__name__}: {error}")) from error


def _read_subnet(name: str, health: Mapping[str, Any]) -> SubnetHealth:
    outbound = health.get("outboundNetworkHealth") or {}
    reasons = list(_reasons(outbound.get("error") or {}))
    if not reasons and str(outbound.get("state") or "Healthy").lower() == "unhealthy":
        reasons.append("Azure reports unhealthy outbound traffic without a reason.")
    unreachable = [
        Unreachable(
            printable(dependency.get("category")),
            printable(dependency.get("displayName") or ""),
            printable(f"{endpoint.get('domainName')}:{','.join(map(str, endpoint.get('ports') or []))}"),
        )
        for dependency in health.get("outboundNetworkDependencies") or []
        for endpoint in dependency.get("endpoints") or []
        if str(endpoint.get("accessibility")).lower() == "notavailable"
    ]
    state = printable(health["networkDependencyHealthState"])
    return SubnetHealth(printable(name), state, tuple(unreachable), tuple(reasons))


def _reasons(error: Mapping[str, Any]) -> Iterator[str]:
    details = error.get("details") or []
    if not details and error:
        yield printable(f"{error.get('code')}: {error.get('message')}")
    for detail in details:
        yield printable(detail.get("message"))
