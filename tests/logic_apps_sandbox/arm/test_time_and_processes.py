"""The simulator computes, it does not run: time, restarts, and two simulators on one store."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from logic_apps_sandbox import arm
from tests.support.azure import (
    GROUP,
    ISE,
    SUBNETS,
    VNET,
    Azure,
    HandClock,
    azure_in,
    code,
    environment,
    subnet,
    virtual_network,
)

HOUR = 3600.0

SERVE = """
import sys, time
from pathlib import Path
from logic_apps_sandbox import arm

directory, clock = Path(sys.argv[1]), Path(sys.argv[2])
with arm.serving(directory, pace=float(sys.argv[3]), real_time=lambda: float(clock.read_text())) as simulator:
    print(simulator.address, flush=True)
    time.sleep(600)
"""


def test_a_killed_simulator_continues_where_it_stopped(tmp_path: Path) -> None:
    directory, clock = tmp_path / "arm", tmp_path / "clock"
    with azure_in(directory, pace=0) as azure:
        azure.create_network()
        settings = azure.simulator.settings
    clock.write_text("1800000000")
    # Simulated hours of one real minute: two minutes for an ISE.
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(directory), str(clock), "60"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path.cwd(),
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        client = Azure(arm.Simulator(address, settings))
        created = client.put(ISE, environment())
        assert created.status_code == 201
        client.http.close()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]

    clock.write_text("1800000060")
    with azure_in(directory, real_time=lambda: float(clock.read_text())) as azure:
        path = created.headers["Azure-AsyncOperation"].removeprefix(f"https://{address}")
        document = azure.http.get(path).json()
        assert (document["status"], document["percentComplete"]) == ("InProgress", 50)
        assert azure.get(ISE).json()["properties"]["provisioningState"] == "InProgress"
        clock.write_text("1800000120")
        assert azure.http.get(path).json()["status"] == "Succeeded"
        assert azure.get(ISE).json()["properties"]["state"] == "Enabled"


def test_two_simulators_on_one_store_have_the_same_resources(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as one, azure_in(tmp_path, real_time=clock) as two:
        one.create_group()
        created = two.put(VNET, virtual_network())
        assert code(one.put(SUBNETS[0], subnet("10.0.0.0/27"))) == (409, "AnotherOperationInProgress")
        clock.seconds += 6
        assert one.put(SUBNETS[0], subnet("10.0.0.0/27")).status_code == 201
        path = created.headers["Azure-AsyncOperation"].removeprefix(f"https://{two.simulator.address}")
        assert one.http.get(path).json()["status"] == "Succeeded"
        one.http.headers["Authorization"] = two.http.headers["Authorization"]
        assert one.get(VNET).json() == two.get(VNET).json()


def test_time_passes_while_no_simulator_runs(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=0, real_time=clock) as azure:
        azure.create_network()
    with azure_in(tmp_path, pace=1, real_time=clock) as azure:
        azure.put(ISE, environment())
    states = [{r.name: r.state for r in arm.list_resources(tmp_path, real_time=clock)}["Fabrikam-ISE"]]
    clock.seconds += 2
    states.append({r.name: r.state for r in arm.list_resources(tmp_path, real_time=clock)}["Fabrikam-ISE"])
    assert states == ["InProgress", "Succeeded"]


def test_operations_end_although_the_real_clock_is_set_back(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        azure.create_group()
        clock.seconds += 60
        created = azure.put(VNET, virtual_network())
        before = azure.status(created)
        clock.seconds -= 240
        assert azure.status(created) == before
        clock.seconds += 6
        assert azure.status(created)["status"] == "Succeeded"


def test_a_new_pace_counts_from_now_on(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=0, real_time=clock) as azure:
        azure.create_network()
    with azure_in(tmp_path, pace=100, real_time=clock) as azure:
        created = azure.put(ISE, environment())
        clock.seconds += 100
    with azure_in(tmp_path, pace=10, real_time=clock) as azure:
        path = created.headers["Azure-AsyncOperation"].partition("/subscriptions")
        url = f"https://{azure.simulator.address}{path[1]}{path[2]}"
        assert azure.http.get(url).json()["percentComplete"] == 50
        clock.seconds += 5
        assert azure.http.get(url).json()["percentComplete"] == 75
    with azure_in(tmp_path, pace=0, real_time=clock) as azure:
        assert azure.get(ISE).json()["properties"]["provisioningState"] == "Succeeded"


def test_the_default_pace_is_two_seconds_an_hour_and_a_set_pace_is_kept(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, real_time=clock) as azure:
        azure.create_group()
        azure.delete(GROUP)
        clock.seconds += 59.9 / HOUR * 2
        assert azure.get(GROUP).status_code == 200
        clock.seconds += 0.2 / HOUR * 2
        assert azure.get(GROUP).status_code == 404


@pytest.mark.parametrize("pace", [-1.0, float("nan"), float("inf")])
def test_an_invalid_pace_is_rejected_with_an_example(tmp_path: Path, pace: float) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 1000000000. Example: 2.0"), arm.serving(tmp_path, pace=pace):
        pass


def test_a_port_in_use_is_rejected_with_what_to_do(azure: Azure, tmp_path: Path) -> None:
    port = int(azure.simulator.address.rpartition(":")[2])
    with (
        pytest.raises(arm.SimulatorNotStartedError, match=r"Choose another port"),
        arm.serving(tmp_path / "other", port=port),
    ):
        pass


def test_a_store_of_another_version_is_rejected_with_what_to_do(tmp_path: Path) -> None:
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(tmp_path / "store.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(arm.IncompatibleStoreError, match=r"Delete the folder"), arm.serving(tmp_path):
        pass


def test_a_directory_without_a_store_has_no_resources_and_does_not_change(tmp_path: Path) -> None:
    assert arm.list_resources(tmp_path / "absent") == []
    assert arm.recorded_requests(tmp_path / "absent") == []
    assert list(tmp_path.iterdir()) == []


def test_resources_are_listed_with_their_states(azure: Azure, tmp_path: Path) -> None:
    azure.create_environment()
    listed = arm.list_resources(tmp_path / "arm")
    assert [(r.name, r.location, r.state) for r in listed][:2] == [
        ("Fabrikam-RG", "westus2", "Succeeded"),
        ("Fabrikam-ISE", "westus2", "Succeeded"),
    ]
    assert [r.id for r in listed][-4:] == SUBNETS


def test_certificates_are_kept_and_renewed_near_their_end(tmp_path: Path) -> None:
    with arm.serving(tmp_path) as simulator:
        first = simulator.settings.ca_file.read_text()
        assert first in simulator.settings.ca_bundle.read_text()
    with arm.serving(tmp_path) as simulator:
        assert simulator.settings.ca_file.read_text() == first
    server = tmp_path / "server.pem"
    _, _, rest = server.read_text().partition("\n")
    server.write_text(f"valid until 2020-01-01T00:00:00+00:00\n{rest}")
    with azure_in(tmp_path) as azure:
        assert azure.simulator.settings.ca_file.read_text() != first
        azure.create_group()
