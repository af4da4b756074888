"""Running the long commands of set-up: quietly, with a log, and so that they end when set-up is interrupted."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25
"""How much of a failed command's output is shown."""

STOP_POLL_SECONDS = 0.2


class SetUpError(Exception):
    """Set-up cannot go on; the message is for the user and says what to do."""


class Interrupted(Exception):  # noqa: N818  # it reports the user's wish, not a fault
    """The user ended set-up while a command ran."""


class Commands:
    """Runs commands from several threads until someone calls `stop`."""

    def __init__(self, logs: Path) -> None:
        """Commands whose output goes to files in the folder `logs`."""
        self._logs = logs
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ends the commands that run, and lets none start."""
        self._stopped.set()

    def run(
        self, name: str, command: Sequence[str], *, cwd: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> None:
        """Runs the command and keeps what it prints in `<logs>/<name>.log`.

        Raises:
            SetUpError: when it fails, with the end of its output.
            Interrupted: when `stop` was called meanwhile.
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
