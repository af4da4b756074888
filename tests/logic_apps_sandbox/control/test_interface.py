"""The control interface: who may use it, what it returns, and that Azure's clients never reach it by accident."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logic_apps_sandbox import arm
from logic_apps_sandbox.arm.control import request_log
from tests.support.azure import GROUP, ISE, SUBNETS, VNET, Azure, azure_in, code, environment, virtual_network

if TYPE_CHECKING:
    from pathlib import Path

READS = ["time", "resources", "requests", "settings", "faults/requests", "faults/operations"]
WRITES = [
    ("POST", "time"),
    ("POST", "faults/requests"),
    ("POST", "faults/operations"),
    ("DELETE", "faults"),
    ("PATCH", "settings"),
]


@pytest.mark.parametrize("path", READS)
def test_reading_needs_no_token(azure: Azure, path: str) -> None:
    del azure.http.headers["Authorization"]
    assert azure.http.get(f"/sandbox/{path}").status_code == 200


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_writing_needs_the_token_of_any_request(azure: Azure, method: str, path: str) -> None:
    del azure.http.headers["Authorization"]
    assert code(azure.http.request(method, f"/sandbox/{path}")) == (401, "AuthenticationFailed")


def test_another_host_name_that_resolves_to_this_machine_is_rejected(azure: Azure) -> None:
    foreign = {"Host": "rebound.example:443"}
    assert code(azure.http.get("/sandbox/resources", headers=foreign)) == (403, "ForeignHost")
    assert code(azure.http.get("/", headers=foreign)) == (404, "NotFound")
    assert azure.http.get("/sandbox/time", headers={"Host": "localhost:443"}).status_code == 200


def test_unknown_paths_and_unknown_methods_have_different_errors(azure: Azure) -> None:
    unknown = azure.http.get("/sandbox/tme")
    assert code(unknown) == (404, "NotFound")
    assert "/sandbox/time" in unknown.json()["error"]["message"]
    assert code(azure.http.put("/sandbox/time", json={})) == (405, "HttpMethodNotAllowed")


def test_resources_show_running_operations_but_no_properties(azure: Azure, control: arm.Control) -> None:
    control.set_pace(0)
    azure.create_network()
    control.set_pace(3600)
    azure.put(ISE, environment())
    control.advance(0.5)
    listed = {resource["id"]: resource for resource in azure.http.get("/sandbox/resources").json()["value"]}
    assert listed.keys() >= {GROUP, ISE, *SUBNETS}
    operation = listed[ISE]["operation"]
    assert (operation["kind"], operation["percentComplete"], operation["realSecondsLeft"]) == ("Create", 25, 5400.0)
    assert listed[ISE].keys() == {"id", "type", "name", "location", "state", "operation"}
    assert listed[SUBNETS[0]].keys() == {"id", "type", "name", "location", "state"}


def test_requests_are_listed_from_a_number_on_without_their_bodies(azure: Azure) -> None:
    azure.create_group()
    first = azure.http.get("/sandbox/requests").json()["value"]
    assert [(request["method"], request["status"]) for request in first] == [("POST", 200), ("PUT", 201)]
    assert "body" not in first[1]
    azure.get(GROUP)
    later = azure.http.get("/sandbox/requests", params={"after": first[-1]["number"]}).json()["value"]
    assert [request["method"] for request in later] == ["GET"]
    last = azure.http.get("/sandbox/requests?last=2").json()["value"]
    assert [request["method"] for request in last] == ["PUT", "GET"]


@pytest.mark.parametrize("value", ["-1", "x", "9" * 30, "²", ""])
def test_an_invalid_number_is_rejected(azure: Azure, value: str) -> None:
    assert code(azure.http.get("/sandbox/requests", params={"after": value})) == (400, "InvalidParameter")


def test_the_control_interface_and_the_page_are_not_recorded(azure: Azure, tmp_path: Path) -> None:
    azure.http.get("/sandbox/time")
    azure.http.get("/")
    assert [request.method for request in arm.recorded_requests(tmp_path / "arm")] == ["POST"]


DEFAULTS = {"subnetHoldHours": 9.0, "retired": False, "registrationRequired": False}


def test_settings_are_read_and_changed_from_both_sides(azure: Azure, control: arm.Control) -> None:
    assert azure.http.get("/sandbox/settings").json() == DEFAULTS
    changed = azure.http.patch("/sandbox/settings", json={"subnetHoldHours": 0, "registrationRequired": True})
    assert changed.json() == {"subnetHoldHours": 0.0, "retired": False, "registrationRequired": True}
    control.change_settings(retired=True)
    assert control.settings() == arm.SimulatorSettings(subnet_hold_hours=0.0, retired=True, registration_required=True)


def test_each_setting_changes_what_azure_answers(azure: Azure, control: arm.Control) -> None:
    control.set_pace(0)
    azure.create_environment()
    azure.get(ISE)
    control.change_settings(subnet_hold_hours=2)
    control.set_pace(3600)
    azure.delete(ISE)
    assert code(azure.delete(SUBNETS[0])) == (400, "InUseSubnetCannotBeDeleted")
    control.advance(2)
    assert azure.delete(SUBNETS[0]).status_code == 202
    control.change_settings(retired=True)
    assert code(azure.put(ISE, environment())) == (400, "IntegrationServiceEnvironmentCreationNotAllowed")
    control.change_settings(registration_required=True)
    assert code(azure.put(f"{VNET}-2", virtual_network())) == (409, "MissingSubscriptionRegistration")


@pytest.mark.parametrize("body", [{"subnetHoldHours": -1}, {"subnetHoldHours": 1e9}, {"retired": "yes"}, {"other": 1}])
def test_invalid_settings_are_rejected(azure: Azure, body: object) -> None:
    assert code(azure.http.patch("/sandbox/settings", json=body)) == (400, "InvalidRequestContent")
    assert azure.http.get("/sandbox/settings").json() == DEFAULTS


def test_serving_sets_whether_the_service_is_retired_and_otherwise_keeps_it(tmp_path: Path) -> None:
    for given_value, kept in ((None, False), (True, True), (None, True), (False, False)):
        with arm.serving(tmp_path, retired=given_value):
            assert arm.control_of(tmp_path).settings().retired is kept


def test_only_the_owner_can_read_the_file_of_the_secret(azure: Azure) -> None:
    file = azure.simulator.settings.client_secret_file
    assert file.read_text() == azure.simulator.settings.client_secret
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_record_keeps_the_last_requests_and_the_bodies_of_the_latest(
    azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "_MAX_REQUESTS", 5)
    monkeypatch.setattr(request_log, "_MAX_BODIES", 2)
    for _ in range(8):
        azure.put(GROUP, {"location": "westus2"})
    recorded = arm.recorded_requests(tmp_path / "arm")
    assert [request.number for request in recorded] == [5, 6, 7, 8, 9]
    assert [request.body is None for request in recorded] == [True, True, True, False, False]


def test_finished_operations_are_forgotten_after_some_time_but_never_a_running_one(
    azure: Azure, control: arm.Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("logic_apps_sandbox.arm.core.operations._MAX_FINISHED", 3)
    control.set_pace(0)
    azure.create_network()
    control.set_pace(3600)
    long = azure.put(ISE, environment())
    short = [azure.put(f"{VNET}-{number}", virtual_network("10.1.0.0/24")) for number in range(6)]
    control.advance(1)
    assert azure.status(long)["status"] == "InProgress"
    azure.put(f"{VNET}-more", virtual_network("10.1.0.0/24"))
    assert azure.status(long)["status"] == "InProgress"
    assert [azure.http.get(begun.headers["Azure-AsyncOperation"]).status_code for begun in short] == [
        *[404] * 4,
        *[200] * 2,
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
members = st.sampled_from(
    [
        *["advanceHours", "pace", "method", "path", "every", "times", "status", "code", "message", "retryAfter"],
        *["delay", "connection", "resource", "kind", "progress", "subnetHoldHours", "retired"],
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]),
    path=st.sampled_from([*READS, "faults", "", "time/x"]),
    body=st.dictionaries(members, json_values, max_size=4) | json_values,
)
def test_any_request_to_the_control_interface_gets_a_response(
    azure: Azure, method: str, path: str, body: object
) -> None:
    import json  # noqa: PLC0415

    answer = azure.http.request(method, f"/sandbox/{path}", content=json.dumps(body).encode())
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"].keys() == {"code", "message"}
    # After any change, ARM itself responds (or a fault does).
    azure.http.delete("/sandbox/faults")
    assert azure.get(GROUP).status_code == 404


def test_a_client_without_tls_gets_no_answer(azure: Azure) -> None:
    with (
        closing(httpx.Client(trust_env=False)) as plain,
        pytest.raises(httpx.TransportError),
    ):
        plain.get(f"http://{azure.simulator.address}/")


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    import psutil  # noqa: PLC0415

    with azure_in(tmp_path):
        listening = [each.laddr.ip for each in psutil.Process().net_connections() if each.status == psutil.CONN_LISTEN]
    assert set(listening) == {"127.0.0.1"}
