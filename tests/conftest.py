"""Settings for all tests: examples of property tests, number of processes, and the tests that need the engine.

`make test` takes the quick profile; `make test-thorough` the thorough one, whose figures are in docs/reliability.md.
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import HealthCheck, settings

from logic_apps_sandbox.arm.server import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[1]

_MAX_VALUE_LENGTH_IN_A_NAME = 80

# The machine may be busy with other things, so examples have no deadline.
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# A run that a script starts in the background ignores SIGINT, and so would every command that the tests send it to.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _keys_of_simulators() -> Iterator[None]:
    """Let the simulators of a test process take turns with two keys: a key takes a tenth of a second to make."""
    keys = itertools.cycle([tokens.new_key(), tokens.new_key()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "new_key", lambda: next(keys))
        yield


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return a worker for each processor and one more; none for the tests of one file, or if output is not captured.

    The workers wait for a fifth of their time, for simulated hours or for a process that they started. The tests of a
    file run in one process anyway (``--dist loadfile``), and a worker shows no output of a passing test.
    """
    is_one_file = len(config.args) == 1 and Path(config.args[0].partition("::")[0]).is_file()
    return 0 if is_one_file or config.option.capture == "no" else (psutil.cpu_count() or 1) + 1


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Leave long texts out of the names of tests: a new key or certificate would give a test another name each time.

    Then the processes of a run would not have the same tests.
    """
    return argname if isinstance(val, bytes | str) and len(val) > _MAX_VALUE_LENGTH_IN_A_NAME else None


@pytest.hookimpl(trylast=True)  # after Hypothesis, which marks its tests
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slow files first (real CLI, property tests), so that all workers end at about the same time."""
    files_with_properties = {item.path for item in items if item.get_closest_marker("hypothesis")}
    items.sort(key=lambda item: (item.get_closest_marker("end_to_end") is None, item.path not in files_with_properties))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark each test that gets the toolchain, so that none with the real CLI runs in `make test-fast`."""
    if "toolchain" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.end_to_end)


@pytest.fixture(scope="session")
def toolchain() -> Path:
    """The toolchain in the repository's own sandbox, which has the real Pulumi CLI."""
    folder = REPOSITORY / ".sandbox" / "toolchain"
    assert folder.exists(), (
        "the Pulumi CLI is not set up: run `make test`, or `python3 -m logic_apps_sandbox.toolchain`"
    )
    return folder
