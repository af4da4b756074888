"""`python3 -m logic_apps_sandbox.toolchain` as users see it: quick when done, clear when not."""

import ast
import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from logic_apps_sandbox.toolchain.progress import Progress, elapsed

REPOSITORY = Path(__file__).parents[3]


def test_it_needs_only_the_standard_library() -> None:
    """Setup runs before anything is installed: `-S` leaves installed packages out."""
    ended = subprocess.run(
        [sys.executable, "-S", "-m", "logic_apps_sandbox.toolchain", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "--with-tests" in ended.stdout


def test_an_old_python_gets_a_message_before_any_syntax_that_it_cannot_parse() -> None:
    """The Python of macOS is 3.9."""
    pretended = "import runpy, sys; sys.version_info = (3, 9, 6, 'final', 0); "
    ended = subprocess.run(
        [sys.executable, "-c", pretended + "runpy.run_module('logic_apps_sandbox.toolchain', run_name='__main__')"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "error: Python 3.9 is too old: Python 3.11 or later is required. Example: make PYTHON=python3.11 up\n"
    )
    ast.parse((REPOSITORY / "logic_apps_sandbox/__init__.py").read_text(), feature_version=(3, 4))


def test_outside_of_a_project_it_says_what_to_do(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "logic_apps_sandbox.toolchain"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: there is no Pulumi.yaml in ")


def test_into_a_pipe_a_step_is_one_line_at_its_start_and_one_at_its_end() -> None:
    printed = io.StringIO()
    progress = Progress(printed)
    with progress.shown(), progress.step("Building it", "It is built"):
        pass
    assert printed.getvalue() == "Building it ...\nIt is built (0 s)\n"


def test_into_a_pipe_a_long_step_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logic_apps_sandbox.toolchain.progress.REPEAT_SECONDS", 0.01)
    printed = io.StringIO()
    progress = Progress(printed)
    with progress.shown(), progress.step("Building it", "It is built"):
        while printed.getvalue().count("\n") < 3:
            time.sleep(0.005)
    assert printed.getvalue().splitlines()[1:3] == ["Building it, 0 s"] * 2


def test_a_step_that_fails_is_not_called_done() -> None:
    printed = io.StringIO()
    try:
        with Progress(printed).step("Building it", "It is built"):
            raise ValueError  # noqa: TRY301
    except ValueError:
        pass
    assert printed.getvalue() == "Building it ...\n"


def test_durations_are_human_readable() -> None:
    assert [elapsed(7.6), elapsed(60), elapsed(271)] == ["8 s", "1 min 0 s", "4 min 31 s"]
