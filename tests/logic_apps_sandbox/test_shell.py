"""``make shell`` uses the sandbox whatever the user's own settings are."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from logic_apps_sandbox.commands.shell import shell_command
from logic_apps_sandbox.layout import Layout

REAL = {
    "PULUMI_BACKEND_URL": "https://real",
    "ARM_CLIENT_ID": "real",
    "ARM_USE_OIDC": "true",
    "AZURE_TENANT_ID": "real",
    "PATH": "/real",
}
"""A login and a folder of programs in the settings of a user."""


def write_real_settings(shell: str, home: Path) -> None:
    """The user's settings, where the shell looks for them."""
    exports = "".join(f"export {name}={value}\n" for name, value in REAL.items())
    match shell:
        case "bash":
            (home / ".bashrc").write_text(exports)
        case "zsh":
            # The usual way to keep zsh's settings in a separate folder.
            (home / ".zshenv").write_text("ZDOTDIR=$HOME/settings\n")
            (home / "settings").mkdir()
            (home / "settings" / ".zshrc").write_text(exports)
        case "fish":
            folder = home / ".config" / "fish"
            folder.mkdir(parents=True)
            (folder / "config.fish").write_text(exports.replace("export ", "set -gx ").replace("=", " "))


def variables_of(shell: str, home: Path) -> dict[str, str]:
    """The variables that the sandbox gives a shell."""
    return {
        "HOME": str(home),
        "SHELL": shutil.which(shell) or f"/bin/{shell}",
        "PATH": os.environ["PATH"],
        "TERM": "dumb",
        "PULUMI_BACKEND_URL": "file:///sandbox's \\state",
        "ARM_CLIENT_ID": "sandbox",
        "ARM_CLIENT_SECRET": "very secret",
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_sandbox_overrides_a_real_account_in_the_users_settings(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        reason = f"there is no {shell}, whose way of reading settings is tested; on Debian: apt-get install {shell}"
        assert "CI" not in os.environ, reason
        pytest.skip(reason)
    write_real_settings(shell, tmp_path)
    variables = variables_of(shell, tmp_path)
    command, environment = shell_command(Layout(project=tmp_path, home=tmp_path / "home"), variables)
    asked = subprocess.run(
        [*command, "-i"],
        input="env > seen; exit\n",
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,  # an interactive shell would take over the terminal of the tests
    )
    assert (tmp_path / "seen").exists(), asked.stdout + asked.stderr
    seen = dict(line.partition("=")[::2] for line in (tmp_path / "seen").read_text().splitlines())
    wanted = {name: value for name, value in variables.items() if name.startswith(("PATH", "PULUMI_", "ARM_"))}
    assert {name: seen.get(name) for name in wanted} == wanted
    assert not {"ARM_USE_OIDC", "AZURE_TENANT_ID", "SANDBOX_ZDOTDIR", "SANDBOX_USER_ZDOTDIR"} & seen.keys()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_only_the_owner_can_read_the_settings(shell: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shell_command(Layout(project=tmp_path, home=home), variables_of(shell, tmp_path))
    secrets = [file for file in home.rglob("*") if file.is_file() and "very secret" in file.read_text()]
    assert len(secrets) == 1
    assert secrets[0].stat().st_mode & 0o077 == 0


def test_another_shell_is_started_as_it_is(tmp_path: Path) -> None:
    variables = variables_of("nu", tmp_path)
    assert shell_command(Layout(project=tmp_path, home=tmp_path / "home"), variables) == (["/bin/nu"], variables)
