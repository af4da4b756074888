"""A file backend: where it keeps what belongs to a stack."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

_PREFIX = "file://"


def folder_of(backend: str) -> Path | None:
    """The folder with everything of a backend; None if it is not one of files.

    Args:
        backend: the backend's URL as Pulumi prints it: `file:///folder`, or `file://~` after `pulumi login --local`
            (pulumi/pulumi, pkg/backend/diy/backend.go, massageBlobPath).
    """
    if not backend.startswith(_PREFIX):
        return None
    path = unquote(backend.removeprefix(_PREFIX).partition("?")[0])
    return Path(path).expanduser().absolute() / ".pulumi"


def simple_name(stack: str) -> str:
    """The name of a stack without organization and project."""
    return stack.rpartition("/")[2]
