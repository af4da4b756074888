"""Parse public certificates in the usual formats and encode them in the format of an ISE.

An ISE trusts the certificates in its ``properties.certificates`` (Microsoft's "Create … with Logic Apps REST API",
"Request body"). The documented sample value decodes to ``-----BEGIN CE…``: the service expects the base64 of the
certificate's PEM text. Every format is converted to this one.

Only certificates, and the comments that programs write next to them, are accepted. All other text could be a private
key. No message repeats any part of the input.
"""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from logic_apps_environment.certificates.comments import PEM_MARK, first_foreign_line

if TYPE_CHECKING:
    from logic_apps_environment.certificates.formats import Format

_S_CLIENT = re.compile(r"^(?:CONNECTED\(|SSL-Session:)", re.MULTILINE)
"""Lines of `openssl s_client`, whose output ends with the secrets of the session."""

_MAX_FILE_SIZE = 1024 * 1024

# Layers of base64: PEM text or DER in base64, and one more for a value that was encoded twice.
_MAX_LAYERS = 2

# OpenSSL reads the second label as well (PEM_STRING_X509_OLD in pem.h).
_PEM_BLOCK = re.compile(r"-----BEGIN ((?:X509 )?CERTIFICATE)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class CertificateError(ValueError):
    """The input contains no usable certificate. The message never repeats any part of the input.

    Attributes:
        remedy: how to extract a certificate from the input, as a sentence; empty if unknown.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class PrivateKeyGivenError(CertificateError):
    """The input contains a private key, or something that resembles one."""


@contextmanager
def library_warnings_ignored() -> Iterator[None]:
    """Suppress the warnings of the ``cryptography`` package; the rules report what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


# A certificate is parsed to check it, to convert it, and to check it with the others. What raises an error is not kept.
@lru_cache(maxsize=64)
def parse_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in ``data``, in order.

    ``data`` is PEM text with one or more certificates, DER, or base64 of either. PEM text is UTF-8 or, as Windows
    PowerShell writes it, UTF-16. Comments that programs such as OpenSSL write next to certificates are ignored.

    Raises:
        PrivateKeyGivenError: ``data`` contains or resembles a private key, alone or next to certificates.
        CertificateError: ``data`` contains no certificate, an unreadable one, or other text next to it.
    """
    with library_warnings_ignored():
        try:
            return _parse(data, _MAX_LAYERS)
        except CertificateError as error:
            found = None if isinstance(error, PrivateKeyGivenError) else _recognize(data)
            if found is not None and found.is_private_key:
                raise _error_for(found) from None
            raise


def _parse(data: bytes, layers: int) -> tuple[x509.Certificate, ...]:
    text = _decode_text(data)
    if PEM_MARK.search(text):
        if _CONTROL.search(text):
            for part in _PEM_BLOCK.sub("\n\n", data.decode("latin-1")).split("\n\n"):
                _refuse_recognized(part.strip().encode("latin-1"))
            raise CertificateError("contains binary data next to PEM text")
        return _parse_pem(text, is_as_given=layers == _MAX_LAYERS)
    decoded = _decode_base64(text)
    if decoded is None or not layers:
        return (_load(data),)
    return _parse(decoded, layers - 1)


def _parse_pem(text: str, *, is_as_given: bool) -> tuple[x509.Certificate, ...]:
    certificates = []
    beside = []
    end = 0
    for match in _PEM_BLOCK.finditer(text):
        unreadable = "contains an unreadable certificate"
        if is_as_given:
            line = text.count("\n", 0, match.start()) + 1
            unreadable += f" in line {line}"
        der = _decode_base64(match[2])
        if der is None:
            raise CertificateError(unreadable)
        certificates.append(_load(der, unreadable))
        # Keep line breaks, so that lines can be counted.
        beside += [text[end : match.start()], "\n" * match[0].count("\n")]
        end = match.end()
    beside.append(text[end:])
    foreign = first_foreign_line(beside, certificates)
    if foreign is not None:
        # Without certificates, or inside base64, the line number has no meaning.
        raise _error_for_foreign("".join(beside), f" in line {foreign}" if certificates and is_as_given else "")
    return tuple(certificates)


def _error_for_foreign(beside: str, where: str) -> CertificateError:
    """Return the error for text next to certificates that is not a known comment."""
    found = _recognize(beside.encode())
    if found is not None:
        return _error_for(found, where)
    if PEM_MARK.search(beside):
        return CertificateError(
            f"contains a PEM block that is damaged or not a certificate{where}",
            "A block must begin with -----BEGIN CERTIFICATE----- and end with -----END CERTIFICATE-----, in capitals.",
        )
    if _S_CLIENT.search(beside):
        return CertificateError(
            f"contains the output of `openssl s_client` in addition to certificates{where}",
            "Write only the certificates: openssl s_client -connect HOST:443 -showcerts </dev/null | "
            "sed -n '/-----BEGIN/,/-----END/p' >chain.pem",
        )
    return PrivateKeyGivenError(
        f"contains text other than certificates{where}",
        "Remove all other text, because it could contain a private key. `openssl x509 -in FILE -out root.pem` writes "
        "only the first certificate of a PEM file.",
    )


def _recognize(data: bytes) -> Format | None:
    # Only messages need the many patterns of formats.
    from logic_apps_environment.certificates.formats import recognize  # noqa: PLC0415

    return recognize(data)


def _refuse_recognized(data: bytes) -> None:
    """Raise an error that names the format of ``data`` if it is a known one."""
    found = _recognize(data)
    if found is not None:
        raise _error_for(found) from None


def _error_for(found: Format, where: str = "") -> CertificateError:
    if found.is_private_key:
        message = (
            f"contains a private key{where} (format: {found.name}). An environment accepts only public certificates; "
            "keep private keys out of the project"
        )
        return PrivateKeyGivenError(message, found.conversion)
    return CertificateError(f"contains {found.name}{where}", found.conversion)


def _load(der: bytes, unreadable: str = "is not a certificate") -> x509.Certificate:
    """Return the certificate in ``der``. Parsing is lazy, so all fields that rules read are read once here."""
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        _refuse_recognized(der)
        raise CertificateError(unreadable) from None
    try:
        _ = (certificate.subject, certificate.issuer, certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        _ = (certificate.extensions, certificate.public_key(), certificate.signature_hash_algorithm)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        raise CertificateError("contains a certificate with unreadable fields") from None
    return certificate


def _decode_text(data: bytes) -> str:
    """Return ``data`` as text: UTF-16 if it looks like it, otherwise UTF-8 with replacement characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if zeros and not any(zeros) and any(data):
            return data.decode(codec, "replace")
    return data.decode("utf-8-sig", "replace")


def _decode_base64(text: str) -> bytes | None:
    """Return the bytes that ``text``, without white space, encodes in base64; None if it is not base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def read_certificate_file(name: str) -> bytes:
    """Return the content of a certificate file.

    Raises:
        PrivateKeyGivenError: ``name`` is a private key instead of a file name.
        CertificateError: the file does not exist, is not a regular file, cannot be read, or is larger than 1 MiB.
    """
    file = Path(name)
    try:
        # Reading a device or a pipe might never end.
        is_file, exists = file.is_file(), file.exists()
        data = _read_at_most(file, _MAX_FILE_SIZE + 1) if is_file else b""
    except OSError as error:
        raise _error_for_name(name, f"cannot be read ({error.strerror})") from None
    except ValueError:
        raise _error_for_name(name, "is not a valid file path") from None
    if not is_file:
        raise _error_for_name(name, "is not a regular file" if exists else "does not exist")
    if len(data) > _MAX_FILE_SIZE:
        raise CertificateError("is larger than 1 MiB, which is too large for a certificate bundle")
    return data


def _error_for_name(name: str, message: str) -> CertificateError:
    """Return the error for a file that cannot be read, whose name may be its content."""
    found = _recognize(name.encode("utf-8", "replace"))
    if found is not None:
        return _error_for(found)
    if PEM_MARK.search(name):
        return CertificateError("is a certificate, not a file name; set it as publicCertificate instead")
    return CertificateError(message, "Correct the path. A relative path starts in the folder of the project.")


def _read_at_most(file: Path, count: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(count)


def to_pem(certificates: Iterable[x509.Certificate]) -> str:
    """Return the PEM text of certificates, without text between them."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)


def encode_certificate(certificate: x509.Certificate) -> str:
    """Return the value of ``publicCertificate``: base64 of the certificate's PEM text."""
    return base64.b64encode(certificate.public_bytes(Encoding.PEM)).decode("ascii")
