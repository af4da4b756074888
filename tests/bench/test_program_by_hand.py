"""The hand-written program of the benchmarks creates the same resources as this project's program.

It has no components, and no hooks that wait for subnets.
"""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

from bench.workspace import PROGRAM_OF_THE_PROJECT, PROGRAMS, STACK
from tests.support.recording import record
from tests.support.stack_files import configuration_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.recording import Recording, Registration

NAMES = [
    "logic-apps-rg",
    "logic-apps-vnet",
    *(f"logic-apps-subnet-{number}" for number in (1, 2, 3, 4)),
    "logic-apps-ise",
]


def _run(program: Path) -> Recording:
    return record(lambda: runpy.run_path(str(program), run_name="__main__"), configuration=configuration_of(STACK))


def test_the_program_by_hand_makes_the_same_resources_with_the_same_inputs_options_and_order() -> None:
    mine, by_hand = _run(PROGRAM_OF_THE_PROJECT), _run(PROGRAMS / "by_hand.py")
    assert by_hand.names == NAMES
    assert [each.name for each in mine.registrations if each.request.custom] == NAMES
    for name in NAMES:
        assert by_hand[name].type == mine[name].type, name
        assert by_hand[name].inputs == mine[name].inputs, name
        assert _options(by_hand[name]) == _options(mine[name]), name
        assert by_hand.dependencies(name) == mine.dependencies(name), name


def test_the_components_by_hand_make_the_same_resources_as_many_environments(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BENCH_ENVIRONMENTS", "2")
    monkeypatch.chdir(tmp_path)
    mine, by_hand = (_run(PROGRAMS / f"{name}.py") for name in ("environments", "environments_by_hand"))
    assert sorted(by_hand.names) == sorted(mine.names)
    for name in mine.names:
        assert by_hand[name].type == mine[name].type, name
        assert by_hand[name].inputs == mine[name].inputs, name
        assert by_hand.dependencies(name) == mine.dependencies(name), name


def _options(registration: Registration) -> dict[str, Any]:
    request = registration.request
    return {
        "timeouts": str(request.customTimeouts),
        "replace on changes": list(request.replaceOnChanges),
        "ignore changes": list(request.ignoreChanges),
        "delete before replace": request.deleteBeforeReplace,
        "replacement trigger": str(request.replacement_trigger),
    }
