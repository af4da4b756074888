"""The download of Pulumi's release archive, verified with a pinned checksum."""

import hashlib
import platform
import shutil
import tarfile
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import Future, wait
from http.client import HTTPException
from pathlib import Path
from typing import IO

from logic_apps_sandbox.toolchain.commands import SetUpError
from logic_apps_sandbox.toolchain.versions import ARCHIVE_SHA256, ARCHIVE_VERSION

CONNECT_SECONDS = 10.0
"""The time limit for the response of the server, including name resolution, connections and redirects."""

CHUNK_BYTES = 1 << 20

SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
PROCESSORS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def this_platform() -> tuple[str, str]:
    """Return operating system and processor as in the names of the release archives."""
    machine = platform.machine()
    return SYSTEMS.get(platform.system(), platform.system().lower()), PROCESSORS.get(machine.lower(), machine)


def download_release(
    address: str,
    target: Path,
    *,
    checksums: Mapping[tuple[str, str], str] = ARCHIVE_SHA256,
    connect_seconds: float = CONNECT_SECONDS,
) -> None:
    """Download the release archive for this machine from ``address`` and unpack it into the new folder ``target``.

    Raises:
        SetUpError: no checksum is pinned for this machine, the download failed or timed out, or the archive has
            another checksum or unsafe paths.
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
        raise SetUpError(f"{url}: {_reason(error)}") from error
    _check(archive, checksums[system, processor], url)
    _unpack(archive, target, url)
    archive.unlink()


def _reason(error: Exception) -> str:
    """Return the message of a failed download; that of a ``URLError`` shows its cause as a Python object."""
    cause = error.reason if type(error) is urllib.error.URLError else error
    return getattr(cause, "strerror", None) or str(cause)


def _open(url: str, seconds: float) -> IO[bytes]:
    """Return the response after its headers.

    The timeout of ``urlopen`` applies to each address of a name and not to name resolution.
    """
    answer: Future[IO[bytes]] = Future()

    def open_it() -> None:
        try:
            answer.set_result(urllib.request.urlopen(url, timeout=seconds))  # noqa: S310  # the scheme is the setup's or the user's own
        except Exception as error:  # noqa: BLE001  # handed over to the caller's thread
            answer.set_exception(error)

    threading.Thread(target=open_it, daemon=True).start()
    if not wait([answer], seconds).done:
        raise TimeoutError(f"no response within {seconds:g} s")
    return answer.result()


def _check(archive: Path, expected: str, url: str) -> None:
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise SetUpError(f"{url} does not have the pinned checksum: its SHA-256 is {found}, expected {expected}")


def _unpack(archive: Path, target: Path, url: str) -> None:
    """Unpack ``pulumi/<executable>`` of the archive to ``<target>/<executable>``; tarfile rejects unsafe paths."""
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
