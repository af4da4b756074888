"""Installation of what a sandbox needs: the virtual environment of a checkout and the Pulumi CLI."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from logic_apps_sandbox.files import file_lock
from logic_apps_sandbox.layout import CODE_ROOT, Layout
from logic_apps_sandbox.toolchain.commands import Commands, SetUpError
from logic_apps_sandbox.toolchain.progress import Progress
from logic_apps_sandbox.toolchain.pulumi_cli import Toolchain
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli
from logic_apps_sandbox.toolchain.virtual_environment import VirtualEnvironment

Step = Callable[[Commands, Progress], object]


def set_up(layout: Layout, *, with_tests: bool) -> None:
    """Install or update the virtual environment and the Pulumi CLI, both at the same time.

    Raises:
        SetUpError: the installation failed; the message has every failure.
    """
    environment = VirtualEnvironment(CODE_ROOT)
    toolchain = _toolchain(layout, environment.python)

    def missing() -> list[Step]:
        steps: list[Step] = []
        if not environment.is_ready(with_tests=with_tests):
            steps.append(lambda commands, progress: environment.make(commands, progress, with_tests=with_tests))
        if not toolchain.is_ready(with_yaml=with_tests):
            steps.append(lambda commands, progress: toolchain.make(commands, progress, with_yaml=with_tests))
        return steps

    _run_missing(layout, missing)
    toolchain.refresh_language_host()


def set_up_cli(layout: Layout, python: Path, *, with_yaml: bool = False) -> PulumiCli:
    """Return the Pulumi CLI of a sandbox; install it first if it is missing, or lacks the required support of YAML.

    Raises:
        SetUpError: the CLI cannot be installed; the message says what each way needs.
        Interrupted: the user ended the installation; the next one continues it.
    """
    toolchain = _toolchain(layout, python)

    def missing() -> list[Step]:
        cli = recorded_cli(layout.toolchain)
        if cli and (not with_yaml or toolchain.runs_yaml(cli)):
            return []
        return [lambda commands, progress: toolchain.make(commands, progress, with_yaml=with_yaml)]

    _run_missing(layout, missing)
    toolchain.refresh_language_host()
    cli = recorded_cli(layout.toolchain)
    assert cli is not None  # noqa: S101 - it was recorded now or before
    return cli


def _toolchain(layout: Layout, python: Path) -> Toolchain:
    return Toolchain(layout.toolchain, python, _variables_without_launchers(layout))


def _run_missing(layout: Layout, missing: Callable[[], list[Step]]) -> None:
    if missing():
        with file_lock(layout.home / "set-up.lock"):
            # Another setup may have done it all while this one waited.
            _run_together(missing(), Commands(layout.home / "logs"))


def _run_together(steps: list[Step], commands: Commands) -> None:
    progress = Progress()
    handler = signal.signal(signal.SIGTERM, _interrupt)
    with progress.shown(), ThreadPoolExecutor() as threads:
        running = [threads.submit(step, commands, progress) for step in steps]
        try:
            failures = [failure for each in running if (failure := each.exception())]
        except KeyboardInterrupt:
            commands.stop()
            raise
        finally:
            signal.signal(signal.SIGTERM, handler)
    for failure in failures:
        if not isinstance(failure, SetUpError):
            raise failure
    if failures:
        raise SetUpError("\nerror: ".join(map(str, failures)))


def _variables_without_launchers(layout: Layout) -> dict[str, str]:
    """This process's environment without the sandbox's ``pulumi``, which ``make shell`` adds to PATH."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    own = (layout.launchers, layout.toolchain)
    others = [each for each in folders if not any(Path(each).is_relative_to(folder) for folder in own)]
    return {**os.environ, "PATH": os.pathsep.join(others)}


def _interrupt(signal_number: int, frame: object) -> NoReturn:  # noqa: ARG001
    raise KeyboardInterrupt
