"""The states of a backend after a power cut or an edit: damaged files and their replacements."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.state_files import damages
from tests.logic_apps_environment.commands.recovery.memory_store import MemoryStore

PROJECT = "logic-apps-environment"
STACK = f".pulumi/stacks/{PROJECT}/dev.json"


def state(serial: int) -> bytes:
    """A state in the format of pulumi/pulumi, sdk/go/common/apitype (VersionedCheckpoint, CheckpointV3)."""
    return json.dumps({"version": 3, "checkpoint": {"stack": "dev", "latest": {"metadata": {"n": serial}}}}).encode()


PREVIOUS, CURRENT = state(1), state(2)


@pytest.fixture
def backend() -> MemoryStore:
    """A backend with one stack, whose state was written twice."""
    return MemoryStore(
        {STACK: CURRENT, f"{STACK}.attrs": b'{"md5":"uvWH9zBsgpkb"}\n', f"{STACK}.bak": PREVIOUS},
    )


@pytest.mark.parametrize("stack", ["dev", f"organization/{PROJECT}/dev"])
def test_a_state_that_was_written_completely_has_no_damage(stack: str, backend: MemoryStore) -> None:
    assert damages(backend, PROJECT, stack) == []


@pytest.mark.parametrize(
    "whole",
    [
        {"version": 3, "checkpoint": {"stack": "dev", "latest": None}},
        {"version": 1, "checkpoint": {"stack": "dev"}},
        {"stack": "dev", "config": {}, "latest": {}},
    ],
)
def test_a_stack_without_resources_and_a_state_of_an_older_format_have_no_damage(
    whole: object, backend: MemoryStore
) -> None:
    backend.objects[STACK] = json.dumps(whole).encode()
    assert damages(backend, PROJECT, "dev") == []


@pytest.mark.parametrize("half", [b"", b'{"md5":"uv'])
def test_an_incomplete_file_of_attributes_is_removed_and_the_state_is_kept(half: bytes, backend: MemoryStore) -> None:
    """Pulumi reads a state without one as well (gocloud.dev, fileblob/attrs.go, getAttrs)."""
    backend.objects[f"{STACK}.attrs"] = half
    (damage,) = damages(backend, PROJECT, "dev")
    assert str(damage) == "dev.json.attrs, which Pulumi writes beside the state, is incomplete"
    damage.repair()
    assert backend.objects == {STACK: CURRENT, f"{STACK}.bak": PREVIOUS}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b'{"version": 3, "checkpoint',
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"1",
        b'{"version": 3, "checkpoint": null}',
        b'{"version": 3, "checkpoint": {}}',
        b"[" * 100_000,
    ],
)
def test_the_previous_state_replaces_an_invalid_state(damaged: bytes, backend: MemoryStore) -> None:
    backend.objects[STACK] = damaged
    (damage,) = damages(backend, PROJECT, "dev")
    assert (str(damage), damage.content) == ("dev.json is not a state; dev.json.bak has the previous state", damaged)
    damage.repair()
    assert backend.objects[STACK] == backend.objects[f"{STACK}.bak"] == PREVIOUS


def test_a_compressed_state_is_repaired_too() -> None:
    packed, whole = f"{STACK}.gz", gzip.compress(PREVIOUS)
    for damaged in (b"", whole[:20], whole[:-9] + b"\0" * 9, gzip.compress(b"null")):
        backend = MemoryStore({packed: damaged, f"{packed}.bak": whole})
        (damage,) = damages(backend, PROJECT, "dev")
        damage.repair()
        assert backend.objects[packed] == whole


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x1f\x8b\x08", b"{", b'{"checkpoint":']))
def test_any_content_is_a_state_or_is_damaged(content: bytes, beginning: bytes) -> None:
    for key in (STACK, f"{STACK}.gz"):
        previous = gzip.compress(PREVIOUS) if key.endswith(".gz") else PREVIOUS
        assert len(damages(MemoryStore({key: beginning + content, f"{key}.bak": previous}), PROJECT, "dev")) == 1


def test_a_stack_whose_name_ends_like_a_compressed_file_is_not_treated_as_one() -> None:
    assert damages(MemoryStore({STACK.replace("dev", "prod.gz"): CURRENT}), PROJECT, "prod.gz") == []


def test_the_state_of_an_older_pulumi_is_repaired_too() -> None:
    legacy = ".pulumi/stacks/dev.json"
    (damage,) = damages(MemoryStore({legacy: b"", f"{legacy}.bak": PREVIOUS}), PROJECT, "dev")
    assert damage.key == legacy


@pytest.mark.parametrize("previous", [b"", b"null", None])
def test_without_a_previous_state_the_error_states_where_older_ones_are(
    previous: bytes | None, backend: MemoryStore
) -> None:
    backend.objects[STACK] = b""
    del backend.objects[f"{STACK}.bak"]
    if previous is not None:
        backend.objects[f"{STACK}.bak"] = previous
    with pytest.raises(RecoveryError, match=rf"memory:{STACK} is not a state.*dev\.json\.bak.*memory:\.pulumi/backups"):
        damages(backend, PROJECT, "dev")


def test_other_stacks_are_not_read(backend: MemoryStore) -> None:
    backend.objects[STACK] = b""
    assert damages(backend, PROJECT, "prod") == []
    assert damages(backend, "shop", "dev") == []
