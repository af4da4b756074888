"""Repair the state files of a file backend after a killed writer or a power failure.

A file backend (pulumi/pulumi, pkg/backend/diy/state.go) copies the state to a file that ends in ``.bak`` before each
write, then replaces the file atomically. Two files can be damaged nevertheless: the file ``.attrs`` beside it, with the
media type and a checksum that is never verified, is written in place (gocloud.dev/blob/fileblob, attrs.go); and no
write is synchronized to the disk, so a power failure can leave an empty file.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.file_backend import folder_of, simple_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMPRESSED = ".gz"
"""The suffix of a compressed state (PULUMI_DIY_BACKEND_GZIP)."""


@dataclass(frozen=True)
class Damage:
    """A damaged file.

    Attributes:
        file: the file.
        replacement: the file with the previous state; None if the damaged file is not needed and can be removed.
    """

    file: Path
    replacement: Path | None

    def __str__(self) -> str:
        if self.replacement is None:
            return f"{self.file.name}, which Pulumi writes beside the state, is incomplete"
        return f"{self.file.name} is incomplete; {self.replacement.name} has the previous state"

    def repair(self) -> None:
        """Remove the file, or replace it by the previous state.

        Raises:
            RecoveryError: the folder cannot be written.
        """
        try:
            if self.replacement is None:
                self.file.unlink()
            else:
                fresh = self.file.with_name(f"{self.file.name}.recovered")
                fresh.unlink(missing_ok=True)
                # Readable only by its owner, like the file that Pulumi writes.
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                    opened.write(self.replacement.read_bytes())
                    opened.flush()
                    os.fsync(opened.fileno())
                fresh.replace(self.file)
        except OSError as error:
            raise RecoveryError(
                f"{self.file} cannot be repaired: {error.strerror}. Make its folder writable, then run the command "
                "again."
            ) from error


def damages(backend: str, project: str, stack: str) -> list[Damage]:
    """Return the damaged files of a stack's state; none for backends other than file backends.

    Args:
        backend: the URL of the backend.
        project: the name of the project.
        stack: the name of the stack, with or without organization and project.

    Raises:
        RecoveryError: neither the state nor the previous state is readable, or a file may not be read.
    """
    found = []
    for file in _state_files(backend, project, stack):
        attributes = file.with_name(f"{file.name}.attrs")
        if attributes.is_file() and not _is_json(attributes):
            found.append(Damage(attributes, None))
        if not _is_json(file):
            before = file.with_name(f"{file.name}.bak")
            if not before.is_file() or not _is_json(before):
                raise RecoveryError(
                    f"{file} and the previous state {before.name} cannot be read. Older states are in the backend's "
                    "folder .pulumi/backups: replace the damaged file by the newest state of this stack, then run the "
                    "command again. It finds the resources that this state lacks."
                )
            found.append(Damage(file, before))
    return found


def _state_files(backend: str, project: str, stack: str) -> Iterator[Path]:
    kept = folder_of(backend)
    if kept is None:
        return
    folder = kept / "stacks"
    name = simple_name(stack)
    # In the project's folder, and at the path of older versions of Pulumi.
    for file in (folder / project / f"{name}.json", folder / f"{name}.json"):
        for found in (file, file.with_name(f"{file.name}{_COMPRESSED}")):
            if found.is_file():
                yield found


def _is_json(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RecoveryError(
            f"{file} cannot be read: {error.strerror}. Make it readable for you, then run the command again."
        ) from error
    is_compressed = file.name.removesuffix(".bak").endswith(f".json{_COMPRESSED}")
    try:
        json.loads(gzip.decompress(content) if is_compressed else content)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile):
        return False
    return True
