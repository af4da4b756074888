"""Removes private keys from the copies of stack files and from the request log.

A user can paste a key in place of a certificate. The project rejects it, and the sandbox must not store it.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress

from logic_apps_sandbox.certificate_comments import without_foreign

LEFT_OUT = "(left out)"

_DEEPEST = 4
_MIN_LENGTH = 16
"""Characters; every pattern of a key is longer."""


def _pem(label: str) -> str:
    return f"-----BEGIN {label}-----\n{LEFT_OUT}\n-----END {label}-----\n"


# The starts of the binary formats, each with its replacement: RFC 8017 A.1.2, RFC 5958 2 and 3, RFC 5915 3,
# RFC 7292 4, RFC 9580 5.5.3, then OpenSSH, Java's keystores, and Windows' PVK and CAPI.
_SEQUENCE = rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)"
_BINARY_FORMS = (
    (_SEQUENCE + rb"\x02\x01[\x00\x01]\x02[\x00-\x7f\x81\x82]", _pem("RSA PRIVATE KEY")),
    (_SEQUENCE + rb"\x02\x01[\x00\x01]" + _SEQUENCE + rb"\x06", _pem("PRIVATE KEY")),
    (_SEQUENCE + rb"\x02\x01\x01\x04", _pem("EC PRIVATE KEY")),
    (_SEQUENCE + _SEQUENCE + rb"\x06.\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c\x01)", _pem("ENCRYPTED PRIVATE KEY")),
    (_SEQUENCE + rb"\x02\x01\x03\x30", _pem("PKCS12")),
    (
        rb"\A(?:\x94.|\x95..|\xc5(?:[\x00-\xbf]|[\xc0-\xdf].|\xff....))[\x04\x06]....[\x01-\x03\x10-\x13\x16\x19-\x1c]",
        _pem("PGP PRIVATE KEY"),
    ),
    (rb"openssh-key-v1\x00", _pem("OPENSSH PRIVATE KEY")),
    (rb"\xfe\xed\xfe\xed\x00\x00\x00[\x01\x02]", "/u3+7Q=="),
    (rb"\xce\xce\xce\xce\x00\x00\x00[\x01\x02]", "zs7Ozg=="),
    (rb"\x1e\xf1\xb5\xb0", "HvG1sA=="),
    (rb"\x07\x02\x00\x00\x00[\x24\xa4]\x00\x00", "BwIAAACkAAA="),
)
_BINARY = re.compile(b"|".join(b"(%b)" % pattern for pattern, _ in _BINARY_FORMS), re.DOTALL)
# Every repetition is bounded, so that each search is fast.
_GAP = r"[\s_-]{1,9}"
_TEXT_FORMS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        (r"PuTTY-User-Key-File|Private-Lines\s{0,9}:", f"PuTTY-User-Key-File-3: {LEFT_OUT}"),
        (f"SSH2{_GAP}ENCRYPTED{_GAP}PRIVATE", _pem("SSH2 ENCRYPTED PRIVATE KEY")),
        (f"PGP{_GAP}(?:PRIVATE|SECRET){_GAP}KEY", _pem("PGP PRIVATE KEY BLOCK")),
        *(
            (f"(?:BEGIN|END){_GAP}{label}{_GAP}PRIVATE", _pem(f"{label} PRIVATE KEY"))
            for label in ("OPENSSH", "RSA", "DSA", "EC", "ENCRYPTED")
        ),
        (
            rf"(?:BEGIN|END){_GAP}(?:[A-Z0-9]{{1,20}}{_GAP}){{0,4}}(?:PRIVATE|SECRET)|--[^\n]{{0,60}}PRIVATE[\s_-]{{0,9}}KEY",
            _pem("PRIVATE KEY"),
        ),
        (r"Private-Key\s{0,9}:|privateExponent\s{0,9}:|AGE-SECRET-KEY-", f"Private-Key: {LEFT_OUT}"),
        (r"<RSA(?:KeyValue|Parameters)>.{0,2000}<D>", f"<RSAKeyValue><D>{LEFT_OUT}</D></RSAKeyValue>"),
        (r"[\"']kty\\{0,9}[\"']\s{0,9}:", f'{{"kty": "", "d": "{LEFT_OUT}"}}'),
    )
)

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

_UNKNOWN = "LeftOut0" * 8
"""The replacement of unknown encoded data, in the form of such data."""

_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")
_BLOCK = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----(?P<coded>[A-Za-z0-9+/=\s]*)-----END (?P=label)-----")
# A public key of OpenSSH, a secret of Pulumi or an ID of Azure in the wrong place.
_KNOWN = re.compile(r"(?:ssh-[a-z0-9]+ \S+|v1:[A-Za-z0-9+/=]+:v1:\S+|/subscriptions/[0-9a-f-]{36}\S{0,200})\Z")

# As OpenSSL and C print bytes: 30:77:02 or 0x30, 0x77, 0x02.
_BYTE = re.compile(r"(?:0x)?([0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
_SEPARATED_DIGITS = re.compile(r"(?:0x)?[0-9A-Fa-f]{2}(?:[:,;\s]{1,40}(?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])){19,}")


def redact_private_key(text: str, depth: int = 0) -> str | None:
    """Return the replacement of a text that contains a private key; None if it contains none.

    The replacement has the format of the key without its content, so that validation rejects it for the same reason.
    """
    if len(text) < _MIN_LENGTH:
        return None
    rest = _CERTIFICATE.sub(lambda block: "\n" if _is_public(_decode_strictly(block[1])) else block[0], text)
    rest = rest.replace("\x00", "").replace("\\/", "/")
    lower = rest.lower()
    if any(hint in lower for hint in _TEXT_HINTS):
        for pattern, found in _TEXT_FORMS:
            if pattern.search(rest):
                return found
    for data in _decoded(rest):
        match = _BINARY.search(data)
        if match and not _is_public(data):
            return _BINARY_FORMS[match.lastindex - 1][1] if match.lastindex else None
        beside = _without_first_element(data)
        if (
            depth < _DEEPEST
            and _TEXT.match(beside)
            and (inner := redact_private_key(beside.decode("latin-1"), depth + 1))
        ):
            return inner
    return None


def redact_certificate(text: str) -> str | None:
    """Return the replacement of a certificate that contains, or could contain, a private key; None if it cannot."""
    if found := redact_private_key(text):
        return found
    decoded = _decode_strictly(text)
    if _is_public(decoded):
        return None
    if decoded:
        return redact_certificate(decoded.decode("latin-1")) if decoded.isascii() else _UNKNOWN
    if _KNOWN.match(text):
        return None
    kept = _without_foreign(text)
    return None if kept == text else kept


def _without_foreign(text: str) -> str:
    """Return the text with its certificates and harmless comments, and replacements of everything else."""
    certificates = [_decode_strictly(found["coded"]) for found in _BLOCK.finditer(text) if found["label"] in _LABELS]
    certificates = [each for each in certificates if _is_public(each)]
    parts, end = [], 0
    for found in _BLOCK.finditer(text):
        label, is_kept = found["label"], _is_public(_decode_strictly(found["coded"]))
        parts.append(without_foreign(text[end : found.start()], certificates, _UNKNOWN))
        parts.append(found[0] if is_kept else _pem(label))
        end = found.end()
    parts.append(without_foreign(text[end:], certificates, _UNKNOWN))
    return "".join(parts)


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
