"""A simulator per test, and its control interface from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from tests.support.azure import Azure, HandClock, azure_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> HandClock:
    """Real time, moved by hand."""
    return HandClock()


@pytest.fixture
def azure(tmp_path: Path, clock: HandClock) -> Iterator[Azure]:
    """A client of an empty simulator in which an hour takes an hour, so that nothing is done unless a test says so."""
    with azure_in(tmp_path / "arm", pace=3600, real_time=clock) as client:
        yield client


@pytest.fixture
def control(azure: Azure, tmp_path: Path, clock: HandClock) -> arm.Control:
    """The control interface of that simulator, from another place than its own process would be."""
    assert azure
    return arm.control_of(tmp_path / "arm", real_time=clock)
