"""The objects that Pulumi's DIY backends keep, states and locks, and the backend of a stack from its URL.

The layout is the same in each of these backends (pulumi/pulumi, pkg/backend/diy): ``.pulumi/stacks/<project>/`` has the
states, ``.pulumi/locks/organization/<project>/<stack>/`` the locks. Only the way to read and write objects differs.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.suggested_commands import SuggestedCommands


class StateStore(Protocol):
    """The objects of one backend. A key is a path without a leading slash, such as ``.pulumi/meta.yaml``.

    Each method raises ``RecoveryError`` if the backend rejects the request or cannot be reached.
    """

    def keys(self, folder: str) -> list[str]:
        """Return the keys of the objects directly in a folder, sorted; none if there is no such folder."""

    def read(self, key: str) -> bytes | None:
        """Return an object; None if it does not exist."""

    def write(self, key: str, content: bytes) -> None:
        """Create or replace an object. A reader never sees a part of it."""

    def delete(self, key: str) -> None:
        """Delete an object. Nothing happens if it does not exist."""

    def location(self, key: str) -> str:
        """Return the path or URL of an object, for messages."""


def store_of(url: str, environment: Mapping[str, str]) -> StateStore | None:
    """Return the objects of a backend; None if recovery cannot read its objects.

    Pulumi prints the URL as the user gave it.
    """
    scheme, _, rest = url.partition("://")
    path, _, query = rest.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    # Each kind of backend accepts it (gocloud.dev/blob, applyPrefixParam).
    prefix = parameters.pop("prefix", "")
    if scheme == "file":
        return FolderStore(_folder(path), prefix)
    if scheme == "azblob":
        # Azure's libraries are slow to import.
        from logic_apps_environment.commands.recovery.azure_store import open_container  # noqa: PLC0415

        container, _, folder = unquote(path).partition("/")
        folder = folder.strip("/")
        return open_container(container, f"{prefix}{folder}/" if folder else prefix, parameters, environment)
    return None


def blind_spot(url: str, commands: SuggestedCommands) -> str:
    """Return what recovery cannot see in a backend without a store, and what to do about it.

    Only scheme and host of the URL are shown, because other parts can contain a password.
    """
    parts = urlsplit(url)
    backend = f"{parts.scheme}://{parts.hostname or ''}"
    # Pulumi Cloud, or a Pulumi service that the user hosts.
    if parts.scheme in ("http", "https"):
        exported = commands.pulumi("stack export --version VERSION")
        older = f"`{exported}` returns an earlier state, and `pulumi stack import` restores it"
    else:
        older = "replace a damaged state by an earlier one from .pulumi/backups of the backend"
    return (
        f"Recovery cannot see locks and damaged states in the backend {backend}: if no command is running, "
        f"`{commands.cancel}` removes a lock; {older}."
    )


def _folder(path: str) -> Path:
    """Return the folder of a file backend (pulumi/pulumi, pkg/backend/diy/backend.go, massageBlobPath)."""
    path = unquote(path)
    if path == "~" or path.startswith("~/"):
        # Like Go, from the user database rather than from the variable HOME.
        try:
            return Path(pwd.getpwuid(os.getuid()).pw_dir) / path[2:]
        except KeyError:
            return Path.home() / path[2:]
    return Path(path).absolute()


def simple_name(stack: str) -> str:
    """Return the name of a stack without organization and project."""
    return stack.rpartition("/")[2]


class FolderStore:
    """A folder with the objects of a backend. Each path in it begins with the prefix, which most backends lack."""

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
        """Delete a file, and the one with its media type (gocloud.dev/blob/fileblob)."""
        path = self._path(key)
        with self._reported(path, "deleted", "writable"):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)

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
