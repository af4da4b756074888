"""Public certificates: from what a person has at hand to what an ISE takes.

An ISE trusts the certificates in its ``properties.certificates`` (Microsoft's "Create … with Logic Apps REST API",
"Request body"). The documented sample value decodes to ``-----BEGIN CE…``: what the service takes is the base64 of the
certificate's PEM text. Whatever form is given, exactly that is sent, encoded anew from the parsed certificate, so that
nothing that stood beside it goes along.

Nothing here ever repeats what was given: it could be a private key.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CERTIFICATES = 20
"""How many certificates one ISE takes (Microsoft's REST how-to, edition of 2022-11-04)."""

TRUSTED_ROOT = "TrustedRoot"
"""The only documented value of ``kind``."""

_PEM_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class CertificateError(ValueError):
    """What was given is not one public certificate. The message never holds any part of what was given."""


def parse_certificate(data: bytes) -> x509.Certificate:
    """The certificate in ``data``: PEM text, DER, or base64 of either.

    Raises:
        CertificateError: ``data`` holds a private key, no certificate, more than one, or one that cannot be read.
    """
    if b"PRIVATE KEY" in data:
        raise CertificateError(
            "holds a private key. An ISE takes public certificates only; keep the key out of this repository"
        )
    if _PEM_CERTIFICATE in data:
        return _parse_pem(data)
    decoded = _decode_base64(data)
    if decoded is not None:
        return parse_certificate(decoded)
    try:
        return x509.load_der_x509_certificate(data)
    except ValueError:
        raise CertificateError("is not a certificate in PEM, DER or base64 form") from None


def encode_certificate(certificate: x509.Certificate) -> str:
    """The value of ``publicCertificate``: base64 of the certificate's PEM text."""
    return base64.b64encode(certificate.public_bytes(Encoding.PEM)).decode("ascii")


def next_expiry(encoded: Iterable[str]) -> str | None:
    """When the first of the certificates expires, as ISO 8601 in UTC; None without certificates.

    Args:
        encoded: certificates as :func:`encode_certificate` gives them.
    """
    expiries = [parse_certificate(value.encode("ascii")).not_valid_after_utc for value in encoded]
    return min(expiries).isoformat().replace("+00:00", "Z") if expiries else None


def _parse_pem(data: bytes) -> x509.Certificate:
    try:
        certificates = x509.load_pem_x509_certificates(data)
    except ValueError:
        raise CertificateError("holds a certificate that cannot be read") from None
    if len(certificates) > 1:
        # Whether the service takes several certificates in one entry is documented nowhere; one entry for each is
        # certain to work.
        raise CertificateError(f"holds {len(certificates)} certificates. Give each its own entry and name")
    return certificates[0]


def _decode_base64(data: bytes) -> bytes | None:
    """What ``data`` is the base64 of, line breaks allowed; None when it is not base64.

    DER is never mistaken for it: it begins with 0x30 0x82.
    """
    try:
        return base64.b64decode(b"".join(data.split()), validate=True) or None
    except binascii.Error:
        return None
