"""Microsoft.Logic: the customer-managed key of an integration service environment (ISE).

Source: Microsoft, "Set up customer-managed keys to encrypt data at rest for ISEs" (2022): Considerations (regions, the
vault in the ISE's region, identity), Prerequisites (soft delete, purge protection; RSA, 2048 bits, enabled), "Grant
access to your key vault" (permissions; a creation without them fails). Undocumented: all codes; whether the service
validates vault and key at once, as here, or during the creation; whether a vault may be in another subscription (the
simulator has one).
"""

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.keyvault.vaults import key_permissions
from logic_apps_sandbox.arm.managedidentity import identities as managed_identities

_LOCATIONS = ("westus2", "eastus", "southcentralus", "usgovarizona", "usgovvirginia", "usgovtexas")
_KEY_TYPE, _KEY_SIZE = "RSA", 2048
_PERMISSIONS = ("get", "list", "wrapKey", "unwrapKey")
_VAULTS = "Microsoft.KeyVault/vaults"
_MEMBER = "properties.encryptionConfiguration"


def read_encryption(properties: JsonObject) -> Json | None:
    """Return ``encryptionConfiguration`` of the body: encryptionKeyReference {keyVault, keyName, keyVersion}."""
    configuration = properties.member("encryptionConfiguration")
    if configuration is None:
        return None
    key = configuration.required_member("encryptionKeyReference")
    vault = key.required_member("keyVault")
    read: Json = {"keyVault": {"id": vault.required_text("id")}, "keyName": key.required_text("keyName")}
    if version := key.text("keyVersion"):
        read["keyVersion"] = version
    return {"encryptionKeyReference": read}


def check_encryption(session: Session, encryption: Json, identity: Json | None, location: str) -> None:
    """Reject a customer-managed key that the documentation excludes for an ISE of this identity and location."""
    if identity is None or identity["type"] == "None":
        raise invalid_request_content(f"'{_MEMBER}' requires an 'identity' with access to the key.")
    if location not in _LOCATIONS:
        raise invalid_request_content(f"'{_MEMBER}' is not supported in '{location}', but in {', '.join(_LOCATIONS)}.")
    reference = encryption["encryptionKeyReference"]
    _check_vault(session, reference, location)
    _check_key(session, reference)


def _check_vault(session: Session, reference: Json, location: str) -> None:
    vault = session.store.resource(_vault_id(reference))
    given = reference["keyVault"]["id"][:300]
    if vault is None:
        raise invalid_request_content(f"'{_MEMBER}' names the vault '{given}', which does not exist.")
    if vault.location != location:
        raise invalid_request_content(
            f"the vault '{given}' is in '{vault.location}', but must be in the environment's region, '{location}'."
        )
    for member in ("enableSoftDelete", "enablePurgeProtection"):
        if not vault.properties.get(member):
            raise invalid_request_content(f"the vault '{given}' must have '{member}'.")


def _check_key(session: Session, reference: Json) -> None:
    key_id = _vault_id(reference).child("keys", reference["keyName"])
    version = reference.get("keyVersion")
    key = session.store.resource(key_id.child("versions", version) if version else key_id)
    if key is None:
        raise invalid_request_content(
            f"the vault has no key '{reference['keyName'][:130]}'"
            + (f" of version '{version[:40]}'." if version else ".")
        )
    kind, size = key.properties["kty"], key.properties.get("keySize")
    if kind != _KEY_TYPE or size != _KEY_SIZE or not key.properties["attributes"]["enabled"]:
        raise invalid_request_content(
            f"the key '{key_id.name}' must be of type {_KEY_TYPE} with {_KEY_SIZE} bits, and enabled, but is of type "
            f"{kind}{f' with {size} bits' if size else ''}"
            f"{'' if key.properties['attributes']['enabled'] else ', and disabled'}."
        )


def _vault_id(reference: Json) -> ResourceId:
    text = reference["keyVault"]["id"]
    # Microsoft's page shows the id without its first slash.
    found = parse_resource_id(text if text.startswith("/") else f"/{text}")
    if found is None or found.type.lower() != _VAULTS.lower():
        raise invalid_request_content(f"'{_MEMBER}' names '{text[:200]}', which is not the id of a key vault.")
    return found


def encryption_obstacle(session: Session, environment: Resource) -> ArmError | None:
    """Return why a new ISE cannot use its key; None if it can or has none.

    Checked at the end of the creation, for every identity. The page allows 30 minutes for granting access to a
    system-assigned identity, and requires it for a user-assigned one before the creation. A vault with role-based
    access grants every permission, because role assignments are not simulated.
    """
    encryption = environment.properties.get("encryptionConfiguration")
    if encryption is None:
        return None
    vault = session.store.resource(_vault_id(encryption["encryptionKeyReference"]))
    if vault is not None and vault.properties.get("enableRbacAuthorization"):
        return None
    principals = managed_identities.principals(environment.document["identity"])
    if vault is not None and any(_may_use(vault, principal) for principal in principals):
        return None
    named = encryption["encryptionKeyReference"]["keyVault"]["id"]
    return ArmError(
        403,
        "Forbidden",
        f"The deployment of '{environment.name}' failed: its identity does not have the permissions "
        f"{', '.join(_PERMISSIONS)} for the keys of the vault '{named}'.",
    )


def _may_use(vault: Resource, principal: str) -> bool:
    granted = key_permissions(vault, principal)
    return "all" in granted or granted >= {permission.lower() for permission in _PERMISSIONS}
