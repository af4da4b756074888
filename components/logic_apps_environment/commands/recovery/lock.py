"""Locks of a stack in a file backend, and whether the commands that made them still run.

Such a backend keeps a file for each lock in `.pulumi/locks/organization/<project>/<stack>/`, with the process, its user
and its host (pulumi/pulumi, pkg/backend/diy/lock.go). Other backends do not show their locks.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.file_backend import folder_of, simple_name

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_PROCESS = 2**31 - 1
"""The largest process id that POSIX systems with a 32-bit `pid_t` have; Linux ends at 2**22."""


@dataclass(frozen=True)
class Lock:
    """A lock that was found."""

    file: Path
    process: int | None
    """Id of the process that made it; None if the file cannot be read, as after a power cut."""
    host: str = ""
    """The host that the process ran on."""
    user: str = ""
    since: str = ""
    """When it was made, ISO 8601."""

    @property
    def is_of_this_host(self) -> bool:
        """Whether the process ran here, so that one can check whether it still does."""
        return self.process is not None and self.host == platform.node()

    def command(self) -> str | None:
        """The Pulumi command that holds the lock, such as `pulumi up`; None if it does not run on this host."""
        return _running_pulumi(self.process) if self.process is not None and self.is_of_this_host else None

    def __str__(self) -> str:
        if self.process is None:
            return printable(f"a lock file that cannot be read, {self.file}")
        return printable(f"process {self.process} of {self.user} on {self.host}, since {self.since}")


def locks_of(backend: str, project: str, stack: str) -> list[Lock]:
    """The locks of a stack; none can be seen if the backend is not one of files."""
    kept = folder_of(backend)
    if kept is None:
        return []
    folder = kept / "locks"
    name = simple_name(stack)
    files = [*(folder / "organization" / project / name).glob("*.json"), *(folder / name).glob("*.json")]
    return [lock for lock in map(_read, sorted(files)) if lock is not None]


def _read(file: Path) -> Lock | None:
    """The lock in a file; None if its command has ended meanwhile."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        process = found["pid"]
        if isinstance(process, bool) or not isinstance(process, int):
            return Lock(file, None)
        return Lock(file, process, str(found["hostname"]), str(found["username"]), str(found["timestamp"])[:19])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Lock(file, None)


def _running_pulumi(process: int) -> str | None:
    """The command of a process if it runs and is Pulumi; ids are used again, after a restart of the host above all."""
    if not 0 < process <= _LARGEST_PROCESS:
        return None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        state, name = _ps(process, "stat=,comm=").split(maxsplit=1)
        arguments = _ps(process, "args=")
    except OSError:
        return "a command"  # Without `ps` it is not known which, so it counts as Pulumi.
    except ValueError:
        return None  # It has ended meanwhile.
    # A zombie has ended; only its parent has not noticed.
    if state.startswith("Z") or "pulumi" not in name:
        return None
    # Without the options, which may hold secrets.
    verb = re.search(r"pulumi\S*\s+([a-z]+)(?:\s|$)", arguments)
    return f"pulumi {verb[1]}" if verb else "pulumi"


def _ps(process: int, columns: str) -> str:
    asked = subprocess.run(
        ["ps", "-ww", "-p", str(process), "-o", columns],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return asked.stdout.strip()
