"""Writes the files of the sandbox's home: the launcher, the provider plugin and the passphrase."""

import importlib.util
import json
import secrets
import shlex
from pathlib import Path

from logic_apps_sandbox.files import EXECUTABLE, PRIVATE, file_lock, python_executable, write_file
from logic_apps_sandbox.layout import CODE_ROOT, YAML_HOST, Layout


def prepare_home(layout: Layout, *, python: Path, cli: Path | None) -> None:
    """Write what is missing or out of date; several may do so at the same time. ``cli`` is None if none is needed."""
    if not (ignored := layout.home / ".gitignore").exists():
        # The folder contains secrets, and is in the user's project.
        write_file(ignored, "*\n")
    if cli:
        launcher = [str(cli), str(layout.stack_files), str(layout.state)]
        write_file(
            layout.launchers / "pulumi",
            python_executable(python, CODE_ROOT, "logic_apps_sandbox.toolchain.launcher", *launcher),
            mode=EXECUTABLE,
        )
    install_provider(layout.pulumi_home, python=python, version=azure_native_version())
    for host in layout.toolchain.glob(f"{YAML_HOST}-v*"):
        # Pulumi finds a language host in the folder of its plugins too, if it is neither on PATH nor beside the CLI.
        write_file(
            layout.pulumi_home / "plugins" / f"language-yaml-{host.name.removeprefix(f'{YAML_HOST}-')}" / YAML_HOST,
            f'#!/bin/sh\n# Written by the sandbox.\nexec {shlex.quote(str(host))} "$@"\n',
            mode=EXECUTABLE,
        )
    layout.state.mkdir(parents=True, exist_ok=True)
    if not layout.passphrase.exists():
        with file_lock(layout.home / "passphrase.lock"):
            if not layout.passphrase.exists():
                write_file(layout.passphrase, secrets.token_urlsafe(), mode=PRIVATE)


def install_provider(pulumi_home: Path, *, python: Path, version: str) -> None:
    """Install the provider emulator as the azure-native plugin of this version.

    Pulumi takes a plugin of exactly the version that the SDK of the program names from here, without looking further or
    downloading (pulumi/pulumi, sdk/go/common/workspace/plugins.go, SelectCompatiblePlugin).
    """
    write_file(
        pulumi_home / "plugins" / f"resource-azure-native-v{version}" / "pulumi-resource-azure-native",
        python_executable(python, CODE_ROOT, "logic_apps_sandbox.azure_native"),
        mode=EXECUTABLE,
    )


def azure_native_version() -> str:
    """Return the version of the azure-native plugin that the installed SDK requires."""
    # Importing the package would take a second.
    package = importlib.util.find_spec("pulumi_azure_native")
    if package is None or package.origin is None:
        raise FileNotFoundError(
            "the package pulumi-azure-native is not installed; run: python3 -m logic_apps_sandbox.toolchain"
        )
    return str(json.loads(Path(package.origin).with_name("pulumi-plugin.json").read_text())["version"])
