"""The sandbox's copies of stack files, which contain the sandbox's salts."""

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from logic_apps_sandbox.files import PRIVATE, write_file
from logic_apps_sandbox.layout import stack_file
from logic_apps_sandbox.toolchain.backend import has_ended
from logic_apps_sandbox.toolchain.stack_secrets import OWN_SECRETS, SALT_LINE


@dataclass(frozen=True)
class StackFileCopies:
    """A folder with one copy of each stack file, and with the copies of single commands.

    Attributes:
        folder: the folder, which has the copies under the names of the stack files.
    """

    folder: Path

    def file(self, stack: str) -> Path:
        """Return the path of the copy that keeps the salt of a stack."""
        return stack_file(self.folder, stack)

    def salt_line(self, stack: str) -> str:
        """Return the line with the salt of a stack; empty if there is none yet."""
        try:
            found = SALT_LINE.search(self.file(stack).read_text(encoding="utf-8"))
        except OSError:
            return ""
        return f"{found[0]}\n" if found else ""

    def reset(self, stack: str) -> None:
        """Reduce a copy to its salt, which is kept so that secrets in earlier states stay readable."""
        write_file(self.file(stack), self.salt_line(stack), mode=PRIVATE)

    def write(self, text: str, source: Path, stack: str, *, for_this_command: bool) -> Path:
        """Write a copy of a stack file with the sandbox's salt, and return its path.

        Args:
            text: the text of the stack file, without private keys.
            source: the path of the stack file.
            stack: the stack that the command uses.
            for_this_command: whether the command gets a copy of its own, because it writes to it.
        """
        kept = OWN_SECRETS.sub("", text).rstrip()
        note = f"# A copy of {source}; edit that file. The sandbox adds the salt below."
        return self.write_unchanged(
            f"{kept}\n{note}\n{self.salt_line(stack)}", stack, for_this_command=for_this_command
        )

    def write_unchanged(self, text: str, stack: str, *, for_this_command: bool) -> Path:
        """Write a copy of a stack file that has its own salt or secrets provider, and return its path.

        The arguments are those of ``write``.
        """
        commands = self.folder / "commands"
        _remove_copies_of_ended_commands(commands)
        # The CLI replaces this process and keeps its ID.
        of_this_command = commands / f"{os.getpid()}@{socket.gethostname()}"
        copy = stack_file(of_this_command if for_this_command else self.folder, stack)
        write_file(copy, text, mode=PRIVATE)
        return copy


def _remove_copies_of_ended_commands(commands: Path) -> None:
    for folder in commands.glob("*@*"):
        pid, _, host = folder.name.partition("@")
        if pid.isdecimal() and has_ended(host, int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
