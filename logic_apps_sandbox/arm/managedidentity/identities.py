"""The managed identity of a resource, as Azure shows it.

Source: the API description ``Microsoft.Logic`` 2019-05-01, ManagedServiceIdentity and UserAssignedIdentity (which
fields are read-only). User-assigned identities are in ``logic_apps_sandbox.arm.managedidentity.user_assigned``.
"""

import uuid

from logic_apps_sandbox.arm.core.account import TENANT_ID
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json

_TYPES = ("SystemAssigned", "UserAssigned", "None")


def read(body: JsonObject) -> Json | None:
    """Return the ``identity`` of a body, None if absent; raises ArmError InvalidRequestContent."""
    identity = body.member("identity")
    if identity is None:
        return None
    given: Json = {"type": identity.one_of("type", _TYPES)}
    if assigned := identity.member("userAssignedIdentities"):
        given["userAssignedIdentities"] = {name: item.value for name, item in assigned.entries()}
    return given


def shown(given: Json, resource: ResourceId) -> Json:
    """Return the identity of a resource with principal and client ids, which never change.

    ``given`` is ``type`` and, with UserAssigned, ``userAssignedIdentities``, whose values clients leave empty or send
    back.
    """
    if given["type"] == "SystemAssigned":
        return {"type": given["type"], "principalId": _guid(f"principal of {resource.key}"), "tenantId": TENANT_ID}
    assigned = {
        identity: {name: value for name, value in user_assigned(identity).items() if name != "tenantId"}
        for identity in given.get("userAssignedIdentities", {})
    }
    return {"type": given["type"]} | ({"userAssignedIdentities": assigned} if assigned else {})


def user_assigned(identity: str) -> Json:
    """Return the properties of the user-assigned identity with this id."""
    return {
        "tenantId": TENANT_ID,
        "principalId": _guid(f"principal of {identity.lower()}"),
        "clientId": _guid(f"client of {identity.lower()}"),
    }


def principals(shown_identity: Json) -> list[str]:
    """Return the principal ids of an identity as ``shown`` returns it."""
    own = [shown_identity["principalId"]] if "principalId" in shown_identity else []
    return own + [each["principalId"] for each in shown_identity.get("userAssignedIdentities", {}).values()]


def _guid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))
