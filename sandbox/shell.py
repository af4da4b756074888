"""The interactive shell of `python -m sandbox shell`."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.files import write_file
from sandbox.layout import Layout

DEFAULT_SHELL = "/bin/bash"

BASH_SETTINGS = """\
# Written by the sandbox; what bash reads in `make shell`.
[ -f ~/.bashrc ] && . ~/.bashrc
PS1="(sandbox) $PS1"
# ~/.bashrc may have put other folders first.
PATH="$LOGIC_APPS_SANDBOX_PATH"
unset LOGIC_APPS_SANDBOX_PATH
"""


def shell_command(layout: Layout, variables: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The user's shell as a command, and its environment; bash shows `(sandbox)` in its prompt."""
    shell = variables.get("SHELL") or DEFAULT_SHELL
    if Path(shell).name != "bash":
        return [shell], dict(variables)
    settings = layout.home / "bashrc"
    write_file(settings, BASH_SETTINGS)
    return [shell, "--rcfile", str(settings)], {**variables, "LOGIC_APPS_SANDBOX_PATH": variables["PATH"]}


def greeting(stack: str) -> str:
    """What the user reads first."""
    return (
        f"This shell works on the sandbox, a simulated Azure on this machine; stack {stack} is selected.\n"
        "Try: pulumi preview\n"
        "`exit` ends the shell and the simulator; what was created stays for the next time."
    )
