"""The real CLI dies by SIGKILL in the middle, `python -m recovery` brings the stack back, an ordinary command finishes.

At the end Azure and the Pulumi state are as after a run that nobody disturbed, and nothing was created twice. Here are
a sample of all points and what is special; `make test-faults` kills at each request of `up` and of `destroy`, before it
takes effect and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.recovery.interruption import (
    AFTER,
    BEFORE,
    DESTROY,
    UP,
    Outcome,
    copy_of,
    created,
    differing,
    interrupt,
    outcome,
    recover,
)

from .conftest import Project, copy_of_the_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.end_to_end

REQUESTS_OF_UP = 36
REQUESTS_OF_DESTROY = 16
"""How many requests an undisturbed command makes; a test holds them to the truth, so the matrix leaves none out."""

RESOURCES = ["rg-logic-apps-dev", "vnet-logic-apps-dev", *(f"subnet-{n}" for n in range(1, 5)), "ise-logic-apps-dev"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Project:
    """A project whose simulated Azure is empty; to be copied."""
    project = copy_of_the_project(tmp_path_factory.mktemp("empty") / "project", toolchain)
    assert project.run("pulumi", "stack", "init", project.stack).returncode == 0
    return project


@pytest.fixture(scope="module")
def deployed(empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was deployed without disturbance; to be copied."""
    project = copy_of(empty, tmp_path_factory.mktemp("deployed") / "project")
    project.up()
    return project


@pytest.fixture(scope="module")
def undisturbed(deployed: Project) -> Outcome:
    """What an undisturbed `up` leaves."""
    return outcome(deployed)


def expect_order(project: Project) -> None:
    """Recovers, and has it succeed."""
    finished = recover(project)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stdout + finished.stderr


def check_up(project: Project, undisturbed: Outcome, request: int, moment: str) -> None:
    interrupt(project, UP, request, moment)
    expect_order(project)
    project.succeed(*UP)
    assert differing(outcome(project), undisturbed) == []
    assert sorted(created(project)) == sorted(RESOURCES)


def check_destroy(project: Project, request: int, moment: str) -> None:
    interrupt(project, DESTROY, request, moment)
    expect_order(project)
    project.succeed(*DESTROY)
    assert differing(outcome(project), Outcome({}, {}, [])) == []
    assert sorted(created(project)) == sorted(RESOURCES)


def test_the_matrix_covers_every_request_of_up_and_of_destroy(deployed: Project, tmp_path: Path) -> None:
    assert len(deployed.requests()) == REQUESTS_OF_UP
    project = copy_of(deployed, tmp_path / "project")
    project.succeed(*DESTROY)
    assert len(project.requests()) == REQUESTS_OF_UP + REQUESTS_OF_DESTROY


@pytest.mark.parametrize(("request_", "moment"), [(1, BEFORE), (5, AFTER), (9, BEFORE), (34, AFTER)])
def test_an_update_killed_at_a_request_is_recovered(
    request_: int, moment: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check_up(copy_of(empty, tmp_path / "project"), undisturbed, request_, moment)


@pytest.mark.parametrize(("request_", "moment"), [(4, AFTER), (7, BEFORE)])
def test_a_deletion_killed_at_a_request_is_recovered(
    request_: int, moment: str, deployed: Project, tmp_path: Path
) -> None:
    check_destroy(copy_of(deployed, tmp_path / "project"), request_, moment)


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_UP + 1))
def test_an_update_killed_at_any_request_is_recovered(
    request_: int, moment: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check_up(copy_of(empty, tmp_path / "project"), undisturbed, request_, moment)


@pytest.mark.faults
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_DESTROY + 1))
def test_a_deletion_killed_at_any_request_is_recovered(
    request_: int, moment: str, deployed: Project, tmp_path: Path
) -> None:
    check_destroy(copy_of(deployed, tmp_path / "project"), request_, moment)
