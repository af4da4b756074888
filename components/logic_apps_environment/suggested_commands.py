"""The commands that messages suggest.

On Azure these are ``pulumi …``, in the sandbox ``logic-apps-sandbox run -- pulumi …``, and in the sandbox of a checkout
of this project ``make …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SANDBOX = "LOGIC_APPS_SANDBOX_HOME"
"""The environment variable that every command in the sandbox has."""


@dataclass(frozen=True)
class SuggestedCommands:
    """The commands for one stack, in the sandbox or on Azure.

    The folder of the program can be a checkout of this project, which has the make targets.
    """

    stack: str
    in_sandbox: bool
    in_checkout: bool = False

    @classmethod
    def of(cls, stack: str, folder: Path, environment: Mapping[str, str]) -> SuggestedCommands:
        """Return the commands that fit the program's folder and the environment variables of this process."""
        return cls(stack, bool(environment.get(_SANDBOX)), (folder / "components/logic_apps_environment").is_dir())

    @property
    def preview(self) -> str:
        """The command that previews an update."""
        return self._command("preview")

    @property
    def up(self) -> str:
        """The command that updates the stack."""
        return self._command("up")

    @property
    def destroy(self) -> str:
        """The command that deletes all resources; the hook that waits for subnets needs the program."""
        return self._command("destroy", options=" --run-program")

    @property
    def recover(self) -> str:
        """The command that recovers the stack."""
        if self._has_make_targets:
            return f"make recover STACK={self.stack}"
        return f"{self._prefix}logic-apps-environment recover --stack {self.stack}"

    @property
    def cancel(self) -> str:
        """The command that removes the locks of the stack."""
        return self.pulumi(f"cancel --stack {self.stack} --yes")

    def pulumi(self, arguments: str) -> str:
        """Return a Pulumi command that has no make target."""
        return f"{self._prefix}pulumi {arguments}"

    @property
    def _prefix(self) -> str:
        return "logic-apps-sandbox run -- " if self.in_sandbox else ""

    @property
    def _has_make_targets(self) -> bool:
        return self.in_sandbox and self.in_checkout

    def _command(self, name: str, options: str = "") -> str:
        if self._has_make_targets:
            return f"make {name} STACK={self.stack}"
        return self.pulumi(f"{name} --stack {self.stack}{options}")
