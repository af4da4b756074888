"""Azurite, Azure's emulator of Blob Storage, which npm installs in `.sandbox/clients` when it is first used."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from azure.storage.blob import ContainerClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AZURITE = "azurite@3.37.0"
INSTALLED = Path(__file__).parents[2] / ".sandbox" / "clients" / "azurite"
INSTALL_LIMIT = 1200
"""Seconds."""

ACCOUNT, CONTAINER, FOLDER = "teamstates", "state", "integration"


@dataclass(frozen=True)
class Azurite:
    """A running Azurite with an empty container, for a backend in a folder of it."""

    address: str
    protocol: str
    key: str
    container: Any
    """Azure's client; some of its annotations are not true."""

    @property
    def url(self) -> str:
        """The URL of the backend."""
        parameters = f"storage_account={ACCOUNT}&protocol={self.protocol}&domain={self.address}"
        return f"azblob://{CONTAINER}/{FOLDER}?{parameters}"

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment variables of a login with the account's key."""
        return {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": self.key}

    def read(self, key: str) -> bytes:
        """An object of the backend."""
        return bytes(self.container.download_blob(f"{FOLDER}/{key}").readall())

    def write(self, key: str, content: bytes) -> None:
        """Replaces an object of the backend."""
        self.container.upload_blob(f"{FOLDER}/{key}", content, overwrite=True)

    def keys(self, folder: str = "") -> list[str]:
        """The objects of the backend."""
        names = self.container.list_blob_names(name_starts_with=f"{FOLDER}/{folder}")
        return [name.removeprefix(f"{FOLDER}/") for name in names]


@contextmanager
def running(*options: str, protocol: str = "http", **client: Any) -> Iterator[Azurite]:
    """Runs Azurite, which keeps everything in memory.

    Args:
        options: further options of Azurite.
        protocol: `https` if the options have a certificate.
        client: further arguments of Azure's client.
    """
    if shutil.which("npm") is None:
        pytest.fail("npm is not on the PATH. Install Node.js to run this test.", pytrace=False)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    installation = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(INSTALLED),
        AZURITE,
    ]
    subprocess.run(installation, cwd=INSTALLED, capture_output=True, timeout=INSTALL_LIMIT, check=True)
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    service = INSTALLED / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    # Azure's client for Python can have a newer version of the REST API than Azurite.
    always = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobPort", "0"]
    with subprocess.Popen(
        ["node", str(service), *always, *options],
        cwd=INSTALLED,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            address = _address(process)
            login = {"account_name": ACCOUNT, "account_key": key}
            with ContainerClient(
                f"{protocol}://{address}/{ACCOUNT}", CONTAINER, credential=login, **client
            ) as container:
                container.create_container()
                yield Azurite(address, protocol, key, container)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    """The host and port, which Azurite prints."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if started := re.search(r"successfully listens on https?://(\S+)", line):
            return started[1]
    pytest.fail(f"Azurite did not start:\n{printed}", pytrace=False)
