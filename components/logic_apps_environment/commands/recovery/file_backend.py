"""The folders of a file backend."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

_PREFIX = "file://"


def folder_of(backend: str) -> Path | None:
    """Return the folder of a file backend; None for other backends.

    Args:
        backend: the URL of the backend as Pulumi prints it: ``file:///folder``, or ``file://~`` after
            ``pulumi login --local`` (pulumi/pulumi, pkg/backend/diy/backend.go, massageBlobPath).
    """
    if not backend.startswith(_PREFIX):
        return None
    path = unquote(backend.removeprefix(_PREFIX).partition("?")[0])
    return Path(path).expanduser().absolute() / ".pulumi"


def simple_name(stack: str) -> str:
    """Return the name of a stack without organization and project."""
    return stack.rpartition("/")[2]
