"""Azure holds the subnets of a deleted environment for hours; deleting and rebuilding wait for it.

The sandbox does so by itself: the nine hours of Microsoft's "Manage your ISE" (2023-09-27) pass there in some seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import Project, copy_of_the_project

if TYPE_CHECKING:
    from pathlib import Path

SECONDS_AN_HOUR = 0.4


@pytest.fixture
def deployed(tmp_path: Path, toolchain: Path) -> Project:
    """The stack ``dev`` in a sandbox as a newcomer has it, in which nobody has chosen how late subnets are released."""
    project = copy_of_the_project(tmp_path / "project", toolchain, subnet_hold_hours=None)
    project.up()
    return project


def test_destroy_waits_until_the_subnets_are_released_and_leaves_nothing(deployed: Project) -> None:
    printed = deployed.succeed(
        "destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=SECONDS_AN_HOUR
    )
    assert deployed.resources() == []
    assert "for Azure to release the subnet" in printed
    assert printed.count("Azure says: ") <= 4  # Azure's words once for each subnet that was held
    refused = [r for r in deployed.requests() if r.method == "DELETE" and r.status == 400]
    assert refused, "nothing was held: the test waited for nothing"
    # The engine warns of each try. It is not asked to try while the network shows who holds the subnet.
    assert len(refused) <= 4
    assert printed.count("retrying") <= 4


def test_destroy_that_was_given_up_goes_on_where_it_was(deployed: Project) -> None:
    """Without ``--run-program`` nobody waits, so the first destroy stops in the middle."""
    refusal = deployed.fail("destroy", "--yes", "--non-interactive", "--skip-preview", pace=SECONDS_AN_HOUR)
    assert "InUseSubnetCannotBeDeleted" in refusal
    assert deployed.resources()
    deployed.succeed("destroy", "--yes", "--non-interactive", "--skip-preview", "--run-program", pace=SECONDS_AN_HOUR)
    assert deployed.resources() == []


def test_a_rebuilt_environment_waits_for_the_subnets_of_the_one_before(deployed: Project) -> None:
    deployed.configure(endpoint="External")
    printed = deployed.succeed("up", "--yes", "--non-interactive", "--skip-preview", pace=SECONDS_AN_HOUR)
    assert "for Azure to release the subnet" in printed
    assert deployed.outputs()["endpoint_type"] == "External"
    deployed.succeed("preview", "--non-interactive", "--expect-no-changes")
