"""The interactive shell of `python -m sandbox shell`."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from sandbox.files import PRIVATE, write_file
from sandbox.layout import Layout

DEFAULT_SHELL = "/bin/bash"

BASH_SETTINGS = """\
# Written by the sandbox; what bash reads in `make shell`.
[ -f ~/.bashrc ] && . ~/.bashrc
PS1="(sandbox) $PS1"
# ~/.bashrc may have put other folders first, or a real login in place of the sandbox's.
unset ${{!ARM_@}} ${{!AZURE_@}} ${{!PULUMI_@}}
{exports}
"""

OWN_PREFIXES = ("ARM_", "AZURE_", "PULUMI_", "LOGIC_APPS_SANDBOX_")
OWN = frozenset({"PATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy"})
"""The variables that lead to the sandbox, and have to after the user's own settings too."""


def shell_command(layout: Layout, variables: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The user's shell as a command, and its environment; bash shows `(sandbox)` in its prompt.

    Only bash is kept from putting a real login of the user's settings in place of the sandbox's.
    """
    shell = variables.get("SHELL") or DEFAULT_SHELL
    if Path(shell).name != "bash":
        return [shell], dict(variables)
    exports = [
        f"export {name}={shlex.quote(value)}"
        for name, value in variables.items()
        if name in OWN or name.startswith(OWN_PREFIXES)
    ]
    settings = layout.home / "bashrc"
    # The client secret is among them.
    write_file(settings, BASH_SETTINGS.format(exports="\n".join(exports)), mode=PRIVATE)
    return [shell, "--rcfile", str(settings)], dict(variables)


def greeting(stack: str) -> str:
    """What the user reads first."""
    return (
        f"This shell works on the sandbox, a simulated Azure on this machine; stack {stack} is selected.\n"
        "Try: pulumi preview\n"
        "`exit` ends the shell and the simulator; what was created stays for the next time."
    )
