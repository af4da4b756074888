"""The objects that Pulumi's DIY backends keep: states and locks.

The layout is the same in each of these backends (pulumi/pulumi, pkg/backend/diy): ``.pulumi/stacks/<project>/`` has the
states, ``.pulumi/locks/organization/<project>/<stack>/`` the locks. Only the way to read and write objects differs.
"""

from __future__ import annotations

from typing import Protocol


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


def simple_name(stack: str) -> str:
    """Return the name of a stack without organization and project."""
    return stack.rpartition("/")[2]
