"""Projects to be copied, and what an undisturbed command leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import Project, Stacks, copy_of_the_project
from tests.end_to_end.disturbed.interruption import Outcome, copy_of, outcome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Project:
    """A project whose simulated Azure is empty; to be copied."""
    project = copy_of_the_project(tmp_path_factory.mktemp("empty") / "project", toolchain)
    assert project.run("pulumi", "stack", "init", project.stack).returncode == 0
    return project


@pytest.fixture(scope="package")
def deployed(stacks: Stacks) -> Project:
    """A project that was deployed without disturbance; to be copied."""
    return stacks.deployed("dev")


@pytest.fixture(scope="package")
def undisturbed(deployed: Project, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What an undisturbed `up` leaves."""
    # Of a copy: to look adds requests to the record.
    return outcome(copy_of(deployed, tmp_path_factory.mktemp("undisturbed") / "project"))
