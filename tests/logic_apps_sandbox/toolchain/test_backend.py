"""What the backend contains about a stack, above all if its last command was killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_sandbox.toolchain.backend import has_stack, salt_of_state, was_interrupted
from logic_apps_sandbox.toolchain.pulumi_commands import CommandLine

if TYPE_CHECKING:
    from pathlib import Path


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def keep(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("is_running", "host", "expected"),
    [(False, socket.gethostname(), True), (True, socket.gethostname(), False), (False, "elsewhere", False)],
)
def test_a_lock_of_a_process_that_no_longer_runs_on_this_host_is_left_over(
    is_running: bool, host: str, expected: bool, tmp_path: Path
) -> None:
    pid = os.getpid() if is_running else ended_process()
    keep(tmp_path / ".pulumi/locks/organization/demo/dev/1.json", {"pid": pid, "hostname": host})
    assert was_interrupted(tmp_path, "demo", "dev") is expected


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_lock_of_a_zombie_process_is_left_over(tmp_path: Path) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    keep(tmp_path / ".pulumi/locks/organization/demo/dev/1.json", {"pid": zombie.pid, "hostname": socket.gethostname()})
    assert was_interrupted(tmp_path, "demo", "dev")
    zombie.wait()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"checkpoint": {"latest": {"pending_operations": [{"type": "creating"}]}}}, True),
        ({"checkpoint": {"latest": {"resources": []}}}, False),
        ({"checkpoint": {"latest": None}}, False),
        ([], False),
    ],
)
def test_pending_operations_in_the_state_are_left_over(state: Any, expected: bool, tmp_path: Path) -> None:
    keep(tmp_path / ".pulumi/stacks/demo/dev.json", state)
    assert was_interrupted(tmp_path, "demo", "dev") is expected


def test_a_new_stack_was_not_interrupted(tmp_path: Path) -> None:
    assert was_interrupted(tmp_path, "demo", "dev") is False


@pytest.mark.parametrize(
    ("command", "locks"),
    [("up", True), ("destroy --yes", True), ("refresh", True), ("preview", False), ("stack output", False)],
)
def test_only_commands_that_lock_the_stack_suggest_the_recovery(command: str, locks: bool) -> None:
    assert CommandLine.parse(command.split()).locks is locks


@pytest.mark.parametrize(("file", "expected"), [("dev.json", True), ("dev.json.gz", True), ("dev.json.bak", False)])
def test_a_stack_has_a_state_that_may_be_compressed(file: str, expected: bool, tmp_path: Path) -> None:
    keep(tmp_path / ".pulumi/stacks/demo" / file, {})
    assert has_stack(tmp_path, "demo", "dev") is expected


@pytest.mark.parametrize(
    ("latest", "salt"),
    [
        ({"secrets_providers": {"type": "passphrase", "state": {"salt": "v1:abc"}}}, "v1:abc"),
        ({"secrets_providers": {"type": "cloud", "state": {"url": "awskms://key"}}}, ""),
        ({"secrets_providers": None}, ""),
        (None, ""),
    ],
)
def test_the_salt_is_that_of_the_states_secrets_provider(latest: Any, salt: str, tmp_path: Path) -> None:
    keep(tmp_path / ".pulumi/stacks/demo/dev.json", {"checkpoint": {"latest": latest}})
    assert salt_of_state(tmp_path, "demo", "dev") == salt
