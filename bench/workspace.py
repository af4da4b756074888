"""Projects to measure: each in its own folder, with its own sandbox and a running simulator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from logic_apps_sandbox import arm
from logic_apps_sandbox.home import prepare_home
from logic_apps_sandbox.layout import CODE_ROOT, PROJECT_FILE, Layout, stack_file
from logic_apps_sandbox.process_environment import command_environment
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STACK = "test"
"""The measured stack: Premium, explicit subnets, two certificates, no protection."""

PROGRAM_OF_THE_PROJECT = CODE_ROOT / "__main__.py"
PROGRAMS = Path(__file__).parent / "programs"
PYTHON = Path(sys.prefix) / "bin" / "python"

_OPTIONS = dict.fromkeys(("up", "destroy", "refresh"), ("--yes", "--skip-preview"))


class CommandFailedError(Exception):
    """A measured command failed; the message contains its output."""


@dataclass(frozen=True)
class Workspace:
    """A project whose commands are measured, and their environment variables."""

    layout: Layout
    variables: Mapping[str, str]

    def pulumi(self, command: str, **variables: str) -> float:
        """Run a Pulumi command for the stack and return its elapsed seconds.

        Raises:
            CommandFailedError: the command failed.
        """
        options = (*_OPTIONS.get(command, ()), "--non-interactive", "--color", "never", "--stack", STACK)
        return run(("pulumi", command, *options), self.layout.project, {**self.variables, **variables})

    def requests(self) -> list[arm.RecordedRequest]:
        """Return the recorded requests to Resource Manager, without those for signing in."""
        return [each for each in arm.recorded_requests(self.layout.arm) if each.path.startswith("/subscriptions/")]


@contextmanager
def workspace(folder: Path, program: Path) -> Iterator[Workspace]:
    """Create a project with this program in a new folder.

    It has the configuration, library and toolchain of this repository. Simulated operations complete at once.
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
    """Create a sandbox with the toolchain of this repository, and run its simulator."""
    layout.home.mkdir(parents=True)
    layout.toolchain.symlink_to(CODE_ROOT / ".sandbox" / "toolchain")
    cli = pulumi_cli().executable
    prepare_home(layout, python=PYTHON, cli=cli)
    arm.control_of(layout.arm).change_settings(subnet_hold_hours=0)
    with arm.serving(layout.arm, pace=0) as simulator:
        variables = command_environment(
            os.environ, layout=layout, python=PYTHON, cli=cli, address=simulator.address, settings=simulator.settings
        )
        yield Workspace(layout, variables)


def pulumi_cli() -> PulumiCli:
    """Return the CLI of this repository's sandbox.

    Raises:
        CommandFailedError: the CLI is not installed.
    """
    cli = recorded_cli(CODE_ROOT / ".sandbox" / "toolchain")
    if cli is None:
        raise CommandFailedError("the Pulumi CLI is not installed. Run: make bench")
    return cli


def run(command: tuple[str, ...], folder: Path, variables: Mapping[str, str]) -> float:
    """Run a command to its end and return its elapsed seconds.

    Raises:
        CommandFailedError: the command failed.
    """
    begin = time.perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=dict(variables), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.perf_counter() - begin
    if ended.returncode:
        raise CommandFailedError(f"{' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}")
    return seconds
