"""Resource groups: creation, tags, and the deletion that takes everything with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_sandbox import arm
from tests.support.azure import (
    GROUP,
    ISE,
    SUBNETS,
    SUBSCRIPTION,
    VNET,
    Azure,
    HandClock,
    azure_in,
    code,
    environment,
    virtual_network,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_group_is_201_and_an_update_200(azure: Azure) -> None:
    created = azure.put(GROUP, {"location": "West US 2", "tags": {"a": "1"}})
    updated = azure.put(GROUP, {"location": "westus2"})
    assert (created.status_code, updated.status_code) == (201, 200)
    assert created.json() == {
        "id": GROUP,
        "name": "Fabrikam-RG",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westus2",
        "tags": {"a": "1"},
        "properties": {"provisioningState": "Succeeded"},
    }
    assert "tags" not in updated.json()


def test_head_returns_whether_a_group_exists(azure: Azure) -> None:
    assert azure.send("HEAD", GROUP).status_code == 404
    azure.create_group()
    assert azure.send("HEAD", GROUP.lower()).status_code == 204


def test_a_group_cannot_move_to_another_location(azure: Azure) -> None:
    azure.create_group()
    assert code(azure.put(GROUP, {"location": "eastus"})) == (409, "InvalidResourceGroupLocation")


def test_an_unknown_location_is_rejected(azure: Azure) -> None:
    refused = azure.put(GROUP, {"location": "Middle Earth"})
    assert code(refused) == (400, "LocationNotAvailableForResourceType")
    assert "westus2" in refused.json()["error"]["message"]


def test_a_name_that_ends_in_a_period_is_rejected(azure: Azure) -> None:
    assert code(azure.put(f"{SUBSCRIPTION}/resourceGroups/name.", {"location": "eastus"})) == (
        400,
        "InvalidRequestContent",
    )


def test_patch_replaces_tags_and_keeps_them_when_absent(azure: Azure) -> None:
    azure.put(GROUP, {"location": "westus2", "tags": {"a": "1"}})
    assert azure.patch(GROUP, {}).json()["tags"] == {"a": "1"}
    assert azure.patch(GROUP, {"tags": {"b": "2"}}).json()["tags"] == {"b": "2"}


def test_groups_are_listed(azure: Azure) -> None:
    azure.create_group()
    assert [group["name"] for group in azure.get(f"{SUBSCRIPTION}/resourceGroups").json()["value"]] == ["Fabrikam-RG"]


def test_a_missing_group_is_404_for_everything_inside(azure: Azure) -> None:
    assert code(azure.get(GROUP)) == (404, "ResourceGroupNotFound")
    assert code(azure.delete(GROUP)) == (404, "ResourceGroupNotFound")
    assert code(azure.get(VNET)) == (404, "ResourceGroupNotFound")
    assert code(azure.put(VNET, virtual_network())) == (404, "ResourceGroupNotFound")


def test_deleting_a_group_is_polled_by_location_and_deletes_everything_in_it(azure: Azure, tmp_path: Path) -> None:
    arm.control_of(tmp_path / "arm").change_settings(subnet_hold_hours=0)
    azure.create_environment()
    azure.get(ISE)
    deletion = azure.delete(GROUP)
    assert (deletion.status_code, deletion.content) == (202, b"")
    assert azure.http.get(deletion.headers["Location"]).status_code == 200
    assert azure.send("HEAD", GROUP).status_code == 404
    azure.create_group()
    assert azure.get(VNET).status_code == azure.get(ISE).status_code == azure.get(SUBNETS[0]).status_code == 404


def test_a_group_with_an_environment_needs_a_second_deletion(azure: Azure, tmp_path: Path) -> None:
    """azure-quickstart-templates, integration-service-environment: the environment first, its network later."""
    azure.create_environment()
    azure.get(ISE)
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as slow:
        first = slow.delete(GROUP)
        clock.seconds += 1
        assert code(slow.http.get(first.headers["Location"])) == (409, "ResourceGroupDeletionBlocked")
        assert slow.get(ISE).status_code == 404
        assert slow.get(VNET).status_code == 200
        clock.seconds += 9 * 60
        second = slow.delete(GROUP)
        clock.seconds += 1
        assert slow.http.get(second.headers["Location"]).status_code == 200
        assert slow.get(GROUP).status_code == 404


def test_a_group_that_is_being_deleted_rejects_new_resources(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        azure.create_group()
        deletion = azure.delete(GROUP)
        assert azure.get(GROUP).json()["properties"]["provisioningState"] == "Deleting"
        assert code(azure.put(VNET, virtual_network())) == (409, "ResourceGroupBeingDeleted")
        assert code(azure.put(GROUP, {"location": "westus2"})) == (409, "ResourceGroupBeingDeleted")
        assert azure.http.get(deletion.headers["Location"]).status_code == 202
        assert azure.delete(GROUP).headers["Location"] == deletion.headers["Location"]
        clock.seconds += 60
        assert azure.http.get(deletion.headers["Location"]).status_code == 200
        assert azure.get(GROUP).status_code == 404


def test_a_group_whose_subnet_is_used_from_another_group_stays(azure: Azure) -> None:
    azure.create_network()
    other = f"{SUBSCRIPTION}/resourceGroups/other"
    azure.put(other, {"location": "westus2"})
    ise = ISE.replace(GROUP, other)
    assert azure.put(ise, environment()).status_code == 201
    azure.get(ise)
    deletion = azure.delete(GROUP)
    refused = azure.http.get(deletion.headers["Location"])
    assert code(refused) == (409, "ResourceGroupDeletionBlocked")
    assert "InUseSubnetCannotBeDeleted" in refused.json()["error"]["details"][0]["message"]
    assert azure.get(GROUP).json()["properties"]["provisioningState"] == "Succeeded"
    assert azure.get(VNET).status_code == 200
