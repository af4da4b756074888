"""An identity and a key of the owner, through the real CLI: the environment waits for the grant; changes rebuild it.

The simulator has no vaults, so something else stands for the grant: what counts is when the engine makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.end_to_end

PROVIDERS = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Fabrikam-RG/providers"
USER_ASSIGNED = {
    "type": "UserAssigned",
    "userAssigned": [f"{PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/ise"],
}
KEY = {"vaultId": f"{PROVIDERS}/Microsoft.KeyVault/vaults/fabrikam", "name": "ise", "version": "0" * 32}

WITH_A_GRANT = """
grant = resources.ResourceGroup("grant", resource_group_name="stands-for-a-grant", location="westus2")
environment = IntegrationServiceEnvironment(
    NAME,
    configuration.environment_args(resource_group_name),
    opts=pulumi.ResourceOptions(protect=configuration.protect, depends_on=[grant]),
)
"""


def test_an_environment_with_a_key_waits_for_the_grant_and_is_rebuilt_when_identity_or_key_change(
    project: Project,
) -> None:
    program = project.folder / "__main__.py"
    before, _, after = program.read_text().partition("environment = IntegrationServiceEnvironment(")
    _, _, exports = after.partition("\n)\n")
    program.write_text(before + WITH_A_GRANT + exports)

    # The environment is asked for after the grant, and nothing is left to do.
    project.configure(identity=USER_ASSIGNED, encryptionKey=KEY)
    project.up()
    writes = project.writes()
    assert writes[-1] == "PUT ise-logic-apps-dev"
    assert "PUT stands-for-a-grant" in writes
    project.succeed("refresh", "--yes", "--non-interactive", "--expect-no-changes")
    project.succeed("preview", "--non-interactive", "--expect-no-changes")

    # What is chosen at creation rebuilds the environment alone.
    rebuilt = ["DELETE ise-logic-apps-dev", "PUT ise-logic-apps-dev"]
    for changes in (
        {"encryptionKey": KEY | {"version": "1" * 32}},
        {"encryptionKey": None},
        {"identity": {"type": "SystemAssigned"}},
    ):
        project.configure(**changes)
        assert project.preview()["logic-apps-ise"] in ("replace", "delete-replaced", "create-replacement")
        number = len(project.requests())
        project.up()
        assert project.writes(number) == rebuilt
        project.succeed("preview", "--non-interactive", "--expect-no-changes")
    assert len(project.outputs()["principal_id"]) == 36

    # The grant goes after the environment, and nothing remains.
    number = len(project.requests())
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    writes = project.writes(number)
    assert writes.index("DELETE stands-for-a-grant") > writes.index("DELETE ise-logic-apps-dev")
    assert project.resources() == []
