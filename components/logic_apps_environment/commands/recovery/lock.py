"""Locks of a stack, and whether the commands that created them still run.

A DIY backend keeps an object for each lock in ``.pulumi/locks/organization/<project>/<stack>/``, with the process, its
user and its host (pulumi/pulumi, pkg/backend/diy/lock.go).
"""

from __future__ import annotations

import json
import os
import platform
import pwd
import re
import subprocess
from dataclasses import dataclass

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.backends import StateStore, simple_name

_MAX_PROCESS_ID = 2**31 - 1
"""The largest process id that POSIX systems with a 32-bit `pid_t` have; Linux ends at 2**22."""


@dataclass(frozen=True)
class Lock:
    """A lock, with the time of its creation in ISO 8601, and the process that created it.

    The process is None if the object is incomplete, as after a power failure.
    """

    store: StateStore
    key: str
    process: int | None
    host: str = ""
    user: str = ""
    since: str = ""

    @property
    def is_of_this_host(self) -> bool:
        """Whether the process ran on this host, as far as its name and the user tell: a lock has no other ID of it."""
        return self.process is not None and self.host == platform.node() and _is_user_here(self.user)

    def command(self) -> str | None:
        """Return the Pulumi command that holds the lock, such as ``pulumi up``; None if none runs on this host."""
        return _running_pulumi(self.process) if self.process is not None and self.is_of_this_host else None

    def possible_user(self) -> str:
        """Return what may be using the stack and what to do; empty if the command of this lock no longer runs."""
        if self.process is None:
            return f"there is {self}. Check whether a Pulumi command is using the stack"
        if not self.is_of_this_host:
            host = "another host of this name" if self.host == platform.node() else "another host"
            return f"a command may still be running on {host} ({self}). Check there, and wait until it has ended"
        command = self.command()
        if command is None:
            return ""
        return (
            f"`{command}` is still running ({self}). Wait until it has ended, or stop it with "
            f"`kill -INT {self.process}`"
        )

    def clear(self) -> None:
        """Remove the lock. Unlike ``pulumi cancel``, this keeps a lock that another command has created meanwhile.

        Raises:
            RecoveryError: the backend cannot be written.
        """
        self.store.delete(self.key)

    def __str__(self) -> str:
        if self.process is None:
            return printable(f"a lock that cannot be read, {self.store.location(self.key)}")
        return printable(f"process {self.process} of {self.user} on {self.host}, since {self.since}")


def locks_of(store: StateStore, project: str, stack: str) -> list[Lock]:
    """Return the locks of a stack.

    Raises:
        RecoveryError: the backend cannot be read.
    """
    name = simple_name(stack)
    # In the project's folder, and at the path of older versions of Pulumi.
    folders = (f".pulumi/locks/organization/{project}/{name}", f".pulumi/locks/{name}")
    keys = [key for folder in folders for key in store.keys(folder) if key.endswith(".json")]
    return [lock for key in keys if (lock := _read(store, key)) is not None]


def _read(store: StateStore, key: str) -> Lock | None:
    """Return a lock; None if its command has ended in the meantime."""
    content = store.read(key)
    if content is None:
        return None
    try:
        found = json.loads(content)
        process = found["pid"]
        if isinstance(process, bool) or not isinstance(process, int):
            return Lock(store, key, None)
        host, user, since = (str(found[name]) for name in ("hostname", "username", "timestamp"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Lock(store, key, None)
    return Lock(store, key, process, host, user, since[:19])


def _is_user_here(name: str) -> bool:
    """Whether this host has a user. A container can have none for its process; Pulumi then takes the name from USER."""
    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):
        return name == os.environ.get("USER")
    return True


def _running_pulumi(process: int) -> str | None:
    """Return the command of a running Pulumi process; systems reuse the IDs of processes, above all after a restart."""
    if not 0 < process <= _MAX_PROCESS_ID:
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
        return "a command"  # Without `ps` the command is unknown and counts as Pulumi.
    except ValueError:
        return None  # It has ended in the meantime.
    # A zombie process has ended.
    if state.startswith("Z") or "pulumi" not in name:
        return None
    # Without the options, which can contain secrets.
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
