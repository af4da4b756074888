"""The virtual environment ``.venv`` with an editable installation of the project and its extras."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from logic_apps_sandbox.toolchain.commands import Commands
from logic_apps_sandbox.toolchain.progress import Progress

STAMP = ".set-up"
"""The file in the environment that records a complete installation."""

CONSTRAINTS = "constraints.txt"

PACKAGE = "pyproject.toml"
"""The file with the dependencies."""


class VirtualEnvironment:
    """The virtual environment ``<root>/.venv``."""

    def __init__(self, root: Path) -> None:
        """Use the environment of the repository in ``root``, which may not exist yet."""
        self.root = root
        self.folder = root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.folder / "bin" / "python"

    def is_ready(self, *, with_tests: bool) -> bool:
        """Return whether the current dependencies are installed."""
        try:
            stamp = (self.folder / STAMP).read_text()
        except OSError:
            return False
        # The dependencies of the tests include those of the program and the sandbox.
        wanted = (
            {self._stamp(with_tests=True)}
            if with_tests
            else {self._stamp(with_tests=True), self._stamp(with_tests=False)}
        )
        return stamp in wanted and self.python.exists()

    def make(self, commands: Commands, progress: Progress, *, with_tests: bool) -> None:
        """Create or update the environment.

        Raises:
            SetUpError: when the environment or a package cannot be installed.
        """
        with progress.step("Installing the Python packages into .venv", "Python packages are installed in .venv"):
            (self.folder / STAMP).unlink(missing_ok=True)
            if not self._runs():
                shutil.rmtree(self.folder, ignore_errors=True)
                commands.run("venv", [sys.executable, "-m", "venv", str(self.folder)])
            install = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            install += ["-c", CONSTRAINTS, "-e", f".[{','.join(_extras(with_tests=with_tests))}]"]
            commands.run("pip", install, cwd=self.root)
            (self.folder / STAMP).write_text(self._stamp(with_tests=with_tests))

    def _runs(self) -> bool:
        """Return whether the environment has a working interpreter with pip; one that was moved does not."""
        try:
            return subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _stamp(self, *, with_tests: bool) -> str:
        """Return a text that changes with the files, the interpreter and the path, which the scripts contain."""
        digest = hashlib.sha256()
        for file in (CONSTRAINTS, PACKAGE):
            digest.update((self.root / file).read_bytes())
        digest.update(f"{_extras(with_tests=with_tests)}{sys.version_info[:2]}{os.fspath(self.folder)}".encode())
        return digest.hexdigest()


def _extras(*, with_tests: bool) -> tuple[str, ...]:
    """Return the extras of the project that are installed (pyproject.toml)."""
    return ("commands", "sandbox", *(["tests"] if with_tests else []))
