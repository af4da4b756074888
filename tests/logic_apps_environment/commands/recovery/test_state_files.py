"""The files of a backend of files after a power cut: what is unreadable, and what takes its place."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.state_files import damages

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "logic-apps-environment"
BEFORE = json.dumps({"version": 3, "checkpoint": {}})


class Backend:
    """A backend of files with one stack, whose state was written twice."""

    def __init__(self, folder: Path) -> None:
        self.url = folder.as_uri()
        self.stack = folder / ".pulumi" / "stacks" / PROJECT / "dev.json"
        self.stack.parent.mkdir(parents=True)
        self.stack.write_text(json.dumps({"version": 3, "checkpoint": {"stack": "dev"}}))
        self.beside(".attrs").write_text('{"md5":"uvWH9zBsgpkb"}\n')
        self.beside(".bak").write_text(BEFORE)

    def beside(self, ending: str) -> Path:
        """The file with an ending more."""
        return self.stack.with_name(f"{self.stack.name}{ending}")


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(tmp_path / "state folder")


@pytest.mark.parametrize("stack", ["dev", f"organization/{PROJECT}/dev"])
def test_a_state_that_was_written_whole_has_no_damage(stack: str, backend: Backend) -> None:
    assert damages(backend.url, PROJECT, stack) == []


@pytest.mark.parametrize("half", ["", '{"md5":"uv'])
def test_an_incomplete_file_of_attributes_is_removed_and_the_state_is_kept(half: str, backend: Backend) -> None:
    """Pulumi reads a state without one as well (gocloud.dev, fileblob/attrs.go, getAttrs)."""
    backend.beside(".attrs").write_text(half)
    state = backend.stack.read_text()
    (damage,) = damages(backend.url, PROJECT, "dev")
    assert str(damage) == "dev.json.attrs, which Pulumi writes beside the state, is incomplete"
    damage.repair()
    assert not backend.beside(".attrs").exists()
    assert backend.stack.read_text() == state


@pytest.mark.parametrize("half", ["", '{"version": 3, "checkpoint'])
def test_the_state_before_takes_the_place_of_half_a_state(half: str, backend: Backend) -> None:
    backend.stack.write_text(half)
    (damage,) = damages(backend.url, PROJECT, "dev")
    assert str(damage) == "dev.json is incomplete; dev.json.bak has the previous state"
    damage.repair()
    assert backend.stack.read_text() == BEFORE
    assert sorted(file.name for file in backend.stack.parent.iterdir()) == [
        "dev.json",
        "dev.json.attrs",
        "dev.json.bak",
    ]


def test_a_compressed_state_is_mended_too(backend: Backend) -> None:
    whole = gzip.compress(BEFORE.encode())
    backend.stack.unlink()
    packed = backend.beside(".gz")
    packed.write_bytes(whole[:20])
    packed.with_name("dev.json.gz.bak").write_bytes(whole)
    packed.with_name("dev.json.gz.attrs").write_text('{"md5":"uvWH9zBsgpkb"}\n')
    (damage,) = damages(backend.url, PROJECT, "dev")
    damage.repair()
    assert packed.read_bytes() == whole


def test_a_stack_whose_name_ends_like_a_compressed_file_is_not_taken_for_one(backend: Backend) -> None:
    backend.stack.with_name("prod.gz.json").write_text(BEFORE)
    assert damages(backend.url, PROJECT, "prod.gz") == []


def test_a_file_that_may_not_be_read_is_named(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(RecoveryError, match=r"dev\.json.* cannot be read: Permission denied"):
        damages(backend.url, PROJECT, "dev")


def test_the_state_of_an_older_pulumi_is_mended_too(backend: Backend) -> None:
    legacy = backend.stack.parents[1] / "dev.json"
    legacy.write_text("")
    legacy.with_name("dev.json.bak").write_text(BEFORE)
    (damage,) = damages(backend.url, PROJECT, "dev")
    assert damage.file == legacy


@pytest.mark.parametrize("before", ["", None])
def test_without_a_state_before_it_says_where_older_ones_are(before: str | None, backend: Backend) -> None:
    backend.stack.write_text("")
    backend.beside(".bak").unlink()
    if before is not None:
        backend.beside(".bak").write_text(before)
    with pytest.raises(RecoveryError, match=r"dev\.json\.bak cannot be read.*\.pulumi/backups"):
        damages(backend.url, PROJECT, "dev")


def test_other_stacks_and_other_backends_are_not_looked_at(backend: Backend) -> None:
    backend.stack.write_text("")
    assert damages(backend.url, PROJECT, "prod") == []
    assert damages(backend.url, "shop", "dev") == []
    assert damages("https://app.pulumi.com/ada", PROJECT, "dev") == []


def test_only_the_owner_can_read_a_repaired_state(backend: Backend) -> None:
    """It may hold secrets, encrypted."""
    backend.stack.write_text("")
    (damage,) = damages(backend.url, PROJECT, "dev")
    damage.repair()
    assert backend.stack.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["file://~", "file://~?no_tmp_dir=true"])
def test_the_backend_of_a_local_login_is_in_the_home_folder(
    url: str, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So Pulumi prints it after `pulumi login --local`."""
    monkeypatch.setenv("HOME", str(backend.stack.parents[3]))
    backend.stack.write_text("")
    (damage,) = damages(url, PROJECT, "dev")
    assert damage.file == backend.stack
