"""What can be made to go wrong: operations that are ordered to fail, retired environments, unregistered providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from logic_apps_sandbox.arm.core import operation_faults
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.resources import registration
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
    subnet,
    virtual_network,
)

if TYPE_CHECKING:
    from pathlib import Path


def order(directory: Path, ending: arm.OperationFault) -> None:
    """Order an ending beside the running simulator."""
    store = Store(directory)
    with store.transaction():
        operation_faults.inject(store, ending)
    store.close()


def test_a_creation_fails_at_the_injected_progress(azure: Azure, tmp_path: Path) -> None:
    azure.create_network()
    ending = arm.OperationFault("*/INTEGRATIONSERVICEENVIRONMENTS/*", "Failed", "Create", 0.25, "NoCache", "No cache.")
    order(tmp_path / "arm", ending)
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as slow:
        created = slow.put(ISE, environment())
        clock.seconds += 29
        document = slow.status(created)
        assert (document["status"], document["percentComplete"], "error" in document) == ("InProgress", 24, False)
        clock.seconds += 2
        document = slow.status(created)
        assert (document["status"], document["percentComplete"]) == ("Failed", 25)
        assert document["error"] == {"code": "NoCache", "message": "No cache."}
        assert slow.get(ISE).json()["properties"]["provisioningState"] == "Failed"
        assert "endpointsConfiguration" not in slow.get(ISE).json()["properties"]
        assert code(slow.delete(SUBNETS[0])) == (400, "InUseSubnetCannotBeDeleted")
        assert slow.delete(ISE).status_code == 200
        clock.seconds += 9 * 60
        assert slow.delete(SUBNETS[0]).status_code == 202


def test_a_put_after_a_failed_creation_creates_once_more(azure: Azure, tmp_path: Path) -> None:
    azure.create_network()
    order(tmp_path / "arm", arm.OperationFault("*", "Canceled", "Create"))
    assert azure.status(azure.put(ISE, environment()))["status"] == "Canceled"
    again = azure.put(ISE, environment())
    assert (again.status_code, azure.status(again)["status"]) == (200, "Succeeded")
    assert azure.get(ISE).json()["properties"]["state"] == "Enabled"


def test_a_put_after_a_failed_update_updates_once_more(azure: Azure, tmp_path: Path) -> None:
    azure.create_environment()
    azure.get(ISE)
    order(tmp_path / "arm", arm.OperationFault("*", "Failed", "Update"))
    change = environment(sku={"name": "Premium", "capacity": 3})
    assert azure.status(azure.put(ISE, change))["status"] == "Failed"
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Failed"
    azure.put(ISE, change)
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{ISE}/restart", None),
        ("PATCH", ISE, {"tags": {"a": "b"}}),
        ("PATCH", ISE, {"sku": {"name": "Premium", "capacity": 2}}),
        ("PATCH", ISE, {"properties": {"certificates": {}}}),
    ],
    ids=["restart", "tags", "capacity", "certificates"],
)
@pytest.mark.parametrize(
    ("kind", "status"),
    [("Create", "Failed"), ("Create", "Canceled"), ("Update", "Failed"), ("Restart", "Failed"), ("Update", "running")],
)
def test_only_a_put_repairs_an_environment(
    azure: Azure, tmp_path: Path, kind: str, status: str, method: str, path: str, body: object
) -> None:
    larger = environment(sku={"name": "Premium", "capacity": 3})
    azure.create_network()
    control = arm.control_of(tmp_path / "arm")
    if status != "running":
        control.inject(arm.OperationFault("*", status, kind))
    azure.put(ISE, environment())
    azure.get(ISE)
    if kind == "Update":
        control.set_pace(3600)
        azure.put(ISE, larger)
    elif kind == "Restart":
        azure.send("POST", f"{ISE}/restart")
    if status != "running":
        control.set_pace(0)
    before = azure.get(ISE).json()
    assert before["properties"]["provisioningState"] == ("Updating" if status == "running" else status)
    assert code(azure.send(method, path, body)) == (409, "Conflict")
    assert azure.get(ISE).json() == before
    control.set_pace(0)
    azure.get(ISE)
    assert azure.put(ISE, larger).status_code == 200
    repaired = azure.get(ISE).json()["properties"]
    assert (repaired["provisioningState"], repaired["state"]) == ("Succeeded", "Enabled")
    assert repaired["integrationServiceEnvironmentId"]
    assert repaired["endpointsConfiguration"]["workflow"]["outgoingIpAddresses"]
    assert azure.send(method, path, body).status_code == 200


def test_an_operation_fault_applies_once_and_only_to_matching_operations(azure: Azure, tmp_path: Path) -> None:
    azure.create_group()
    order(tmp_path / "arm", arm.OperationFault("*/subnets/*", "Failed", "Write"))
    azure.put(VNET, virtual_network())
    assert azure.get(VNET).json()["properties"]["provisioningState"] == "Succeeded"
    first = azure.put(SUBNETS[0], subnet("10.0.0.0/27"))
    assert azure.status(first)["status"] == "Failed"
    assert azure.get(SUBNETS[0]).json()["properties"]["provisioningState"] == "Failed"
    assert azure.status(azure.put(SUBNETS[0], subnet("10.0.0.0/27")))["status"] == "Succeeded"


def test_a_fault_of_any_kind_is_kept_for_an_operation_that_clients_see(azure: Azure, tmp_path: Path) -> None:
    """The release of subnets after a deletion has no status document: a fault would have no effect there."""
    azure.create_environment()
    azure.get(ISE)
    order(tmp_path / "arm", arm.OperationFault("*/integrationServiceEnvironments/*", "Failed"))
    azure.delete(ISE)
    azure.get(GROUP)
    assert azure.status(azure.put(ISE, environment()))["status"] == "Failed"


def test_a_deletion_that_fails_leaves_the_resource(azure: Azure, tmp_path: Path) -> None:
    azure.create_network()
    order(tmp_path / "arm", arm.OperationFault(VNET, "Failed", "Delete", code="Stuck"))
    deleted = azure.delete(VNET)
    result = azure.http.get(deleted.headers["Location"])
    assert code(result) == (409, "Stuck")
    assert azure.get(VNET).json()["properties"]["provisioningState"] == "Failed"
    order(tmp_path / "arm", arm.OperationFault("*/resourceGroups/*", "Failed", "Delete"))
    deleted = azure.delete(GROUP)
    assert code(azure.http.get(deleted.headers["Location"])) == (409, "ProvisioningFailed")
    assert azure.get(GROUP).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(("status", "progress"), [("Succeeded", 0.5), ("failed", 0.5), ("Failed", 1.5), ("Failed", -1)])
def test_a_status_that_no_operation_has_cannot_be_injected(status: str, progress: float) -> None:
    with pytest.raises(ValueError, match="Example"):
        arm.OperationFault("*", status, progress=progress)


def test_a_retired_service_rejects_new_environments_and_keeps_those_that_exist(tmp_path: Path) -> None:
    with azure_in(tmp_path, pace=0) as azure:
        azure.create_environment()
        azure.get(ISE)
    control = arm.control_of(tmp_path)
    control.change_settings(retired=True)
    with azure_in(tmp_path) as azure:
        refused = azure.put(f"{ISE}-2", environment())
        assert code(refused) == (400, "IntegrationServiceEnvironmentCreationNotAllowed")
        message = refused.json()["error"]["message"]
        assert all(part in message for part in (SUBSCRIPTION[-36:], "Logic Apps Standard", "aka.ms/isedeprecation"))
        assert azure.put(ISE, environment(tags={"a": "1"})).status_code == 200
        assert azure.delete(ISE).status_code == 200


def test_an_unregistered_provider_rejects_writes_until_it_is_registered(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        store = Store(tmp_path)
        with store.transaction():
            store.set_setting(registration.REGISTRATION_SETTING, True)
        store.close()
        azure.create_group()
        refused = azure.put(VNET, virtual_network())
        assert code(refused) == (409, "MissingSubscriptionRegistration")
        assert refused.json()["error"]["details"][0]["target"] == "Microsoft.Network"
        provider = f"{SUBSCRIPTION}/providers/Microsoft.Network"
        assert azure.get(provider).json()["registrationState"] == "NotRegistered"
        assert azure.send("POST", f"{provider}/register").json()["registrationState"] == "Registering"
        assert azure.put(VNET, virtual_network()).status_code == 409
        clock.seconds += 30
        assert azure.get(provider).json()["registrationState"] == "Registered"
        assert azure.put(VNET, virtual_network()).status_code == 201
        assert azure.send("POST", f"{provider}/unregister").json()["registrationState"] == "NotRegistered"
        assert code(azure.get(f"{provider}/register"))[0] == 405
