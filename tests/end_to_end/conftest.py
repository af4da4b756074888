"""A copy of the project for each test, with its own sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from logic_apps_sandbox import arm
from logic_apps_sandbox.layout import Layout
from tests.support.azure import azure_in
from tests.support.open_sandbox import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.support.azure import Azure

REPOSITORY = Path(__file__).parents[2]
NAMESPACE = "logic-apps-environment"


_SANDBOX = (sys.executable, "-m", "logic_apps_sandbox", "run", "--pace")


def _environment() -> dict[str, str]:
    """The variables of this process without any login.

    Go collects no garbage: the CLI runs for some seconds only.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "ARM_", "AZURE_"))}
    return kept | {"PYTHONPATH": str(REPOSITORY), "GOGC": "off"}


def _finished(command: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=240,
        check=False,
    )


@dataclass(frozen=True)
class Project:
    """A copy of the project in its own folder, which never changes the repository."""

    folder: Path
    stack: str = "dev"
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that replace the sandbox's own, such as that of the backend."""

    @property
    def home(self) -> Path:
        """The sandbox's folder."""
        return self.folder / ".sandbox"

    def run(self, *command: str, pace: float = 0) -> subprocess.CompletedProcess[str]:
        """Runs a command in the sandbox, with simulated time that passes at once unless ``pace`` says otherwise."""
        return _finished(self.in_sandbox(*command, pace=pace), self.folder, _environment())

    def in_sandbox(self, *command: str, pace: float = 0) -> list[str]:
        """The command line that runs a command in the sandbox."""
        variables = ["env", *(f"{name}={value}" for name, value in self.variables.items())] if self.variables else []
        return [*_SANDBOX, str(pace), "--", *variables, *command]

    @contextmanager
    def started(self, *arguments: str, pace: float = 0) -> Iterator[subprocess.Popen[str]]:
        """Runs a Pulumi command for the stack while the block runs; all that it prints comes out of ``stdout``."""
        with subprocess.Popen(
            self.in_sandbox("pulumi", *arguments, "--stack", self.stack, "--color", "never", pace=pace),
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                # Pulumi takes a second signal as the wish to stop at once.
                for _ in range(2):
                    process.terminate()

    def pulumi(self, *arguments: str, pace: float = 0) -> subprocess.CompletedProcess[str]:
        """Runs a Pulumi command for the stack, without colors.

        The simulator is in this process: `logic-apps-sandbox run` would start one more for each command. What else that
        command does, ``run`` and tests/logic_apps_sandbox test.
        """
        layout = Layout(project=self.folder, home=self.home)
        with open_sandbox(layout, _environment(), pace=pace) as variables:
            return _finished(
                [str(layout.launchers / "pulumi"), *arguments, "--stack", self.stack, "--color", "never"],
                self.folder,
                variables | dict(self.variables),
            )

    def succeed(self, *arguments: str, pace: float = 0) -> str:
        """Runs a Pulumi command that has to succeed; returns what it printed."""
        finished = self.pulumi(*arguments, pace=pace)
        assert finished.returncode == 0, f"pulumi {' '.join(arguments)}:\n{finished.stdout}\n{finished.stderr}"
        return finished.stdout

    def fail(self, *arguments: str, pace: float = 0) -> str:
        """Runs a Pulumi command that has to fail; returns everything that it printed."""
        finished = self.pulumi(*arguments, pace=pace)
        printed = finished.stdout + finished.stderr
        assert finished.returncode != 0, f"pulumi {' '.join(arguments)} succeeded:\n{printed}"
        return printed

    def up(self) -> str:
        """``pulumi up``."""
        return self.succeed("up", "--yes", "--non-interactive", "--skip-preview")

    def events_of_up(self) -> list[dict[str, Any]]:
        """``pulumi up``: the events of the engine, in order."""
        return [json.loads(line) for line in self.succeed("up", "--yes", "--skip-preview", "--json").splitlines()]

    def operations_of_up(self) -> dict[str, str]:
        """``pulumi up``: the operation that it carries out on each resource of Azure, by its logical name."""
        return operations_in(self.events_of_up())

    def destroy(self) -> str:
        """``pulumi destroy``."""
        return self.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")

    def expect_an_empty_preview(self) -> None:
        """``pulumi preview``, which has to find nothing to do."""
        self.succeed("preview", "--non-interactive", "--expect-no-changes")

    def refresh(self, *options: str) -> str:
        """``pulumi refresh``, without the preview, which would read everything as well."""
        return self.succeed("refresh", "--yes", "--non-interactive", "--skip-preview", *options)

    def expect_nothing_to_do(self) -> None:
        """``pulumi refresh``, then ``pulumi preview``. If the first changes nothing, so would a preview before it."""
        self.refresh("--expect-no-changes")
        self.expect_an_empty_preview()

    def preview(self) -> dict[str, str]:
        """What ``pulumi preview`` says it will do: the operation on each resource, by its logical name."""
        return _operation_by_resource(json.loads(self.succeed("preview", "--json"))["steps"])

    def outputs(self) -> dict[str, Any]:
        """The outputs of the stack."""
        return dict(json.loads(self.succeed("stack", "output", "--json")))

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, as `pulumi stack export` shows them."""
        return list(json.loads(self.succeed("stack", "export"))["deployment"]["resources"])

    def copy(self, folder: Path) -> Project:
        """Copy the project, its state and its simulated Azure to a new folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return replace(self, folder=folder)

    def write_program(self, text: str) -> None:
        """Makes this the project's program."""
        (self.folder / "__main__.py").write_text(text)

    def configure(self, **changes: Any) -> None:
        """Writes values into the stack file; None takes a key away."""
        path = self.folder / f"Pulumi.{self.stack}.yaml"
        document = yaml.safe_load(path.read_text())
        for key, value in changes.items():
            document["config"].pop(f"{NAMESPACE}:{key}", None)
            if value is not None:
                document["config"][f"{NAMESPACE}:{key}"] = value
        path.write_text(yaml.safe_dump(document))

    def configuration(self, key: str) -> Any:
        """A value of the stack file."""
        return yaml.safe_load((self.folder / f"Pulumi.{self.stack}.yaml").read_text())["config"][f"{NAMESPACE}:{key}"]

    def resources(self) -> list[str]:
        """The ids of the resources in the simulated Azure."""
        return [resource.id for resource in arm.list_resources(self.home / "arm")]

    def requests(self) -> list[arm.RecordedRequest]:
        """Every request that the simulated Azure has answered so far."""
        return list(arm.recorded_requests(self.home / "arm"))

    def writes(self, since: int = 0) -> list[str]:
        """The writing requests from number ``since`` on, as ``METHOD name``, in the order in which ARM saw them."""
        return [
            f"{request.method} {request.path.split('?')[0].rstrip('/').rsplit('/', 1)[1]}"
            for request in self.requests()[since:]
            if request.method in ("PUT", "PATCH", "DELETE")
        ]


@contextmanager
def advance_when(project: Project, hours: float, has_come: Callable[[arm.RecordedRequest], bool]) -> Iterator[None]:
    """Advances simulated time as soon as Azure answers a certain request of a command that runs in the block.

    The command waits for the time to pass, however fast or slow the machine is.

    Args:
        project: the project.
        hours: simulated hours.
        has_come: whether this is the request. Earlier ones do not count.
    """
    before = len(project.requests())
    ended = threading.Event()

    def advance() -> None:
        while not ended.wait(0.1):
            if any(map(has_come, project.requests()[before:])):
                arm.control_of(project.home / "arm").advance(hours)
                return

    thread = threading.Thread(target=advance)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def another_client_of(project: Project) -> Iterator[Azure]:
    """Another client of the same Azure."""
    with azure_in(project.home / "arm", pace=0) as azure:
        yield azure


def operations_in(events: list[dict[str, Any]]) -> dict[str, str]:
    """The last operation on each resource of Azure in the events of an update, by its logical name."""
    return _operation_by_resource(
        [each["resourcePreEvent"]["metadata"] for each in events if "resourcePreEvent" in each]
    )


def _operation_by_resource(steps: list[dict[str, Any]]) -> dict[str, str]:
    """The last operation on each resource of Azure, by its logical name."""
    return {step["urn"].rsplit("::", 1)[1]: step["op"] for step in steps if "::azure-native:" in _type_of(step["urn"])}


def _type_of(urn: str) -> str:
    return "::" + urn.split("::")[2].rsplit("$", 1)[-1]


class Stacks:
    """The committed stacks as `pulumi up` leaves them: deployed once for each process of the tests, then copied.

    A copy takes some milliseconds, a deployment some seconds. Subnets are released at once, as in any other project of
    these tests; the requests of the deployment are the first of the record.
    """

    def __init__(self, folder: Path, toolchain: Path) -> None:
        self._folder = folder
        self._toolchain = toolchain
        self._deployed: dict[str, Project] = {}

    def deployed(self, stack: str) -> Project:
        """The stack that is copied; not to be changed."""
        if stack not in self._deployed:
            project = copy_of_the_project(self._folder / stack, self._toolchain, stack)
            project.up()
            self._deployed[stack] = project
        return self._deployed[stack]

    def copy(self, stack: str, folder: Path) -> Project:
        """A deployed stack that a test may change."""
        return self.deployed(stack).copy(folder)


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Stacks:
    """Deployed stacks, to be copied."""
    return Stacks(tmp_path_factory.mktemp("stacks"), toolchain)


@pytest.fixture
def deployed(stacks: Stacks, tmp_path: Path) -> Project:
    """The stack ``dev``, deployed."""
    return stacks.copy("dev", tmp_path / "project")


@pytest.fixture
def project(tmp_path: Path, toolchain: Path) -> Project:
    """A fresh copy of the project for the stack ``dev``."""
    return copy_of_the_project(tmp_path / "project", toolchain)


def copy_of_the_project(
    folder: Path, toolchain: Path, stack: str = "dev", *, subnet_hold_hours: float | None = 0
) -> Project:
    """Copy the files of a user: project file, stack files, program, components, certificates.

    Its Azure releases the subnets of a deleted environment at once, or after ``subnet_hold_hours`` simulated hours;
    with None, after the sandbox's default.
    """
    folder.mkdir()
    for name in ("Pulumi.yaml", *(f"Pulumi.{stack}.yaml" for stack in ("dev", "test", "prod")), "__main__.py"):
        shutil.copy(REPOSITORY / name, folder / name)
    for name in ("components", "certificates"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return _with_tools(folder, toolchain, stack, subnet_hold_hours=subnet_hold_hours)


def copy_of_an_example(
    name: str, folder: Path, toolchain: Path, *, environment: Path = REPOSITORY / ".venv"
) -> Project:
    """Copies a program of examples/.

    Args:
        name: its folder, relative to examples/.
        folder: where the copy is made.
        toolchain: the toolchain that runs it.
        environment: the virtual environment where it finds the library.
    """
    ignored = shutil.ignore_patterns("__pycache__", ".venv", ".sandbox")
    shutil.copytree(REPOSITORY / "examples" / name, folder, ignore=ignored)
    return _with_tools(folder, toolchain, "dev", environment=environment)


def project_of(program: str, folder: Path, toolchain: Path) -> Project:
    """A project of one program, without configuration, which finds the library as a package."""
    folder.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "program", "runtime": runtime}))
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    project = _with_tools(folder, toolchain, "dev")
    project.write_program(program)
    return project


def _with_tools(
    folder: Path,
    toolchain: Path,
    stack: str,
    *,
    environment: Path = REPOSITORY / ".venv",
    subnet_hold_hours: float | None = 0,
) -> Project:
    (folder / ".venv").symlink_to(environment)
    (folder / ".sandbox").mkdir()
    (folder / ".sandbox" / "toolchain").symlink_to(toolchain)
    project = Project(folder, stack)
    arm.control_of(project.home / "arm").change_settings(subnet_hold_hours=subnet_hold_hours)
    return project
