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
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key

if TYPE_CHECKING:
    from collections.abc import Iterable

TRUSTED_ROOT = "TrustedRoot"
"""The only documented value of ``kind``."""

_LARGEST_FILE = 1024 * 1024
_CERTIFICATE_LABEL = "CERTIFICATE"

# What people mistake for a certificate, by its label in PEM text. Only these labels are ever repeated in a message.
_OTHER_LABELS = {
    "CERTIFICATE REQUEST": "a certificate request; the authority's answer to it is the certificate",
    "NEW CERTIFICATE REQUEST": "a certificate request; the authority's answer to it is the certificate",
    "PUBLIC KEY": "a bare public key",
    "RSA PUBLIC KEY": "a bare public key",
    "PKCS7": "a PKCS #7 bundle; `openssl pkcs7 -print_certs` takes the certificates out",
    "X509 CRL": "a revocation list",
}

_PKCS12_START = re.compile(rb"\x30[\x80-\x84].{0,4}\x02\x01\x03", re.DOTALL)


class CertificateError(ValueError):
    """What was given holds no certificate that can be used. The message never holds any part of what was given."""


class PrivateKeyGivenError(CertificateError):
    """What was given holds a private key."""

    def __init__(self) -> None:
        super().__init__(
            "holds a private key. An environment takes public certificates only; keep the key out of this project"
        )


def parse_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in ``data``, in order: PEM text with one or several, DER, or base64 of either.

    Raises:
        PrivateKeyGivenError: ``data`` holds a private key, alone or beside certificates.
        CertificateError: ``data`` holds no certificate, or one that cannot be read.
    """
    labels = [label.decode("ascii") for label in re.findall(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----", data)]
    if any("PRIVATE KEY" in label for label in labels):
        raise PrivateKeyGivenError
    if _CERTIFICATE_LABEL in labels:
        return _readable(_load_pem(data))
    for label in labels:
        if label in _OTHER_LABELS:
            raise CertificateError(f"holds {_OTHER_LABELS[label]}")
    decoded = _decode_base64(data)
    if decoded is not None:
        return parse_certificates(decoded)
    return _readable((_load_der(data),))


def read_certificate_file(name: str) -> bytes:
    """What stands in a file of certificates.

    Raises:
        PrivateKeyGivenError: a private key was given instead of the name of a file.
        CertificateError: it is no file, cannot be read, or is larger than a megabyte.
    """
    if "-----BEGIN" in name:
        parse_certificates(name.encode("utf-8", "replace"))
        raise CertificateError("is a certificate itself, not the name of a file; give it as publicCertificate")
    file = Path(name)
    try:
        # A device or a pipe is no file: reading it might never end.
        is_file, exists = file.is_file(), file.exists()
        data = _read_at_most(file, _LARGEST_FILE + 1) if is_file else b""
    except OSError as error:
        raise CertificateError(f"cannot be read ({error.strerror})") from None
    except ValueError:
        raise CertificateError("is no path of a file") from None
    if not is_file:
        raise CertificateError("is no file" if exists else "does not exist")
    if len(data) > _LARGEST_FILE:
        raise CertificateError("is larger than a megabyte, which no bundle of certificates is")
    return data


def _read_at_most(file: Path, count: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(count)


def to_pem(certificates: Iterable[x509.Certificate]) -> str:
    """The PEM text of certificates, one after the other and nothing between."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)


def encode_certificate(certificate: x509.Certificate) -> str:
    """The value of ``publicCertificate``: base64 of the certificate's PEM text."""
    return base64.b64encode(certificate.public_bytes(Encoding.PEM)).decode("ascii")


def next_expiry(encoded: Iterable[str]) -> str | None:
    """When the first of the certificates expires, as ISO 8601 in UTC; None without certificates.

    Args:
        encoded: certificates as :func:`encode_certificate` gives them.
    """
    expiries = [
        certificate.not_valid_after_utc for value in encoded for certificate in parse_certificates(value.encode())
    ]
    return min(expiries).isoformat().replace("+00:00", "Z") if expiries else None


def _load_pem(data: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except ValueError:
        raise CertificateError("holds a certificate that cannot be read") from None


def _load_der(data: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(data)
    except ValueError:
        if _is_private_key(data):
            raise PrivateKeyGivenError from None
        if _PKCS12_START.match(data):
            raise CertificateError("holds a PKCS #12 archive, which usually holds a private key too") from None
        raise CertificateError("is not a certificate in PEM, DER or base64 form") from None


def _is_private_key(der: bytes) -> bool:
    try:
        load_der_private_key(der, password=None)
    except TypeError:
        return True  # an encrypted one
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _readable(certificates: tuple[x509.Certificate, ...]) -> tuple[x509.Certificate, ...]:
    """``certificates``, of which everything that rules look at has been read once, since parsing is lazy."""
    for certificate in certificates:
        try:
            _ = (
                certificate.subject,
                certificate.issuer,
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
            )
            _ = (certificate.extensions, certificate.public_key(), certificate.signature_hash_algorithm)
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
            raise CertificateError("holds a certificate with parts that cannot be read") from None
    return certificates


def _decode_base64(data: bytes) -> bytes | None:
    """What ``data`` is the base64 of, line breaks allowed; None when it is not base64, as DER never is."""
    try:
        return base64.b64decode(b"".join(data.split()), validate=True) or None
    except binascii.Error:
        return None
