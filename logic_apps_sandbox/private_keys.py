"""Recognizes private keys, which the sandbox must not store: in stack files, arguments and requests.

A user can paste a key in place of a certificate, which the project rejects.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress

_DEEPEST = 4
_SHORTEST = 16
"""Characters; every pattern of a key is longer."""

# The starts of the binary formats: RFC 8017 A.1.2, RFC 5958 2 and 3, RFC 5915 3, RFC 7292 4, RFC 9580 5.5.3, then
# OpenSSH, Java's keystores, and Windows' PVK and CAPI.
_SEQUENCE = rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)"
_BINARY_FORMS = (
    _SEQUENCE + rb"\x02\x01[\x00\x01]\x02[\x00-\x7f\x81\x82]",
    _SEQUENCE + rb"\x02\x01[\x00\x01]" + _SEQUENCE + rb"\x06",
    _SEQUENCE + rb"\x02\x01\x01\x04",
    _SEQUENCE + _SEQUENCE + rb"\x06.\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c\x01)",
    _SEQUENCE + rb"\x02\x01\x03\x30",
    rb"\A(?:\x94.|\x95..|\xc5(?:[\x00-\xbf]|[\xc0-\xdf].|\xff....))[\x04\x06]....[\x01-\x03\x10-\x13\x16\x19-\x1c]",
    rb"openssh-key-v1\x00",
    rb"\xfe\xed\xfe\xed\x00\x00\x00[\x01\x02]|\xce\xce\xce\xce\x00\x00\x00[\x01\x02]",
    rb"\x1e\xf1\xb5\xb0|\x07\x02\x00\x00\x00[\x24\xa4]\x00\x00",
)
_BINARY = re.compile(b"|".join(_BINARY_FORMS), re.DOTALL)
# Every repetition is bounded, so that each search is fast.
_GAP = r"[\s_-]{1,9}"
_TEXT_FORMS = (
    r"PuTTY-User-Key-File|Private-Lines\s{0,9}:",
    rf"SSH2{_GAP}ENCRYPTED{_GAP}PRIVATE|PGP{_GAP}(?:PRIVATE|SECRET){_GAP}KEY",
    rf"(?:BEGIN|END){_GAP}(?:[A-Z0-9]{{1,20}}{_GAP}){{0,4}}(?:PRIVATE|SECRET)|--[^\n]{{0,60}}PRIVATE[\s_-]{{0,9}}KEY",
    r"Private-Key\s{0,9}:|privateExponent\s{0,9}:|AGE-SECRET-KEY-",
    r"<RSA(?:KeyValue|Parameters)>.{0,2000}<D>",
    r"[\"']kty\\{0,9}[\"']\s{0,9}:",
)
_KEY_AS_TEXT = re.compile("|".join(_TEXT_FORMS), re.IGNORECASE | re.DOTALL)

_TEXT_HINTS = ("private", "secret", "putty", "kty", "<rsakeyvalue>", "<rsaparameters>")
"""Every text format contains one of these, which avoids the slow search in most texts."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")
# White space as JSON writes it counts too; NUL and the byte order mark are what is left of UTF-16.
_BLANK = re.compile(r"(?:\\+[nrt]|\\+u000[ad]|[\s\x00\ufeff])+", re.IGNORECASE)
# The start of text, of UTF-16 too.
_TEXT = re.compile(rb"(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)?[\x00\t\r\n\x20-\x7e]{16}")
_CODED = re.compile(r"[A-Za-z0-9+/_-]{20,}")
_WORD = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]")
# The beginnings of these forms in base64, in base64 of base64, and in hexadecimal digits; other words are skipped.
_HEAD = re.compile(
    r"M[A-P]|T[U-X]|LS0t|TFMw|LQAt|UHVU|e[yw]|PFJT|QmFn|Iy|30[0-9A-Fa-f]|2[Dd]2[Dd]|b3Bl|[/_]u3[+-]|zs7O|HvG1|BwIA"
    r"|l[A-DQ-T]|x[Q-T]|[/_]{2}4|[/_]v8|77u[/_]"
)
_START_LENGTH = 96
"""Characters at the start of a key with white space that are searched; enough for base64 in base64."""

# As OpenSSL and C print bytes: 30:77:02 or 0x30, 0x77, 0x02.
_BYTE = re.compile(r"(?:0x)?([0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
_SEPARATED_DIGITS = re.compile(r"(?:0x)?[0-9A-Fa-f]{2}(?:[:,;\s]{1,40}(?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])){19,}")


def contains_private_key(text: str, depth: int = 0) -> bool:
    """Return whether a text contains a private key: as text, in base64 or in hexadecimal digits, also repeatedly."""
    if len(text) < _SHORTEST:
        return False
    rest = _CERTIFICATE.sub(lambda block: "\n" if _is_public(_decode_strictly(block[1])) else block[0], text)
    rest = rest.replace("\x00", "").replace("\\/", "/")
    lower = rest.lower()
    if any(hint in lower for hint in _TEXT_HINTS) and _KEY_AS_TEXT.search(rest):
        return True
    for data in _decoded(rest):
        if _BINARY.search(data) and not _is_public(data):
            return True
        beside = _without_first_element(data)
        if depth < _DEEPEST and _TEXT.match(beside) and contains_private_key(beside.decode("latin-1"), depth + 1):
            return True
    return False


def is_certificate_alone(text: str) -> bool:
    """Return whether the text is base64 of PEM text with only certificates, as Azure accepts it."""
    pem = _decode_strictly(text).decode("latin-1")
    blocks = _CERTIFICATE.findall(pem)
    return (
        bool(blocks)
        and not _CERTIFICATE.sub("", pem).strip()
        and all(_is_public(_decode_strictly(each)) for each in blocks)
    )


def _decoded(text: str) -> Iterator[bytes]:
    """Yield the data in base64 or hexadecimal digits of a text, regardless of line breaks."""
    for match in _CODED.finditer(text):
        yield from _decode(match[0])
    words = _BLANK.split(text)
    joined, position = "".join(words), 0
    for word in words:
        for start in _WORD.finditer(word):
            at = position + start.start()
            if _HEAD.match(joined, at) and (run := _CODED.match(joined, at, at + _START_LENGTH)):
                yield from _decode(run[0])
        position += len(word)
    if _CODED.fullmatch(joined.rstrip("=")):
        yield from _decode(joined.rstrip("="))
    for match in _SEPARATED_DIGITS.finditer(text):
        yield bytes.fromhex("".join(_BYTE.findall(match[0])))


def _decode(run: str) -> Iterator[bytes]:
    standard = run.replace("-", "+").replace("_", "/")
    yield base64.b64decode(standard + "A" * (-len(standard) % 4))
    with suppress(binascii.Error, ValueError):
        yield binascii.unhexlify(run[: len(run) // 2 * 2])


def _without_first_element(data: bytes) -> bytes:
    """Return the data after the DER element at its start; all data if there is none or nothing follows."""
    if len(data) < 6 or data[0] != 0x30:  # noqa: PLR2004 - a sequence with its length
        return data
    count = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + count], "big") if count else data[1]
    return data[2 + count + length :] or data


def _decode_strictly(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_public(data: bytes) -> bool:
    """Return whether the data is a certificate, a request, a revocation list, a bundle or a public key in DER."""
    # Imported here, because few commands need it and it is slow to import.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key, pkcs7  # noqa: PLC0415

    for load in (
        x509.load_der_x509_certificate,
        x509.load_der_x509_csr,
        x509.load_der_x509_crl,
        load_der_public_key,
        pkcs7.load_der_pkcs7_certificates,
    ):
        with suppress(ValueError, TypeError, UnsupportedAlgorithm):
            load(data)
            return True
    return False
