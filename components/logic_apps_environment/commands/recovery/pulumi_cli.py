"""Run Pulumi commands for one stack."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from logic_apps_environment.commands.azure_client.printable import printable_lines, without_signatures
from logic_apps_environment.commands.recovery.backends import simple_name
from logic_apps_environment.commands.recovery.errors import RecoveryError, StateUnreadableError
from logic_apps_environment.suggested_commands import SuggestedCommands

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def find_project(folder: Path) -> tuple[Path, str]:
    """Return the folder of the project, ``folder`` or a parent of it, and the name of the project.

    Raises:
        RecoveryError: there is no project, or its file has no name.
    """
    for candidate in (folder, *folder.parents):
        for name in PROJECT_FILES:
            if (candidate / name).is_file():
                return candidate, _project_name(candidate / name)
    raise RecoveryError(
        f"there is no Pulumi project in {folder} or above it: no file {PROJECT_FILES[0]}. Go to the project's folder, "
        "then run the command again."
    )


def _project_name(file: Path) -> str:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        name = document["name"]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or not name:
        raise RecoveryError(f"{file} does not have the name of the project. Add a line such as: name: my-project")
    return name


class Pulumi:
    """Runs ``pulumi`` for one stack.

    It runs in the working directory, like the commands of the user, because Pulumi resolves the relative URL of a file
    backend there.
    """

    def __init__(self, stack: str, commands: SuggestedCommands) -> None:
        self.stack = stack
        self._commands = commands

    def backend(self) -> str:
        """Return the URL of the backend, such as ``file:///home/me/state``."""
        found = json_of(self._run("whoami", "--json", of_stack=False), "pulumi whoami --json")
        return str(found.get("url", ""))

    def is_in_use(self) -> bool:
        """Whether Pulumi Cloud reports an update in progress; False for other backends, which do not report updates."""
        try:
            stacks = json.loads(self._run("stack", "ls", "--json", of_stack=False))
        except ValueError:
            return False
        name = simple_name(self.stack)
        return any(
            simple_name(str(each.get("name"))) == name and each.get("updateInProgress") is True
            for each in (stacks if isinstance(stacks, list) else [])
            if isinstance(each, dict)
        )

    def configuration(self) -> dict[str, str]:
        """Return the stack's ``azure-native:…`` configuration without that prefix and without secrets."""
        found = json_of(self._run("config", "--json"), "pulumi config --json")
        prefix = "azure-native:"
        return {
            key.removeprefix(prefix): str(entry["value"])
            for key, entry in found.items()
            if key.startswith(prefix) and isinstance(entry, dict) and not entry.get("secret") and "value" in entry
        }

    def export(self) -> str:
        """Return the stack's state as text, with encrypted secrets.

        Raises:
            StateUnreadableError: Pulumi cannot read the state.
        """
        return self._run("stack", "export")

    def replace_state(self, state: dict[str, Any]) -> None:
        """Replace the stack's state."""
        with tempfile.TemporaryDirectory(prefix="recovery-") as folder:
            file = Path(folder) / "state.json"
            file.touch(mode=0o600)
            file.write_text(json.dumps(state), encoding="utf-8")
            self._run("stack", "import", "--file", str(file))

    def planned_steps(self) -> tuple[list[dict[str, Any]], str]:
        """Preview an update.

        Returns:
            The steps of ``pulumi preview --json``, and the reason if the preview failed, else an empty string. A failed
            preview, for example because of a protected resource, can have planned steps.

        Raises:
            RecoveryError: the output is not that of a preview.
        """
        finished = self._finished("preview", "--json", "--show-sames", "--show-replacement-steps")
        try:
            found = json_of(finished.stdout, "pulumi preview --json")
        except RecoveryError:
            if finished.returncode == 0:
                raise
            found = {}
        steps = found.get("steps")
        planned = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
        if finished.returncode == 0:
            return planned, ""
        return planned, str(self._error(("preview",), finished.stdout, finished.stderr))

    def _run(self, *arguments: str, of_stack: bool = True) -> str:
        finished = self._finished(*arguments, of_stack=of_stack)
        if finished.returncode != 0:
            raise self._error(arguments, finished.stdout, finished.stderr)
        return finished.stdout

    def _finished(self, *arguments: str, of_stack: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        if of_stack:
            command += ["--stack", self.stack]
        try:
            return subprocess.run(
                command,
                env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except FileNotFoundError as error:
            raise RecoveryError(
                "the command `pulumi` is not on the PATH. Install the Pulumi CLI "
                "(https://www.pulumi.com/docs/install/); for the sandbox, run: logic-apps-sandbox run -- "
                "logic-apps-environment recover --stack NAME"
            ) from error
        except OSError as error:
            raise RecoveryError(f"`pulumi` cannot be run: {error.strerror}") from error

    def _error(self, arguments: Sequence[str], printed: str, errors: str) -> RecoveryError:
        message = without_signatures(_diagnostics(printed) or errors)
        message = printable_lines(message.replace("\r\n", "\n").strip())
        command = f"pulumi {' '.join(arguments[:2])}"
        if "no stack named" in message:
            return RecoveryError(
                f"there is no stack named {self.stack!r}. `{self._commands.pulumi('stack ls')}` lists the stacks of "
                "this project; specify one with --stack."
            )
        if "currently locked" in message or "Another update is currently in progress" in message:
            return RecoveryError(
                f"the stack is locked by another command. {message}\n"
                f"Wait until that command has ended. If it no longer runs, run `{self._commands.cancel}`, "
                "then run the command again."
            )
        if arguments[:2] == ("stack", "export"):
            return StateUnreadableError(
                f"Pulumi cannot read the stack's state. {message}\n"
                "Follow this message, or restore a backup of the state; then run the command again."
            )
        return RecoveryError(f"`{command}` failed: {message}")


def json_of(text: str, source: str) -> dict[str, Any]:
    """Return a JSON object that Pulumi printed.

    Raises:
        RecoveryError: the text is not a JSON object.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RecoveryError(
            f"`{source}` printed no JSON object, but: {text.strip()[:200]!r}. Recovery requires Pulumi 3.219 or newer; "
            "check `pulumi version`."
        )
    return found


def _diagnostics(printed: str) -> str:
    """Return the errors that a failed ``preview --json`` printed; empty for the output of other commands."""
    try:
        found = json.loads(printed)
        return "\n".join(entry["message"].strip() for entry in found["diagnostics"] if entry["severity"] == "error")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
