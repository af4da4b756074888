"""Microsoft.KeyVault: vaults and their keys, as Resource Manager shows them (the control plane).

Sources: Azure REST API reference, "Vaults" and "Keys" (2023-07-01): a PUT of a key creates its first version, or
returns the existing key; there is no DELETE of a key, which is deleted with its vault. Names: Microsoft, "Naming
rules and restrictions for Azure resources", Microsoft.KeyVault.
Most of these error codes are not documented; see ``logic_apps_sandbox.arm.core.errors``.
"""

import re
import uuid

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content, method_not_allowed
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import (
    ENVELOPE,
    Envelope,
    ResourceType,
    check_identity,
    patch_as_put,
    read_envelope,
    read_tags,
)
from logic_apps_sandbox.arm.core.session import Json, Request, Response
from logic_apps_sandbox.arm.core.store import Resource

NAMESPACE = "Microsoft.KeyVault"
# The API descriptions `Microsoft.KeyVault`; azure-rest-api-specs #11929.
_VERSIONS = """
    2015-06-01 2016-10-01 2018-02-14-preview 2018-02-14 2019-09-01 2020-04-01-preview 2021-04-01-preview
    2021-06-01-preview 2021-10-01 2021-11-01-preview 2022-02-01-preview 2022-07-01 2022-11-01 2023-02-01 2023-07-01
    2024-04-01-preview 2024-11-01 2024-12-01-preview 2025-05-01 2026-02-01 2026-05-15
    """
_API_VERSIONS = tuple(_VERSIONS.split())

_VAULT_NAME = re.compile(r"(?=.{3,24}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
_KEY_NAME = re.compile(r"[A-Za-z0-9-]{1,127}")
_MEMBERS = ENVELOPE | {"systemData"}
_SKUS = ("standard", "premium")
_MAX_POLICIES = 1024
_FLAGS = (
    "enabledForDeployment", "enabledForDiskEncryption", "enabledForTemplateDeployment", "enableRbacAuthorization",
    "enableSoftDelete", "enablePurgeProtection",
)  # fmt: skip
_VAULT_PROPERTIES = {
    *_FLAGS, "tenantId", "sku", "accessPolicies", "vaultUri", "softDeleteRetentionInDays", "createMode", "networkAcls",
    "provisioningState", "publicNetworkAccess", "hsmPoolResourceId", "privateEndpointConnections",
}  # fmt: skip

_KEY_PROPERTIES = {"attributes", "kty", "keyOps", "keySize", "curveName", "release_policy", "rotationPolicy"}
_KEY_TYPES = ("EC", "EC-HSM", "RSA", "RSA-HSM")
_KEY_SIZES = (2048, 3072, 4096)
_CURVES = ("P-256", "P-384", "P-521", "P-256K")
_RSA_OPERATIONS = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")
_EC_OPERATIONS = ("sign", "verify")


class Vaults(ResourceType):
    """``Microsoft.KeyVault/vaults``, without long-running operations.

    Soft-deleted vaults are not modeled: the name of a deleted vault is available again.
    """

    namespace = NAMESPACE
    name = "vaults"
    api_versions = _API_VERSIONS

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a vault; purge protection and soft delete cannot be turned off again."""
        if not _VAULT_NAME.fullmatch(resource_id.name):
            # Code and text: reports of users; the rule is Microsoft's, "Naming rules and restrictions".
            raise ArmError(
                400,
                "VaultNameNotValid",
                f"The vault name '{resource_id.name[:100]}' is invalid. A vault's name must be between 3-24 "
                "alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not "
                "contain consecutive hyphens.",
            )
        body = request.body
        body.refuse_unknown(_MEMBERS)
        envelope = read_envelope(body, self, resource_id, existing)
        kept = _read_vault(body.required_member("properties"), existing)
        kept |= {"vaultUri": f"https://{envelope.id.name.lower()}.vault.azure.net/", "provisioningState": "Succeeded"}
        stored = Resource(envelope.id, envelope.document(kept))
        return self.saved(request, stored, existing)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change tags or properties; absent ones do not change, ``accessPolicies`` are replaced as a whole."""
        return self.put(patch_as_put(request, resource), resource.id, resource)


class Keys(ResourceType):
    """``Microsoft.KeyVault/vaults/keys``."""

    namespace = NAMESPACE
    name = "vaults/keys"
    api_versions = _API_VERSIONS
    has_location = False

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create the first version of a key; return an existing key unchanged."""
        if existing:
            return Response(200, existing.document)
        if not _KEY_NAME.fullmatch(resource_id.name):
            raise invalid_request_content(
                f"the key name '{resource_id.name[:150]}' must have 1 to 127 letters, digits and '-'."
            )
        session, body = request.session, request.body
        body.refuse_unknown(_MEMBERS)
        check_identity(body, resource_id)
        vault = session.store.existing(resource_id.parent)
        uri = f"{vault.properties['vaultUri']}keys/{resource_id.name}"
        version = uuid.uuid4().hex
        properties = {
            **_read_key(body.required_member("properties"), vault, int(session.now)),
            "keyUri": uri,
            "keyUriWithVersion": f"{uri}/{version}",
        }
        key = Resource(resource_id, Envelope(resource_id, vault.location, read_tags(body)).document(properties))
        session.store.save(key)
        version_id = resource_id.child("versions", version)
        session.store.save(Resource(version_id, Envelope(version_id, vault.location, None).document(properties)))
        return Response(200, key.document)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Reject the deletion: Resource Manager deletes no keys."""
        raise method_not_allowed(request.method, resource.id.type)


class KeyVersions(ResourceType):
    """``Microsoft.KeyVault/vaults/keys/versions``, which can be read only."""

    namespace = NAMESPACE
    name = "vaults/keys/versions"
    api_versions = _API_VERSIONS
    has_location = False

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:  # noqa: ARG002
        """Reject the method."""
        raise method_not_allowed(request.method, resource_id.type)

    delete = Keys.delete


def key_permissions(vault: Resource, principal: str) -> set[str]:
    """Return the permissions for keys, in lower case, that the access policies of a vault give to a principal."""
    return {
        permission.lower()
        for policy in vault.properties["accessPolicies"]
        if policy["objectId"].lower() == principal.lower()
        for permission in policy["permissions"].get("keys") or ()
    }


def _read_vault(properties: JsonObject, existing: Resource | None) -> Json:
    properties.refuse_unknown(_VAULT_PROPERTIES)
    properties.required_text("tenantId")
    sku = properties.required_member("sku")
    if sku.required_text("family") != "A" or sku.required_text("name").lower() not in _SKUS:
        raise invalid_request_content(
            f"'{properties.where('sku')}' must have the family A and one of the names {', '.join(_SKUS)}."
        )
    flags = {name: value for name in _FLAGS if (value := properties.flag(name)) is not None}
    if flags.get("enablePurgeProtection") is False:
        raise invalid_request_content(
            f"'{properties.where('enablePurgeProtection')}' cannot be set to false; leave it out or set it to true."
        )
    policies = _read_policies(properties, required=not flags.get("enableRbacAuthorization"))
    before = existing.properties if existing else {}
    if before.get("enableSoftDelete") and flags.get("enableSoftDelete") is False:
        raise invalid_request_content(f"'{properties.where('enableSoftDelete')}' cannot be set to false any more.")
    properties.member("networkAcls")
    lasting = {"enablePurgeProtection": True} if before.get("enablePurgeProtection") else {}
    soft = {"enableSoftDelete": True, "softDeleteRetentionInDays": 90} if flags.get("enableSoftDelete", True) else {}
    given = {name: value for name, value in properties.value.items() if value is not None and name != "createMode"}
    return {"enableRbacAuthorization": False, **soft, **given, **lasting, "accessPolicies": policies}


def _read_policies(properties: JsonObject, *, required: bool) -> list[Json]:
    """Return the access policies. Undocumented: whether a vault with role-based access requires the member."""
    policies = properties.objects("accessPolicies")
    if policies is None:
        if required:
            raise properties.missing("accessPolicies")
        return []
    if len(policies) > _MAX_POLICIES:
        raise invalid_request_content(f"'{properties.where('accessPolicies')}' takes at most {_MAX_POLICIES}.")
    for policy in policies:
        policy.refuse_unknown({"tenantId", "objectId", "applicationId", "permissions"})
        policy.required_text("tenantId")
        policy.required_text("objectId")
        permissions = policy.required_member("permissions")
        permissions.refuse_unknown({"keys", "secrets", "certificates", "storage"})
        for kind in permissions.value:
            permissions.texts(kind)
    return [policy.value for policy in policies]


def _read_key(properties: JsonObject, vault: Resource, now: int) -> Json:
    """Return the requested key with the defaults of the REST reference."""
    properties.refuse_unknown(_KEY_PROPERTIES)
    kind = properties.required_text("kty")
    if kind not in _KEY_TYPES:
        raise invalid_request_content(f"'kty' is '{kind[:40]}', but must be one of {', '.join(_KEY_TYPES)}.")
    if kind.endswith("-HSM") and vault.properties["sku"]["name"].lower() != "premium":
        raise invalid_request_content(f"a key of type {kind} needs a vault with the SKU premium.")
    read: Json = {"kty": kind}
    if kind.startswith("RSA"):
        size = properties.integer("keySize") or _KEY_SIZES[0]
        if size not in _KEY_SIZES:
            raise invalid_request_content(f"'keySize' is {size}, but must be one of {', '.join(map(str, _KEY_SIZES))}.")
        read |= {"keySize": size, "keyOps": properties.texts("keyOps") or list(_RSA_OPERATIONS)}
    else:
        curve = properties.text("curveName") or _CURVES[0]
        if curve not in _CURVES:
            raise invalid_request_content(f"'curveName' is '{curve[:40]}', but must be one of {', '.join(_CURVES)}.")
        read |= {"curveName": curve, "keyOps": properties.texts("keyOps") or list(_EC_OPERATIONS)}
    return {**read, "attributes": _attributes(properties, vault, now)}


def _attributes(properties: JsonObject, vault: Resource, now: int) -> Json:
    given = properties.member("attributes")
    if given:
        given.flag("enabled")
    protected = vault.properties.get("enablePurgeProtection", False)
    return {
        "enabled": True,
        "exportable": False,
        **(given.value if given else {}),
        "created": now,
        "updated": now,
        "recoveryLevel": "Recoverable" if protected else "Recoverable+Purgeable",
    }
