"""The sandbox writes files atomically and only when they change, and its executables start in any folder."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from logic_apps_sandbox.commands.command_options import plain_errors
from logic_apps_sandbox.files import file_lock, python_executable, write_file


def test_a_file_gets_its_text_and_mode_and_its_folder_is_created(tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "secret", "text", mode=0o600)
    assert (tmp_path / "new" / "secret").read_text() == "text"
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_file_with_the_same_content_is_not_written(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "text")
    before = (tmp_path / "file").stat()
    write_file(tmp_path / "file", "text")
    assert (tmp_path / "file").stat().st_ino == before.st_ino


def test_a_changed_file_is_replaced_not_written_over(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "old text")
    with (tmp_path / "file").open() as reader:
        write_file(tmp_path / "file", "new text")
        assert reader.read() == "old text"
    assert (tmp_path / "file").read_text() == "new text"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_the_error_of_a_file_that_cannot_be_written_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").mkdir()
    expected = f"{tmp_path / 'ca.pem'} cannot be used: Is a directory"
    with pytest.raises(click.ClickException, match=expected), plain_errors():
        write_file(tmp_path / "ca.pem", "text")


def test_only_one_process_at_a_time_has_the_lock(tmp_path: Path) -> None:
    order: list[str] = []

    def wait_for_turn() -> None:
        with file_lock(tmp_path / "lock"):
            order.append("second")

    with file_lock(tmp_path / "lock"):
        second = threading.Thread(target=wait_for_turn)
        second.start()
        second.join(0.2)
        order.append("first")
    second.join()
    assert order == ["first", "second"]


def test_an_executable_runs_its_module_with_its_arguments_then_the_users(tmp_path: Path) -> None:
    code_root = tmp_path / "a folder with 'quotes' and spaces"
    code_root.mkdir()
    (code_root / "hello.py").write_text("import os, sys; print(sys.argv[1:], os.environ.get('PYTHONPATH'))")
    script = tmp_path / "hello"
    write_file(script, python_executable(Path(sys.executable), code_root, "hello", "own argument"), mode=0o755)
    printed = subprocess.run([script, "$HOME", "--x"], capture_output=True, text=True, check=True, cwd="/", env={})
    assert printed.stdout == "['own argument', '$HOME', '--x'] None\n"


def test_ctrl_c_during_the_imports_of_an_executable_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGINT); print('went on')")
    script = tmp_path / "slow"
    write_file(script, python_executable(Path(sys.executable), tmp_path, "slow"), mode=0o755)
    ended = subprocess.run([script], capture_output=True, text=True, check=False, preexec_fn=accept_interrupts)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_ctrl_c_during_the_imports_of_the_sandbox_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGINT)")
    command = [sys.executable, "-m", "logic_apps_sandbox", "resources"]
    ended = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=accept_interrupts,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def accept_interrupts() -> None:
    """As a terminal starts a command: SIGINT is not ignored, whatever the tests run under."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
