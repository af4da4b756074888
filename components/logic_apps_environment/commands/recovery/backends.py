"""The backend of a stack, from its URL."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from logic_apps_environment.commands.recovery.folder_store import FolderStore

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.state_store import StateStore
    from logic_apps_environment.suggested_commands import SuggestedCommands

_FILE = "file"
_AZURE = "azblob"
_SERVICE = frozenset({"http", "https"})
"""Pulumi Cloud, or a Pulumi service that the user hosts."""


def store_of(url: str, environment: Mapping[str, str]) -> StateStore | None:
    """Return the objects of a backend; None if recovery cannot read its objects.

    Args:
        url: the URL of the backend as Pulumi prints it, which is as the user gave it.
        environment: environment variables.
    """
    scheme, _, rest = url.partition("://")
    path, _, query = rest.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    # Each kind of backend accepts it (gocloud.dev/blob, applyPrefixParam).
    prefix = parameters.pop("prefix", "")
    if scheme == _FILE:
        return FolderStore(_folder(path), prefix)
    if scheme == _AZURE:
        # Azure's libraries are slow to import.
        from logic_apps_environment.commands.recovery.azure_store import open_container  # noqa: PLC0415

        container, _, folder = unquote(path).partition("/")
        folder = folder.strip("/")
        return open_container(container, f"{prefix}{folder}/" if folder else prefix, parameters, environment)
    return None


def blind_spot(url: str, commands: SuggestedCommands) -> str:
    """Return what recovery cannot see in a backend without a store, and what to do about it.

    Args:
        url: the URL of the backend. Only its scheme and host are shown, because others can contain a password.
        commands: the commands that messages suggest.
    """
    parts = urlsplit(url)
    backend = f"{parts.scheme}://{parts.hostname or ''}"
    if parts.scheme in _SERVICE:
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
        return _home() / path[2:]
    return Path(path).absolute()


def _home() -> Path:
    """Return the home folder, like Go from the user database rather than from the variable HOME."""
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return Path.home()
