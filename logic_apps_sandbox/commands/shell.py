"""The interactive shell of ``logic-apps-sandbox shell``.

A shell reads the user's settings when it starts, which may contain a real login or put other folders first on PATH. The
supported shells therefore read settings of the sandbox after them.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

from logic_apps_sandbox.files import PRIVATE, write_file
from logic_apps_sandbox.layout import Layout

DEFAULT_SHELL = "/bin/bash"

_BASH = """\
# Written by the sandbox; what bash reads in `make shell`.
[ -f ~/.bashrc ] && . ~/.bashrc
PS1="(sandbox) $PS1"
unset ${!ARM_@} ${!AZURE_@} ${!PULUMI_@}
"""

_ZSH_FIRST = """\
# Written by the sandbox; what zsh reads first in `make shell`. The user's own may lead to another folder of settings.
ZDOTDIR=$SANDBOX_USER_ZDOTDIR
[ -f $ZDOTDIR/.zshenv ] && . $ZDOTDIR/.zshenv
SANDBOX_USER_ZDOTDIR=$ZDOTDIR
ZDOTDIR=$SANDBOX_ZDOTDIR
"""

_ZSH = """\
# Written by the sandbox; what zsh reads in `make shell`.
ZDOTDIR=$SANDBOX_USER_ZDOTDIR
[ -f $ZDOTDIR/.zshrc ] && . $ZDOTDIR/.zshrc
PROMPT="(sandbox) $PROMPT"
unset -m 'ARM_*' 'AZURE_*' 'PULUMI_*' 'SANDBOX_*ZDOTDIR'
"""

_FISH = """\
# Written by the sandbox; what fish reads in `make shell`, after the user's settings.
for name in (set --names --export | string match --regex '^(?:ARM|AZURE|PULUMI)_.*')
    set --erase $name
end
"""

OWN_PREFIXES = ("ARM_", "AZURE_", "PULUMI_", "LOGIC_APPS_SANDBOX_")
OWN = frozenset({"PATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy"})
"""The variables of the sandbox, which must also apply after the user's settings."""


def shell_command(layout: Layout, variables: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the user's shell as a command, and its environment; bash and zsh show ``(sandbox)`` in their prompts.

    bash, zsh and fish keep the sandbox's login even if the user's settings have a real one. Another shell is started
    unchanged.
    """
    shell = variables.get("SHELL") or DEFAULT_SHELL
    own = {
        name: value for name, value in variables.items() if name in OWN or name.startswith(OWN_PREFIXES)
    }  # The client secret is among them.
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in own.items())
    match Path(shell).name:
        case "bash":
            settings = layout.home / "bashrc"
            write_file(settings, _BASH + exports, mode=PRIVATE)
            return [shell, "--rcfile", str(settings)], dict(variables)
        case "zsh":
            folder = layout.home / "zsh"
            write_file(folder / ".zshenv", _ZSH_FIRST, mode=PRIVATE)
            write_file(folder / ".zshrc", _ZSH + exports, mode=PRIVATE)
            theirs = variables.get("ZDOTDIR") or variables.get("HOME", "")
            leading = {"ZDOTDIR": folder, "SANDBOX_ZDOTDIR": folder, "SANDBOX_USER_ZDOTDIR": theirs}
            return [shell], {**variables, **{name: str(value) for name, value in leading.items()}}
        case "fish":
            settings = layout.home / "settings.fish"
            write_file(settings, _FISH + "".join(map(_fish_export, own.items())), mode=PRIVATE)
            return [shell, "--init-command", f"source {_fish_quoted(str(settings))}"], dict(variables)
        case _:
            return [shell], dict(variables)


def _fish_export(variable: tuple[str, str]) -> str:
    name, value = variable
    # fish keeps PATH as a list.
    parts = value.split(":") if name == "PATH" else [value]
    return f"set --global --export {name} {' '.join(map(_fish_quoted, parts))}\n"


def _fish_quoted(text: str) -> str:
    """Text in single quotes, within which fish takes a backslash and a single quote after a backslash."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def greeting(stack: str) -> str:
    """Return the message at the start of the shell."""
    return (
        f"This shell uses the sandbox, a simulated Azure on this machine; stack {stack} is selected.\n"
        "Try: pulumi preview\n"
        "`exit` stops the shell and the simulator; the resources stay."
    )
