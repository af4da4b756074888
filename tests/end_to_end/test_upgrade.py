"""A stack that version 0.1.0 deployed: a preview with the present code shows no changes.

tests/data/states has the states of the stacks and examples as version 0.1.0 left them. One example is missing, the
environment in another stack's network: its preview looks up that network in Azure. `make test-faults` previews the
examples in Python; their resources are those of the stacks.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.conftest import REPOSITORY, copy_of_an_example, copy_of_the_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Project

STATES = REPOSITORY / "tests" / "data" / "states"
PROGRAMS = {file.stem for file in STATES.glob("*.json")}
STACKS = {"dev", "test", "prod"}


def expect_no_changes(project: Project, state: str) -> None:
    project.succeed("stack", "import", "--file", str(STATES / f"{state}.json"))
    project.expect_an_empty_preview()


@pytest.mark.parametrize("stack", sorted(STACKS))
def test_a_stack_of_version_0_1_0_has_no_changes(stack: str, tmp_path: Path, toolchain: Path) -> None:
    expect_no_changes(copy_of_the_project(tmp_path / "project", toolchain, stack), stack)


@pytest.mark.faults
@pytest.mark.parametrize("example", sorted(PROGRAMS - STACKS - {"in-yaml"}))
def test_an_example_of_version_0_1_0_has_no_changes(example: str, tmp_path: Path, toolchain: Path) -> None:
    folder = example.replace("stack-", "stack/")
    expect_no_changes(copy_of_an_example(folder, tmp_path / "project", toolchain), example)


def test_the_example_in_yaml_of_version_0_1_0_has_no_changes(tmp_path: Path, toolchain: Path) -> None:
    project = copy_of_an_example("in-yaml", tmp_path / "examples" / "in-yaml", toolchain)
    shutil.copytree(REPOSITORY / "components", tmp_path / "components", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "components" / ".venv").symlink_to(REPOSITORY / ".venv")
    expect_no_changes(project, "in-yaml")
