"""What recovery makes of states that real interruptions left, and of variations of them."""

from __future__ import annotations

from typing import Any

import pytest

from logic_apps_environment.commands.recovery.errors import RecoveryError
from tests.logic_apps_environment.commands.recovery.recordings import (
    ENVIRONMENT,
    GROUP,
    NETWORK,
    Case,
    RecordedAzure,
    recorded,
)

EVERYTHING = ["rg", "vnet", "subnet-1", "subnet-2", "subnet-3", "subnet-4", "ise"]
EMPTY = {"version": 3, "deployment": {"manifest": {}}}


@pytest.fixture
def azure() -> RecordedAzure:
    return RecordedAzure()


@pytest.fixture
def creating(azure: RecordedAzure) -> Case:
    return Case(recorded("creating-the-environment"), azure)


@pytest.fixture
def updating(azure: RecordedAzure) -> Case:
    return Case(recorded("updating-the-environment"), azure)


def names_in(case: Case) -> list[str]:
    return [name for name in EVERYTHING if case.resource(f"logic-apps-{name}") is not None]


def pending_of(case: Case) -> list[Any]:
    return list(case.state.to_document()["deployment"].get("pending_operations", []))


def with_operation(kind: str, **changes: Any) -> Any:
    """The recorded state with an operation of another kind on its environment."""
    document = recorded("updating-the-environment")
    (operation,) = document["deployment"]["pending_operations"]
    operation["type"] = kind
    operation["resource"] = {**document["deployment"]["resources"][-1], **changes}
    return document


def test_a_created_environment_is_adopted_with_its_inputs_and_outputs(creating: Case) -> None:
    creating.recovery.resolve_pending_operations()
    environment = creating.resource("logic-apps-ise")
    assert environment is not None
    assert environment["id"] == ENVIRONMENT
    assert environment["inputs"]["sku"] == {"capacity": 0, "name": "Developer"}
    assert environment["inputs"]["properties"] == {
        "networkConfiguration": {
            "accessEndpoint": {"type": "Internal"},
            "subnets": [{"id": f"{NETWORK}/subnets/subnet-{number}"} for number in (1, 2, 3, 4)],
        }
    }
    assert environment["outputs"]["name"] == "ise-logic-apps-dev"
    assert environment["outputs"]["azureApiVersion"] == "2024-03-01"
    assert environment["outputs"]["properties"]["provisioningState"] == "Succeeded"
    assert environment["outputs"]["properties"]["endpointsConfiguration"]["workflow"]["outgoingIpAddresses"]
    assert "id" not in environment["outputs"]
    assert pending_of(creating) == []
    assert ENVIRONMENT in creating.said


def test_the_environment_is_requested_with_its_own_api_version(creating: Case) -> None:
    """With 2024-03-01, which azure-native takes for its existence check, Azure answers an error."""
    creating.recovery.resolve_pending_operations()
    assert creating.azure.asked == [(ENVIRONMENT, "2019-05-01")]


def test_a_resource_that_was_not_created_is_removed_from_the_state(creating: Case) -> None:
    creating.azure.lose(ENVIRONMENT)
    creating.recovery.resolve_pending_operations()
    assert creating.resource("logic-apps-ise") is None
    assert pending_of(creating) == []
    assert "its creation was interrupted, and it does not exist; removed from the pending operations" in creating.said


def test_a_failed_environment_is_adopted_and_the_next_update_repairs_it(creating: Case) -> None:
    creating.azure.bodies[ENVIRONMENT.lower()]["properties"]["provisioningState"] = "Failed"
    creating.recovery.resolve_pending_operations()
    environment = creating.resource("logic-apps-ise")
    assert environment is not None
    assert environment["initErrors"] == ["interrupted; its provisioning state is Failed"]
    assert "repairs" in creating.said


def test_recovery_waits_for_a_running_creation_with_growing_pauses() -> None:
    class Slow(RecordedAzure):
        def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
            body = super().look_up(identifier, api_version)
            assert body is not None
            state = "Creating" if len(self.asked) <= 8 else "Succeeded"
            return {**body, "properties": {**body["properties"], "provisioningState": state}}

    case = Case(recorded("creating-the-environment"), Slow())
    case.recovery.resolve_pending_operations()
    assert case.pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    assert case.messages == ["Waiting for logic-apps-ise: Creating. Ctrl-C ends the wait; nothing is changed yet."]
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    assert environment["outputs"]["properties"]["provisioningState"] == "Succeeded"


def test_another_resource_of_the_same_name_is_not_adopted(creating: Case) -> None:
    """If it were imported, the next update would delete it, because an endpoint cannot change in place."""
    body = creating.azure.bodies[ENVIRONMENT.lower()]
    body["properties"]["networkConfiguration"]["accessEndpoint"]["type"] = "External"
    creating.recovery.resolve_pending_operations()
    assert creating.resource("logic-apps-ise") is None
    assert creating.report.left_alone == 1
    assert "properties.networkConfiguration.accessEndpoint.type" in creating.said


def test_differences_that_can_change_in_place_are_in_the_next_preview(creating: Case) -> None:
    creating.azure.bodies[ENVIRONMENT.lower()]["tags"] = {"environment": "test"}
    creating.recovery.resolve_pending_operations()
    environment = creating.resource("logic-apps-ise")
    assert environment is not None
    assert environment["inputs"]["tags"] == {"environment": "test"}
    assert "it differs in tags.environment, which the next update changes" in creating.said


def test_secrets_of_the_inputs_stay_secret_in_the_outputs(azure: RecordedAzure) -> None:
    document = recorded("creating-the-environment")
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    (operation,) = document["deployment"]["pending_operations"]
    operation["resource"]["inputs"]["tags"] = {"environment": secret}
    case = Case(document, azure)
    case.recovery.resolve_pending_operations()
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    assert environment["outputs"]["tags"] == {"environment": secret}
    assert environment["inputs"]["tags"] == {"environment": secret}


def test_an_update_that_azure_has_completed_is_in_the_state(updating: Case) -> None:
    updating.azure.bodies[ENVIRONMENT.lower()]["tags"] = {"environment": "dev", "owner": "integration"}
    updating.recovery.resolve_pending_operations()
    environment = updating.resource("logic-apps-ise")
    assert environment is not None
    # The update only added something, so Azure agrees with the earlier inputs too; it is done once more, without harm.
    assert environment["outputs"]["tags"] == {"environment": "dev", "owner": "integration"}
    assert pending_of(updating) == []


def test_an_update_that_azure_has_not_completed_is_repeated_by_the_next_one(updating: Case) -> None:
    updating.recovery.resolve_pending_operations()
    environment = updating.resource("logic-apps-ise")
    assert environment is not None
    assert environment["inputs"]["tags"] == {"environment": "dev"}
    assert pending_of(updating) == []


def test_an_update_that_removed_a_value_is_recognized_as_completed(azure: RecordedAzure) -> None:
    document = with_operation(
        "updating", inputs={**recorded("updating-the-environment")["deployment"]["resources"][-1]["inputs"], "tags": {}}
    )
    azure.bodies[ENVIRONMENT.lower()]["tags"] = {}
    case = Case(document, azure)
    case.recovery.resolve_pending_operations()
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    assert environment["inputs"]["tags"] == {}
    assert "and Azure has completed it" in case.said


def test_a_deletion_that_azure_has_completed_is_in_the_state(azure: RecordedAzure) -> None:
    azure.lose(ENVIRONMENT)
    case = Case(with_operation("deleting"), azure)
    case.recovery.resolve_pending_operations()
    assert case.resource("logic-apps-ise") is None
    assert pending_of(case) == []


def test_a_resource_that_azure_has_not_deleted_stays_in_the_state_for_the_next_deletion(azure: RecordedAzure) -> None:
    case = Case(with_operation("deleting"), azure)
    case.recovery.resolve_pending_operations()
    assert case.resource("logic-apps-ise") is not None
    assert pending_of(case) == []


def test_a_deletion_that_the_engine_did_not_record_is_found(azure: RecordedAzure) -> None:
    azure.lose(ENVIRONMENT, f"{NETWORK}/subnets/subnet-4")
    case = Case(recorded("deleting-a-subnet"), azure)
    case.recovery.resolve_pending_operations()
    case.recovery.check_existing()
    assert names_in(case) == ["rg", "vnet", "subnet-1", "subnet-2", "subnet-3"]


def test_a_resource_with_dependents_is_kept_to_be_created_again(azure: RecordedAzure) -> None:
    azure.lose(NETWORK)
    case = Case(recorded("deleting-a-subnet"), azure)
    case.recovery.check_existing()
    network = case.resource("logic-apps-vnet")
    assert network is not None
    assert network["pendingReplacement"] is True


def test_a_type_that_recovery_does_not_support_stays_pending_and_is_named(azure: RecordedAzure) -> None:
    case = Case(with_operation("creating", type="azure-native:storage:StorageAccount"), azure)
    case.recovery.resolve_pending_operations()
    assert len(pending_of(case)) == 1
    assert case.report.left_alone == 1
    assert "azure-native:storage:StorageAccount" in case.said


def test_a_stack_in_order_is_not_changed(azure: RecordedAzure) -> None:
    document = recorded("updating-the-environment")
    del document["deployment"]["pending_operations"]
    case = Case(document, azure)
    case.recovery.resolve_pending_operations()
    case.recovery.check_existing()
    case.recovery.find_planned([])
    assert case.report.findings == []
    assert case.state.to_document() == document


def test_existing_planned_resources_are_found_although_the_state_was_lost(azure: RecordedAzure) -> None:
    case = Case(EMPTY, azure)
    case.recovery.find_planned(recorded("planned-from-nothing"))
    assert names_in(case) == EVERYTHING
    environment = case.resource("logic-apps-ise")
    assert environment is not None
    # Unknown in a preview until the subnets exist.
    subnets = environment["inputs"]["properties"]["networkConfiguration"]["subnets"]
    assert [subnet["id"] for subnet in subnets] == [f"{NETWORK}/subnets/subnet-{number}" for number in (1, 2, 3, 4)]
    assert environment["inputs"]["resourceGroupName"] == "rg-logic-apps-dev"


def test_an_adopted_resource_comes_after_all_its_dependencies(azure: RecordedAzure) -> None:
    case = Case(EMPTY, azure)
    case.recovery.find_planned(recorded("planned-from-nothing"))
    seen: set[str] = set()
    for resource in case.state.to_document()["deployment"]["resources"]:
        needed = {
            resource.get("parent"),
            resource.get("provider", "").rpartition("::")[0],
            *resource.get("dependencies", []),
        }
        assert needed - {None, ""} <= seen
        seen.add(resource["urn"])


def test_planned_resources_that_do_not_exist_in_azure_are_not_imported(azure: RecordedAzure) -> None:
    azure.bodies.clear()
    case = Case(EMPTY, azure)
    case.recovery.find_planned(recorded("planned-from-nothing"))
    assert case.state.to_document() == {"version": 3, "deployment": {"manifest": {}, "resources": []}}
    assert azure.asked == [(GROUP, "2024-03-01")]


def test_a_resource_that_the_state_has_under_another_name_is_not_adopted_twice(azure: RecordedAzure) -> None:
    """A program that renames a resource plans to create an existing resource, and then to delete it."""
    document = recorded("updating-the-environment")
    del document["deployment"]["pending_operations"]
    case = Case(document, azure)
    (step,) = (each for each in recorded("planned-from-nothing") if each["urn"].endswith("::logic-apps-rg"))
    step["urn"] = step["newState"]["urn"] = f"{step['urn']}-renamed"
    case.recovery.find_planned([step])
    assert case.state.to_document() == document
    assert "logic-apps-rg-renamed: left alone" in case.said


def test_without_a_subscription_the_error_has_the_configuration_key(azure: RecordedAzure) -> None:
    azure.subscription = None
    case = Case(EMPTY, azure)
    with pytest.raises(RecoveryError, match="ARM_SUBSCRIPTION_ID"):
        case.recovery.find_planned(recorded("planned-from-nothing"))
