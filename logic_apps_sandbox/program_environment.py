"""The runtime and the virtual environment of a project's program."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from logic_apps_sandbox.layout import PROJECT_FILE

# Prints where two packages are, which may also be in the packages of the system or of another folder.
_LOCATE = """
import importlib.util, json
found = [importlib.util.find_spec(name) for name in ("pulumi", "pulumi_azure_native")]
print(json.dumps([spec and spec.origin for spec in found]))
"""


@dataclass(frozen=True)
class ProgramEnvironment:
    """A virtual environment other than that of the sandbox."""

    python: Path
    """Its interpreter."""

    has_pulumi: bool
    """Whether Pulumi's SDK is installed in it."""

    azure_native_version: str | None
    """The version of the azure-native plugin that its SDK requires; None if the SDK is not installed in it."""


def program_environment(project: Path) -> ProgramEnvironment | None:
    """Return the virtual environment of a project's program.

    Returns:
        None if the program runs in the environment of the sandbox: ``Pulumi.yaml`` names this one, or one that does not
        exist, or none.
    """
    options = _runtime(project).get("options")
    name = options.get("virtualenv") if isinstance(options, dict) else None
    if not isinstance(name, str):
        return None
    folder = project / name
    python = folder / "bin" / "python"
    if folder.resolve() == Path(sys.prefix).resolve() or not python.exists():
        return None
    located = subprocess.run([python, "-c", _LOCATE], cwd=folder, capture_output=True, text=True, check=False)
    pulumi, azure_native = json.loads(located.stdout) if located.returncode == 0 else (None, None)
    plugin = Path(azure_native).with_name("pulumi-plugin.json") if azure_native else None
    version = str(json.loads(plugin.read_text())["version"]) if plugin else None
    return ProgramEnvironment(python, has_pulumi=pulumi is not None, azure_native_version=version)


def is_yaml_program(project: Path) -> bool:
    """Return whether the program of a project is written in YAML, for which Pulumi needs another language host."""
    return _runtime(project).get("name") == "yaml"


def _runtime(project: Path) -> dict[str, Any]:
    """Return the runtime that ``Pulumi.yaml`` names; an empty one if the file cannot be read, which the CLI reports."""
    try:
        content = yaml.safe_load((project / PROJECT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    runtime = content.get("runtime") if isinstance(content, dict) else None
    if isinstance(runtime, dict):
        return runtime
    return {"name": runtime}
