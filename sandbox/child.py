"""Running a command as a shell would: its exit code, its signals, its terminal."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

EXIT_NOT_FOUND = 127
EXIT_NOT_EXECUTABLE = 126
EXIT_SIGNAL_BASE = 128

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SENT_BY_TERMINALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


class CommandNotStartedError(Exception):
    """The command cannot be run at all."""

    def __init__(self, message: str, exit_code: int) -> None:
        """An error with the exit code that a shell gives for it (POSIX, Shell Command Language, 2.8.2)."""
        super().__init__(message)
        self.exit_code = exit_code


def run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Runs the command to its end and answers with its exit code; 128 + N when signal N ended it.

    A signal reaches the command exactly once: Pulumi takes a second SIGINT as the wish to stop without cleaning up. The
    terminal sends its signals to all processes in the foreground; everything else is passed on to the command, which
    then has a process group of its own.

    Raises:
        CommandNotStartedError: when there is no such command or it is not executable.
    """
    found = shutil.which(command[0], path=variables.get("PATH"))
    if found is None:
        if _is_there(command[0], variables.get("PATH")):
            raise CommandNotStartedError(f"{command[0]!r} is not an executable file", EXIT_NOT_EXECUTABLE)
        raise CommandNotStartedError(f"there is no command {command[0]!r}", EXIT_NOT_FOUND)
    on_terminal = _in_foreground_of_terminal()
    waiting: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        if on_terminal and number in SENT_BY_TERMINALS:
            return
        if process is None:
            waiting.append(number)
        else:
            process.send_signal(number)

    # A signal that this process was told to ignore, by nohup for example, the command has to ignore as well.
    heeded = [number for number in PASSED_ON if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        process = subprocess.Popen(
            [*command], executable=found, env=variables, process_group=None if on_terminal else 0
        )
        for number in waiting:
            process.send_signal(number)
        code = process.wait()
    except OSError as error:
        raise CommandNotStartedError(f"{found} cannot be run: {error.strerror}", EXIT_NOT_EXECUTABLE) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return EXIT_SIGNAL_BASE - code if code < 0 else code


def _is_there(name: str, path: str | None) -> bool:
    """Whether there is something of the name of a command that cannot be run."""
    return (os.sep in name and Path(name).exists()) or shutil.which(name, os.F_OK, path) is not None


def _in_foreground_of_terminal() -> bool:
    """Whether this process is what the user of a terminal is looking at."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
