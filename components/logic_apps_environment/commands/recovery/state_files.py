"""The file in which a file backend keeps a stack's state, when its writer died or the machine lost power.

Such a backend (pulumi/pulumi, pkg/backend/diy/state.go) copies the state before each write to a file that ends in
`.bak`, then puts a new file in the old one's place at one stroke. Two things can be left unreadable all the same: the
file `.attrs` beside it, with the media type and a checksum that nobody verifies, is written in place
(gocloud.dev/blob/fileblob, attrs.go), and no write is forced to the disk, so that a power cut can leave an empty file.
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

_PACKED = ".gz"
"""The ending of a state that is compressed, as PULUMI_DIY_BACKEND_GZIP asks for."""


@dataclass(frozen=True)
class Damage:
    """A file that cannot be read, and what takes its place."""

    file: Path
    replacement: Path | None
    """None where the file is not needed, and is taken away."""

    def __str__(self) -> str:
        if self.replacement is None:
            return f"{self.file.name}, which Pulumi keeps beside the state, was only half written"
        return f"{self.file.name} was only half written; {self.replacement.name} has the state before that"

    def mend(self) -> None:
        """Takes the file away, or puts the replacement in its place.

        Raises:
            RecoveryError: the folder cannot be written.
        """
        try:
            if self.replacement is None:
                self.file.unlink()
            else:
                fresh = self.file.with_name(f"{self.file.name}.recovered")
                fresh.unlink(missing_ok=True)
                # Readable by its owner alone, as Pulumi writes it.
                with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                    opened.write(self.replacement.read_bytes())
                    opened.flush()
                    os.fsync(opened.fileno())
                fresh.replace(self.file)
        except OSError as error:
            raise RecoveryError(
                f"{self.file} cannot be mended: {error.strerror}. Make its folder writable, then run the command again."
            ) from error


def damages(backend: str, project: str, stack: str) -> list[Damage]:
    """What is unreadable of a stack's state; nothing where the backend is not one of files.

    Args:
        backend: the backend's URL.
        project: the project's name.
        stack: the stack's name, with or without organization and project.

    Raises:
        RecoveryError: the state is unreadable, and so is the one before; or a file may not be read.
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
                    f"{file} cannot be read, and neither can the state before it, {before.name}. Older ones are in the "
                    "backend's folder .pulumi/backups: put the newest of this stack in the place of the unreadable "
                    "file, then run the command again; it finds what that state lacks."
                )
            found.append(Damage(file, before))
    return found


def _state_files(backend: str, project: str, stack: str) -> Iterator[Path]:
    kept = folder_of(backend)
    if kept is None:
        return
    folder = kept / "stacks"
    name = simple_name(stack)
    # By project, and as older versions of Pulumi keep it.
    for file in (folder / project / f"{name}.json", folder / f"{name}.json"):
        for found in (file, file.with_name(f"{file.name}{_PACKED}")):
            if found.is_file():
                yield found


def _is_json(file: Path) -> bool:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RecoveryError(
            f"{file} cannot be read: {error.strerror}. Make it readable for you, then run the command again."
        ) from error
    is_packed = file.name.removesuffix(".bak").endswith(f".json{_PACKED}")
    try:
        json.loads(gzip.decompress(content) if is_packed else content)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile):
        return False
    return True
