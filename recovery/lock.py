"""Locks of a stack in a backend of files, and whether who made them is gone.

Such a backend keeps a file for each lock in `.pulumi/locks/organization/<project>/<stack>/`, with the process, its user
and its machine (pulumi/pulumi, pkg/backend/diy/lock.go). Other backends do not show their locks; their commands say it
themselves when a stack is locked.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recovery.file_backend import folder_of, simple_name

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Lock:
    """A lock that was found."""

    process: int
    """Id of the process that made it."""
    host: str
    """The machine that it ran on."""
    user: str
    since: str
    """When it was made, ISO 8601."""

    @property
    def is_of_this_machine(self) -> bool:
        """Whether the process ran here, so that one can look whether it still does."""
        return self.host == platform.node()

    @property
    def is_stale(self) -> bool:
        """Whether the process is certainly gone."""
        return self.is_of_this_machine and not _is_pulumi(self.process)

    def __str__(self) -> str:
        return f"process {self.process} of {self.user} on {self.host}, since {self.since}"


def locks_of(backend: str, project: str, stack: str) -> list[Lock]:
    """The locks of a stack; none can be seen when the backend is not one of files."""
    kept = folder_of(backend)
    if kept is None:
        return []
    folder = kept / "locks"
    name = simple_name(stack)
    files = [*(folder / "organization" / project / name).glob("*.json"), *(folder / name).glob("*.json")]
    return [_read(file) for file in sorted(files)]


def _read(file: Path) -> Lock:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Lock(int(found["pid"]), str(found["hostname"]), str(found["username"]), str(found["timestamp"])[:19])
    except (OSError, ValueError, KeyError, TypeError):
        # Half a lock was written by a process that died while writing it. Nothing is known of it: not stale.
        return Lock(0, "an unknown machine", "an unknown user", "an unknown time")


def _is_pulumi(process: int) -> bool:
    """Whether a process runs and is Pulumi; ids are used again, after a restart of the machine above all."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        asked = subprocess.run(
            ["ps", "-p", str(process), "-o", "stat=,comm="],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return True  # No `ps` to tell what it is, so it counts as Pulumi.
    state, _, command = asked.stdout.strip().partition(" ")
    # A zombie is dead; only its parent has not noticed.
    return not state.startswith("Z") and "pulumi" in command
