"""The objects of a file backend."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.errors import RecoveryError

if TYPE_CHECKING:
    from pathlib import Path

_ATTRIBUTES = ".attrs"
"""The suffix of the file with the media type of an object (gocloud.dev/blob/fileblob)."""


class FolderStore:
    """A folder with the objects of a backend.

    Args:
        root: the folder.
        prefix: the beginning of each path in the folder, empty for most backends.
    """

    def __init__(self, root: Path, prefix: str = "") -> None:
        self._root = root
        self._prefix = prefix

    def keys(self, folder: str) -> list[str]:
        """Return the keys of the files in a folder."""
        path = self._path(folder)
        with self._reported(path, "listed", "readable"):
            try:
                return sorted(f"{folder}/{each.name}" for each in path.iterdir() if each.is_file())
            except (FileNotFoundError, NotADirectoryError):
                return []

    def read(self, key: str) -> bytes | None:
        """Return the content of a file."""
        path = self._path(key)
        with self._reported(path, "read", "readable"):
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None

    def write(self, key: str, content: bytes) -> None:
        """Replace a file at once, and only when the new content is on the disk."""
        path = self._path(key)
        fresh = path.with_name(f"{path.name}.recovered")
        with self._reported(path, "written", "writable"):
            fresh.unlink(missing_ok=True)
            # Readable only by its owner, like the file that Pulumi writes.
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            fresh.replace(path)

    def delete(self, key: str) -> None:
        """Delete a file and its attributes."""
        path = self._path(key)
        with self._reported(path, "deleted", "writable"):
            for each in (path, path.with_name(f"{path.name}{_ATTRIBUTES}")):
                each.unlink(missing_ok=True)

    def location(self, key: str) -> str:
        """Return the path of a file."""
        return str(self._path(key))

    def _path(self, key: str) -> Path:
        return self._root / f"{self._prefix}{key}"

    @staticmethod
    @contextmanager
    def _reported(path: Path, done: str, needed: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RecoveryError(
                f"{path} cannot be {done}: {error.strerror}. Make it {needed} for you, then run the command again."
            ) from error
