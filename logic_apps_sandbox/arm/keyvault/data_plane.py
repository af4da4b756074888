"""Key Vault's data plane, which each vault serves at its own host name. Only the deletion of a key is simulated.

The host of a vault is its name before the suffix ``keyVaultDns`` of the metadata endpoint. DNS does not resolve these
names, so clients send the request to the simulator's address with the vault's host in the header ``Host``. The caller
needs a permission in the vault; permissions in Resource Manager do not count.

Sources: Azure REST API reference, Key Vault, "Delete Key"; Microsoft, "Azure Key Vault REST API error codes" (403, its
text) and "Assign a Key Vault access policy".
"""

import re
from collections.abc import Callable

from logic_apps_sandbox.arm.core.account import CLIENT_ID, OBJECT_ID
from logic_apps_sandbox.arm.core.errors import ArmError, not_simulated
from logic_apps_sandbox.arm.core.session import Response, Session
from logic_apps_sandbox.arm.keyvault.vaults import NAMESPACE, key_permissions

_HOST = re.compile(r"([a-z0-9-]+)\.vault\.", re.IGNORECASE)


def data_plane(method: str, host: str, segments: list[str]) -> Callable[[Session], Response] | None:
    """Return the handler of a request to the host of a vault; None for any other request."""
    vault = _HOST.match(host)
    return (lambda session: _answer(session, method, vault[1], segments)) if vault else None


def _answer(session: Session, method: str, vault_name: str, segments: list[str]) -> Response:
    match (method, [segment.lower() for segment in segments]):
        case ("DELETE", ["keys", _]):
            return _delete_key(session, vault_name, segments[1])
    raise not_simulated(f"Key Vault: /{'/'.join(segments)}")


def _delete_key(session: Session, vault_name: str, key_name: str) -> Response:
    """``DELETE /keys/{name}``: delete a key with all of its versions.

    Soft-deleted keys are not modeled, so the name is available again. A vault with role-based access grants every
    permission, because there are no role assignments.

    Raises ArmError: no vault has this host, it has no such key, or its access policies do not let the caller delete
    keys.
    """
    vaults = session.store.resources_of_type(f"{NAMESPACE}/vaults")
    vault = next((each for each in vaults if each.name.lower() == vault_name.lower()), None)
    if vault is None:
        # On Azure the name cannot be resolved and no request arrives.
        raise ArmError(421, "NoSuchHost", f"There is no vault '{vault_name[:80]}': its host name does not exist.")
    may_delete = not key_permissions(vault, OBJECT_ID).isdisjoint({"all", "delete"})
    if not vault.properties.get("enableRbacAuthorization") and not may_delete:
        raise ArmError(
            403,
            "Forbidden",
            f"The user, group or application 'appid={CLIENT_ID};oid={OBJECT_ID}' does not have keys "
            f"delete permission on key vault '{vault.name};location={vault.location}'. For help resolving this issue, "
            "please see https://go.microsoft.com/fwlink/?linkid=2125287",
        )
    key = session.store.resource(vault.id.child("keys", key_name))
    if key is None:
        raise ArmError(404, "KeyNotFound", f"A key with (name/id) {key_name[:130]} was not found in this key vault.")
    session.store.remove(key.id)
    recovery = f"{vault.properties['vaultUri']}deletedkeys/{key.name}"
    return Response(200, {"recoveryId": recovery, "key": {"kid": key.properties["keyUriWithVersion"]}})
