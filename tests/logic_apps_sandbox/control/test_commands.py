"""The commands that control and watch the simulator: requests, settings, time and faults."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner, Result

from logic_apps_sandbox import arm
from logic_apps_sandbox.commands.cli import main
from logic_apps_sandbox.commands.connection import announced
from tests.support.azure import GROUP, Azure, HandClock, azure_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BODY = {"location": "westus2"}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The folder of a store."""
    return tmp_path / "arm"


@pytest.fixture
def served(directory: Path) -> Iterator[Azure]:
    """A client of a simulator that is served from it, at a fixed moment."""
    with azure_in(directory, pace=3600, real_time=HandClock()) as azure:
        yield azure


@pytest.fixture
def sandbox(directory: Path) -> Callable[..., Result]:
    """Runs a command on that store."""
    return lambda *arguments: CliRunner().invoke(main, [*arguments, "--data", str(directory)])


def test_requests_are_a_table_with_the_newest_last(served: Azure, sandbox: Callable[..., Result]) -> None:
    served.put(GROUP, BODY)
    served.http.get("/subscriptions?api-version=1", headers={"User-Agent": "tester/1 (more)"})
    lines = sandbox("requests").output.splitlines()
    assert lines[0].split() == ["Simulated", "time", "Method", "Status", "Duration", "Client", "Path"]
    assert [line.split()[2:4] for line in lines[1:]] == [["POST", "200"], ["PUT", "201"], ["GET", "200"]]
    assert lines[2].startswith("2027-01-15 08:00:00  PUT ")
    assert lines[2].endswith("  /subscriptions/00000000…/resourceGroups/Fabrikam-RG?api-version=2024-03-01")
    assert lines[3].split()[-2:] == ["tester/1", "/subscriptions?api-version=1"]


def test_the_requests_can_be_limited_to_the_last_ones(served: Azure, sandbox: Callable[..., Result]) -> None:
    served.put(GROUP, BODY)
    served.get(GROUP)
    assert [line.split()[2] for line in sandbox("requests", "--last", "2").output.splitlines()[1:]] == ["PUT", "GET"]


def test_requests_as_json_are_one_object_a_line_with_the_body(served: Azure, sandbox: Callable[..., Result]) -> None:
    served.put(GROUP, BODY)
    last = json.loads(sandbox("requests", "--json").output.splitlines()[-1])
    assert (last["method"], last["status"], last["body"]) == ("PUT", 201, BODY)
    assert last["simulated_time"] == "2027-01-15T08:00:00+00:00"


def test_control_characters_of_a_client_do_not_reach_the_terminal(
    served: Azure, sandbox: Callable[..., Result]
) -> None:
    served.http.get("/subscriptions?api-version=1", headers={b"User-Agent": b"evil\x9b2J"})
    assert "evil?2J" in sandbox("requests").output


def test_requests_are_shown_as_they_arrive(served: Azure, directory: Path) -> None:
    command = [sys.executable, "-m", "logic_apps_sandbox", "requests", "--follow", "--json", "--data", str(directory)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["method"] == "POST"
        served.put(GROUP, BODY)
        assert json.loads(process.stdout.readline())["body"] == BODY
        served.get(GROUP)
        assert json.loads(process.stdout.readline())["method"] == "GET"
    finally:
        process.kill()
        process.communicate()


def test_a_reader_that_closes_the_pipe_is_no_error(served: Azure, directory: Path) -> None:
    # More than the pipe keeps, which is 64 KiB.
    for _ in range(100):
        served.http.get(f"/subscriptions/{'x' * 1500}?api-version=1")
    command = f'"{sys.executable}" -m logic_apps_sandbox requests --data "{directory}"'
    shell = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {command} | head -1"], capture_output=True, text=True, check=False
    )
    assert (shell.returncode, shell.stderr, shell.stdout[:14]) == (0, "", "Simulated time")


def test_without_a_simulator_settings_say_what_to_do(sandbox: Callable[..., Result]) -> None:
    result = sandbox("settings")
    assert result.exit_code == 1
    assert "logic-apps-sandbox serve --port 8443" in result.output


def test_settings_for_a_shell_select_the_simulator_and_never_show_the_secret(
    served: Azure, directory: Path, sandbox: Callable[..., Result]
) -> None:
    with announced(directory, served.simulator):
        exports = sandbox("settings").output
    assert served.simulator.settings.client_secret not in exports
    shell = subprocess.run(
        ["/bin/sh", "-c", f'{exports}\necho "$ARM_METADATA_HOSTNAME $AZURE_CLIENT_SECRET $SSL_CERT_FILE"'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    settings = served.simulator.settings
    assert shell.stdout.split() == [served.simulator.address, settings.client_secret, str(settings.ca_bundle)]


def test_settings_as_json_name_the_file_of_the_secret(
    served: Azure, directory: Path, sandbox: Callable[..., Result]
) -> None:
    with announced(directory, served.simulator):
        document = json.loads(sandbox("settings", "--json").output)
    assert document["variables"]["AZURE_AUTHORITY_HOST"] == f"https://{served.simulator.address}"
    assert document["secretFiles"]["AZURE_CLIENT_SECRET"] == str(directory / "client-secret")
    assert "AZURE_CLIENT_SECRET" not in document["variables"]


def test_settings_of_a_simulator_that_was_killed_are_not_returned(
    directory: Path, sandbox: Callable[..., Result]
) -> None:
    with azure_in(directory) as azure:
        killed = azure.simulator
    with announced(directory, killed):
        assert "no simulator is running with `serve`" in sandbox("settings").output


def test_of_two_simulators_the_latest_is_found_and_the_end_of_the_first_changes_nothing(
    directory: Path, sandbox: Callable[..., Result]
) -> None:
    with azure_in(directory) as first, azure_in(directory) as second:
        one, two = announced(directory, first.simulator), announced(directory, second.simulator)
        with one:
            two.__enter__()
        assert json.loads(sandbox("settings", "--json").output)["variables"]["ARM_METADATA_HOSTNAME"] == (
            second.simulator.address
        )
        two.__exit__(None, None, None)
    assert sandbox("settings").exit_code == 1


def test_time_is_shown_advanced_and_scaled(directory: Path, sandbox: Callable[..., Result]) -> None:
    control = arm.control_of(directory)
    control.set_pace(1e9)
    before = control.time().now
    shown = sandbox("time", "--advance", "1d2h30m").output
    assert "one hour takes 1e+09 seconds" in shown
    assert round((control.time().now - before).total_seconds()) == 26.5 * 3600
    assert "one hour takes 0.5 seconds" in sandbox("time", "--pace", "0.5").output


@pytest.mark.parametrize("text", ["2", "h", "2 h", "-2h", "2h!", "", "1h2"])
def test_an_invalid_time_is_rejected_with_examples(sandbox: Callable[..., Result], text: str) -> None:
    result = sandbox("time", f"--advance={text}")
    assert result.exit_code == 2
    assert "as in 2h, 1d12h, 90m" in result.output


def test_a_time_beyond_the_year_9000_is_rejected(sandbox: Callable[..., Result]) -> None:
    result = sandbox("time", "--advance", "9999999d")
    assert (result.exit_code, result.output.startswith("Error: Simulated time cannot be advanced")) == (1, True)


def test_a_request_fault_is_injected_listed_and_cleared(
    served: Azure, directory: Path, sandbox: Callable[..., Result]
) -> None:
    arguments = "--method PUT --path */resourceGroups/* --status 429 --code Busy --retry-after 3 --times 2 --every 2"
    assert sandbox("faults", "request", *arguments.split()).exit_code == 0
    assert arm.control_of(directory).request_faults() == [
        arm.RequestFault("PUT", "*/resourceGroups/*", status=429, code="Busy", retry_after=3, times=2, every=2)
    ]
    assert sandbox("faults", "list").output == ("request    PUT */resourceGroups/*: status 429 Busy; every 2, 2 more\n")
    assert [served.put(GROUP, BODY).status_code for _ in range(2)] == [201, 429]
    sandbox("faults", "clear")
    assert sandbox("faults", "list").output == "No faults are pending.\n"


def test_an_operation_fault_is_injected_and_listed(directory: Path, sandbox: Callable[..., Result]) -> None:
    assert sandbox("faults", "operation", "--resource", "*/a", "--kind", "Create", "--progress", "0.25").exit_code == 0
    assert arm.control_of(directory).operation_faults() == [
        arm.OperationFault("*/a", "Failed", kind="Create", progress=0.25)
    ]
    assert sandbox("faults", "list").output.startswith("operation  Create */a: Failed")


@pytest.mark.parametrize("arguments", [("request",), ("request", "--status", "200"), ("operation", "--progress", "2")])
def test_an_invalid_fault_is_rejected_with_an_example(
    sandbox: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    result = sandbox("faults", *arguments)
    assert result.exit_code == 2
    assert "Example" in result.output


@pytest.mark.parametrize(
    "command", [("requests",), ("resources",), ("time",), ("faults", "list"), ("serve", "--port", "0")]
)
def test_a_store_of_another_version_is_reported_without_a_traceback(
    directory: Path, sandbox: Callable[..., Result], command: tuple[str, ...]
) -> None:
    import sqlite3  # noqa: PLC0415

    directory.mkdir()
    with closing(sqlite3.connect(directory / "store.sqlite3")) as connection:
        connection.execute("PRAGMA user_version = 99")
    result = sandbox(*command)
    assert result.exit_code == 1
    assert "was written by another version of the sandbox" in result.output
    assert result.output.startswith("Error: ")


def test_a_port_in_use_is_reported(served: Azure, sandbox: Callable[..., Result]) -> None:
    result = sandbox("serve", "--port", served.simulator.address.rpartition(":")[2])
    assert result.exit_code == 1
    assert "Choose another port" in result.output


def test_the_printed_settings_of_serve_are_enough_for_a_token(served: Azure, directory: Path) -> None:
    """A client that has only the address and the files."""
    host, secret = served.simulator.address, (directory / "client-secret").read_text()
    import ssl  # noqa: PLC0415

    trust = ssl.create_default_context(cafile=str(directory / "ca-bundle.pem"))
    with httpx.Client(verify=trust, trust_env=False) as http:
        cloud = http.get(f"https://{host}/metadata/endpoints?api-version=2022-09-01").json()
        login = cloud["authentication"]["loginEndpoint"]
        tenant = "00000000-0000-0000-0000-000000000001"
        discovered = http.get(f"{login}/{tenant}/v2.0/.well-known/openid-configuration").json()
        form = {
            "grant_type": "client_credentials", "client_id": "00000000-0000-0000-0000-000000000002",
            "client_secret": secret, "scope": f"{cloud['authentication']['audiences'][0]}/.default",
        }  # fmt: skip
        token = http.post(discovered["token_endpoint"], data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        listed = http.get(f"{cloud['resourceManager']}/subscriptions?api-version=2022-12-01", headers=headers)
    assert listed.status_code == 200
