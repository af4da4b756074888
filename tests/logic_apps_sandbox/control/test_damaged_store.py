"""A store that is damaged, a full disk and invalid settings: one message each, and a command that repairs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from logic_apps_sandbox import arm
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.server import tls
from logic_apps_sandbox.commands.cli import main
from tests.support.azure import GROUP, azure_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = [["resources"], ["requests"], ["time"], ["time", "--advance", "1h"], ["faults", "list"], ["serve"]]


def truncate(file: Path) -> None:
    """Keep the first 20,000 bytes, as `truncate -s 20000` does."""
    file.write_bytes(file.read_bytes()[:20_000])


def overwrite_start(file: Path) -> None:
    """Overwrite the header."""
    file.write_bytes(b"\xff" * 2000 + file.read_bytes()[2000:])


def store_setting(name: str, value: str) -> Callable[[Path], None]:
    """Store the text of a setting's value without validation."""

    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    return change


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The folder of a store with a resource group, which no simulator serves."""
    with azure_in(tmp_path / "arm", pace=0) as azure:
        azure.create_network()
    return tmp_path / "arm"


def run(directory: Path, command: list[str]) -> tuple[int, str]:
    """The exit code and all output of a command."""
    result = CliRunner().invoke(main, [*command, "--data", str(directory)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("damage", [truncate, overwrite_start])
def test_the_error_of_a_damaged_store_has_what_is_lost_and_the_command_that_repairs_it(
    directory: Path, damage: Callable[[Path], None], command: list[str]
) -> None:
    damage(directory / "store.sqlite3")
    code, output = run(directory, command)
    assert code == 1
    assert output.count("\n") == 1
    for part in ("store.sqlite3 is damaged", "are lost", f"logic-apps-sandbox repair --data {directory}"):
        assert part in output


@pytest.mark.parametrize("damage", [truncate, overwrite_start])
def test_repair_sets_a_damaged_store_aside(directory: Path, damage: Callable[[Path], None]) -> None:
    damage(directory / "store.sqlite3")
    damaged = (directory / "store.sqlite3").read_bytes()
    code, output = run(directory, ["repair"])
    assert (code, "pulumi refresh --stack NAME" in output) == (0, True)
    assert (directory / "store.damaged").read_bytes() == damaged
    assert "no resources" in run(directory, ["resources"])[1]
    with azure_in(directory) as azure:
        assert azure.get(GROUP).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock", "fast"),
        ("clock", '{"real": 1, "simulated": 2, "pace": "x"}'),
        ("retired", '"perhaps"'),
        ("subnetHoldHours", "[]"),
        ("tokenSigningKey", '"xyz"'),
        ("clientSecret", "7"),
    ],
)
def test_an_invalid_setting_is_named_and_repaired_without_losing_anything_else(
    directory: Path, name: str, value: str
) -> None:
    store_setting(name, value)(directory / "store.sqlite3")
    code, output = run(directory, ["serve"])
    assert code == 1
    assert f"the setting '{name}'" in output
    assert "Only this setting is lost" in output
    assert name in run(directory, ["repair"])[1]
    with azure_in(directory) as azure:
        assert azure.get(GROUP).status_code == 200


def test_repair_does_not_change_an_intact_store(directory: Path) -> None:
    before = (directory / "store.sqlite3").read_bytes()
    assert "is not damaged" in run(directory, ["repair"])[1]
    assert (directory / "store.sqlite3").read_bytes() == before


def test_a_full_disk_loses_nothing(directory: Path) -> None:
    with closing(Store(directory)) as store:
        pages = store.execute("PRAGMA page_count").fetchone()[0]
        store.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(arm.StoreError, match=r"is full\. Nothing is lost"), store.transaction():
            store.set_setting("large", "x" * 1_000_000)
        with store.transaction():
            assert store.setting("large") is None
    assert "Fabrikam-VNET" in run(directory, ["resources", "--json"])[1]


def test_requests_get_one_answer_and_no_traceback_while_the_store_cannot_be_used(
    directory: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with azure_in(directory) as azure:
        store_setting("clock", "fast")(directory / "store.sqlite3")
        for _ in range(3):
            answer = azure.get(GROUP)
            assert answer.status_code == 500
            assert "the setting 'clock'" in answer.json()["error"]["message"]
        printed = capfd.readouterr().err
        store_setting("clock", '{"real": 1, "simulated": 2, "pace": 0}')(directory / "store.sqlite3")
        assert azure.get(GROUP).status_code == 200
    assert len(re.findall("the setting 'clock'", printed)) == 1
    assert "Traceback" not in printed


@pytest.mark.parametrize("name", ["server.pem", "ca.pem", "ca-bundle.pem"])
def test_damaged_certificates_are_renewed(directory: Path, name: str) -> None:
    file = directory / name
    file.write_bytes(file.read_bytes()[:-400])
    tls.ensure(directory)
    with azure_in(directory) as azure:
        assert azure.get(GROUP).status_code == 200


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"variables": {"ARM_METADATA_HOSTNAME": "127.0.0.1:x"}}'])
def test_settings_with_a_damaged_file_say_that_nothing_is_served(directory: Path, text: str) -> None:
    (directory / "serving.json").write_text(text)
    code, output = run(directory, ["settings"])
    assert (code, "no simulator is running with `serve`" in output) == (1, True)
