"""The managed identity of a resource, as Azure shows it.

Source: the API description `Microsoft.Logic` 2019-05-01, ManagedServiceIdentity and UserAssignedIdentity (which fields
are read-only). Whether a user-assigned identity exists is not checked: identities are no resources of the simulator.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sandbox.arm.identity import TENANT_ID

if TYPE_CHECKING:
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json


def shown(given: Json, resource: ResourceId) -> Json:
    """The identity of a resource with what Azure adds: ids of principals and clients, the same for ever.

    `given` is `type` and, with UserAssigned, `userAssignedIdentities`, whose values clients leave empty or send back.
    """
    if given["type"] == "SystemAssigned":
        return {"type": given["type"], "principalId": _guid(f"principal of {resource.key}"), "tenantId": TENANT_ID}
    assigned = {
        identity: {
            "principalId": _guid(f"principal of {identity.lower()}"),
            "clientId": _guid(f"client of {identity.lower()}"),
        }
        for identity in given.get("userAssignedIdentities", {})
    }
    return {"type": given["type"]} | ({"userAssignedIdentities": assigned} if assigned else {})


def _guid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))
