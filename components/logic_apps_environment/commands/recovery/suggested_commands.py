"""The commands that messages suggest: ``make …`` in the sandbox, ``pulumi …`` on Azure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SANDBOX = "LOGIC_APPS_SANDBOX_HOME"
"""The environment variable that every command in the sandbox has."""


@dataclass(frozen=True)
class SuggestedCommands:
    """The commands for one stack.

    Attributes:
        stack: the name of the stack.
        in_sandbox: whether recovery runs in the sandbox.
    """

    stack: str
    in_sandbox: bool

    @classmethod
    def of(cls, stack: str, environment: Mapping[str, str]) -> SuggestedCommands:
        """Return the commands that fit the environment variables of this process."""
        return cls(stack, bool(environment.get(_SANDBOX)))

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
        if self.in_sandbox:
            return f"make recover STACK={self.stack}"
        return f"logic-apps-environment recover --stack {self.stack}"

    @property
    def cancel(self) -> str:
        """The command that removes the locks of the stack."""
        return self.pulumi(f"cancel --stack {self.stack} --yes")

    def pulumi(self, arguments: str) -> str:
        """Return a Pulumi command that has no make target."""
        return f"{'logic-apps-sandbox run -- ' if self.in_sandbox else ''}pulumi {arguments}"

    def _command(self, name: str, options: str = "") -> str:
        return f"make {name} STACK={self.stack}" if self.in_sandbox else f"pulumi {name} --stack {self.stack}{options}"
