"""What recovery makes of `pendingReplacement`, of stale ids and of copies that wait for their deletion."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.logic_apps_environment.commands.recovery.recordings import (
    ENVIRONMENT,
    GROUP,
    NETWORK,
    Case,
    RecordedAzure,
    recorded,
)

TYPES = {
    "azure-native:resources:ResourceGroup": "logic-apps-rg",
    "azure-native:network:VirtualNetwork": "logic-apps-vnet",
    "azure-native:network:Subnet": "logic-apps-subnet-3",
    "azure-native:resources:Resource": "logic-apps-ise",
}

REQUESTED = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg-logic-apps-dev/providers/Microsoft.Logic"
    "//integrationServiceEnvironments/ise-logic-apps-dev"
)
"""The id that azure-native requests, and keeps after a failed creation."""

# pkg/resource/deploy/step.go of Pulumi 3.274, StepOps.
OPERATIONS = (
    *("same", "create", "update", "delete", "replace", "create-replacement", "delete-replaced", "read"),
    *("read-replacement", "refresh", "discard", "discard-replaced", "remove-pending-replace", "import"),
    *("import-replacement", "diff", "extend-parameterize"),
)


class Stack:
    """A finished stack, and what a preview of it says."""

    def __init__(self) -> None:
        self.document = recorded("updating-the-environment")
        del self.document["deployment"]["pending_operations"]
        self.azure = RecordedAzure()
        self.steps: list[dict[str, Any]] = []

    def entry(self, name: str) -> dict[str, Any]:
        """The resource in the state that is given to recovery."""
        (found,) = [
            each
            for each in self.document["deployment"]["resources"]
            if each["urn"].endswith(f"::{name}") and each["type"].startswith("azure-native:")
        ]
        assert isinstance(found, dict)
        return found

    def plan(self, operation: str, name: str, **inputs: Any) -> None:
        """The preview plans an operation, with these inputs in place of those of the state."""
        known = self.entry(name)
        new = {**copy.deepcopy(known), "inputs": {**copy.deepcopy(known["inputs"]), **inputs}}
        del new["id"], new["outputs"]
        new.pop("pendingReplacement", None)
        self.steps.append({"op": operation, "urn": known["urn"], "newState": new})

    def recover(self) -> Case:
        """Do all that a recovery does."""
        case = Case(self.document, self.azure)
        case.recovery.resolve_pending_operations()
        case.recovery.check_existing()
        case.recovery.find_planned(self.steps)
        return case


@pytest.fixture
def stack() -> Stack:
    return Stack()


def properties(endpoint: str) -> dict[str, Any]:
    """The properties of the environment that the program sends."""
    return {
        "networkConfiguration": {
            "accessEndpoint": {"type": endpoint},
            "subnets": [{"id": f"{NETWORK}/subnets/subnet-{number}"} for number in range(1, 5)],
        }
    }


def expect_live(case: Case, name: str) -> dict[str, Any]:
    """The resource is in the state once, and neither deleted nor waiting for anything."""
    found = case.resource(name)
    assert found is not None
    assert not {"pendingReplacement", "delete", "initErrors"} & found.keys()
    return found


@pytest.mark.parametrize("name", TYPES.values(), ids=TYPES)
@pytest.mark.parametrize("operation", ["replace", "create-replacement"])
def test_a_resource_whose_recorded_deletion_did_not_happen_is_in_the_state_again(
    name: str, operation: str, stack: Stack
) -> None:
    wanted = stack.entry(name)["id"]
    stack.entry(name)["pendingReplacement"] = True
    stack.plan(operation, name)
    case = stack.recover()
    assert expect_live(case, name)["id"] == wanted
    assert case.report.left_alone == 0


@pytest.mark.parametrize("name", TYPES.values(), ids=TYPES)
def test_a_resource_whose_recorded_deletion_did_not_happen_and_that_the_program_lacks_is_left_to_the_next_update(
    name: str, stack: Stack
) -> None:
    """The engine would forget it (`remove-pending-replace`); kept in the state, it is deleted."""
    stack.entry(name)["pendingReplacement"] = True
    expect_live(stack.recover(), name)


def test_a_resource_that_was_deleted_for_its_replacement_is_still_to_be_created(stack: Stack) -> None:
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.azure.lose(ENVIRONMENT)
    stack.plan("replace", "logic-apps-ise")
    case = stack.recover()
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    assert environment["pendingReplacement"] is True
    assert case.report.findings == []


def test_the_new_environment_is_in_the_state_with_what_the_program_asks_for(stack: Stack) -> None:
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    body = stack.azure.bodies[ENVIRONMENT.lower()]
    body["properties"]["networkConfiguration"]["accessEndpoint"]["type"] = "External"
    stack.plan("replace", "logic-apps-ise", properties=properties("External"))
    case = stack.recover()
    assert expect_live(case, "logic-apps-ise")["inputs"]["properties"] == properties("External")
    assert "was not replaced" not in case.said


def test_the_old_environment_is_in_the_state_as_it_is_and_the_next_update_replaces_it(stack: Stack) -> None:
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.plan("replace", "logic-apps-ise", properties=properties("External"))
    case = stack.recover()
    assert expect_live(case, "logic-apps-ise")["inputs"]["properties"] == properties("Internal")
    assert "was not replaced" in case.said


@pytest.mark.parametrize(
    ("inputs", "shown"),
    [
        ({"identity": {"type": "SystemAssigned"}}, {"identity": {"type": "SystemAssigned", "principalId": "1"}}),
        (
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/1/a"]}},
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/SUBSCRIPTIONS/1/a": {"clientId": "1"}}}},
        ),
    ],
)
@pytest.mark.parametrize("is_added", [True, False])
def test_the_identity_distinguishes_the_old_environment_from_the_new_one(
    inputs: dict[str, Any], shown: dict[str, Any], is_added: bool, stack: Stack
) -> None:
    """A value that only one of the two has exists, or does not exist."""
    entry = stack.entry("logic-apps-ise")
    entry["pendingReplacement"] = True
    entry["replaceOnChanges"] = [*entry["replaceOnChanges"], "identity"]
    if is_added:
        stack.plan("replace", "logic-apps-ise", **inputs)
        assert "identity" not in expect_live(stack.recover(), "logic-apps-ise")["inputs"]
        stack = Stack()
        stack.entry("logic-apps-ise").update(entry)
        stack.azure.bodies[ENVIRONMENT.lower()] |= shown
        stack.plan("replace", "logic-apps-ise", **inputs)
        assert expect_live(stack.recover(), "logic-apps-ise")["inputs"]["identity"] == inputs["identity"]
    else:
        entry["inputs"] |= inputs
        stack.plan("replace", "logic-apps-ise")
        del stack.steps[0]["newState"]["inputs"]["identity"]
        assert "identity" not in expect_live(stack.recover(), "logic-apps-ise")["inputs"]


def test_what_is_left_alone_is_reported_once(stack: Stack) -> None:
    """A pending operation and the preview are about the same resource."""
    entry = stack.entry("logic-apps-ise")
    stack.plan("create", "logic-apps-ise")
    stack.document["deployment"]["resources"].remove(entry)
    stack.document["deployment"]["pending_operations"] = [{"type": "creating", "resource": entry}]
    stack.azure.bodies[ENVIRONMENT.lower()]["location"] = "eastus"
    case = stack.recover()
    assert (case.report.left_alone, len(case.report.findings)) == (1, 1)


def test_a_resource_that_was_renamed_while_it_is_replaced_is_not_reported_before_it_exists(stack: Stack) -> None:
    stack.plan("create", "logic-apps-ise")
    stack.steps[0]["newState"]["urn"] += "-renamed"
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.azure.lose(ENVIRONMENT)
    assert stack.recover().report.findings == []


@pytest.mark.parametrize("operation", ["same", "update"])
def test_a_resource_with_an_alias_for_its_earlier_name_is_not_reported(operation: str, stack: Stack) -> None:
    stack.plan(operation, "logic-apps-ise")
    stack.steps[0]["urn"] += "-renamed"
    stack.steps[0]["newState"]["urn"] += "-renamed"
    assert stack.recover().report.findings == []


ACCOUNT = f"{GROUP}/providers/Microsoft.Logic/integrationAccounts/partners"
ARTIFACTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "Schema": ("schemas", {"schemaType": "Xml", "content": "<schema/>"}, {"schemaType": "Xml", "contentLink": {}}),
    "Map": ("maps", {"mapType": "Xslt", "content": "<map/>"}, {"mapType": "Xslt", "contentLink": {}}),
    "Partner": ("partners", {"partnerType": "B2B", "content": {}}, {"partnerType": "B2B", "content": {}}),
    "Agreement": ("agreements", {"agreementType": "AS2"}, {"agreementType": "AS2"}),
}


@pytest.mark.parametrize("kind", ARTIFACTS)
def test_an_artifact_of_an_account_is_imported_and_content_that_azure_does_not_return_is_sent_again(
    kind: str, stack: Stack
) -> None:
    """Azure returns a link in place of the content of schemas and maps (API description 2019-05-01, examples)."""
    collection, inputs, properties = ARTIFACTS[kind]
    identity = f"{ACCOUNT}/{collection}/order"
    stack.azure.bodies[identity.lower()] = {"id": identity, "name": "order", "properties": properties}
    names = {"integrationAccountName": "partners", f"{kind.lower()}Name": "order"}
    stack.plan("create", "logic-apps-rg", **inputs, **names)
    planned = stack.steps[0]["newState"]
    planned["type"] = f"azure-native:logic:IntegrationAccount{kind}"
    planned["urn"] = stack.steps[0]["urn"] = f"urn:pulumi:dev::logic-apps-environment::{planned['type']}::order"
    planned["inputs"].pop("location"), planned["inputs"].pop("tags", None)
    case = stack.recover()
    imported = case.resource("order")
    assert imported is not None
    assert imported["id"] == identity
    assert imported["inputs"].items() >= inputs.items()
    assert ("initErrors" in imported) is ("contentLink" in properties)
    assert ("which the next update sends again" in case.said) is ("contentLink" in properties)


IDENTITY = {"identity": {"type": "SystemAssigned"}}


@pytest.mark.parametrize(("wanted", "shown"), [(IDENTITY, {}), ({}, IDENTITY)])
def test_an_environment_that_was_created_with_another_identity_is_left_alone(
    wanted: dict[str, Any], shown: dict[str, Any], stack: Stack
) -> None:
    """An environment gets its identity when it is created, or never."""
    entry = stack.entry("logic-apps-ise")
    stack.document["deployment"]["resources"].remove(entry)
    entry["inputs"] |= wanted
    entry["replaceOnChanges"] = [*entry["replaceOnChanges"], "identity"]
    stack.azure.bodies[ENVIRONMENT.lower()] |= shown
    stack.document["deployment"]["pending_operations"] = [{"type": "creating", "resource": entry}]
    case = stack.recover()
    assert case.report.left_alone == 1
    assert "but differs in identity" in case.said


def test_an_identity_of_the_type_none_is_no_identity(stack: Stack) -> None:
    entry = stack.entry("logic-apps-ise")
    stack.document["deployment"]["resources"].remove(entry)
    entry["replaceOnChanges"] = [*entry["replaceOnChanges"], "identity"]
    stack.azure.bodies[ENVIRONMENT.lower()]["identity"] = {"type": "None"}
    stack.document["deployment"]["pending_operations"] = [{"type": "creating", "resource": entry}]
    assert stack.recover().report.left_alone == 0


def test_what_is_neither_the_old_nor_the_new_environment_is_left_alone_and_named(stack: Stack) -> None:
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.azure.bodies[ENVIRONMENT.lower()]["location"] = "eastus"
    stack.plan("replace", "logic-apps-ise")
    case = stack.recover()
    assert case.report.left_alone == 1
    assert f"exists as {ENVIRONMENT}, but differs in location" in case.said
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    assert environment["pendingReplacement"] is True


@pytest.mark.parametrize("is_pending", [True, False])
def test_an_environment_under_another_name_than_the_stale_one_of_the_state_is_found(
    is_pending: bool, stack: Stack
) -> None:
    """Without `pendingReplacement` the preview plans nothing, as it does not ask Azure."""
    entry = stack.entry("logic-apps-ise")
    entry["id"] = REQUESTED.replace("ise-logic-apps-dev", "gone")
    if is_pending:
        entry["pendingReplacement"] = True
    stack.plan("replace" if is_pending else "same", "logic-apps-ise")
    assert expect_live(stack.recover(), "logic-apps-ise")["id"] == ENVIRONMENT


def test_a_name_that_is_unknown_in_the_preview_is_looked_up_by_the_name_in_the_state(stack: Stack) -> None:
    """The name of the environment depends on its subnets, which are replaced too."""
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.plan("replace", "logic-apps-ise", resourceName="04da6b54-80e4-46f7-96ec-b56ff0331ba9")
    assert expect_live(stack.recover(), "logic-apps-ise")["id"] == ENVIRONMENT


@pytest.mark.parametrize("is_deleted_first", [True, False])
def test_a_planned_name_that_exists_beside_the_old_resource_is_only_that_of_this_stack_if_it_is_created_first(
    is_deleted_first: bool, stack: Stack
) -> None:
    other = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-other"
    stack.azure.bodies[other.lower()] = {**stack.azure.bodies[NETWORK.lower()], "id": other, "name": "vnet-other"}
    if is_deleted_first:
        stack.plan("delete-replaced", "logic-apps-vnet")
    stack.plan("create-replacement", "logic-apps-vnet", virtualNetworkName="vnet-other")
    case = stack.recover()
    networks = [each for each in case.state.resources if each["type"] == "azure-native:network:VirtualNetwork"]
    if is_deleted_first:
        assert [each["id"] for each in networks] == [NETWORK]
        assert case.report.left_alone == 1
    else:
        assert [(each["id"], each.get("delete", False)) for each in networks] == [(other, False), (NETWORK, True)]


def test_a_secret_of_a_replaced_resource_stays_unchanged_in_the_state(stack: Stack) -> None:
    """A preview prints [secret] in its place."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.entry("logic-apps-ise")["inputs"]["tags"] = {"environment": secret}
    stack.plan("replace", "logic-apps-ise", tags={"environment": "[secret]"})
    environment = expect_live(stack.recover(), "logic-apps-ise")
    assert environment["inputs"]["tags"] == environment["outputs"]["tags"] == {"environment": secret}


# ARM ignores letter case and repeated slashes.
SPELLINGS = st.tuples(
    *(st.sampled_from([part, part.upper(), part.lower()]) for part in ENVIRONMENT.split("/")[1:]),
).flatmap(lambda parts: st.sampled_from([f"/{'/'.join(parts)}", f"/{'//'.join(parts)}", f"/{'/'.join(parts)}/"]))


@given(SPELLINGS, st.booleans())
def test_an_id_in_any_spelling_identifies_the_same_resource(identifier: str, is_pending: bool) -> None:
    stack = Stack()
    entry = stack.entry("logic-apps-ise")
    entry["id"] = identifier
    if is_pending:
        entry["pendingReplacement"] = True
    stack.plan("replace" if is_pending else "same", "logic-apps-ise")
    case = stack.recover()
    assert expect_live(case, "logic-apps-ise")["id"].lower().replace("//", "/").rstrip("/") == ENVIRONMENT.lower()
    assert case.report.left_alone == 0


def test_the_id_that_the_provider_requested_becomes_the_one_of_azure(stack: Stack) -> None:
    stack.entry("logic-apps-ise")["id"] = REQUESTED
    case = stack.recover()
    assert expect_live(case, "logic-apps-ise")["id"] == ENVIRONMENT
    assert f"replaced by Azure's ID {ENVIRONMENT}" in case.said


@pytest.mark.parametrize("kind", ["creating", "updating", "deleting"])
def test_a_pending_operation_under_the_requested_id_does_not_make_a_second_resource(kind: str, stack: Stack) -> None:
    operation = {"type": kind, "resource": {**copy.deepcopy(stack.entry("logic-apps-ise")), "id": REQUESTED}}
    stack.document["deployment"]["pending_operations"] = [operation]
    case = stack.recover()
    expect_live(case, "logic-apps-ise")
    assert "pending_operations" not in case.state.to_document()["deployment"]


@pytest.mark.parametrize("identifier", [ENVIRONMENT, REQUESTED])
def test_a_copy_to_be_deleted_that_is_the_resource_of_the_stack_is_removed(identifier: str, stack: Stack) -> None:
    """The next update would delete the environment that is in use."""
    entry = stack.entry("logic-apps-ise")
    stack.document["deployment"]["resources"].append({**copy.deepcopy(entry), "id": identifier, "delete": True})
    case = stack.recover()
    assert [each["id"] for each in case.state.resources if each["type"].endswith(":Resource")] == [ENVIRONMENT]


def test_a_copy_that_was_deleted_for_the_state_and_exists_is_still_deleted(stack: Stack) -> None:
    """The engine would only forget it, as `remove-pending-replace`."""
    old = f"{ENVIRONMENT}-old"
    copied = {**copy.deepcopy(stack.entry("logic-apps-ise")), "id": old, "delete": True, "pendingReplacement": True}
    stack.document["deployment"]["resources"].append(copied)
    stack.azure.bodies[old.lower()] = {**stack.azure.bodies[ENVIRONMENT.lower()], "id": old}
    copied = stack.recover().state.resources[-1]
    assert (copied["id"], copied["delete"], "pendingReplacement" in copied) == (old, True, False)


def test_a_copy_to_be_deleted_that_does_not_exist_is_removed(stack: Stack) -> None:
    copied = {**copy.deepcopy(stack.entry("logic-apps-ise")), "id": f"{ENVIRONMENT}-old", "delete": True}
    stack.document["deployment"]["resources"].append(copied)
    case = stack.recover()
    assert [each["id"] for each in case.state.resources if each["type"].endswith(":Resource")] == [ENVIRONMENT]


def test_a_copy_to_be_deleted_that_the_program_would_create_again_is_the_resource(stack: Stack) -> None:
    stack.plan("create", "logic-apps-ise")
    stack.entry("logic-apps-ise")["delete"] = True
    expect_live(stack.recover(), "logic-apps-ise")


def test_of_two_environments_only_the_interrupted_one_is_changed(stack: Stack) -> None:
    one = stack.entry("logic-apps-ise")
    other = copy.deepcopy(one) | {"urn": f"{one['urn']}-2", "id": f"{ENVIRONMENT}-2", "pendingReplacement": True}
    other["inputs"]["resourceName"] += "-2"
    stack.document["deployment"]["resources"].append(other)
    body = copy.deepcopy(stack.azure.bodies[ENVIRONMENT.lower()])
    stack.azure.bodies[f"{ENVIRONMENT}-2".lower()] = body | {"id": f"{ENVIRONMENT}-2", "name": "ise-logic-apps-dev-2"}
    stack.plan("same", "logic-apps-ise")
    stack.plan("replace", "logic-apps-ise-2")
    before = copy.deepcopy(one)
    case = stack.recover()
    assert expect_live(case, "logic-apps-ise") == before
    assert expect_live(case, "logic-apps-ise-2")["id"] == f"{ENVIRONMENT}-2"
    assert len(case.report.findings) == 1


VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/vault"


def with_a_vault(stack: Stack, **inputs: Any) -> None:
    """A resource of azure-native whose type is not in recovery's list."""
    group = stack.entry("logic-apps-rg")
    stack.document["deployment"]["resources"].append(
        {
            **copy.deepcopy(group),
            "urn": group["urn"].replace("azure-native:resources:ResourceGroup", "azure-native:keyvault:Vault").replace(
                "logic-apps-rg", "vault"
            ),
            "type": "azure-native:keyvault:Vault",
            "id": VAULT,
            "inputs": {"azureApiVersion": "2024-11-01", "vaultName": "vault", "location": "westus2"},
            "outputs": {"name": "vault"},
            "pendingReplacement": True,
        }
    )  # fmt: skip
    stack.azure.bodies[VAULT.lower()] = {"id": VAULT, "name": "vault", "location": "westus2", "properties": {}}
    stack.plan("replace", "vault", **inputs)


def test_a_resource_of_any_type_that_the_state_marks_as_deleted_and_exists_is_kept(stack: Stack) -> None:
    with_a_vault(stack)
    case = stack.recover()
    vault = case.resource("vault")
    assert vault is not None
    assert "pendingReplacement" not in vault
    assert (VAULT, "2024-11-01") in stack.azure.asked


def test_a_resource_of_any_type_that_was_not_replaced_is_kept_as_it_is(stack: Stack) -> None:
    with_a_vault(stack, location="eastus")
    vault = expect_live(stack.recover(), "vault")
    assert (vault["inputs"]["location"], vault["outputs"]) == ("westus2", {"name": "vault"})


def test_a_resource_of_any_type_that_was_replaced_is_updated_for_its_outputs(stack: Stack) -> None:
    with_a_vault(stack, location="eastus")
    stack.azure.bodies[VAULT.lower()]["location"] = "eastus"
    vault = stack.recover().resource("vault")
    assert vault is not None
    assert "pendingReplacement" not in vault
    assert vault["inputs"]["location"] == "eastus"
    assert vault["initErrors"]


def test_a_resource_of_any_type_that_may_be_the_new_one_is_left_unchanged(stack: Stack) -> None:
    with_a_vault(stack, vaultName="other")
    case = stack.recover()
    assert case.report.left_alone == 1
    assert "vault: left alone" in case.said


def test_a_type_of_another_provider_is_named(stack: Stack) -> None:
    with_a_vault(stack)
    stack.entry("vault")["type"] = "random:index/randomId:RandomId"
    case = Case(stack.document, stack.azure)
    case.recovery.find_planned([])
    assert "does not know the type 'random:index/randomId:RandomId'" in case.said


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_of_the_engine_is_known(operation: str, stack: Stack) -> None:
    stack.plan(operation, "logic-apps-ise")
    case = stack.recover()
    assert case.report.left_alone == 0
    assert case.report.findings == []


def test_an_operation_that_a_later_engine_may_have_is_named(stack: Stack) -> None:
    stack.plan("teleport", "logic-apps-ise")
    case = stack.recover()
    assert case.report.left_alone == 1
    assert "logic-apps-ise: recovery does not know the operation 'teleport'" in case.said


@pytest.mark.parametrize("kind", ["reading", "importing"])
def test_reading_and_importing_change_nothing_and_are_not_pending_any_more(kind: str, stack: Stack) -> None:
    before = copy.deepcopy(stack.document)
    operation = {"type": kind, "resource": stack.entry("logic-apps-ise")}
    stack.document["deployment"]["pending_operations"] = [operation]
    assert stack.recover().state.to_document() == before


@pytest.mark.parametrize("type_", ["pulumi:providers:azure-native", "logic-apps-environment:index:EnvironmentNetwork"])
def test_operations_on_providers_and_components_are_not_pending_any_more(type_: str, stack: Stack) -> None:
    (entry, *_) = [each for each in stack.document["deployment"]["resources"] if each["type"] == type_]
    stack.document["deployment"]["pending_operations"] = [{"type": "creating", "resource": entry}]
    case = stack.recover()
    assert case.state.pending == []
    assert case.report.left_alone == 0


@pytest.mark.parametrize(("is_own", "attention"), [(True, 1), (False, 0)])
def test_an_environment_in_the_group_that_is_in_no_state_is_named(is_own: bool, attention: int, stack: Stack) -> None:
    """In a group that the stack created, other environments are unexpected."""
    other = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-before"
    listing = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments".lower()
    stack.azure.bodies[listing] = {"value": [{"id": ENVIRONMENT.upper()}, {"id": other}]}
    if not is_own:
        stack.entry("logic-apps-rg")["external"] = True
    case = stack.recover()
    case.recovery.find_unmanaged_environments()
    assert case.report.left_alone == attention
    assert f"The environment {other} exists and is not in the state" in case.said
    assert len(case.report.findings) == 1


def test_a_state_that_recovery_changes_has_each_resource_after_what_it_refers_to(stack: Stack) -> None:
    """Pulumi rejects another order. Here the new environment depends on a subnet that is after it."""
    resources = stack.document["deployment"]["resources"]
    stack.entry("logic-apps-ise")["pendingReplacement"] = True
    stack.plan("replace", "logic-apps-ise")
    subnet = stack.entry("logic-apps-subnet-4")
    resources.remove(subnet)
    resources.append(subnet)
    stack.recover()
    case = stack.recover()
    urns = [each["urn"] for each in case.state.resources]
    assert urns.index(subnet["urn"]) < urns.index(stack.entry("logic-apps-ise")["urn"])


@pytest.mark.parametrize(("operation", "endpoint"), [("same", "Internal"), ("replace", "External")])
def test_a_component_gets_the_arguments_of_an_imported_resource_unless_the_program_replaces_one(
    operation: str, endpoint: str, stack: Stack
) -> None:
    """A recovery with the wrong stack file has imported the network and left the environment alone."""
    stack.plan("create", "logic-apps-ise")
    stack.plan(operation, "logic-apps-vnet")
    resources = stack.document["deployment"]["resources"]
    environment = stack.entry("logic-apps-ise")
    component = next(each for each in resources if each["urn"] == environment["parent"])
    planned = {**component, "inputs": {"endpoint": "Internal"}}
    stack.steps.insert(0, {"op": "update", "urn": component["urn"], "newState": planned})
    component["inputs"] = {"endpoint": "External"}
    resources.remove(environment)
    case = stack.recover()
    assert case.resource("logic-apps-ise") is not None
    (found,) = [each for each in case.state.resources if each["urn"] == component["urn"]]
    assert found["inputs"] == {"endpoint": endpoint}
