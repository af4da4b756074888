"""Identity and key of an environment: requests, replacements, and the order of grant and environment.

Tested here: arguments and registrations, on the recording monitor. The rules are tested in test_rules.py, look-ups in
test_existing_key.py, and the real engine in tests/end_to_end/test_encryption.py.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_azure_native import resources

from logic_apps_environment import ArgumentsError, IntegrationServiceEnvironment
from tests.logic_apps_environment.test_environment import FABRIKAM as ARGUMENTS
from tests.logic_apps_environment.test_environment import environment, later
from tests.logic_apps_environment.test_existing_key import functions
from tests.support.recording import ENVIRONMENT_COMPONENT, Recording, record
from tests.support.rule_examples import FABRIKAM, IDENTITY, encrypted, problems_with

VAULT = f"{FABRIKAM}/Microsoft.KeyVault/vaults/fabrikam"
USER_ASSIGNED = {"type": "UserAssigned", "user_assigned": [IDENTITY]}
KEY = {"vault_id": VAULT, "name": "ise", "version": "0" * 32}


def properties(recording: Recording) -> dict[str, Any]:
    return dict(recording["fabrikam-ise"].inputs["properties"])


def test_the_key_is_sent_as_documented() -> None:
    """Microsoft's page on customer-managed keys for ISEs, request body."""
    recording = record(environment(identity=USER_ASSIGNED, encryption_key=KEY), functions=functions())
    assert properties(recording)["encryptionConfiguration"] == {
        "encryptionKeyReference": {"keyVault": {"id": VAULT}, "keyName": "ise", "keyVersion": "0" * 32}
    }
    assert recording["fabrikam-ise"].inputs["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": [IDENTITY],
    }


@pytest.mark.parametrize("nothing", [None, {}])
def test_without_identity_and_key_neither_is_sent(nothing: Any) -> None:
    recording = record(environment(identity=lambda: nothing or {}, encryption_key=lambda: nothing or {}))
    assert "identity" not in recording["fabrikam-ise"].inputs
    assert "encryptionConfiguration" not in properties(recording)


def test_a_system_assigned_identity_needs_nothing_else_and_its_principal_is_an_output() -> None:
    outputs = record(environment(identity={"type": "SystemAssigned"})).component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["principal_id"] == "22222222-2222-2222-2222-222222222222"


def test_the_principal_is_unknown_in_a_preview() -> None:
    recording = record(environment(identity={"type": "SystemAssigned"}), preview=True)
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert isinstance(outputs["principal_id"], type(pulumi.UNKNOWN))


def test_without_an_identity_a_preview_announces_no_principal() -> None:
    """Otherwise each preview of a change would list an output that stays empty."""
    outputs = record(environment(), preview=True).component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs.get("principal_id") is None


def test_ids_may_be_outputs_and_are_validated_when_they_resolve() -> None:
    recording = record(
        environment(
            identity=lambda: {"type": "UserAssigned", "user_assigned": [later(IDENTITY)()]},
            encryption_key=lambda: KEY | {"vault_id": later(VAULT)()},
        ),
        functions=functions(),
    )
    assert recording["fabrikam-ise"].inputs["identity"]["userAssignedIdentities"] == [IDENTITY]
    with pytest.raises(ArgumentsError, match=r"\[key-vault-id\]"):
        record(environment(identity=USER_ASSIGNED, encryption_key=lambda: KEY | {"vault_id": later("vault")()}))


def test_the_environment_waits_for_what_the_component_depends_on() -> None:
    """Microsoft's page on customer-managed keys: with a user-assigned identity the grant comes before the creation."""

    def program() -> None:
        grant = resources.ResourceGroup("grant", resource_group_name="stands-for-a-grant")
        arguments = ARGUMENTS | {"identity": USER_ASSIGNED, "encryption_key": KEY}
        IntegrationServiceEnvironment("fabrikam", arguments, pulumi.ResourceOptions(depends_on=[grant]))

    assert "grant" in record(program, functions=functions()).dependencies("fabrikam-ise")


def test_all_problems_of_a_key_are_reported_together() -> None:
    found = problems_with(encrypted() | {"identity": {"type": "SystemAssigned"}, "location": "northeurope"})
    assert [(problem.path, problem.rule.identifier) for problem in found] == [
        (("location",), "key-region"),
        (("identity", "type"), "key-system-identity"),
    ]
    assert "user-assigned identity" in found[1].remedy


@pytest.mark.parametrize(
    "location", ["West US 2", "East US", "South Central US", "USGov Arizona", "USGov Virginia", "USGov Texas"]
)
def test_the_regions_are_those_of_the_document(location: str) -> None:
    """Microsoft's page on customer-managed keys for ISEs, "Prerequisites"."""
    assert problems_with(encrypted() | {"location": location}) == []
