"""Backups of the states and files that recovery changes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.errors import RecoveryError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".pulumi-recovery"
"""The folder of the backups, in the project's folder."""


def back_up(project: Path, stack: str, content: bytes, *, ending: str = "json") -> Path:
    """Write a backup that only its owner can read, and return its path.

    Raises:
        RecoveryError: the file cannot be written.
    """
    folder = project / FOLDER
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    file = folder / f"{stack.replace('/', '.')}-{time}.{ending}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except OSError as error:
        raise RecoveryError(
            f"the backup {file} cannot be written: {error.strerror}. Nothing was changed. Make {folder} writable, then "
            "run the command again."
        ) from error
    return file
