"""Downloading Pulumi's official release archive, checked against a pinned checksum before anything of it is used."""

import hashlib
import platform
import queue
import shutil
import tarfile
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import IO

from logic_apps_sandbox.toolchain.commands import SetUpError
from logic_apps_sandbox.toolchain.versions import ARCHIVE_SHA256, ARCHIVE_VERSION

CONNECT_SECONDS = 10.0
"""How long the server may take until it answers, names, connections and redirects included."""

CHUNK_BYTES = 1 << 20

SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
PROCESSORS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def this_platform() -> tuple[str, str]:
    """The operating system and the processor of this machine, as the names of the release archives have them."""
    machine = platform.machine()
    return SYSTEMS.get(platform.system(), platform.system().lower()), PROCESSORS.get(machine.lower(), machine)


def download_release(
    address: str,
    target: Path,
    *,
    checksums: Mapping[tuple[str, str], str] = ARCHIVE_SHA256,
    connect_seconds: float = CONNECT_SECONDS,
) -> None:
    """Downloads the release archive for this machine from `address`, and unpacks it into the new folder `target`.

    Raises:
        SetUpError: when there is no checksum for this machine, the server does not answer in time or has no such
            file, or the archive is not the one that was pinned or has paths that lead out of it.
    """
    system, processor = this_platform()
    if (system, processor) not in checksums:
        raise SetUpError(f"no checksum is pinned for the release archive of {system}-{processor}")
    url = f"{address.rstrip('/')}/pulumi-v{ARCHIVE_VERSION}-{system}-{processor}.tar.gz"
    target.mkdir(parents=True)
    archive = target / "archive.tar.gz"
    try:
        with _open(url, connect_seconds) as response, archive.open("wb") as file:
            shutil.copyfileobj(response, file, CHUNK_BYTES)
    except (OSError, HTTPException) as error:
        raise SetUpError(f"{url}: {error}") from error
    _check(archive, checksums[system, processor], url)
    _unpack(archive, target, url)
    archive.unlink()


def _open(url: str, seconds: float) -> IO[bytes]:
    """The response, with its headers read.

    urlopen's own timeout counts for each address of a name anew, and not at all for finding the addresses.
    """
    answer: queue.Queue[IO[bytes] | Exception] = queue.Queue()

    def open_it() -> None:
        try:
            answer.put(urllib.request.urlopen(url, timeout=seconds))  # noqa: S310  # the scheme is the set-up's or the user's own
        except Exception as error:  # noqa: BLE001  # handed over to the caller's thread
            answer.put(error)

    threading.Thread(target=open_it, daemon=True).start()
    try:
        opened = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no response within {seconds:g} s") from None
    if isinstance(opened, Exception):
        raise opened
    return opened


def _check(archive: Path, expected: str, url: str) -> None:
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise SetUpError(f"{url} does not have the pinned checksum: its SHA-256 is {found}, expected {expected}")


def _unpack(archive: Path, target: Path, url: str) -> None:
    """Unpacks `pulumi/<executable>` of the archive to `<target>/<executable>`; tarfile refuses paths that lead out."""
    unpacked = target / "unpacked"
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise SetUpError(f"{url} cannot be unpacked: {error}") from error
    for file in (unpacked / "pulumi").glob("*"):
        file.rename(target / file.name)
    shutil.rmtree(unpacked)
    if not (target / "pulumi").is_file():
        raise SetUpError(f"{url} does not contain pulumi/pulumi")
