"""Whether the command that made a lock still runs, whatever the file of the lock says."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.commands.recovery.lock import Lock, locks_of
from tests.logic_apps_environment.commands.recovery.recordings import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

HERE = platform.node()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a backend of files."""
    return tmp_path_factory.mktemp("backend")


def read(folder: Path, content: str) -> Lock:
    """The only lock of the stack dev, from a file with this content."""
    locks = folder / ".pulumi" / "locks" / "organization" / PROJECT / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0f0e.json").write_text(content)
    (lock,) = locks_of(folder.as_uri(), PROJECT, "dev")
    return lock


def content(process: Any, host: str = HERE) -> str:
    """What Pulumi writes into the file of a lock."""
    return json.dumps({"pid": process, "hostname": host, "username": "ada", "timestamp": "2026-11-24T20:10:23.493Z"})


@pytest.mark.parametrize("process", [0, -1, -(2**40), 2**31, 2**63, 10**40])
def test_a_process_id_that_no_process_can_have_runs_nothing(process: int, folder: Path) -> None:
    lock = read(folder, content(process))
    assert (lock.is_of_this_host, lock.command()) == (True, None)
    assert str(process) in str(lock)


def test_a_process_that_is_not_pulumi_did_not_make_the_lock(folder: Path) -> None:
    assert read(folder, content(os.getpid())).command() is None


def test_a_process_that_has_ended_and_was_not_waited_for_does_not_run(folder: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert read(folder, content(ended.pid)).command() is None


def test_a_process_of_another_host_is_not_looked_for_here(folder: Path) -> None:
    lock = read(folder, content(os.getpid(), "build-agent-7"))
    assert (lock.is_of_this_host, lock.command()) == (False, None)


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", "{}", '{"pid": 1}', *map(content, (None, "12", 1.5, True, [1]))],
)
def test_a_file_that_is_no_lock_says_nothing_about_a_process(damaged: str, folder: Path) -> None:
    lock = read(folder, damaged)
    assert (lock.process, lock.is_of_this_host, lock.command()) == (None, False, None)
    assert str(lock.file) in str(lock)


@given(
    st.text(max_size=40) | st.integers().map(content) | st.binary(max_size=40).map(lambda each: each.decode("latin1"))
)
def test_any_file_is_read_without_an_error(folder: Path, text: str) -> None:
    lock = read(folder, text.encode("utf-8", "replace").decode())
    assert lock.process is None or lock.is_of_this_host


def test_a_lock_that_is_given_back_meanwhile_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(folder, content(1))

    def gone(*_: object, **__: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr("pathlib.Path.read_text", gone)
    assert locks_of(folder.as_uri(), PROJECT, "dev") == []
