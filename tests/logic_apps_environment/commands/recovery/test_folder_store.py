"""The objects of a file backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logic_apps_environment.commands.recovery.backends import FolderStore
from logic_apps_environment.commands.recovery.errors import RecoveryError

if TYPE_CHECKING:
    from pathlib import Path

KEY = ".pulumi/stacks/shop/dev.json"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A file backend with one state."""
    (tmp_path / KEY).parent.mkdir(parents=True)
    (tmp_path / KEY).write_text("state")
    (tmp_path / f"{KEY}.attrs").write_text("{}")
    return FolderStore(tmp_path)


def test_a_file_is_read_replaced_and_deleted_with_its_attributes(store: FolderStore, tmp_path: Path) -> None:
    assert store.read(KEY) == b"state"
    store.write(KEY, b"new")
    assert store.read(KEY) == b"new"
    assert store.keys(".pulumi/stacks/shop") == [KEY, f"{KEY}.attrs"]
    assert store.location(KEY) == str(tmp_path / KEY)
    store.delete(KEY)
    assert store.keys(".pulumi/stacks/shop") == []
    store.delete(KEY)


def test_what_does_not_exist_is_none(store: FolderStore) -> None:
    assert [store.read(key) for key in (".pulumi/meta.yaml", f"{KEY}/x", ".pulumi/stacks")] == [None] * 3
    assert [store.keys(folder) for folder in (".pulumi/locks", KEY, ".pulumi/stacks")] == [[]] * 3


def test_only_the_owner_can_read_a_file_that_was_written(store: FolderStore, tmp_path: Path) -> None:
    """It may hold secrets, encrypted."""
    store.write(KEY, b"new")
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600


def test_an_unreadable_file_is_named(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(RecoveryError, match=r"dev\.json cannot be read: Permission denied"):
        store.read(KEY)


def test_a_prefix_is_the_beginning_of_each_path(store: FolderStore, tmp_path: Path) -> None:
    prefixed = FolderStore(tmp_path, "team/")
    assert prefixed.read(KEY) is None
    (tmp_path / "team" / KEY).parent.mkdir(parents=True)
    prefixed.write(KEY, b"theirs")
    assert (store.read(KEY), prefixed.read(KEY)) == (b"state", b"theirs")
    assert prefixed.keys(".pulumi/stacks/shop") == [KEY]
