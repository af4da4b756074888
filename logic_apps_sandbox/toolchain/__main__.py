"""Install or update the virtual environment and the Pulumi CLI of the sandbox.

Every target of the Makefile runs this command first. It does nothing if both are up to date.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from logic_apps_sandbox.files import file_lock
from logic_apps_sandbox.layout import CODE_ROOT, Layout, ProjectNotFoundError, find_layout
from logic_apps_sandbox.toolchain.commands import Commands, Interrupted, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.pulumi_cli import Toolchain
from logic_apps_sandbox.toolchain.virtual_environment import VirtualEnvironment

EXIT_INTERRUPTED = 130


def main() -> int:
    """Install what is missing and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m logic_apps_sandbox.toolchain", description=__doc__)
    parser.add_argument(
        "--with-tests", action="store_true", help="also install the packages for `make test` and `make check`"
    )
    arguments = parser.parse_args()
    try:
        set_up(find_layout(Path.cwd()), with_tests=arguments.with_tests)
    except (SetUpError, ProjectNotFoundError, OSError) as error:
        return _fail(str(error))
    except (KeyboardInterrupt, Interrupted):
        sys.stderr.write("Set-up was interrupted. The next run continues it.\n")
        return EXIT_INTERRUPTED
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"error: {message}\n")
    return 1


def set_up(layout: Layout, *, with_tests: bool) -> None:
    """Makes sure that the virtual environment and the Pulumi CLI are there and up to date, both at the same time.

    Raises:
        SetUpError: when something cannot be had; all that failed is in the message.
    """
    environment = VirtualEnvironment(CODE_ROOT)
    toolchain = Toolchain(layout.toolchain, environment.python, _variables_without_launchers(layout))

    def missing() -> list[Callable[[Commands, Progress], object]]:
        steps: list[Callable[[Commands, Progress], object]] = []
        if not environment.is_ready(with_tests=with_tests):
            steps.append(lambda commands, progress: environment.make(commands, progress, with_tests=with_tests))
        if not toolchain.is_ready(with_yaml=with_tests):
            steps.append(lambda commands, progress: toolchain.make(commands, progress, with_yaml=with_tests))
        return steps

    if missing():
        with file_lock(layout.home / "set-up.lock"):
            # Another set-up may have done it all while this one waited.
            _run_together(missing(), Commands(layout.home / "logs"))
    toolchain.refresh_language_host()


def _run_together(steps: list[Callable[[Commands, Progress], object]], commands: Commands) -> None:
    progress = Progress()
    signal.signal(signal.SIGTERM, _interrupt)
    with progress.shown(), ThreadPoolExecutor() as threads:
        running = [threads.submit(step, commands, progress) for step in steps]
        try:
            failures = [failure for each in running if (failure := each.exception())]
        except KeyboardInterrupt:
            commands.stop()
            raise
    for failure in failures:
        if not isinstance(failure, SetUpError):
            raise failure
    if failures:
        raise SetUpError("\nerror: ".join(map(str, failures)))


def _variables_without_launchers(layout: Layout) -> dict[str, str]:
    """This process's environment without the sandbox's own `pulumi` on PATH, which is there inside `make shell`."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    own = (layout.launchers, layout.toolchain)
    others = [each for each in folders if not any(Path(each).is_relative_to(folder) for folder in own)]
    return {**os.environ, "PATH": os.pathsep.join(others)}


def _interrupt(signal_number: int, frame: object) -> NoReturn:  # noqa: ARG001
    raise KeyboardInterrupt


if __name__ == "__main__":
    # A download that hangs in its own thread must not keep the process.
    code = main()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(code)
    sys.exit(code)
