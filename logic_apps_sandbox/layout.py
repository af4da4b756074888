"""The folders and files of the sandbox.

The **project** is the folder with the ``Pulumi.yaml`` of a command. The sandbox writes only to the **home** of the
project, ``<project>/.sandbox``, which git ignores. The **code root** is the folder that contains this package; projects
in other folders can use the sandbox of this repository.

This module uses only the standard library, because setup imports it before anything is installed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "LOGIC_APPS_SANDBOX_HOME"
"""The environment variable with another home than ``<project>/.sandbox``."""

PROGRAM_PYTHON_VARIABLE = "LOGIC_APPS_SANDBOX_PROGRAM_PYTHON"
"""The environment variable that names the interpreter of a program to the language host (program_environment.py)."""

CODE_ROOT = Path(__file__).resolve().parent.parent
"""The folder that contains the package ``logic_apps_sandbox``."""

YAML_HOST = "pulumi-language-yaml"
"""The executable of Pulumi's language host for YAML. Setup builds it as ``pulumi-language-yaml-vVERSION``."""

PROJECT_FILE = "Pulumi.yaml"
HOME_FOLDER = ".sandbox"


class ProjectNotFoundError(Exception):
    """Neither the working directory nor a parent of it has a ``Pulumi.yaml``."""


@dataclass(frozen=True)
class Layout:
    """The folders and files of one sandbox. Reading a property creates nothing."""

    project: Path
    """The folder with ``Pulumi.yaml``."""

    home: Path
    """The folder for everything that the sandbox writes."""

    @property
    def toolchain(self) -> Path:
        """The Pulumi CLI and its language host."""
        return self.home / "toolchain"

    @property
    def launchers(self) -> Path:
        """The first folder on PATH. Its ``pulumi`` is the launcher (``logic_apps_sandbox.toolchain.launcher``)."""
        return self.home / "bin"

    @property
    def pulumi_home(self) -> Path:
        """The sandbox's PULUMI_HOME: plugins, selected stacks and logs. ``~/.pulumi`` is never changed."""
        return self.home / "pulumi"

    @property
    def state(self) -> Path:
        """The states of the stacks, a file backend of Pulumi."""
        return self.home / "state"

    @property
    def arm(self) -> Path:
        """The store and the certificates of the simulator."""
        return self.home / "arm"

    @property
    def stack_files(self) -> Path:
        """The copies of the stack files, with what Pulumi adds to them."""
        return self.home / "project"

    @property
    def azure_cli(self) -> Path:
        """The settings of the Azure CLI. ``~/.azure`` is never touched."""
        return self.home / "azure"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase for secrets in the states."""
        return self.home / "passphrase"


def stack_file(folder: Path, stack: str) -> Path:
    """Return the path of a stack file in the folder of the project or of the copies."""
    return folder / f"Pulumi.{stack}.yaml"


def stack_files_of(project: Path) -> dict[str, Path]:
    """Return the stack files of the project by the name of the stack."""
    files = sorted(project.glob("Pulumi.*.yaml"))
    return {file.name.removeprefix("Pulumi.").removesuffix(".yaml"): file for file in files}


def find_project(start: Path) -> Path:
    """Return ``start`` or its nearest parent that has a ``Pulumi.yaml``, like Pulumi.

    Raises:
        ProjectNotFoundError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise ProjectNotFoundError(
        f"there is no {PROJECT_FILE} in {start} or in a folder above it. The sandbox runs a Pulumi project: "
        f"change to its folder first, for example: cd logic-apps-environment"
    )


def layout_of(project: Path, variables: Mapping[str, str] = os.environ) -> Layout:
    """Return the sandbox of a project, which need not exist yet."""
    given = variables.get(HOME_VARIABLE)
    home = (project / given).resolve() if given else project / HOME_FOLDER
    return Layout(project=project, home=home)


def find_layout(start: Path, variables: Mapping[str, str] = os.environ, *, needs_project: bool = True) -> Layout:
    """Return the sandbox of the project that ``start`` is in.

    A project without Pulumi, for example one of Terraform, is a folder with a sandbox.

    Args:
        start: the folder in which a command runs.
        variables: its environment.
        needs_project: whether ``start`` must be in a project; otherwise it counts as one itself.

    Raises:
        ProjectNotFoundError: when ``start`` is in no project.
    """
    start = start.absolute()
    with_sandbox = next((folder for folder in (start, *start.parents) if (folder / HOME_FOLDER).is_dir()), None)
    try:
        project = find_project(start)
        if with_sandbox and with_sandbox.is_relative_to(project):
            project = with_sandbox
    except ProjectNotFoundError:
        if with_sandbox is None and needs_project:
            raise
        project = with_sandbox or start
    return layout_of(project, variables)
