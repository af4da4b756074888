"""Vaults, keys, user-assigned identities, and the environment that is encrypted with a key of its owner.

Sources: Azure REST API reference, "Vaults", "Keys", "User Assigned Identities"; Microsoft's page on customer-managed
keys for ISEs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.azure import (
    GROUP,
    IDENTITY,
    ISE,
    SUBSCRIPTION,
    VAULT,
    Azure,
    HandClock,
    azure_in,
    code,
    environment,
    policy,
    vault,
)

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

KEY = f"{VAULT}/keys/ise"
RSA = {"properties": {"kty": "RSA"}}
PERMISSIONS = ("get", "list", "wrapKey", "unwrapKey")


def test_a_vault_exists_until_it_is_deleted(azure: Azure) -> None:
    azure.create_group()
    made = azure.put(VAULT, vault())
    assert made.status_code == 201
    assert made.json()["properties"]["vaultUri"] == "https://fabrikam.vault.azure.net/"
    assert azure.get(VAULT).json() == made.json()
    assert azure.get(f"{GROUP}/providers/Microsoft.KeyVault/vaults").json()["value"] == [made.json()]
    assert azure.get(f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults").json()["value"] == [made.json()]
    assert azure.delete(VAULT).status_code == 200
    assert azure.get(VAULT).status_code == 404


def test_soft_delete_is_the_default_and_purge_protection_stays(azure: Azure) -> None:
    """REST reference, VaultProperties: enableSoftDelete is true by default; enablePurgeProtection is irreversible."""
    azure.create_group()
    assert azure.put(VAULT, vault(enablePurgeProtection=None)).json()["properties"]["enableSoftDelete"] is True
    assert "enablePurgeProtection" not in azure.get(VAULT).json()["properties"]
    azure.put(VAULT, vault())
    azure.put(VAULT, vault(enablePurgeProtection=None))
    assert azure.get(VAULT).json()["properties"]["enablePurgeProtection"] is True
    assert azure.put(VAULT, vault(enablePurgeProtection=False)).status_code == 400
    assert azure.put(VAULT, vault(enableSoftDelete=False)).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"tenantId": None},
        {"sku": {"family": "B", "name": "standard"}},
        {"accessPolicies": None},
        {"accessPolicies": [{"objectId": "x"}]},
        {"accesPolicies": []},
    ],
)
def test_an_invalid_vault_is_rejected(azure: Azure, changes: dict[str, Any]) -> None:
    azure.create_group()
    assert code(azure.put(VAULT, vault(**changes))) == (400, "InvalidRequestContent")


@pytest.mark.parametrize("name", ["ab", "a" * 25, "1fabrikam", "fabri--kam", "fabrikam-", "fab_rikam"])
def test_a_vaults_name_has_the_documented_form(azure: Azure, name: str) -> None:
    azure.create_group()
    path = f"{GROUP}/providers/Microsoft.KeyVault/vaults/{name}"
    assert code(azure.put(path, vault())) == (400, "VaultNameNotValid")


def test_a_patch_of_a_vault_keeps_absent_members(azure: Azure) -> None:
    azure.create_group()
    azure.put(VAULT, vault())
    granted = azure.patch(VAULT, {"properties": {"accessPolicies": [policy("p", "get")]}}).json()["properties"]
    assert granted["accessPolicies"] == [policy("p", "get")]
    assert granted["enablePurgeProtection"] is True


def test_the_first_put_of_a_key_creates_its_version_and_a_second_changes_nothing(azure: Azure) -> None:
    """REST reference, Keys - Create If Not Exist, Get, Get Version."""
    azure.create_group()
    azure.put(VAULT, vault())
    made = azure.put(KEY, RSA).json()
    version = made["properties"]["keyUriWithVersion"].removeprefix("https://fabrikam.vault.azure.net/keys/ise/")
    assert len(version) == 32
    assert made["properties"]["keySize"] == 2048
    assert azure.put(KEY, {"properties": {"kty": "EC"}}).json() == made
    assert azure.get(KEY).json() == made
    shown = azure.get(f"{KEY}/versions/{version}").json()
    assert (shown["name"], shown["properties"]) == (version, made["properties"])
    assert azure.get(f"{KEY}/versions").json()["value"] == [shown]
    assert azure.get(f"{KEY}/versions/{'0' * 32}").status_code == 404
    assert azure.get(f"{VAULT}/keys").json()["value"] == [made]


def test_a_key_needs_a_vault_and_is_deleted_with_it(azure: Azure) -> None:
    azure.create_group()
    assert code(azure.put(KEY, RSA)) == (404, "ParentResourceNotFound")
    azure.put(VAULT, vault())
    azure.put(KEY, RSA)
    assert azure.delete(KEY).status_code == 405
    azure.delete(VAULT)
    azure.put(VAULT, vault())
    assert azure.get(KEY).status_code == 404


@pytest.mark.parametrize("properties", [{"kty": "AES"}, {"kty": "RSA", "keySize": 1024}, {"kty": "RSA-HSM"}, {}])
def test_an_invalid_key_is_rejected(azure: Azure, properties: dict[str, Any]) -> None:
    """The last type needs a vault with the SKU premium."""
    azure.create_group()
    azure.put(VAULT, vault())
    assert code(azure.put(KEY, {"properties": properties})) == (400, "InvalidRequestContent")


def test_an_identity_and_its_users_have_the_same_principal(azure: Azure) -> None:
    azure.create_network()
    made = azure.put(IDENTITY, {"location": "westus2"})
    assert made.status_code == 201
    assert set(made.json()["properties"]) == {"tenantId", "principalId", "clientId"}
    azure.put(ISE, environment() | {"identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}})
    (shown,) = azure.get(ISE).json()["identity"]["userAssignedIdentities"].values()
    assert shown["principalId"] == made.json()["properties"]["principalId"]


def test_an_identity_that_does_not_exist_is_rejected(azure: Azure) -> None:
    azure.create_network()
    body = environment() | {"identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}}
    assert code(azure.put(ISE, body)) == (400, "FailedIdentityOperation")
    azure.put(ISE, environment())
    azure.get(ISE)
    assert code(azure.put(ISE, body)) == (400, "FailedIdentityOperation")


def prepare(azure: Azure, *permissions: str, key: dict[str, Any] | None = None, **changes: Any) -> str:
    """The network, an identity, a vault that permits it this, and a key in it; the key's version."""
    azure.create_network()
    principal = azure.put(IDENTITY, {"location": "westus2"}).json()["properties"]["principalId"]
    azure.put(VAULT, vault(policy(principal, *permissions), **changes))
    made = azure.put(KEY, {"properties": key or {"kty": "RSA"}}).json()
    return str(made["properties"]["keyUriWithVersion"].rpartition("/")[2])


def create(azure: Azure, version: str, *, identity: dict[str, Any] | None = None, name: str = "ise") -> httpx.Response:
    """An environment that is encrypted with the key."""
    reference = {"keyVault": {"id": VAULT}, "keyName": name, "keyVersion": version}
    body = environment(encryptionConfiguration={"encryptionKeyReference": reference})
    given = identity or {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    return azure.put(ISE, body | {"identity": given})


def ended(azure: Azure) -> str:
    """How the creation ended."""
    return str(azure.get(ISE).json()["properties"]["provisioningState"])


@pytest.mark.parametrize("permissions", [PERMISSIONS, ("Get", "List", "WrapKey", "UnwrapKey", "sign"), ("all",)])
def test_an_environment_is_encrypted_with_a_key_that_its_identity_may_use(
    azure: Azure, permissions: tuple[str, ...]
) -> None:
    assert create(azure, prepare(azure, *permissions)).status_code == 201
    assert ended(azure) == "Succeeded"


@pytest.mark.parametrize("missing", PERMISSIONS)
def test_without_one_of_the_permissions_the_creation_fails(azure: Azure, missing: str) -> None:
    response = create(azure, prepare(azure, *(each for each in PERMISSIONS if each != missing)))
    assert response.status_code == 201
    assert ended(azure) == "Failed"
    assert azure.status(response)["error"]["code"] == "Forbidden"


def test_a_system_assigned_identity_is_granted_access_while_the_creation_runs(azure: Azure, tmp_path: Path) -> None:
    """The page on customer-managed keys: send the PUT, then grant."""
    version = prepare(azure)
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as slow:
        create(slow, version, identity={"type": "SystemAssigned"})
        principal = slow.get(ISE).json()["identity"]["principalId"]
        slow.put(VAULT, vault(policy(principal, *PERMISSIONS)))
        clock.seconds += 120
        assert ended(slow) == "Succeeded"


def test_permissions_of_role_assignments_are_assumed(azure: Azure) -> None:
    create(azure, prepare(azure, enableRbacAuthorization=True))
    assert ended(azure) == "Succeeded"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"location": "eastus"}, "is in 'eastus'"),
        ({"enablePurgeProtection": None}, "enablePurgeProtection"),
        ({"enableSoftDelete": False}, "enableSoftDelete"),
        ({"key": {"kty": "EC"}}, "of type EC"),
        ({"key": {"kty": "RSA", "keySize": 4096}}, "4096 bits"),
        ({"key": {"kty": "RSA", "attributes": {"enabled": False}}}, "disabled"),
    ],
)
def test_a_vault_or_key_that_is_not_as_documented_is_rejected(
    azure: Azure, changes: dict[str, Any], message: str
) -> None:
    refused = create(azure, prepare(azure, *PERMISSIONS, **changes))
    assert code(refused) == (400, "InvalidRequestContent")
    assert message in refused.json()["error"]["message"]
    assert azure.get(ISE).status_code == 404


def test_a_vault_a_key_or_a_version_that_does_not_exist_is_rejected(azure: Azure) -> None:
    version = prepare(azure, *PERMISSIONS)
    assert code(create(azure, "0" * 32)) == (400, "InvalidRequestContent")
    assert code(create(azure, version, name="other")) == (400, "InvalidRequestContent")
    azure.delete(VAULT)
    assert code(create(azure, version)) == (400, "InvalidRequestContent")


PRINCIPAL = "00000000-0000-0000-0000-000000000003"
"""The object id of the client, as its tokens have it."""


def delete_in_vault(azure: Azure, key: str = "ise", *, host: str = "fabrikam") -> httpx.Response:
    """A request to the vault itself, with its host in the header, because DNS does not resolve it."""
    headers = {"Host": f"{host}.vault.{azure.simulator.address}"}
    return azure.http.delete(f"/keys/{key}?api-version=7.6", headers=headers)


def test_the_vault_deletes_a_key_with_its_versions_for_a_caller_with_the_permission(azure: Azure) -> None:
    """REST reference, "Delete Key": requires the keys/delete permission."""
    azure.create_group()
    azure.put(VAULT, vault(policy(PRINCIPAL, "Delete")))
    made = azure.put(KEY, RSA).json()
    gone = delete_in_vault(azure)
    assert gone.status_code == 200
    assert gone.json()["key"]["kid"] == made["properties"]["keyUriWithVersion"]
    assert azure.get(KEY).status_code == 404
    assert azure.get(f"{KEY}/versions").status_code == 404
    assert code(delete_in_vault(azure)) == (404, "KeyNotFound")


@pytest.mark.parametrize("policies", [[], [policy(PRINCIPAL, *PERMISSIONS)], [policy("someone", "delete")]])
def test_the_vault_rejects_a_caller_without_the_permission_to_delete_keys(azure: Azure, policies: list[Any]) -> None:
    azure.create_group()
    azure.put(VAULT, vault(*policies))
    azure.put(KEY, RSA)
    refused = delete_in_vault(azure)
    assert code(refused) == (403, "Forbidden")
    assert "does not have keys delete permission on key vault 'fabrikam;location=westus2'" in refused.text
    assert azure.get(KEY).status_code == 200


def test_a_vault_that_does_not_exist_has_no_host(azure: Azure) -> None:
    assert code(delete_in_vault(azure, host="absent")) == (421, "NoSuchHost")


def test_a_vault_requires_a_token(azure: Azure) -> None:
    azure.http.headers.pop("Authorization")
    assert delete_in_vault(azure).status_code == 401
