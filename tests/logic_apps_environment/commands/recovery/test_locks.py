"""Whether the command that made a lock still runs, whatever the file of the lock says."""

from __future__ import annotations

import getpass
import json
import os
import platform
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.commands.recovery.lock import Lock, locks_of
from tests.logic_apps_environment.commands.recovery.memory_store import MemoryStore
from tests.logic_apps_environment.commands.recovery.recordings import PROJECT

HERE, USER = platform.node(), getpass.getuser()


KEY = f".pulumi/locks/organization/{PROJECT}/dev/0f0e.json"


def read(content: str) -> Lock:
    """The only lock of the stack dev, from an object with this content."""
    (lock,) = locks_of(MemoryStore({KEY: content.encode()}), PROJECT, "dev")
    return lock


def content(process: Any, host: str = HERE, user: str = USER) -> str:
    """What Pulumi writes into the file of a lock."""
    return json.dumps({"pid": process, "hostname": host, "username": user, "timestamp": "2026-11-24T20:10:23.493Z"})


@pytest.mark.parametrize("process", [0, -1, -(2**40), 2**31, 2**63, 10**40])
def test_an_impossible_process_id_counts_as_ended(process: int) -> None:
    lock = read(content(process))
    assert (lock.is_of_this_host, lock.command()) == (True, None)
    assert str(process) in str(lock)


def test_a_process_other_than_pulumi_does_not_own_the_lock() -> None:
    assert read(content(os.getpid())).command() is None


def test_a_process_that_has_ended_and_was_not_waited_for_does_not_run() -> None:
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert read(content(ended.pid)).command() is None


def test_a_process_of_another_host_is_not_looked_for_here() -> None:
    lock = read(content(os.getpid(), "build-agent-7"))
    assert (lock.is_of_this_host, lock.command()) == (False, None)


@pytest.mark.parametrize("user", ["no-user-of-this-host", "", "a\0b", "é" * 300])
def test_a_lock_of_a_user_that_this_host_does_not_have_is_of_another_host_with_its_name(user: str) -> None:
    lock = read(content(os.getpid(), user=user))
    assert (lock.is_of_this_host, lock.command()) == (False, None)
    assert "may still be running on another host of this name (process " in lock.possible_user()


def test_a_user_without_an_account_has_the_name_that_pulumi_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "1000720000")
    assert read(content(0, user="1000720000")).is_of_this_host


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", "{}", '{"pid": 1}', *map(content, (None, "12", 1.5, True, [1]))],
)
def test_a_file_that_is_not_a_lock_names_no_process(damaged: str) -> None:
    lock = read(damaged)
    assert (lock.process, lock.is_of_this_host, lock.command()) == (None, False, None)
    assert f"memory:{KEY}" in str(lock)


@given(
    st.text(max_size=40) | st.integers().map(content) | st.binary(max_size=40).map(lambda each: each.decode("latin1"))
)
def test_any_file_is_read_without_an_error(text: str) -> None:
    lock = read(text.encode("utf-8", "replace").decode())
    assert lock.process is None or lock.is_of_this_host


def test_a_lock_that_is_released_meanwhile_is_ignored() -> None:
    class Deleted(MemoryStore):
        def read(self, key: str) -> bytes | None:
            del self.objects[key]
            return super().read(key)

    assert locks_of(Deleted({KEY: content(1).encode()}), PROJECT, "dev") == []


def test_only_the_locks_of_the_stack_are_read() -> None:
    folder = KEY.rpartition("/")[0]
    others = (
        f"{folder}/0f0e.json.attrs",
        f"{folder}/deeper/0f0e.json",
        f"{folder}2/0f0e.json",
        ".pulumi/locks/organization/shop/dev/0f0e.json",
        ".pulumi/locks/0f0e.json",
    )
    legacy = ".pulumi/locks/dev/0f0e.json"
    store = MemoryStore(dict.fromkeys([KEY, legacy, *others], content(1).encode()))
    for stack in ("dev", f"organization/{PROJECT}/dev"):
        assert [lock.key for lock in locks_of(store, PROJECT, stack)] == [KEY, legacy]


def test_clearing_a_lock_keeps_one_that_another_command_creates_meanwhile() -> None:
    other = KEY.replace("0f0e", "1a1b")
    store = MemoryStore({KEY: content(1).encode()})
    (lock,) = locks_of(store, PROJECT, "dev")
    store.write(other, content(2).encode())
    lock.clear()
    assert set(store.objects) == {other}
