"""Decides that `make shell` stays on the sandbox whatever the user's own settings say."""

import os
import subprocess
from pathlib import Path

from sandbox.layout import Layout
from sandbox.shell import shell_command


def test_a_real_login_in_bashrc_does_not_win_over_the_sandbox(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text(
        "export PULUMI_BACKEND_URL=https://real ARM_CLIENT_ID=real ARM_USE_OIDC=true AZURE_TENANT_ID=real PATH=/real\n"
    )
    variables = {
        "HOME": str(tmp_path),
        "SHELL": "/bin/bash",
        "PATH": os.environ["PATH"],
        "PULUMI_BACKEND_URL": "file:///sandbox's state",
        "ARM_CLIENT_ID": "sandbox",
    }
    command, environment = shell_command(Layout(project=tmp_path, home=tmp_path / "home"), variables)
    asked = subprocess.run(
        [*command, "-i", "-c", ". $0; env", str(tmp_path / "home" / "bashrc")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    seen = dict(line.partition("=")[::2] for line in asked.stdout.splitlines())
    assert seen["PULUMI_BACKEND_URL"] == "file:///sandbox's state"
    assert seen["ARM_CLIENT_ID"] == "sandbox"
    assert seen["PATH"] == os.environ["PATH"]
    assert not {"ARM_USE_OIDC", "AZURE_TENANT_ID"} & seen.keys()


def test_the_settings_are_for_their_owner_alone(tmp_path: Path) -> None:
    shell_command(Layout(project=tmp_path, home=tmp_path / "home"), {"SHELL": "/bin/bash", "PATH": "/bin"})
    assert (tmp_path / "home" / "bashrc").stat().st_mode & 0o077 == 0
