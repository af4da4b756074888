"""The commands that messages suggest: `make …` in the sandbox, `pulumi …` on Azure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SANDBOX = "LOGIC_APPS_SANDBOX_HOME"
"""The environment variable that every command in the sandbox has."""


@dataclass(frozen=True)
class Commands:
    """The commands for one stack.

    Args:
        stack: the stack's name.
        in_sandbox: whether recovery runs in the sandbox.
    """

    stack: str
    in_sandbox: bool

    @classmethod
    def of(cls, stack: str, environment: Mapping[str, str]) -> Commands:
        """The commands that fit the environment variables of this process."""
        return cls(stack, bool(environment.get(_SANDBOX)))

    def preview(self) -> str:
        """The command that shows what an update would do."""
        return self._command("preview", "")

    def up(self) -> str:
        """The command that updates the stack."""
        return self._command("up", "")

    def destroy(self) -> str:
        """The command that deletes everything in the stack; the hook that waits for subnets needs the program."""
        return self._command("destroy", " --run-program")

    def recover(self) -> str:
        """The command that is running."""
        return (
            f"make recover STACK={self.stack}"
            if self.in_sandbox
            else f"logic-apps-environment recover --stack {self.stack}"
        )

    def pulumi(self, arguments: str) -> str:
        """A command that `make` has no target for."""
        return f"{'logic-apps-sandbox run -- ' if self.in_sandbox else ''}pulumi {arguments}"

    def cancel(self) -> str:
        """The command that removes the stack's locks."""
        return self.pulumi(f"cancel --stack {self.stack} --yes")

    def _command(self, name: str, options: str) -> str:
        return f"make {name} STACK={self.stack}" if self.in_sandbox else f"pulumi {name} --stack {self.stack}{options}"
