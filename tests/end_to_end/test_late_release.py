"""Azure releases the subnets of a deleted environment after hours; deletions and replacements wait for it.

Here the hours pass as soon as Azure has rejected a request because of them, so that no test depends on the speed of the
machine. The sandbox's default of nine hours is tested in tests/logic_apps_sandbox.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from tests.end_to_end.conftest import advance_when

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.end_to_end.conftest import Project, Stacks

# Real seconds of a simulated hour: a creation takes less than a second, the release of subnets more than a minute.
PACE = 0.1
HOLD_HOURS = 1000.0


@pytest.fixture
def deployed(stacks: Stacks, tmp_path: Path) -> Project:
    """The stack ``dev`` in a sandbox that releases the subnets of a deleted environment after hours."""
    project = stacks.copy("dev", tmp_path / "project")
    arm.control_of(project.home / "arm").change_settings(subnet_hold_hours=HOLD_HOURS)
    return project


def is_refused(request: arm.RecordedRequest) -> bool:
    """Return whether Azure rejected the deletion of a subnet or a creation in it."""
    return request.method in ("PUT", "DELETE") and 400 <= request.status < 500


def released_after_rejection(project: Project) -> AbstractContextManager[None]:
    """Advance time to the release of the subnets once Azure has rejected a request, while the CLI runs in the block."""
    return advance_when(project, HOLD_HOURS, is_refused)


def test_destroy_waits_until_the_subnets_are_released_and_leaves_nothing(deployed: Project) -> None:
    with released_after_rejection(deployed):
        printed = deployed.succeed(
            "destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=PACE
        )
    assert deployed.resources() == []
    assert "for Azure to release the subnet" in printed
    assert printed.count("Message from Azure: ") <= 4  # Azure's message once for each subnet in use
    refused = [request for request in deployed.requests() if is_refused(request)]
    assert refused, "nothing was held: the test waited for nothing"
    # The engine warns of each retry. It does not retry while the network shows the user of the subnet.
    assert len(refused) <= 4
    assert printed.count("retrying") <= 4


def test_one_interruption_ends_the_wait_while_azure_does_not_respond_and_the_next_destroy_continues(
    deployed: Project,
) -> None:
    """The look-up of the subnet is delayed: azure-native does not cancel a running function (provider.go)."""
    control = arm.control_of(deployed.home / "arm")
    with deployed.started(
        "destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=PACE
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "for Azure to release the subnet" in line)
        control.inject(arm.RequestFault(method="GET", path="*/virtualNetworks/*", delay=600))
        while control.request_faults():  # until the look has arrived
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode != 0
    assert "stopped waiting for Azure to release the subnet. Run the same command again to continue." in rest
    assert "Traceback" not in rest
    with released_after_rejection(deployed):
        deployed.succeed("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=PACE)
    assert deployed.resources() == []


def test_an_interrupted_destroy_continues_where_it_stopped(deployed: Project) -> None:
    """Without ``--run-program`` no hook waits, so the first destroy fails."""
    refusal = deployed.fail("destroy", "--yes", "--non-interactive", "--skip-preview", pace=PACE)
    assert "InUseSubnetCannotBeDeleted" in refusal
    assert deployed.resources()
    with released_after_rejection(deployed):
        deployed.succeed("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=PACE)
    assert deployed.resources() == []


def test_a_replaced_environment_waits_for_the_subnets_of_the_previous_one(deployed: Project) -> None:
    deployed.configure(endpoint="External")
    with released_after_rejection(deployed):
        printed = deployed.succeed("up", "--yes", "--non-interactive", "--skip-preview", pace=PACE)
    assert "for Azure to release the subnet" in printed
    assert deployed.outputs()["endpoint_type"] == "External"
    deployed.succeed("preview", "--non-interactive", "--expect-no-changes")
