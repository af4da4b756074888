"""An identity and a key of the owner, through the real CLI: what is looked up, what waits, and what is rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import arm
from tests.sandbox.arm.azure import GROUP, IDENTITY, VAULT, policy, vault

from .conftest import behind_the_back_of

if TYPE_CHECKING:
    from tests.sandbox.arm.azure import Azure

    from .conftest import Project

PERMISSIONS = ("get", "list", "wrapKey", "unwrapKey")
USER_ASSIGNED = {"type": "UserAssigned", "userAssigned": [IDENTITY]}
ENVIRONMENT = "ise-logic-apps-dev"

ALL_IN_ONE = """
from pulumi_azure_native import authorization, keyvault, managedidentity

resource_group_name = stack_resource_group(f"{NAME}-rg", configuration)
tenant = authorization.get_client_config().tenant_id
identity = managedidentity.UserAssignedIdentity(
    "identity", resource_group_name=resource_group_name, location=configuration.location, resource_name_="ise"
)
vault = keyvault.Vault(
    "vault",
    resource_group_name=resource_group_name,
    location=configuration.location,
    vault_name="fabrikam",
    properties={
        "tenant_id": tenant,
        "sku": {"family": "A", "name": "standard"},
        "enable_purge_protection": True,
        "access_policies": [
            {
                "tenant_id": tenant,
                "object_id": identity.principal_id,
                "permissions": {"keys": ["get", "list", "wrapKey", "unwrapKey"]},
            }
        ],
    },
)
key = keyvault.Key(
    "key",
    resource_group_name=resource_group_name,
    vault_name=vault.name,
    key_name="ise",
    properties={"kty": "RSA", "key_size": 2048},
)
environment = IntegrationServiceEnvironment(
    NAME,
    {
        **dict(configuration.environment_args(resource_group_name)),
        "identity": {"type": "UserAssigned", "user_assigned": [identity.id]},
        "encryption_key": {
            "vault_id": vault.id,
            "name": key.name,
            "version": key.key_uri_with_version.apply(lambda uri: uri.rpartition("/")[2]),
        },
    },
)
"""


def put_in(project: Project, text: str) -> None:
    """Puts this in the place of the environment of the project's program."""
    before, _, after = (project.folder / "__main__.py").read_text().partition("environment = Integration")
    _, _, exports = after.partition("\n)\n")
    project.write_program(before + text + exports)


def prepare(azure: Azure, *permissions: str, location: str = "westus2", name: str = "ise", kty: str = "RSA") -> str:
    """A group with an identity, a vault that permits it this, and a key in it; the key's version."""
    azure.put(GROUP, {"location": "westus2"})
    principal = azure.put(IDENTITY, {"location": "westus2"}).json()["properties"]["principalId"]
    assert azure.put(VAULT, vault(policy(principal, *permissions), location=location)).is_success
    made = azure.put(f"{VAULT}/keys/{name}", {"properties": {"kty": kty}})
    return str(made.json()["properties"]["keyUriWithVersion"].rpartition("/")[2])


def key(version: str, **changes: Any) -> dict[str, Any]:
    return {"vaultId": VAULT, "name": "ise", "version": version} | changes


def test_identity_vault_grant_key_and_environment_in_one_program(project: Project) -> None:
    """The vault and the key are made first, then looked up; the environment comes last, and goes first."""
    put_in(project, ALL_IN_ONE)
    assert project.preview()["logic-apps-ise"] == "create"
    project.up()
    writes = project.writes()
    assert writes[-1] == f"PUT {ENVIRONMENT}"
    looks = [request.path.split("?")[0] for request in project.requests() if request.method == "GET"]
    assert any(path.endswith("/vaults/fabrikam/keys/ise") for path in looks)
    project.succeed("refresh", "--yes", "--non-interactive", "--expect-no-changes")
    project.expect_an_empty_preview()

    number = len(project.requests())
    project.destroy()
    writes = project.writes(number)
    assert writes.index("DELETE fabrikam") > writes.index(f"DELETE {ENVIRONMENT}")
    assert project.resources() == []


def test_an_environment_with_a_key_that_exists_is_rebuilt_when_identity_or_key_change(project: Project) -> None:
    with behind_the_back_of(project) as azure:
        version = prepare(azure, *PERMISSIONS)
        other = prepare(azure, *PERMISSIONS, name="other")
    project.configure(identity=USER_ASSIGNED, encryptionKey=key(version))
    project.up()
    project.expect_an_empty_preview()

    # What is chosen at creation rebuilds the environment alone.
    for changes in (
        {"encryptionKey": key(other, name="other")},
        {"encryptionKey": None},
        {"identity": {"type": "SystemAssigned"}},
    ):
        project.configure(**changes)
        assert project.preview()["logic-apps-ise"] in ("replace", "delete-replaced", "create-replacement")
        number = len(project.requests())
        project.up()
        assert project.writes(number) == [f"DELETE {ENVIRONMENT}", f"PUT {ENVIRONMENT}"]
        project.expect_an_empty_preview()
    assert len(project.outputs()["principal_id"]) == 36


def test_what_is_wrong_with_vault_and_key_is_told_at_preview(project: Project) -> None:
    project.configure(identity=USER_ASSIGNED, encryptionKey=key("0" * 32))
    told = project.fail("preview", "--non-interactive")
    assert "[key-vault-found]" in told
    assert "has 1 problem;" in told
    assert "Traceback" not in told

    with behind_the_back_of(project) as azure:
        version = prepare(azure, *PERMISSIONS, location="eastus", kty="EC")
    number = len(project.requests())
    project.configure(encryptionKey=key(version))
    told = project.fail("preview", "--non-interactive")
    assert "The key of the environment has 2 problems" in told
    assert "[key-vault-location]" in told
    assert "[key-type]" in told
    project.configure(encryptionKey=key(version, name="absent"))
    assert "[key-found]" in project.fail("preview", "--non-interactive")
    assert project.writes(number) == []


def test_a_vault_that_may_not_be_read_is_a_warning_and_a_missing_grant_fails_the_creation(project: Project) -> None:
    with behind_the_back_of(project) as azure:
        version = prepare(azure)
    project.configure(identity=USER_ASSIGNED, encryptionKey=key(version))
    assert "[key-" not in project.succeed("preview", "--non-interactive")
    refusal = arm.RequestFault(path="*/vaults/*", times=None, status=403, code="AuthorizationFailed", message="No.")
    arm.control_of(project.home / "arm").order(refusal)
    told = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    # The engine prints what is said while it works, and all of it again at the end.
    assert told.partition("Diagnostics:")[2].count("[key-unseen]") == 1
    assert "AuthorizationFailed" in told
    assert "does not have the permissions get, list, wrapKey, unwrapKey" in told
