"""Faults: which can be injected, which requests and operations they apply to, and what a client receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from logic_apps_sandbox import arm
from tests.support.azure import GROUP, ISE, VNET, Azure, HandClock, azure_in, code, environment, virtual_network

if TYPE_CHECKING:
    from pathlib import Path

BODY = {"location": "westus2"}


def statuses(azure: Azure, count: int) -> list[int]:
    """Of so many reads of the subscription's groups."""
    return [azure.get("/subscriptions").status_code for _ in range(count)]


def test_the_next_matching_request_gets_the_injected_error_and_takes_no_effect(
    azure: Azure, control: arm.Control
) -> None:
    control.inject(arm.RequestFault(method="put", path="*/RESOURCEGROUPS/*", status=429, code="Busy", message="Later."))
    assert azure.get("/subscriptions").status_code == 200
    failed = azure.put(GROUP, BODY)
    assert (failed.status_code, failed.json()) == (429, {"error": {"code": "Busy", "message": "Later."}})
    assert azure.get(GROUP).status_code == 404
    assert azure.put(GROUP, BODY).status_code == 201


def test_an_error_may_have_retry_after_and_has_the_code_of_its_status(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(status=503, retry_after=7))
    failed = azure.get("/subscriptions")
    assert failed.headers["Retry-After"] == "7"
    assert code(failed) == (503, "ServiceUnavailable")


def test_a_fraction_of_a_second_is_in_the_header_of_azures_clients(azure: Azure, control: arm.Control) -> None:
    """Azure SDK for Go, azcore, internal/shared: x-ms-retry-after-ms comes before Retry-After in whole seconds."""
    control.inject(arm.RequestFault(status=503, retry_after=0.25))
    failed = azure.get("/subscriptions")
    assert (failed.headers["Retry-After"], failed.headers["x-ms-retry-after-ms"]) == ("1", "250")


def test_every_nth_request_fails_the_given_number_of_times(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(status=500, every=3, times=2))
    assert statuses(azure, 8) == [200, 200, 500, 200, 200, 500, 200, 200]
    assert control.request_faults() == []


def test_without_times_a_fault_applies_until_it_is_cleared(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(status=500, times=None))
    assert statuses(azure, 3) == [500, 500, 500]
    control.clear_faults()
    assert statuses(azure, 1) == [200]


def test_the_oldest_fault_applies_first(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(status=500))
    control.inject(arm.RequestFault(status=502, times=2))
    assert statuses(azure, 4) == [500, 502, 502, 200]


def test_the_remaining_number_of_a_fault_can_be_read(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(status=500, times=5))
    statuses(azure, 2)
    assert control.request_faults() == [arm.RequestFault(status=500, times=3)]


def test_a_request_whose_connection_breaks_before_takes_no_effect(azure: Azure, control: arm.Control) -> None:
    control.inject(arm.RequestFault(method="PUT", connection="broken-before"))
    with pytest.raises(httpx.TransportError):
        azure.put(GROUP, BODY)
    assert azure.get(GROUP).status_code == 404


def test_a_request_whose_connection_breaks_after_takes_effect(
    azure: Azure, control: arm.Control, tmp_path: Path
) -> None:
    control.inject(arm.RequestFault(method="PUT", connection="broken-after"))
    with pytest.raises(httpx.TransportError):
        azure.put(GROUP, BODY)
    assert azure.get(GROUP).status_code == 200
    recorded = arm.recorded_requests(tmp_path / "arm")
    assert [(request.method, request.status) for request in recorded][-2:] == [("PUT", 0), ("GET", 200)]


def test_a_request_takes_effect_although_its_delayed_response_exceeds_the_clients_timeout(
    azure: Azure, control: arm.Control
) -> None:
    control.inject(arm.RequestFault(method="PUT", delay=600))
    with pytest.raises(httpx.ReadTimeout):
        azure.http.put(f"{GROUP}?api-version=2024-03-01", json=BODY, timeout=0.2)
    assert azure.get(GROUP).status_code == 200


def test_a_delayed_response_is_correct_and_its_time_is_recorded(
    azure: Azure, control: arm.Control, tmp_path: Path
) -> None:
    control.inject(arm.RequestFault(method="PUT", delay=0.05))
    assert azure.put(GROUP, BODY).status_code == 201
    assert arm.recorded_requests(tmp_path / "arm")[-1].duration >= 0.05


def test_a_simulator_ends_at_once_although_a_response_is_delayed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with azure_in(tmp_path, pace=0) as azure:
        arm.control_of(tmp_path).inject(arm.RequestFault(delay=600))
        with pytest.raises(httpx.ReadTimeout):
            azure.http.get("/subscriptions?api-version=2020-01-01", timeout=0.1)
    assert capfd.readouterr() == ("", "")


def test_faults_apply_to_the_token_endpoint_but_not_to_the_control_interface(
    azure: Azure, control: arm.Control
) -> None:
    control.inject(arm.RequestFault(status=503, times=None))
    assert azure.token_response().status_code == 503
    assert azure.http.get("/sandbox/time").status_code == 200
    assert azure.http.get("/").status_code == 200


def test_faults_are_kept_when_the_simulator_ends(tmp_path: Path) -> None:
    with azure_in(tmp_path, pace=0) as azure:
        arm.control_of(tmp_path).inject(arm.RequestFault(path="/subscriptions", status=500, every=2))
        assert statuses(azure, 1) == [200]
    with azure_in(tmp_path) as azure:
        assert statuses(azure, 2) == [500, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"status": 200},
        {"status": 600},
        {"status": 503, "every": 0},
        {"status": 503, "times": 0},
        {"status": 503, "retry_after": -1},
        {"delay": -1.0},
        {"delay": float("nan")},
        {"connection": "broken"},
        {"status": 503, "connection": "broken-after"},
        {"delay": 1.0, "code": "Busy"},
        {"status": 503, "message": "x" * 5000},
    ],
)
def test_an_invalid_fault_or_one_without_effect_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Example|Specify either|at most 4096"):
        arm.RequestFault(**wrong)


@pytest.mark.parametrize(("ending", "default"), [("Failed", "ProvisioningFailed"), ("Canceled", "OperationCanceled")])
def test_an_operation_ends_with_the_injected_status_at_the_injected_progress(
    azure: Azure, control: arm.Control, ending: str, default: str
) -> None:
    control.set_pace(0)
    azure.create_network()
    control.set_pace(3600)
    control.inject(arm.OperationFault("*/integrationServiceEnvironments/*", ending, kind="Create", progress=0.4))
    created = azure.put(ISE, environment())
    control.advance(0.7)  # of the two hours that a creation takes
    assert azure.status(created)["status"] == "InProgress"
    control.advance(0.2)
    document = azure.status(created)
    assert (document["status"], document["percentComplete"], document["error"]["code"]) == (ending, 40, default)
    assert azure.get(ISE).json()["properties"]["provisioningState"] == ending
    assert control.operation_faults() == []


def test_an_operation_fault_without_a_kind_fails_the_next_operation(azure: Azure, control: arm.Control) -> None:
    control.set_pace(0)
    azure.create_environment()
    azure.get(ISE)
    for method, path, body in (
        ("PUT", ISE, environment(sku={"name": "Premium", "capacity": 2})),
        ("POST", f"{ISE}/restart", None),
        ("PUT", f"{ISE}/managedApis/servicebus", {"location": "westus2"}),
    ):
        control.inject(arm.OperationFault("*/integrationServiceEnvironments/*", "Failed"))
        started = azure.send(method, path, body)
        assert azure.status(started)["status"] == "Failed", path
        azure.put(ISE, environment(sku={"name": "Premium", "capacity": 2}))
        azure.get(ISE)


def test_an_operation_fault_has_the_given_code_and_message(azure: Azure, control: arm.Control) -> None:
    azure.create_group()
    control.inject(arm.OperationFault(VNET, "Failed", code="NoCapacity", message="Nothing left."))
    created = azure.put(VNET, virtual_network())
    control.advance(1)
    assert azure.status(created)["error"] == {"code": "NoCapacity", "message": "Nothing left."}


def test_http_injects_lists_and_clears_both_types_of_faults(azure: Azure) -> None:
    http = azure.http
    request = {
        "method": "PUT",
        "path": "*/virtualNetworks/*",
        "every": 2,
        "times": None,
        "status": 503,
        "retryAfter": 2,
    }
    operation = {"resource": VNET, "status": "Failed", "kind": "Write", "progress": 0.25}
    assert http.post("/sandbox/faults/requests", json=request).status_code == 201
    assert http.post("/sandbox/faults/operations", json=operation).status_code == 201
    assert http.get("/sandbox/faults/requests").json() == {
        "value": [{**request, "code": "", "message": "", "delay": 0.0, "connection": ""}]
    }
    assert http.get("/sandbox/faults/operations").json() == {"value": [{**operation, "code": "", "message": ""}]}
    assert http.delete("/sandbox/faults").status_code == 204
    assert http.get("/sandbox/faults/requests").json() == {"value": []}
    assert http.get("/sandbox/faults/operations").json() == {"value": []}


@pytest.mark.parametrize(
    ("kind", "body", "named"),
    [
        ("requests", {"status": 503, "retry_after": 1}, "retry_after"),
        ("requests", {"status": "503"}, "'status' must be an integer"),
        ("requests", {"status": 503, "every": 0}, "'every' is 0"),
        ("requests", {}, "requires a status, a delay or a connection"),
        ("operations", {"resource": "*"}, "'status' is required"),
        ("operations", {"resource": "*", "status": "Gone"}, "Failed or Canceled"),
        ("operations", {"resource": "*", "status": "Failed", "progress": 2}, "0 to 1"),
        ("operations", {"resource": "*", "status": "Failed", "kind": "create"}, "Create"),
    ],
)
def test_the_error_over_http_has_the_reason_why_a_fault_is_invalid(
    azure: Azure, kind: str, body: object, named: str
) -> None:
    refused = azure.http.post(f"/sandbox/faults/{kind}", json=body)
    assert code(refused) == (400, "InvalidRequestContent")
    assert named in refused.json()["error"]["message"]


def test_a_fault_counts_in_the_simulated_time_of_another_process_too(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=1, real_time=clock) as one, azure_in(tmp_path, real_time=clock) as two:
        arm.control_of(tmp_path, real_time=clock).inject(arm.RequestFault(path="/subscriptions", status=500, every=2))
        assert statuses(one, 1) + statuses(two, 1) + statuses(one, 1) == [200, 500, 200]
