"""Only the pinned release archive is used, and a slow server cannot block setup."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from logic_apps_sandbox.toolchain.archive import download_release, this_platform
from logic_apps_sandbox.toolchain.commands import SetUpError
from tests.logic_apps_sandbox.toolchain.release_server import (
    GOOD_CLI,
    ReleaseServer,
    archive_of,
    release_server,
    sha256,
    valid_archive,
)


@pytest.fixture
def server() -> Iterator[ReleaseServer]:
    with release_server() as running:
        yield running


def download(server: ReleaseServer, target: Path, checksum: str) -> None:
    download_release(server.address, target, checksums={this_platform(): checksum}, connect_seconds=0.5)


def test_the_pinned_archive_is_unpacked_with_its_executables(server: ReleaseServer, tmp_path: Path) -> None:
    server.content = valid_archive()
    download(server, tmp_path / "cli", sha256(server.content))
    system, processor = this_platform()
    assert server.asked == [f"/releases/sdk/pulumi-v3.255.0-{system}-{processor}.tar.gz"]
    assert sorted(each.name for each in (tmp_path / "cli").iterdir()) == ["pulumi", "pulumi-language-python"]
    assert (tmp_path / "cli" / "pulumi").stat().st_mode & 0o111


def test_another_archive_is_rejected_before_anything_of_it_is_unpacked(server: ReleaseServer, tmp_path: Path) -> None:
    server.content = valid_archive()
    with pytest.raises(SetUpError, match="not have the pinned checksum"):
        download(server, tmp_path / "cli", "0" * 64)
    assert not (tmp_path / "cli" / "pulumi").exists()


@pytest.mark.parametrize("path", ["../outside", "pulumi/../../outside"])
def test_a_path_that_leaves_the_archive_writes_no_file_outside(
    server: ReleaseServer, tmp_path: Path, path: str
) -> None:
    server.content = archive_of({"pulumi/pulumi": GOOD_CLI, path: b"gotcha"})
    with pytest.raises(SetUpError, match="cannot be unpacked"):
        download(server, tmp_path / "deep" / "cli", sha256(server.content))
    assert not list(tmp_path.rglob("outside"))


def test_a_server_without_the_archive_is_reported_with_its_address(server: ReleaseServer, tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=r"http://127\.0\.0\.1:.*404"):
        download(server, tmp_path / "cli", "0" * 64)


def test_a_server_that_never_responds_is_abandoned(server: ReleaseServer, tmp_path: Path) -> None:
    server.hangs.set()
    with pytest.raises(SetUpError, match=r"no response within 0\.5 s|timed out"):
        download(server, tmp_path / "cli", "0" * 64)


def test_a_file_that_is_no_archive_is_rejected_even_with_the_right_checksum(
    server: ReleaseServer, tmp_path: Path
) -> None:
    server.content = b"<html>sign in</html>"
    with pytest.raises(SetUpError, match="cannot be unpacked"):
        download(server, tmp_path / "cli", sha256(server.content))


def test_an_archive_without_a_cli_is_rejected(server: ReleaseServer, tmp_path: Path) -> None:
    server.content = archive_of({"pulumi/README": b"hello"})
    with pytest.raises(SetUpError, match="not contain pulumi/pulumi"):
        download(server, tmp_path / "cli", sha256(server.content))


def test_a_platform_without_a_pinned_checksum_downloads_nothing(server: ReleaseServer, tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="no checksum"):
        download_release(server.address, tmp_path / "cli", checksums={})
    assert server.asked == []
