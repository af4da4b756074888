"""Long commands of setup, with a log; they stop when setup is interrupted."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25
"""The number of output lines that an error of a command contains."""

STOP_POLL_SECONDS = 0.2


class SetUpError(Exception):
    """Setup cannot continue. The message states the reason and what to do."""


class Interrupted(Exception):  # noqa: N818  # it reports the user's wish, not a fault
    """The user interrupted setup while a command was running."""


class Commands:
    """Runs commands from several threads until ``stop`` is called."""

    def __init__(self, logs: Path) -> None:
        """Write the output of commands to files in the folder ``logs``."""
        self._logs = logs
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop running commands and start no others."""
        self._stopped.set()

    def run(
        self, name: str, command: Sequence[str], *, cwd: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> None:
        """Run a command and write its output to ``<logs>/<name>.log``.

        Raises:
            SetUpError: the command failed; the message contains the end of its output.
            Interrupted: ``stop`` was called.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            code = self._wait(process)
        if code:
            lines = log.read_text(errors="replace").rstrip().splitlines()
            tail = "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])
            raise SetUpError(
                f"{' '.join(command[:4])} ... failed with exit code {code}:\n{tail}\n  Complete output: {log}"
            )

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return process.wait(STOP_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if self._stopped.is_set():
                    process.terminate()
                    process.wait()
                    raise Interrupted from None
