"""Simulated time is read, scaled and advanced from Python and over HTTP, for all processes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from tests.support.azure import GROUP, ISE, VNET, Azure, HandClock, code, environment, virtual_network

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime.fromtimestamp(1_800_000_000, UTC)


def test_time_starts_at_the_real_time_and_passes_at_the_pace(control: arm.Control, clock: HandClock) -> None:
    assert control.time() == arm.SimulatedTime(BEGIN, 3600)
    control.set_pace(2)
    clock.seconds += 3
    assert control.time() == arm.SimulatedTime(BEGIN + timedelta(hours=1.5), 2)


def test_advancing_time_completes_due_operations_of_a_running_simulator(azure: Azure, control: arm.Control) -> None:
    control.set_pace(0)
    azure.create_network()
    control.set_pace(3600)
    assert azure.put(ISE, environment()).status_code == 201
    control.advance(1.9)
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "InProgress"
    control.advance(0.2)
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Succeeded"


def test_time_continues_from_the_time_that_it_was_advanced_to(control: arm.Control, clock: HandClock) -> None:
    control.advance(48)
    clock.seconds += 3600
    assert control.time().now == BEGIN + timedelta(hours=49)


@pytest.mark.parametrize("hours", [-1.0, float("nan"), float("inf"), 1e9])
def test_time_cannot_go_back_or_beyond_the_year_9000(control: arm.Control, hours: float) -> None:
    with pytest.raises(ValueError, match=r"it goes forward, and at most to the year 9000. Example: 2 hours"):
        control.advance(hours)
    assert control.time().now == BEGIN


def test_a_very_fast_clock_stops_at_the_latest_time(azure: Azure, control: arm.Control, clock: HandClock) -> None:
    control.set_pace(1e-300)
    clock.seconds += 1
    assert control.time().now == datetime(9000, 1, 1, tzinfo=UTC)
    assert azure.put(GROUP, {"location": "westus2"}).status_code == 201
    assert azure.put(VNET, virtual_network()).status_code == 201


@pytest.mark.parametrize("pace", [-1.0, float("nan"), 1e10])
def test_an_invalid_pace_is_rejected_and_the_old_one_is_kept(control: arm.Control, pace: float) -> None:
    with pytest.raises(ValueError, match=r"Example: 2.0"):
        control.set_pace(pace)
    assert control.time().pace == 3600


def test_time_is_read_and_changed_over_http(azure: Azure) -> None:
    assert azure.http.get("/sandbox/time").json() == {"now": "2027-01-15T08:00:00.000000Z", "pace": 3600.0}
    changed = azure.http.post("/sandbox/time", json={"advanceHours": 2, "pace": 1.5})
    assert (changed.status_code, changed.json()) == (200, {"now": "2027-01-15T10:00:00.000000Z", "pace": 1.5})
    assert azure.http.get("/sandbox/time").json() == changed.json()


@pytest.mark.parametrize(
    "body", [{"advanceHours": -1}, {"advanceHours": "2h"}, {"pace": True}, {"pace": 10**400}, {"hours": 1}, [], "x"]
)
def test_unknown_members_over_http_are_rejected_and_change_nothing(azure: Azure, body: object) -> None:
    before = azure.http.get("/sandbox/time").json()
    assert code(azure.http.post("/sandbox/time", json=body)) == (400, "InvalidRequestContent")
    assert azure.http.get("/sandbox/time").json() == before


def test_a_partly_invalid_change_changes_nothing(azure: Azure) -> None:
    azure.http.post("/sandbox/time", json={"pace": 5, "advanceHours": -1})
    assert azure.http.get("/sandbox/time").json()["pace"] == 3600


def test_a_missing_store_is_created(tmp_path: Path) -> None:
    arm.control_of(tmp_path / "new").set_pace(7)
    assert arm.control_of(tmp_path / "new").time().pace == 7
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
