"""Microsoft.Network: the services to which a subnet can be delegated.

Source: Azure REST API reference, "Available Delegations" and "Available Resource Group Delegations" (2024-05-01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_sandbox.arm.core.session import Json, Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

ACTIONS = ("Microsoft.Network/virtualNetworks/subnets/action",)
"""What a service may do in a subnet. Microsoft's list of delegations has this action for Microsoft.Logic; the simulator
knows no other service's."""

_SERVICES = ("Microsoft.Logic/integrationServiceEnvironments",)


def available_delegations(request: Request, location: str) -> Response:  # noqa: ARG001 - the same everywhere
    """List the services that the simulator has; on Azure the list is longer."""
    scope = "/" + "/".join(request.segments[: request.segments.index("providers")])
    return Response(200, {"value": list(_delegations(scope))})


def _delegations(scope: str) -> Iterable[Json]:
    for service in _SERVICES:
        name = service.replace("/", ".")
        yield {
            "name": name,
            "id": f"{scope}/providers/Microsoft.Network/availableDelegations/{name}",
            "type": "Microsoft.Network/availableDelegations",
            "serviceName": service,
            "actions": list(ACTIONS),
        }
