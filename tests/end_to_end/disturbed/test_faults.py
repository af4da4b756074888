"""Azure fails while `up` and `destroy` run: they succeed, or fail with one clear message and the next one succeeds.

At the end Azure and the Pulumi state are as after an undisturbed run, and nothing was created twice. This is a sample;
`make test-faults` has every kind of fault at every request. Errors are injected at alternate requests, beginning with
the first or the second, so that each request fails in one of two runs; and at one request of four, so that each fails
in one of three runs and its neighbors succeed. Only one connection breaks in each run, because azure-native then waits
twenty seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_sandbox import arm
from tests.end_to_end.disturbed.interruption import (
    DESTROY,
    REQUESTS_OF_DESTROY,
    REQUESTS_OF_UP,
    UP,
    Outcome,
    copy_of,
    created,
    differing,
    outcome,
)
from tests.support.azure import SUBSCRIPTION, azure_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.end_to_end.conftest import Project

# A client's own time-out is to it what a broken connection is; 408 and 504 are the time-outs that ARM answers.
ERRORS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "code": "TooManyRequests", "retry_after": 0.01},
    "408": {"status": 408, "retry_after": 0.01},
    "500": {"status": 500, "retry_after": 0.01},
    "502": {"status": 502, "retry_after": 0.01},
    "503": {"status": 503, "retry_after": 0.01},
    "504": {"status": 504, "retry_after": 0.01},
    "409": {"status": 409, "code": "AnotherOperationInProgress", "retry_after": 0.01},
}
CONNECTIONS = ("broken-before", "broken-after")

NOTHING = Outcome({}, {}, [])


def check(
    project: Project, command: Sequence[str], faults: list[arm.RequestFault], wanted: Outcome, *, counted: int = 0
) -> None:
    """Run the command with these faults, again without them if it failed, and compare the result.

    Args:
        project: the project.
        command: arguments of `pulumi`.
        faults: the faults.
        wanted: the result of an undisturbed run.
        counted: how many requests the faults have counted before the command makes its first.
    """
    control = arm.control_of(project.home / "arm")
    with azure_in(project.home / "arm") as azure:
        for fault in faults:
            control.inject(fault)
        for _ in range(counted):
            assert azure.get(SUBSCRIPTION).status_code == 200
    before = len(project.requests())
    finished = project.pulumi(*command)
    failed = [request for request in project.requests()[before:] if request.status in {0, *(f.status for f in faults)}]
    assert failed, "no request failed: no fault took effect"
    printed = finished.stdout + finished.stderr
    assert "Traceback" not in printed
    control.clear_faults()
    if finished.returncode != 0:
        assert "error: " in printed
        project.succeed(*command)
    assert differing(outcome(project), wanted) == []
    # A request without a response because of a broken connection is not counted; every other one is counted once.
    names = created(project)
    assert len(names) == len(set(names))


def alternating(kind: str, first: int) -> list[arm.RequestFault]:
    """Faults of every second request, beginning with the first or the second one."""
    start = [arm.RequestFault(**ERRORS[kind])] if first == 1 else []
    return [*start, arm.RequestFault(**ERRORS[kind], every=2, times=None)]


@pytest.mark.parametrize("kind", ["429", pytest.param("503", marks=pytest.mark.faults)])
def test_an_update_in_which_every_second_request_fails(
    kind: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check(copy_of(empty, tmp_path / "project"), UP, alternating(kind, 2), undisturbed)


def test_a_deletion_in_which_every_second_request_fails(deployed: Project, tmp_path: Path) -> None:
    check(copy_of(deployed, tmp_path / "project"), DESTROY, alternating("500", 1), NOTHING)


@pytest.mark.faults
@pytest.mark.parametrize("length", [3, 12])
def test_a_burst_of_errors_ends_in_success_or_in_azures_message(
    length: int, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    """azure-native tries three times more; a longer burst is reported, and the next update succeeds."""
    fault = arm.RequestFault(
        method="PUT", path="*/subnets/subnet-2", status=503, code="ServiceBusy", retry_after=0.01, times=length
    )
    check(copy_of(empty, tmp_path / "project"), UP, [fault], undisturbed)


@pytest.mark.faults
@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("kind", ERRORS)
def test_an_update_in_which_every_second_request_fails_in_any_way(
    kind: str, first: int, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    check(copy_of(empty, tmp_path / "project"), UP, alternating(kind, first), undisturbed)


@pytest.mark.faults
@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("kind", ERRORS)
def test_a_deletion_in_which_every_second_request_fails_in_any_way(
    kind: str, first: int, deployed: Project, tmp_path: Path
) -> None:
    check(copy_of(deployed, tmp_path / "project"), DESTROY, alternating(kind, first), NOTHING)


# Of four requests the last fails, and the first of the next four is its repetition, so each cycle completes three
# requests of the undisturbed run, and three offsets let each request fail once.
BEGINNINGS = (1, 2, 3)


@pytest.mark.faults
@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("kind", ERRORS)
def test_an_update_in_which_single_requests_fail(
    kind: str, beginning: int, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    fault = arm.RequestFault(**ERRORS[kind], every=4, times=None)
    check(copy_of(empty, tmp_path / "project"), UP, [fault], undisturbed, counted=4 - beginning)


@pytest.mark.faults
@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("kind", ERRORS)
def test_a_deletion_in_which_single_requests_fail(kind: str, beginning: int, deployed: Project, tmp_path: Path) -> None:
    fault = arm.RequestFault(**ERRORS[kind], every=4, times=None)
    check(copy_of(deployed, tmp_path / "project"), DESTROY, [fault], NOTHING, counted=4 - beginning)


@pytest.mark.faults
@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_UP + 1))
def test_an_update_in_which_a_connection_breaks_at_any_request(
    request_: int, connection: str, empty: Project, undisturbed: Outcome, tmp_path: Path
) -> None:
    fault = arm.RequestFault(connection=connection, every=request_)
    check(copy_of(empty, tmp_path / "project"), UP, [fault], undisturbed)


@pytest.mark.faults
@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("request_", range(1, REQUESTS_OF_DESTROY + 1))
def test_a_deletion_in_which_a_connection_breaks_at_any_request(
    request_: int, connection: str, deployed: Project, tmp_path: Path
) -> None:
    fault = arm.RequestFault(connection=connection, every=request_)
    check(copy_of(deployed, tmp_path / "project"), DESTROY, [fault], NOTHING)
