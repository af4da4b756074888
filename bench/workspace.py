"""Projects to measure: each in a folder of its own, with a sandbox of its own whose simulator is up."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logic_apps_sandbox import arm
from logic_apps_sandbox.environment import command_environment
from logic_apps_sandbox.home import prepare_home
from logic_apps_sandbox.layout import CODE_ROOT, PROJECT_FILE, Layout, stack_file
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STACK = "test"
"""The stack that is measured: Premium, subnets written out, two certificates, and nothing protected."""

PROGRAM_OF_THE_PROJECT = CODE_ROOT / "__main__.py"
PROGRAMS = Path(__file__).parent / "programs"
PYTHON = Path(sys.prefix) / "bin" / "python"

_QUIETLY = {
    "up": ("--yes", "--skip-preview"),
    "destroy": ("--yes", "--skip-preview"),
    "refresh": ("--yes", "--skip-preview"),
}
"""What keeps a command of Pulumi from asking, and from a preview that would be measured along with it."""


class CommandFailedError(Exception):
    """A measured command failed; the message has what it printed."""


@dataclass(frozen=True)
class Finished:
    """A command that ended well.

    Attributes:
        seconds: how long it took.
        processor_seconds: what it and the processes that it started took of the processors.
        output: what it printed.
    """

    seconds: float
    processor_seconds: float
    output: str


@dataclass(frozen=True)
class Workspace:
    """A project whose commands are measured, and the environment variables that they run with."""

    layout: Layout
    variables: Mapping[str, str]

    def pulumi(self, *command: str, **variables: str) -> Finished:
        """Runs a Pulumi command for the stack; ``variables`` are environment variables.

        Raises:
            CommandFailedError: it failed.
        """
        options = (*_QUIETLY.get(command[0], ()), "--non-interactive", "--color", "never", "--stack", STACK)
        return run(("pulumi", *command, *options), self.layout.project, {**self.variables, **variables})

    def seconds(self, *command: str, **variables: str) -> float:
        """The seconds that a Pulumi command takes.

        Raises:
            CommandFailedError: it failed.
        """
        return self.pulumi(*command, **variables).seconds

    def requests(self, after: int = 0) -> list[arm.RecordedRequest]:
        """The requests to Resource Manager itself, without those for signing in."""
        recorded = arm.recorded_requests(self.layout.arm, after=after)
        return [each for each in recorded if each.path.startswith("/subscriptions/")]

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state."""
        return list(json.loads(self.pulumi("stack", "export").output)["deployment"]["resources"])


@contextmanager
def workspace(folder: Path, program: Path) -> Iterator[Workspace]:
    """A project of this program in a new folder, with the configuration, library and toolchain of this repository.

    Simulated time passes at once, and the subnets of a deleted environment are free at once.
    """
    folder.mkdir(parents=True)
    for name in (PROJECT_FILE, stack_file(CODE_ROOT, STACK).name):
        shutil.copy(CODE_ROOT / name, folder / name)
    shutil.copy(program, folder / "__main__.py")
    for name in ("components", "certificates", ".venv"):
        (folder / name).symlink_to(CODE_ROOT / name)
    with sandbox_of(Layout(project=folder, home=folder / ".sandbox")) as made:
        yield made


@contextmanager
def sandbox_of(layout: Layout) -> Iterator[Workspace]:
    """A new sandbox with the toolchain of this repository, and its simulator up."""
    layout.home.mkdir(parents=True)
    layout.toolchain.symlink_to(CODE_ROOT / ".sandbox" / "toolchain")
    cli = pulumi_cli()
    prepare_home(layout, python=PYTHON, cli=cli.executable)
    arm.control_of(layout.arm).change_settings(subnet_hold_hours=0)
    with arm.serving(layout.arm, pace=0) as simulator:
        variables = command_environment(
            os.environ,
            layout=layout,
            python=PYTHON,
            cli=cli.executable,
            address=simulator.address,
            settings=simulator.settings,
        )
        yield Workspace(layout, variables)


def pulumi_cli() -> PulumiCli:
    """The CLI of this repository's sandbox.

    Raises:
        CommandFailedError: it is not set up.
    """
    cli = recorded_cli(CODE_ROOT / ".sandbox" / "toolchain")
    if cli is None:
        raise CommandFailedError(
            "the Pulumi CLI is not set up: run `make bench`, or `python3 -m logic_apps_sandbox.toolchain`"
        )
    return cli


def run(command: tuple[str, ...], folder: Path, variables: Mapping[str, str]) -> Finished:
    """Runs a command to its end.

    Raises:
        CommandFailedError: it failed.
    """
    begin, processor_begin = time.perf_counter(), _processor_seconds_of_children()
    ended = subprocess.run(
        command,
        cwd=folder,
        env=dict(variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    seconds = time.perf_counter() - begin
    if ended.returncode:
        raise CommandFailedError(f"{' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}")
    return Finished(seconds, _processor_seconds_of_children() - processor_begin, ended.stdout)


def _processor_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
