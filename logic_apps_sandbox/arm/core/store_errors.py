"""Errors of the simulator's store: what is damaged, what is lost, and what to do."""

import math
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPAIR = "logic-apps-sandbox repair"
"""The command that makes a store usable again."""

_ROOM = 1024 * 1024
"""Bytes that have to be free on a disk that is not called full."""


class StoreError(Exception):
    """The store cannot be used. The message is for the user: what is damaged, what is lost, what to do."""


class IncompatibleStoreError(StoreError):
    """The store's tables are those of another version."""


class DamagedStoreError(StoreError):
    """The file is not an intact database."""

    def __init__(self, file: Path, why: str) -> None:
        """Create the error for this file; ``why`` is SQLite's reason."""
        super().__init__(
            f"the simulator's store {file} is damaged ({why}). The simulated resources, settings and recorded requests "
            "in it are lost; the project's files and Pulumi's state are not. To set the damaged file aside and start "
            f"with an empty Azure, run: {_repair_command(file)}"
        )


class InvalidSettingError(StoreError):
    """A stored setting has an invalid value."""

    def __init__(self, file: Path, name: str) -> None:
        """Create the error for the setting of this name."""
        super().__init__(
            f"the setting '{name}' in the simulator's store {file} is invalid. Only this setting is lost. To restore "
            f"its default, run: {_repair_command(file)}"
        )


class StoreUnavailableError(StoreError):
    """The file system or another process prevents access to the store; nothing in it is lost."""


def _repair_command(file: Path) -> str:
    return f"{REPAIR} --data {shlex.quote(str(file.parent))}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _is_clock(value: object) -> bool:
    return isinstance(value, dict) and all(_is_number(value.get(name)) for name in ("real", "simulated", "pace"))


VALID_SETTINGS: dict[str, Callable[[Any], bool]] = {
    "clock": _is_clock,
    "clientSecret": lambda value: isinstance(value, str) and bool(value),
    "tokenSigningKey": lambda value: isinstance(value, str) and value.startswith("-----BEGIN PRIVATE KEY-----"),
    "subnetHoldHours": _is_number,
    "retired": lambda value: isinstance(value, bool),
    "registrationRequired": lambda value: isinstance(value, bool),
    "registeredProviders": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
}
"""What the value of each setting has to be."""


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Raise the errors of SQLite in this block as a ``StoreError``."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise  # an error of the simulator itself
        raise _explain(error, file) from error


def _explain(error: sqlite3.DatabaseError, file: Path) -> StoreError:
    # The primary result code ("Result and Error Codes", SQLite documentation) without its extension.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code == sqlite3.SQLITE_IOERR and shutil.disk_usage(file.parent).free < _ROOM:
        code = sqlite3.SQLITE_FULL
    match code:
        case sqlite3.SQLITE_FULL:
            return StoreUnavailableError(
                f"the disk with the simulator's store {file} is full. Nothing is lost: the operation in progress was "
                f"rolled back. Free some space (check: df -h {shlex.quote(str(file.parent))}), then run the command "
                "again."
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreUnavailableError(
                f"another process keeps the simulator's store {file} locked. Nothing is lost. End that process, then "
                "run the command again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return StoreUnavailableError(
                f"the simulator's store {file} cannot be read or written ({error}). Nothing is lost. Check the "
                "permissions of its folder and the state and free space of its disk, then run the command again."
            )
        case _:
            return DamagedStoreError(file, str(error))
