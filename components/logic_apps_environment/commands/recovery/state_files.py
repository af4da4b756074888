"""Repair the state of a DIY backend after a killed writer, a power failure, or an edit.

Pulumi (pulumi/pulumi, pkg/backend/diy/state.go) copies the state to an object that ends in ``.bak`` before each write,
then replaces the state at once. In a file backend, two files can be damaged nevertheless: the file ``.attrs`` beside
it, with the media type and a checksum that is never verified, is written in place (gocloud.dev/blob/fileblob,
attrs.go); and no write is synchronized to the disk, so a power failure can leave an empty file.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from logic_apps_environment.commands.recovery.backends import StateStore, simple_name
from logic_apps_environment.commands.recovery.errors import RecoveryError

_COMPRESSED = ".gz"
"""The suffix of a compressed state (PULUMI_DIY_BACKEND_GZIP)."""

_PREVIOUS = ".bak"


@dataclass(frozen=True)
class Damage:
    """A damaged object, with the previous state that replaces its content; None if the object is not needed."""

    store: StateStore
    key: str
    content: bytes
    previous: bytes | None

    def __str__(self) -> str:
        name = self.key.rpartition("/")[2]
        if self.previous is None:
            return f"{name}, which Pulumi writes beside the state, is incomplete"
        return f"{name} is not a state; {name}{_PREVIOUS} has the previous state"

    def repair(self) -> None:
        """Remove the object, or replace its content by the previous state.

        Raises:
            RecoveryError: the backend cannot be written.
        """
        if self.previous is None:
            self.store.delete(self.key)
        else:
            self.store.write(self.key, self.previous)


def damages(store: StateStore, project: str, stack: str) -> list[Damage]:
    """Return the damaged objects of a stack's state. The stack has a name with or without organization and project.

    Raises:
        RecoveryError: the previous state of a damaged one is damaged too, or the backend cannot be read.
    """
    found = []
    for key, content in _states(store, project, stack):
        attributes = store.read(f"{key}.attrs")
        if attributes is not None and _parsed(attributes) is None:
            found.append(Damage(store, f"{key}.attrs", attributes, None))
        if not _is_state(key, content):
            previous = store.read(f"{key}{_PREVIOUS}")
            if previous is None or not _is_state(key, previous):
                raise RecoveryError(
                    f"{store.location(key)} is not a state, and neither is the previous one, "
                    f"{key.rpartition('/')[2]}{_PREVIOUS}. Older states are in {store.location('.pulumi/backups')}: "
                    "replace the damaged one by the newest of this stack, then run the command again. It finds the "
                    "resources that this state lacks."
                )
            found.append(Damage(store, key, content, previous))
    return found


def _states(store: StateStore, project: str, stack: str) -> Iterator[tuple[str, bytes]]:
    name = simple_name(stack)
    # In the project's folder, and at the path of older versions of Pulumi.
    for path in (f".pulumi/stacks/{project}/{name}.json", f".pulumi/stacks/{name}.json"):
        for key in (path, f"{path}{_COMPRESSED}"):
            content = store.read(key)
            if content is not None:
                yield key, content


def _is_state(key: str, content: bytes) -> bool:
    """Whether an object has a state. Pulumi reads ``null`` and ``{}`` as the state of a stack without resources."""
    if key.endswith(f".json{_COMPRESSED}"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return False
    document = _parsed(content)
    # The first version of the format has no envelope (pulumi/pulumi, sdk/go/common/apitype/core.go, CheckpointV1).
    checkpoint = document.get("checkpoint", document) if isinstance(document, dict) else None
    return isinstance(checkpoint, dict) and isinstance(checkpoint.get("stack"), str)


def _parsed(content: bytes) -> object:
    """Return the value of a JSON text; None if the text is incomplete."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
