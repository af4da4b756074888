"""`logic-apps-sandbox reset`: what it deletes, what it keeps, and when it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from logic_apps_sandbox import arm
from logic_apps_sandbox.commands.cli import main
from logic_apps_sandbox.files import write_file
from logic_apps_sandbox.layout import HOME_VARIABLE
from tests.support.azure import azure_in

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("passphrase", "toolchain/pulumi", "pulumi/plugins/one/plugin", "arm/ca.pem")
DELETED = (
    *("arm/store.sqlite3", "state/.pulumi/stacks/demo/dev.json", "project/Pulumi.dev.yaml"),
    *("pulumi/workspaces/demo.json", "azure/azureProfile.json"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sandbox of a project, with one resource group and two stacks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    write_file(tmp_path / "Pulumi.yaml", "name: demo\nruntime: python\n")
    write_file(tmp_path / "Pulumi.dev.yaml", "config: {}\n")
    home = tmp_path / ".sandbox"
    with azure_in(home / "arm") as azure:
        azure.create_group()
    for file in (*KEPT, *DELETED, "state/.pulumi/stacks/demo/test.json.gz", "state/.pulumi/stacks/demo/old.json.bak"):
        if not (home / file).exists():
            write_file(home / file, "{}")
    return home


def reset(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["reset", *arguments], input=answer)


def test_it_deletes_resources_and_states_and_keeps_the_toolchain_and_the_project(home: Path) -> None:
    ended = reset("--yes")
    assert ended.exit_code == 0
    assert [file for file in DELETED if (home / file).exists()] == []
    assert [file for file in KEPT if not (home / file).exists()] == []
    assert (home.parent / "Pulumi.dev.yaml").read_text() == "config: {}\n"
    assert arm.list_resources(home / "arm") == []


def test_it_names_what_it_deletes_and_asks(home: Path) -> None:
    ended = reset(answer="y\n")
    assert ended.exit_code == 0
    assert "1 resource of the simulated Azure" in ended.output
    assert "the states of these stacks: demo/dev, demo/test\n" in ended.output
    assert "Continue?" in ended.output
    assert not (home / "state").exists()


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_confirmation_it_deletes_nothing(home: Path, answer: str) -> None:
    assert reset(answer=answer).exit_code == 1
    assert [file for file in DELETED if not (home / file).exists()] == []


def test_while_a_simulator_runs_it_deletes_nothing(home: Path) -> None:
    with arm.serving(home / "arm"):
        ended = reset("--yes")
    assert ended.exit_code == 1
    assert "a simulator is running" in ended.output
    assert [file for file in DELETED if not (home / file).exists()] == []


def test_a_damaged_store_can_be_deleted(home: Path) -> None:
    (home / "arm/store.sqlite3").write_text("this is no database")
    ended = reset("--yes")
    assert ended.exit_code == 0
    assert "all resources" in ended.output
    assert arm.list_resources(home / "arm") == []


@pytest.mark.usefixtures("home")
def test_an_empty_sandbox_can_be_reset() -> None:
    reset("--yes")
    ended = reset("--yes")
    assert ended.exit_code == 0
    assert "0 resources" in ended.output
