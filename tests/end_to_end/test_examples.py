"""Each program of examples/, as it stands, from its first update to its destruction, through the real CLI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import REPOSITORY, Project, copy_of_an_example

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def example(tmp_path: Path, toolchain: Path) -> Callable[[str], Project]:
    """Copies an example."""
    return lambda name: copy_of_an_example(name, tmp_path / "project", toolchain)


def expect_it_to_be_kept_and_destroyed(project: Project) -> None:
    """A second preview finds nothing to do; destroying leaves nothing."""
    project.expect_an_empty_preview()
    project.destroy()
    assert project.resources() == []


def test_every_example_is_in_the_list_of_them_and_runs_here() -> None:
    examples = REPOSITORY / "examples"
    programs = {file.parent.relative_to(examples).as_posix() for file in examples.rglob("Pulumi.yaml")}
    listed = (examples / "README.md").read_text()
    assert programs
    for program in programs:
        assert f"]({program}/)" in listed
        assert f'"{program}"' in Path(__file__).read_text()


def test_an_environment_stands_beside_other_resources_in_its_network(example: Callable[[str], Project]) -> None:
    project = example("beside-other-resources")
    project.up()
    outputs = project.outputs()
    assert outputs["jump_host_subnet_id"].endswith("/virtualNetworks/vnet-orders/subnets/snet-jump-host")
    # The fifth subnet came after the four of the environment: Azure takes one write to a network at a time.
    writes = project.writes()
    assert writes.index("PUT subnet-4") < writes.index("PUT snet-jump-host")
    expect_it_to_be_kept_and_destroyed(project)
