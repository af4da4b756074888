"""Projects to measure: each in its own folder, with its own sandbox and a running simulator."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from logic_apps_sandbox import arm
from logic_apps_sandbox.layout import CODE_ROOT, PROJECT_FILE, Layout, stack_file
from tests.support.open_sandbox import open_sandbox

STACK = "test"
"""The measured stack: Premium, explicit subnets, two certificates, no protection."""

PROGRAM_OF_THE_PROJECT = CODE_ROOT / "__main__.py"
PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Workspace:
    """A project whose commands are measured, and their environment variables."""

    layout: Layout
    variables: Mapping[str, str]

    def pulumi(self, command: str, **variables: str) -> float:
        """Run a Pulumi command for the stack and return its elapsed seconds."""
        options = ["--non-interactive", "--color", "never", "--stack", STACK]
        if command != "preview":
            options += ["--yes", "--skip-preview"]
        return run("pulumi", command, *options, folder=self.layout.project, variables={**self.variables, **variables})

    def requests(self) -> list[arm.RecordedRequest]:
        """Return the recorded requests to Resource Manager, without those for signing in."""
        return [each for each in arm.recorded_requests(self.layout.arm) if each.path.startswith("/subscriptions/")]


@contextmanager
def workspace(folder: Path, program: Path) -> Iterator[Workspace]:
    """Create a project with this program in a new folder inside ``folder``, and open its sandbox.

    It has the configuration, library and toolchain of this repository.
    """
    project = Path(tempfile.mkdtemp(dir=folder))
    for file in (CODE_ROOT / PROJECT_FILE, stack_file(CODE_ROOT, STACK)):
        shutil.copy(file, project)
    shutil.copy(program, project / "__main__.py")
    for name in ("bench", "certificates", "components", ".venv"):
        (project / name).symlink_to(CODE_ROOT / name)
    (project / ".sandbox").mkdir()
    (project / ".sandbox" / "toolchain").symlink_to(CODE_ROOT / ".sandbox" / "toolchain")
    with sandbox_of(project) as opened:
        yield opened


@contextmanager
def sandbox_of(project: Path) -> Iterator[Workspace]:
    """Open the sandbox of a project. Simulated operations complete at once."""
    layout = Layout(project=project, home=project / ".sandbox")
    arm.control_of(layout.arm).change_settings(subnet_hold_hours=0)
    with open_sandbox(layout, os.environ) as variables:
        yield Workspace(layout, variables)


def run(*command: str, folder: Path = CODE_ROOT, variables: Mapping[str, str] = os.environ) -> float:
    """Run a command to its end and return its elapsed seconds.

    Raises:
        click.ClickException: the command failed; the message contains its output.
    """
    begin = time.perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=dict(variables), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.perf_counter() - begin
    if ended.returncode:
        raise click.ClickException(f"{' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}")
    return seconds
