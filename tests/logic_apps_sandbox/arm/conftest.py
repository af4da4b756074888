"""A simulator per test, over TLS, in which everything that is due is due at once."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.support.azure import Azure, azure_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Azure]:
    """A client of an empty simulator at pace 0."""
    with azure_in(tmp_path / "arm", pace=0) as client:
        yield client


@pytest.fixture(scope="session")
def pem() -> bytes:
    """The PEM text of a certificate authority's certificate."""
    return trustme.CA().cert_pem.bytes()


@pytest.fixture(scope="session")
def certificate(pem: bytes) -> dict[str, str]:
    """An entry of an ISE's `certificates`, as the how-to shows it."""
    return {"publicCertificate": base64.b64encode(pem).decode(), "kind": "TrustedRoot"}
