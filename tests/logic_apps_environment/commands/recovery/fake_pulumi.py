"""A `pulumi` on the PATH that answers from files, so that the command is tested on states of any kind."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.logic_apps_environment.commands.recovery.recordings import PROJECT

REPOSITORY = Path(__file__).parents[4]
USER = getpass.getuser()

_PROGRAM = f"""#!{sys.executable}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
words = [each for each in sys.argv[1:] if not each.startswith("-")]
with (folder / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if (folder / "refusal").exists():
    command, message = (folder / "refusal").read_text().split("|")
    if " ".join(words).startswith(command):
        sys.exit(message)
if words[:2] == ["stack", "import"]:
    (folder / "imported").write_text(pathlib.Path(sys.argv[sys.argv.index("--file") + 1]).read_text())
elif words[:2] == ["stack", "export"]:
    imported = folder / "imported"
    print((imported if imported.exists() else folder / "state").read_text())
elif words[0] == "preview":
    plan = folder / "plan"
    print(plan.read_text() if plan.exists() else json.dumps({{"steps": []}}))
    sys.exit("error: preview failed" if plan.exists() else 0)
elif words[0] == "whoami":
    cloud = (folder / "stacks").exists()
    print(json.dumps({{"url": "https://app.pulumi.com/ada" if cloud else folder.as_uri()}}))
elif words[:2] == ["stack", "ls"]:
    print((folder / "stacks").read_text())
elif words[0] == "config":
    print("{{}}")
"""


_RETRY_AT_ONCE = """
import runpy
from azure.core.pipeline.policies import RetryPolicy
RetryPolicy.get_backoff_time = lambda policy, settings: 0
runpy.run_module("logic_apps_environment.commands", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Finished:
    """How a recovery ended."""

    code: int
    printed: str
    """Both streams."""


class Setting:
    """A folder with a project, a fake `pulumi`, and a recovery to run in it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        self.backend = folder / "backend"
        self.backend.mkdir()
        self.command = ("-m", "logic_apps_environment.commands")
        self.variables: dict[str, str] = {"ARM_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000"}
        program = self.backend / "pulumi"
        program.write_text(_PROGRAM)
        program.chmod(0o755)

    def keep(self, state: Any) -> None:
        """What `pulumi stack export` prints: a text, or a document."""
        (self.backend / "state").write_text(state if isinstance(state, str) else json.dumps(state))

    def refuse(self, command: str, message: str) -> None:
        """From now on a command, such as `stack export`, fails with this message."""
        (self.backend / "refusal").write_text(f"{command}|{message}")

    def fail_preview(self, steps: list[dict[str, Any]], message: str) -> None:
        """From now on a preview plans these steps and fails with this message."""
        diagnostics = [{"severity": "error", "message": message}]
        (self.backend / "plan").write_text(json.dumps({"steps": steps, "diagnostics": diagnostics}))

    def use_cloud(self, stacks: list[dict[str, Any]]) -> None:
        """From now on the backend is Pulumi Cloud, with these stacks."""
        (self.backend / "stacks").write_text(json.dumps(stacks))

    def lock(self, process: int, host: str, stack: str = "dev") -> Path:
        """A lock as a backend of files keeps it."""
        folder = self.backend / ".pulumi" / "locks" / "organization" / PROJECT / stack
        folder.mkdir(parents=True)
        file = folder / "0f0e.json"
        file.write_text(
            json.dumps({"pid": process, "username": USER, "hostname": host, "timestamp": "2026-11-24T20:10:23.493Z"})
        )
        return file

    def retry_at_once(self) -> None:
        """From now on the recovery repeats failed requests without azure-core's pauses, which take five seconds."""
        self.command = ("-c", _RETRY_AT_ONCE)

    @property
    def calls(self) -> list[str]:
        """The first two words of each call of `pulumi`."""
        lines = (self.backend / "calls").read_text().splitlines() if (self.backend / "calls").exists() else []
        return [" ".join(line.split()[:2]) for line in lines]

    def run(self, *arguments: str, path: str | None = None) -> Finished:
        """`logic-apps-environment recover` in the project's folder."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "ARM_", "AZURE_"))}
        finished = subprocess.run(
            [sys.executable, *self.command, "recover", *arguments],
            cwd=self.project,
            env=kept
            | {"PYTHONPATH": str(REPOSITORY), "PATH": path or f"{self.backend}{os.pathsep}{os.environ['PATH']}"}
            | self.variables,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        return Finished(finished.returncode, finished.stdout + finished.stderr)
