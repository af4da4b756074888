"""The virtual environment in which the program of a project runs: `runtime.options.virtualenv` of its `Pulumi.yaml`."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from logic_apps_sandbox.layout import PROJECT_FILE


@dataclass(frozen=True)
class ProgramEnvironment:
    """A virtual environment other than that of the sandbox."""

    folder: Path
    """The folder of the environment."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def has_pulumi(self) -> bool:
        """Whether Pulumi's SDK is installed in it."""
        return self._file("pulumi/__init__.py") is not None

    @property
    def azure_native_version(self) -> str | None:
        """The version of the azure-native plugin that its SDK requires; None if the SDK is not installed in it."""
        plugin = self._file("pulumi_azure_native/pulumi-plugin.json")
        return str(json.loads(plugin.read_text())["version"]) if plugin else None

    def _file(self, path: str) -> Path | None:
        return next(self.folder.glob(f"lib/python*/site-packages/{path}"), None)


def program_environment(project: Path) -> ProgramEnvironment | None:
    """Return the virtual environment of a project's program.

    Returns:
        None if the program runs in the environment of the sandbox: `Pulumi.yaml` names this one, or one that does not
        exist, or none.
    """
    try:
        content = yaml.safe_load((project / PROJECT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        # The CLI reports a project file that it cannot read.
        return None
    runtime = content.get("runtime") if isinstance(content, dict) else None
    options = runtime.get("options") if isinstance(runtime, dict) else None
    name = options.get("virtualenv") if isinstance(options, dict) else None
    if not isinstance(name, str):
        return None
    environment = ProgramEnvironment(project / name)
    is_own = environment.folder.resolve() == Path(sys.prefix).resolve()
    return environment if environment.python.exists() and not is_own else None
