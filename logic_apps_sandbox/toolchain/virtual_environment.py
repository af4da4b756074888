"""The virtual environment ``.venv`` with the locked packages and an editable installation of the project.

The lock files (``make lock``) have the version and the hashes of every package, including the build backend. Only
wheels are installed, because the build of a source distribution would download a build backend that is not locked. uv
installs them, in seconds instead of a minute or two; pip does if uv cannot be installed or fails.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.user_cache import cached, user_cache
from logic_apps_sandbox.toolchain.uv_settings import uv_variables

STAMP = ".set-up"
"""The file in the environment that records a complete installation."""

PROJECT = "pyproject.toml"
"""The file with the dependencies and the scripts of the project."""

UV_LOCK = "requirements/uv.txt"
"""The lock file of uv alone, which pip installs in the user's cache."""

LOCKED = ("--require-hashes", "--only-binary", ":all:")
"""The options for a lock file, of pip and of uv."""


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
        wanted = (self._stamp(with_tests=True), self._stamp(with_tests=with_tests))
        return stamp in wanted and self.python.exists()

    def make(self, commands: Commands, progress: Progress, *, with_tests: bool) -> None:
        """Create or update the environment.

        Raises:
            SetUpError: when the environment or a package cannot be installed.
        """
        with progress.step("Installing the Python packages into .venv", "Python packages are installed in .venv"):
            (self.folder / STAMP).unlink(missing_ok=True)
            lock = _lock(with_tests=with_tests)
            try:
                self._make_with_uv(commands, progress, lock)
            except SetUpError as error:
                progress.say(f"pip installs the packages, which takes a minute or two, because uv failed: {error}")
                self._make_with_pip(commands, lock)
            (self.folder / STAMP).write_text(self._stamp(with_tests=with_tests))

    def _make_with_uv(self, commands: Commands, progress: Progress, lock: str) -> None:
        uv = str(self._uv(commands, progress))
        variables = uv_variables(os.environ)
        if not self._runs():
            venv = [uv, "venv", "--clear", "--python", sys.executable, str(self.folder)]
            commands.run("venv", venv, cwd=self.root, variables=variables)
        install = [uv, "pip", "install", "--python", str(self.python)]
        self._install(commands, "uv", install, lock, variables)

    def _make_with_pip(self, commands: Commands, lock: str) -> None:
        if not self._runs():
            commands.run("venv", [sys.executable, "-m", "venv", "--clear", str(self.folder)])
        self._install(commands, "pip", _pip_install(self.python), lock)

    def _uv(self, commands: Commands, progress: Progress) -> Path:
        """Return the path of uv in the user's cache; install it with pip first if it is missing."""
        lock = self.root / UV_LOCK
        version = re.search(r"^uv==(\S+)", lock.read_text(), re.MULTILINE)
        assert version, f"{lock} pins no uv"  # noqa: S101 - tested

        def make(new: Path) -> None:
            folder = new.with_name("environment")
            commands.run("uv-venv", [sys.executable, "-m", "venv", str(folder)])
            install = [*_pip_install(folder / "bin" / "python"), *LOCKED, "-r", str(lock)]
            commands.run("uv-install", install)
            (folder / "bin" / "uv").rename(new)

        cache = user_cache(os.environ, otherwise=self.folder.with_name(".sandbox") / "cache")
        return cached(cache, f"uv-{version[1]}", make, progress)

    def _install(
        self, commands: Commands, log: str, install: list[str], lock: str, variables: Mapping[str, str] | None = None
    ) -> None:
        """Install the packages of the lock file, then the project with the build backend that is one of them."""
        commands.run(log, [*install, *LOCKED, "-r", lock], cwd=self.root, variables=variables)
        project = [*install, "--no-deps", "--no-build-isolation", "-e", "."]
        commands.run(f"{log}-project", project, cwd=self.root, variables=variables)

    def _runs(self) -> bool:
        """Return whether the environment has a working interpreter with pip; one that was moved does not."""
        try:
            return subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _stamp(self, *, with_tests: bool) -> str:
        """Return a text that changes with the files, the interpreter and the path, which the scripts contain."""
        digest = hashlib.sha256()
        for file in (PROJECT, _lock(with_tests=with_tests)):
            digest.update(file.encode() + (self.root / file).read_bytes())
        digest.update(f"{sys.version_info[:2]}{os.fspath(self.folder)}".encode())
        return digest.hexdigest()


def _lock(*, with_tests: bool) -> str:
    """Return the lock file to install; that of the tests includes the other one."""
    return "requirements/tests.txt" if with_tests else "requirements/sandbox.txt"


def _pip_install(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
