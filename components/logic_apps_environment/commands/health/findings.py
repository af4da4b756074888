"""What Azure says of an environment's network, as findings: which subnet cannot reach what.

Source: API description ``Microsoft.Logic`` 2019-05-01, IntegrationServiceEnvironmentNetworkHealth and its example. The
description types the health of a subnet with the words for accessibility, while the example says ``Healthy``: both are
taken for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.azure_client.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GOOD = ("healthy", "available")


@dataclass(frozen=True)
class Unreachable:
    """Something that an environment needs and cannot reach."""

    category: str
    """The API description's word for its kind."""
    purpose: str
    """What it is for."""
    endpoint: str
    """Host and ports."""


@dataclass(frozen=True)
class SubnetHealth:
    """The health of one subnet."""

    name: str
    state: str
    """Azure's word."""
    unreachable: tuple[Unreachable, ...] = ()
    reasons: tuple[str, ...] = field(default=())
    """Azure's own words on what is wrong."""

    @property
    def is_healthy(self) -> bool:
        """Whether Azure says so. What it does not know is not healthy."""
        return self.state.lower() in _GOOD and not self.unreachable and not self.reasons


class UnexpectedAnswerError(Exception):
    """The answer is not what the API description says."""


def read_health(answer: object) -> list[SubnetHealth]:
    """The health of each subnet in the answer to ``health/network``, in its order.

    Raises:
        UnexpectedAnswerError: it is not of the described shape, or names no subnet.
    """
    if not isinstance(answer, dict) or not answer:
        raise UnexpectedAnswerError("it names no subnet")
    try:
        return [_read_subnet(name, health) for name, health in answer.items()]
    except (AttributeError, KeyError, TypeError) as error:
        raise UnexpectedAnswerError(printable(f"{type(error).__name__}: {error}")) from error


def _read_subnet(name: str, health: Mapping[str, Any]) -> SubnetHealth:
    outbound = health.get("outboundNetworkHealth") or {}
    reasons = list(_reasons(outbound.get("error") or {}))
    if not reasons and str(outbound.get("state") or "Healthy").lower() == "unhealthy":
        reasons.append("Azure says that outgoing traffic is unhealthy, without a reason.")
    unreachable = [
        Unreachable(
            printable(dependency.get("category")), printable(dependency.get("displayName") or ""), _spell(endpoint)
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


def _spell(endpoint: Mapping[str, Any]) -> str:
    return printable(f"{endpoint.get('domainName')}:{','.join(map(str, endpoint.get('ports') or []))}")
