"""The supported versions of the Pulumi CLI, and the versions that setup installs."""

import re
from pathlib import Path

MINIMUM = (3, 219, 0)
"""The minimum version of the CLI, as in ``requiredPulumiVersion`` of Pulumi.yaml.

From Pulumi's changelog: the engine knows error hooks since 3.217.0 (#21291); the Python SDK has them, and the CLI reads
``requiredPulumiVersion``, since 3.219.0 (#21644, #21627).
"""

BELOW = (4, 0, 0)
"""The first unsupported version: a new major version can be incompatible with states or the program."""

ARCHIVE_VERSION = "3.255.0"
"""The release that setup downloads: the newest whose checksums independent sources confirm.

So it can be older than the CLI that setup builds (``built_version``), whose source go.sum verifies.
"""

ARCHIVE_SHA256 = {
    ("linux", "x64"): "cf559568e2c32f7fae56ea3de8ae5fa48973ba8c5aa9dd2b3dc0c8898fe50dba",
    ("linux", "arm64"): "699fbc6ea848d997e9b3645487f108d27b1b55ec807c7576406131e6e080f0e3",
}
"""SHA-256 of the release archives by Pulumi's names of operating system and processor.

The values that independent public setup scripts pin, which name pulumi-3.255.0-checksums.txt of the release as their
source. A platform that is not here builds the CLI instead.
"""

ARCHIVE_ADDRESS = "https://get.pulumi.com/releases/sdk"
"""The address of the release archives."""

GO_MODULE = Path(__file__).parent / "cli"
"""The Go module whose go.mod and go.sum pin the CLI that setup builds."""

YAML_HOST_MODULE = Path(__file__).parent / "yaml"
"""The Go module whose go.mod and go.sum pin the YAML language host that setup builds.

A separate module: the newest host on the Go module proxy does not compile with the packages of the CLI.
"""


def parse_version(text: str) -> tuple[int, int, int] | None:
    """Parse the output of ``pulumi version``, such as ``v3.255.0`` or ``3.256.0-alpha.1``; None for other text."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+]\S*)?\s*$", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def is_supported(version: tuple[int, int, int]) -> bool:
    """Return whether a CLI of this version is supported."""
    return MINIMUM <= version < BELOW


def show(version: tuple[int, int, int]) -> str:
    """Format a version."""
    return ".".join(map(str, version))


def built_version() -> str:
    """Return the version of the CLI that go.mod requires, such as ``v3.274.1``."""
    return _required_version(GO_MODULE, "github.com/pulumi/pulumi/pkg/v3")


def yaml_host_version() -> str:
    """Return the version of the YAML language host that go.mod requires, such as ``v1.32.0``."""
    return _required_version(YAML_HOST_MODULE, "github.com/pulumi/pulumi-yaml")


def _required_version(module: Path, package: str) -> str:
    go_mod = module / "go.mod"
    required = re.search(rf"^\s*(?:require )?{re.escape(package)} (v\S+)", go_mod.read_text(), re.MULTILINE)
    if required is None:
        raise ValueError(f"{go_mod} requires no {package}")
    return required[1]
