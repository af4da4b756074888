"""The supported versions of the Pulumi CLI are the same wherever they are named."""

import re
from pathlib import Path

import pytest
import yaml

from logic_apps_sandbox.toolchain.versions import (
    ARCHIVE_SHA256,
    ARCHIVE_VERSION,
    built_version,
    is_supported,
    parse_version,
)

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("v3.274.1\n", (3, 274, 1)),
        ("3.255.0", (3, 255, 0)),
        ("v3.256.0-alpha.1785+dirty\n", (3, 256, 0)),
        ("", None),
        ("pulumi: command not found", None),
        ("v3.2", None),
        ("v3.274.1 and more", None),
    ],
)
def test_a_version_is_parsed_from_the_output_of_the_cli(printed: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(printed) == version


@pytest.mark.parametrize(
    ("version", "good"),
    [((3, 218, 9), False), ((3, 219, 0), True), ((3, 999, 0), True), ((4, 0, 0), False), ((2, 300, 0), False)],
)
def test_versions_from_3_219_to_below_4_are_supported(version: tuple[int, int, int], *, good: bool) -> None:
    assert is_supported(version) is good


def test_pulumi_yaml_requires_the_same_versions() -> None:
    project = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())
    assert project["requiredPulumiVersion"] == ">=3.219.0 <4.0.0"


def test_the_version_that_set_up_installs_is_supported() -> None:
    for version in (ARCHIVE_VERSION, built_version()):
        parsed = parse_version(version)
        assert parsed is not None
        assert is_supported(parsed)


def test_every_pinned_checksum_is_a_sha_256() -> None:
    assert ("linux", "x64") in ARCHIVE_SHA256
    for checksum in ARCHIVE_SHA256.values():
        assert re.fullmatch("[0-9a-f]{64}", checksum)
