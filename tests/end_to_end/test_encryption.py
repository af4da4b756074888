"""Identity and customer-managed key with the real CLI: look-ups, order of creation, and replacements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from logic_apps_sandbox import arm
from tests.end_to_end.conftest import REPOSITORY, another_client_of
from tests.support.azure import GROUP, IDENTITY, VAULT, policy, vault

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Project
    from tests.support.azure import Azure

PERMISSIONS = ("get", "list", "wrapKey", "unwrapKey")
USER_ASSIGNED = {"type": "UserAssigned", "userAssigned": [IDENTITY]}
ENVIRONMENT = "ise-logic-apps-dev"

PROGRAM = """
from logic_apps_environment import StackConfiguration
from pulumi.runtime import config
from pulumi_azure_native import resources

values = config.get_config_env() | config.CONFIG.get()
configuration = StackConfiguration.read(pulumi.get_project(), values, [])
location = configuration.location
group = resources.ResourceGroup("rg", resource_group_name=configuration.resource_group.name, location=location).name
arguments = dict(configuration.environment_args(group))
"""


def all_in_one(project: Project) -> None:
    """Write the example of the how-to as the project's program."""
    page = (REPOSITORY / "docs/how-to/use-your-own-key.md").read_text()
    (example,) = re.findall(r"## Create everything in one program.*?```python\n(.*?)```", page, flags=re.DOTALL)
    imports, _, rest = example.partition("\n\n")
    # The environment is the last resource: protection would keep it from being destroyed.
    assert rest.endswith("\n    },\n)\n")
    unprotected = rest.removesuffix(")\n") + "    pulumi.ResourceOptions(protect=False),\n)\n"
    project.write_program(f"{imports}\n{PROGRAM}\n{unprotected}")


def prepare(azure: Azure, *permissions: str, location: str = "westus2", name: str = "ise", kty: str = "RSA") -> str:
    """A group with an identity, a vault that permits it this, and a key in it; the key's version."""
    azure.put(GROUP, {"location": "westus2"})
    principal = azure.put(IDENTITY, {"location": "westus2"}).json()["properties"]["principalId"]
    assert azure.put(VAULT, vault(policy(principal, *permissions), location=location)).is_success
    made = azure.put(f"{VAULT}/keys/{name}", {"properties": {"kty": kty}})
    return str(made.json()["properties"]["keyUriWithVersion"].rpartition("/")[2])


def key(version: str, **changes: Any) -> dict[str, Any]:
    return {"vaultId": VAULT, "name": "ise", "version": version} | changes


def test_the_program_of_the_how_to_creates_and_deletes_the_key_and_the_environment(project: Project) -> None:
    """The vault and the key are created first, then looked up; the environment is created last and deleted first.

    azure-native deletes a key through its vault, for which the program has no permission (its source, customresources).
    """
    all_in_one(project)
    assert project.preview()["orders-ise"] == "create"
    project.up()
    writes = project.writes()
    assert writes[-1] == f"PUT {ENVIRONMENT}"
    looks = [request.path.split("?")[0] for request in project.requests() if request.method == "GET"]
    assert any(re.search(r"/vaults/vault[^/]+/keys/key[^/]+$", path) for path in looks)
    project.expect_nothing_to_do()

    # A key that is replaced stays in the vault: what it encrypts would be lost with it.
    program = (project.folder / "__main__.py").read_text()
    number = len(project.requests())
    project.write_program(program.replace('keyvault.Key(\n    "key",', 'keyvault.Key(\n    "other",'))
    project.up()
    writes = project.writes(number)
    assert [write.split()[0] for write in writes] == ["PUT", "DELETE", "PUT"]
    assert writes[1:] == [f"DELETE {ENVIRONMENT}", f"PUT {ENVIRONMENT}"]

    number = len(project.requests())
    project.destroy()
    writes = project.writes(number)
    vault = next(write for write in writes if write.startswith("DELETE vault"))
    assert writes.index(vault) > writes.index(f"DELETE {ENVIRONMENT}")
    assert not any(write.startswith(("DELETE key", "DELETE other")) for write in writes)
    assert project.resources() == []


def test_a_key_that_is_not_retained_is_not_deleted_without_a_permission_in_its_vault(project: Project) -> None:
    all_in_one(project)
    program = (project.folder / "__main__.py").read_text()
    (option,) = re.findall(r".*retain_on_delete=True.*\n", program)
    project.write_program(program.replace(option, "").partition("environment = ")[0])
    project.up()
    refusal = project.fail("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert "does not have keys delete permission on key vault" in refusal
    assert "Traceback" not in refusal


def test_an_environment_uses_an_existing_key_and_is_replaced_for_another_identity(project: Project) -> None:
    """What replaces it is tested line by line in test_changes.py."""
    with another_client_of(project) as azure:
        version = prepare(azure, *PERMISSIONS)
    project.configure(identity=USER_ASSIGNED, encryptionKey=key(version))
    project.up()
    project.expect_an_empty_preview()

    project.configure(encryptionKey=None, identity={"type": "SystemAssigned"})
    number = len(project.requests())
    project.up()
    assert project.writes(number) == [f"DELETE {ENVIRONMENT}", f"PUT {ENVIRONMENT}"]
    assert len(project.outputs()["principal_id"]) == 36


def test_problems_of_vault_and_key_are_reported_at_preview(project: Project) -> None:
    project.configure(identity=USER_ASSIGNED, encryptionKey=key("0" * 32))
    output = project.fail("preview", "--non-interactive")
    assert "[key-vault-found]" in output
    assert "has 1 problem;" in output
    assert "Traceback" not in output

    with another_client_of(project) as azure:
        version = prepare(azure, *PERMISSIONS, location="eastus", kty="EC")
    number = len(project.requests())
    project.configure(encryptionKey=key(version))
    output = project.fail("preview", "--non-interactive")
    assert "The configuration of this stack has 2 problems" in output
    assert "[key-vault-location]" in output
    assert "[key-type]" in output
    project.configure(encryptionKey=key(version, name="absent"))
    assert "[key-found]" in project.fail("preview", "--non-interactive")
    assert project.writes(number) == []


def test_an_unreadable_vault_is_a_warning_and_a_missing_permission_fails_the_creation(project: Project) -> None:
    with another_client_of(project) as azure:
        version = prepare(azure)
    project.configure(identity=USER_ASSIGNED, encryptionKey=key(version))
    assert "[key-" not in project.succeed("preview", "--non-interactive")
    refusal = arm.RequestFault(path="*/vaults/*", times=None, status=403, code="AuthorizationFailed", message="No.")
    arm.control_of(project.home / "arm").inject(refusal)
    output = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    # The engine prints messages when they occur, and again at the end.
    assert output.partition("Diagnostics:")[2].count("[key-unseen]") == 1
    assert "AuthorizationFailed" in output
    assert "does not have the permissions get, list, wrapKey, unwrapKey" in output
