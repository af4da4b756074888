"""A backend of files: where it keeps what is of a stack."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def folder_of(backend: str) -> Path | None:
    """The folder with everything of a backend; None when it is not one of files.

    Args:
        backend: the backend's URL.
    """
    url = urlsplit(backend)
    return Path(unquote(url.path)) / ".pulumi" if url.scheme == "file" else None


def simple_name(stack: str) -> str:
    """The name of a stack without organization and project."""
    return stack.rpartition("/")[2]
