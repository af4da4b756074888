"""Running a command as a shell would: its exit code, its signals, its terminal."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import FrameType

EXIT_NOT_FOUND = 127
EXIT_NOT_EXECUTABLE = 126
EXIT_SIGNAL_BASE = 128

FORWARDED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SENT_BY_TERMINALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


class CommandNotStartedError(Exception):
    """The command cannot be run at all."""

    def __init__(self, message: str, exit_code: int) -> None:
        """Create the error with the exit code of a shell (POSIX, Shell Command Language, 2.8.2)."""
        super().__init__(message)
        self.exit_code = exit_code


def run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command to its end and return its exit code; 128 + N when signal N ended it.

    A signal reaches the command exactly once: Pulumi stops without cleaning up on a second SIGINT. The terminal sends
    its signals to all processes in the foreground; other signals are forwarded to the command, which then has its own
    process group.

    Raises:
        CommandNotStartedError: there is no such command, or it is not executable.
    """
    on_terminal = _in_foreground_of_terminal()
    with _forwarded_signals(SENT_BY_TERMINALS if on_terminal else ()) as forward_to:
        try:
            process = subprocess.Popen([*command], env=variables, process_group=None if on_terminal else 0)
        except OSError as error:
            # A script whose interpreter does not exist is not found either.
            if isinstance(error, FileNotFoundError) and shutil.which(command[0], path=variables.get("PATH")) is None:
                raise CommandNotStartedError(f"the command {command[0]!r} was not found", EXIT_NOT_FOUND) from error
            reason = f"{command[0]!r} cannot be run: {error.strerror}"
            raise CommandNotStartedError(reason, EXIT_NOT_EXECUTABLE) from error
        forward_to(process)
        code = process.wait()
    return EXIT_SIGNAL_BASE - code if code < 0 else code


@contextlib.contextmanager
def _forwarded_signals(excluded: Collection[int]) -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Forward signals to a process, those included that arrive before it is given to the yielded function."""
    pending: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        if number in excluded:
            return
        if process is None:
            pending.append(number)
        else:
            process.send_signal(number)

    def forward_to(started: subprocess.Popen[bytes]) -> None:
        nonlocal process
        process = started
        for number in pending:
            started.send_signal(number)

    # A signal that this process ignores, because of nohup for example, the command ignores as well.
    heeded = [number for number in FORWARDED_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    with handled_signals(heeded, handle):
        yield forward_to


@contextlib.contextmanager
def handled_signals(numbers: Iterable[int], handle: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Handle signals with this function while the block runs."""
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground_of_terminal() -> bool:
    """Return whether this process is in the foreground of a terminal."""
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
