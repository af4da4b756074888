"""Managed APIs, integration accounts and workflows: bodies, references, and what Azure's own clients cannot send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.support.azure import GROUP, IDENTITY, ISE, SUBSCRIPTION, Azure, HandClock, azure_in, code, environment

if TYPE_CHECKING:
    from pathlib import Path

API = f"{ISE}/managedApis/servicebus"
ACCOUNT = f"{GROUP}/providers/Microsoft.Logic/integrationAccounts/account"
WORKFLOW = f"{GROUP}/providers/Microsoft.Logic/workflows/orders"


def account(sku: str = "Standard", location: str = "westus2", **properties: Any) -> dict[str, Any]:
    """The body of an integration account."""
    return {"location": location, "sku": {"name": sku}, "properties": properties}


def workflow(location: str = "westus2", **properties: Any) -> dict[str, Any]:
    """The body of a workflow."""
    return {"location": location, "properties": {"definition": {"contentVersion": "1.0.0.0"}, **properties}}


@pytest.fixture
def ready(azure: Azure) -> Azure:
    """A simulator with an ISE that is ready."""
    azure.create_environment()
    azure.get(ISE)
    return azure


@pytest.mark.usefixtures("ready")
def test_creating_and_deleting_a_managed_api_takes_simulated_minutes(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as azure:
        created = azure.put(API, {"location": "West US 2", "properties": {}})
        assert (created.status_code, created.json()["properties"]["provisioningState"]) == (201, "InProgress")
        assert azure.status(created)["status"] == "InProgress"
        assert code(azure.put(API, {"properties": {}})) == (409, "Conflict")
        clock.seconds += 30
        assert azure.status(created)["status"] == "Succeeded"
        assert azure.get(API).json()["properties"]["provisioningState"] == "Succeeded"
        assert azure.put(API, {"location": "westus2", "properties": {}}).status_code == 200
        clock.seconds += 30
        deleted = azure.delete(API)
        assert deleted.status_code == 202
        assert azure.get(API).json()["properties"]["provisioningState"] == "Deleting"
        clock.seconds += 30
        assert azure.status(deleted)["status"] == "Succeeded"
        assert azure.get(API).status_code == 404
        assert azure.delete(API).status_code == 204


def test_a_managed_api_shows_its_environment_and_parameters(ready: Azure) -> None:
    package = {"contentLinkDefinition": {"uri": "https://storage.example/sap.zip"}}
    body = {"location": "westus2", "properties": {"deploymentParameters": package}}
    shown = ready.put(f"{ISE}/managedApis/sap", body).json()
    assert shown["type"] == "Microsoft.Logic/integrationServiceEnvironments/managedApis"
    assert shown["properties"]["deploymentParameters"] == package
    assert shown["properties"]["integrationServiceEnvironment"]["id"] == ISE
    assert shown["properties"]["runtimeUrls"][0].endswith(".environments.microsoftazurelogicapps.net/apim/sap")


def test_a_managed_api_without_a_body_is_an_invalid_resource(ready: Azure) -> None:
    assert code(ready.send("PUT", API)) == (400, "InvalidResource")


@pytest.mark.parametrize(
    "body",
    [
        {"location": "eastus", "properties": {}},
        {"location": "westus2", "properties": {"deploymentParameters": {"link": "x"}}},
        {"location": "westus2", "properties": {"deploymentParameters": {"contentLinkDefinition": {}}}},
        {"location": "westus2", "properties": {"integrationServiceEnvironment": {"id": f"{ISE}-2"}}},
        {"location": "westus2", "sku": {}},
    ],
)
def test_a_managed_api_with_the_wrong_body_is_rejected(ready: Azure, body: object) -> None:
    assert code(ready.put(API, body)) == (400, "InvalidRequestContent")
    assert ready.get(API).status_code == 404


def test_an_unknown_connector_is_rejected_with_the_names_of_the_known_ones(ready: Azure) -> None:
    refused = ready.put(f"{ISE}/managedApis/service-bus", {"location": "westus2", "properties": {}})
    assert code(refused) == (400, "InvalidRequestContent")
    assert "servicebus" in refused.json()["error"]["message"]


def test_an_environment_that_is_not_ready_accepts_no_contained_resources(azure: Azure, tmp_path: Path) -> None:
    azure.create_network()
    with azure_in(tmp_path / "arm", pace=60, real_time=HandClock()) as slow:
        slow.put(ISE, environment())
        assert code(slow.put(API, {"properties": {}})) == (409, "Conflict")
        placed: Any = {"integrationServiceEnvironment": {"id": ISE}}
        assert code(slow.put(ACCOUNT, account(**placed))) == (409, "Conflict")
        assert code(slow.put(WORKFLOW, workflow(**placed))) == (409, "Conflict")


def test_managed_apis_are_deleted_with_their_environment(ready: Azure) -> None:
    ready.put(API, {"properties": {}})
    assert ready.delete(ISE).status_code == 200
    assert code(ready.get(API))[0] == 404


@pytest.mark.parametrize(("path", "body"), [(ACCOUNT, account), (WORKFLOW, workflow)])
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"id": ISE, "location": "westus2", "properties": {}}, "InvalidRequestContent"),
        ({"id": None}, "InvalidRequestContent"),
        ({}, "InvalidRequestContent"),
        ({"id": "Fabrikam-ISE"}, "InvalidRequestContent"),
        ({"id": GROUP}, "InvalidRequestContent"),
        ({"id": f"{ISE}-2"}, "IntegrationServiceEnvironmentNotFound"),
    ],
)
def test_an_environment_is_named_by_a_reference_to_one_that_exists(
    ready: Azure, path: str, body: Any, reference: object, expected: str
) -> None:
    assert code(ready.put(path, body(integrationServiceEnvironment=reference))) == (400, expected)
    assert ready.get(path).status_code == 404


@pytest.mark.parametrize(("path", "body"), [(ACCOUNT, account), (WORKFLOW, workflow)])
def test_workflows_and_accounts_in_an_environment_have_its_location_and_cannot_leave_it(
    ready: Azure, path: str, body: Any
) -> None:
    placed = {"integrationServiceEnvironment": {"id": ISE}}
    assert code(ready.put(path, body(location="eastus", **placed))) == (400, "InvalidRequestContent")
    assert ready.put(path, body(**placed)).status_code == 201
    assert ready.put(path, body(**placed)).status_code == 200
    assert code(ready.put(path, body())) == (409, "PropertyChangeNotAllowed")
    assert ready.delete(path).status_code == 200
    assert ready.delete(path).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"location": "westus2", "properties": {}},
        {"location": "westus2", "sku": {"name": "Premium"}},
        account(state="Broken"),
        account(keyVault="x"),
    ],
)
def test_an_account_with_the_wrong_body_is_rejected(azure: Azure, body: object) -> None:
    azure.create_group()
    assert code(azure.put(ACCOUNT, body)) == (400, "InvalidRequestContent")


def test_a_region_has_one_free_account(azure: Azure) -> None:
    azure.create_group()
    assert azure.put(ACCOUNT, account("Free")).status_code == 201
    assert azure.put(ACCOUNT, account("Free")).status_code == 200
    assert code(azure.put(f"{ACCOUNT}-2", account("Free"))) == (409, "Conflict")
    assert azure.put(f"{ACCOUNT}-2", account("Free", "eastus")).status_code == 201


def test_a_free_account_in_a_developer_environment_is_not_the_one_of_its_region(azure: Azure) -> None:
    azure.create_environment(sku={"name": "Developer"})
    azure.get(ISE)
    assert azure.put(ACCOUNT, account("Free", integrationServiceEnvironment={"id": ISE})).status_code == 201
    assert azure.put(f"{ACCOUNT}-2", account("Free")).status_code == 201


def test_an_account_is_not_deleted_while_a_workflow_uses_it(azure: Azure) -> None:
    azure.create_group()
    azure.put(ACCOUNT, account())
    azure.put(WORKFLOW, workflow(integrationAccount={"id": ACCOUNT}))
    assert code(azure.delete(ACCOUNT)) == (409, "Conflict")
    assert azure.put(WORKFLOW, workflow()).status_code == 200
    assert azure.delete(ACCOUNT).status_code == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"location": "westus2"}, "InvalidRequestContent"),
        ({"location": "westus2", "properties": {}}, "InvalidRequestContent"),
        (workflow(definition="text"), "InvalidRequestContent"),
        (workflow(state="Sleeping"), "InvalidRequestContent"),
        (workflow(color="red"), "InvalidRequestContent"),
        (workflow(integrationAccount={"id": ACCOUNT}), "InvalidResourceReference"),
    ],
)
def test_a_workflow_with_the_wrong_body_is_rejected(azure: Azure, body: object, expected: str) -> None:
    azure.create_group()
    assert code(azure.put(WORKFLOW, body)) == (400, expected)


def test_a_workflow_keeps_the_time_of_its_creation(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=60, real_time=clock) as azure:
        azure.create_group()
        first = azure.put(WORKFLOW, workflow()).json()["properties"]
        clock.seconds += 60
        second = azure.put(WORKFLOW, workflow()).json()["properties"]
    assert first["createdTime"] == first["changedTime"] == second["createdTime"]
    assert second["changedTime"] > first["changedTime"]


def test_reading_a_workflow_twice_gives_the_same_and_writing_it_a_new_version(azure: Azure) -> None:
    azure.create_group()
    first = azure.put(WORKFLOW, workflow()).json()
    assert azure.get(WORKFLOW).json() == azure.get(WORKFLOW).json() == first
    second = azure.put(WORKFLOW, azure.get(WORKFLOW).json()).json()
    assert second["properties"]["version"] > first["properties"]["version"]
    assert second["properties"]["createdTime"] == first["properties"]["createdTime"]
    assert azure.patch(WORKFLOW, {"tags": {"a": "1"}}).json()["tags"] == {"a": "1"}


def test_an_action_requires_its_method_and_its_resource(ready: Azure) -> None:
    assert code(ready.get(f"{ISE}/restart"))[0] == 405
    assert ready.send("POST", f"{ISE}/restart").status_code == 200
    assert code(ready.get(f"{ISE}-2/skus")) == (404, "ResourceNotFound")
    assert code(ready.get(f"{ISE}/skus", version="2024-03-01")) == (400, "NoRegisteredProviderFound")
    assert code(ready.send("POST", f"{WORKFLOW}/enable")) == (404, "ResourceNotFound")


@pytest.mark.usefixtures("ready")
def test_a_restart_takes_simulated_minutes_and_blocks_other_writes(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as azure:
        restarted = azure.send("POST", f"{ISE}/restart")
        assert (restarted.status_code, restarted.content) == (200, b"")
        assert code(azure.delete(ISE)) == (409, "Conflict")
        clock.seconds += 10
        assert azure.status(restarted)["status"] == "Succeeded"
        assert azure.delete(ISE).status_code == 200


def test_environments_of_a_subscription_and_of_a_group_come_in_pages(ready: Azure) -> None:
    for collection in (
        f"{GROUP}/providers/Microsoft.Logic/workflows",
        f"{SUBSCRIPTION}/providers/Microsoft.Logic/workflows",
    ):
        for number in range(3):
            ready.put(f"{WORKFLOW}-{number}", workflow())
        first = ready.http.get(f"{collection}?api-version=2019-05-01&$top=2").json()
        assert [item["name"] for item in first["value"]] == ["orders-0", "orders-1"]
        second = ready.http.get(first["nextLink"]).json()
        assert ([item["name"] for item in second["value"]], "nextLink" in second) == (["orders-2"], False)


def test_a_page_that_is_just_full_is_the_last_one(azure: Azure) -> None:
    azure.create_group()
    for number in range(2):
        azure.put(f"{WORKFLOW}-{number}", workflow())
    collection = f"{SUBSCRIPTION}/providers/Microsoft.Logic/workflows"
    assert "nextLink" not in azure.http.get(f"{collection}?api-version=2019-05-01&$top=2").json()


def test_a_page_continues_after_the_last_item_even_if_items_were_deleted(azure: Azure) -> None:
    azure.create_group()
    for number in range(4):
        azure.put(f"{WORKFLOW}-{number}", workflow())
    collection = f"{SUBSCRIPTION}/providers/Microsoft.Logic/workflows"
    first = azure.http.get(f"{collection}?api-version=2019-05-01&$top=2").json()
    azure.delete(f"{WORKFLOW}-0")
    azure.delete(f"{WORKFLOW}-1")
    second = azure.http.get(first["nextLink"]).json()
    assert [item["name"] for item in second["value"]] == ["orders-2", "orders-3"]


@pytest.mark.parametrize("query", ["$top=0", "$top=-1", "$top=many", "$top=1e3", "$skiptoken=%%%", "$skiptoken=w7"])
def test_an_invalid_page_is_rejected(azure: Azure, query: str) -> None:
    collection = f"{SUBSCRIPTION}/providers/Microsoft.Logic/workflows"
    assert code(azure.http.get(f"{collection}?api-version=2019-05-01&{query}")) == (400, "InvalidRequestContent")


def test_a_workflow_shows_the_principal_of_its_identity(azure: Azure) -> None:
    azure.create_group()
    body = workflow() | {"identity": {"type": "SystemAssigned"}}
    identity = azure.put(WORKFLOW, body).json()["identity"]
    assert identity["type"] == "SystemAssigned"
    assert UUID(identity["principalId"])
    assert identity["tenantId"] == azure.simulator.settings.tenant_id
    assert azure.get(WORKFLOW).json()["identity"] == identity
    # Sent back as it was read, and then taken away.
    assert azure.put(WORKFLOW, workflow() | {"identity": identity}).json()["identity"] == identity
    assert "identity" not in azure.put(WORKFLOW, workflow()).json()


def test_a_workflow_shows_its_user_assigned_identities_which_must_exist(azure: Azure) -> None:
    azure.create_group()
    body = workflow() | {"identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}}
    assert code(azure.put(WORKFLOW, body)) == (400, "FailedIdentityOperation")
    own = azure.put(IDENTITY, {"location": "westus2"}).json()["properties"]
    assert azure.put(WORKFLOW, body).json()["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": {IDENTITY: {name: own[name] for name in ("principalId", "clientId")}},
    }
    assert code(azure.put(WORKFLOW, workflow() | {"identity": {"type": "Own"}})) == (400, "InvalidRequestContent")


@pytest.mark.parametrize(("path", "body"), [(WORKFLOW, workflow), (ACCOUNT, account)])
def test_a_put_without_a_state_keeps_it(azure: Azure, path: str, body: Any) -> None:
    azure.create_group()
    assert azure.put(path, body()).json()["properties"]["state"] == "Enabled"
    azure.put(path, body(state="Disabled"))
    assert azure.put(path, body()).json()["properties"]["state"] == "Disabled"
    assert azure.put(path, body(state="Enabled")).json()["properties"]["state"] == "Enabled"


def test_a_disabled_workflow_stays_disabled_after_a_put(azure: Azure) -> None:
    azure.create_group()
    azure.put(WORKFLOW, workflow())
    azure.send("POST", f"{WORKFLOW}/disable")
    assert azure.put(WORKFLOW, workflow()).json()["properties"]["state"] == "Disabled"


@pytest.mark.parametrize("collection", ["workflows", "integrationAccounts"])
@pytest.mark.parametrize("name", ["a b", "a%00", "%C3%A4", "a" * 81])
def test_an_invalid_workflow_or_account_name_is_rejected(azure: Azure, collection: str, name: str) -> None:
    azure.create_group()
    path = f"{GROUP}/providers/Microsoft.Logic/{collection}/{name}"
    assert code(azure.put(path, {"location": "westus2"})) == (400, "InvalidRequestContent")
