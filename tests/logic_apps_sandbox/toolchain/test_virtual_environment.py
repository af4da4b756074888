"""The virtual environment counts as ready only when its installation is complete."""

from pathlib import Path

import pytest

from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.virtual_environment import VirtualEnvironment


@pytest.fixture
def environment(tmp_path: Path) -> VirtualEnvironment:
    for file in ("constraints.txt", "pyproject.toml"):
        (tmp_path / file).write_text("")
    # An interpreter that has pip, and does what it is asked without doing anything: no test needs the real one.
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n')
    python.chmod(0o755)
    return VirtualEnvironment(tmp_path)


def make(environment: VirtualEnvironment, *, with_tests: bool) -> None:
    environment.make(Commands(environment.root / "logs"), Progress(), with_tests=with_tests)


def test_it_is_ready_after_its_creation(environment: VirtualEnvironment) -> None:
    assert not environment.is_ready(with_tests=False)
    make(environment, with_tests=False)
    assert environment.is_ready(with_tests=False)


def test_the_packages_for_tests_are_installed_only_on_request(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=False)
    calls = (environment.python.parent / "calls").read_text()
    assert "-c constraints.txt -e .[commands,sandbox]\n" in calls
    assert not environment.is_ready(with_tests=True)


def test_an_environment_with_the_tests_needs_will_do_for_everything(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=True)
    assert environment.is_ready(with_tests=True)
    assert environment.is_ready(with_tests=False)


@pytest.mark.parametrize("file", ["constraints.txt", "pyproject.toml"])
def test_a_changed_file_makes_it_out_of_date(environment: VirtualEnvironment, file: str) -> None:
    make(environment, with_tests=False)
    (environment.root / file).write_text("click\n")
    assert not environment.is_ready(with_tests=False)


def test_an_environment_that_was_moved_is_out_of_date(environment: VirtualEnvironment, tmp_path: Path) -> None:
    make(environment, with_tests=False)
    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert not VirtualEnvironment(moved).is_ready(with_tests=False)


def test_a_failed_installation_is_not_ready_and_shows_the_output_of_pip(environment: VirtualEnvironment) -> None:
    make(environment, with_tests=False)
    environment.python.write_text('#!/bin/sh\n[ "$1" = -c ] || { echo "No matching distribution"; exit 1; }\n')
    (environment.root / "pyproject.toml").write_text("dependencies = ['nosuchpackage']\n")
    with pytest.raises(SetUpError, match="No matching distribution"):
        make(environment, with_tests=False)
    assert not environment.is_ready(with_tests=False)
    (environment.root / "pyproject.toml").write_text("")
    assert not environment.is_ready(with_tests=False)
