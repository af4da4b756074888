"""Recognize formats that are mistaken for certificates, and name the command that extracts a certificate.

Private keys have many formats: PEM with any label, DER, base64 or hexadecimal digits of either, and the formats of
OpenSSH, PuTTY, Java and Windows. No function returns any part of the input.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A format other than a certificate.

    Attributes:
        name: the name of the format with its article, such as "a PKCS #7 bundle".
        conversion: the command that converts a file in this format to PEM certificates, as a sentence.
        is_private_key: whether the format is that of a private key.
    """

    name: str
    conversion: str = ""
    is_private_key: bool = False


_COPY_CERTIFICATE = (
    "Export only the certificate: `openssl x509 -in FILE -out root.pem`. For a bundle, copy each CERTIFICATE block."
)


def _key(name: str, conversion: str = _COPY_CERTIFICATE) -> Format:
    return Format(name, conversion, is_private_key=True)


_KEYTOOL = "`keytool -exportcert -rfc -keystore FILE -alias ALIAS -file root.pem` exports one certificate."
PKCS12 = Format(
    "a PKCS #12 archive, which usually also contains a private key (.pfx, .p12, or a Java keystore)",
    "`openssl pkcs12 -in FILE -nokeys -out root.pem` exports the certificates without the key.",
)
JKS = Format("a Java keystore (JKS), which usually also contains a private key", _KEYTOOL)
JCEKS = Format(
    "a Java keystore (JCEKS), which usually also contains a private key",
    _KEYTOOL.replace("-rfc", "-rfc -storetype JCEKS"),
)
PKCS7 = Format(
    "a PKCS #7 bundle (.p7b)",
    "`openssl pkcs7 -print_certs -in FILE -out root.pem` exports the certificates; add `-inform DER` for a binary one.",
)
REQUEST = Format(
    "a certificate request",
    "Use the certificate that the authority issues for the request.",
)
REVOCATION_LIST = Format("a revocation list (CRL)", "Use the certificate of the authority that signed the list.")
PUBLIC_KEY = Format("a bare public key", "Use the certificate that contains the key.")
TRUSTED = Format(
    "an OpenSSL trusted certificate (BEGIN TRUSTED CERTIFICATE), which adds trust settings to a certificate",
    "`openssl x509 -in FILE -out root.pem` writes only the certificate.",
)
SERIALIZED_STORE = Format(
    "a Windows serialized certificate store (.sst)",
    "`certutil -split -dump FILE` writes each certificate to a .crt file, and `certutil -encode` converts that to PEM.",
)
PARAMETERS = Format("key parameters, which often precede a private key", _COPY_CERTIFICATE)

_PKCS8 = _key("PKCS #8")
_ENCRYPTED_PKCS8 = _key("PKCS #8, encrypted")
_PKCS1 = _key("PKCS #1 (RSA)")
_DSA = _key("DSA")
_SEC1 = _key("SEC 1 (elliptic curve)")
_OPENSSH = _key("OpenSSH")
_PUTTY = _key("PuTTY (PPK)")
_SSH2 = _key("SSH2")
_PGP = _key("PGP private key block", "Use an X.509 certificate; a PGP key does not contain one.")
_JWK = _key("JSON Web Key")
_XML = _key("XML key of .NET")
_WINDOWS = _key("Windows key blob (PVK, CAPI or CNG)")
_PRINTED = _key("the text output of OpenSSL")
_UNKNOWN_KEY = _key("unknown")

_IGNORE = re.IGNORECASE | re.MULTILINE
_BEGIN = r"(?:BEGIN|END)[\s_-]{1,9}"

# Every repetition is bounded to limit the time of a search. The first match wins. Labels are compared without case,
# because programs differ.
_TEXT_FORMATS: tuple[tuple[re.Pattern[str], Format], ...] = tuple(
    (re.compile(pattern, _IGNORE), found)
    for pattern, found in (
        (r"PuTTY-User-Key-File|^[ \t]{0,40}Private-Lines\s{0,9}:", _PUTTY),
        (r"SSH2[\s_-]{1,9}ENCRYPTED[\s_-]{1,9}PRIVATE", _SSH2),
        (_BEGIN + r"OPENSSH[\s_-]{1,9}PRIVATE", _OPENSSH),
        (_BEGIN + r"PGP[\s_-]{1,9}(?:PRIVATE|SECRET)", _PGP),
        (_BEGIN + r"ENCRYPTED[\s_-]{1,9}PRIVATE", _ENCRYPTED_PKCS8),
        (_BEGIN + r"RSA[\s_-]{1,9}PRIVATE", _PKCS1),
        (_BEGIN + r"DSA[\s_-]{1,9}PRIVATE", _DSA),
        (_BEGIN + r"EC(?:DSA)?[\s_-]{1,9}PRIVATE", _SEC1),
        (_BEGIN + r"PRIVATE[\s_-]{1,9}KEY", _PKCS8),
        (_BEGIN + r"(?:[A-Z0-9]{1,20}[\s_-]{1,9}){0,4}(?:PRIVATE|SECRET)[\s_-]{0,9}KEY", _UNKNOWN_KEY),
        # A label without BEGIN or hyphens, on a line of its own.
        (
            (
                r"^[^\w\n]{0,40}(?:[A-Z0-9]{1,20}[ _-]{1,9}){0,3}(?:PRIVATE|SECRET)[ _-]{0,9}KEY(?:[ _-]{1,9}BLOCK)?"
                r"[^\w\n]{0,40}$"
            ),
            _UNKNOWN_KEY,
        ),
        (r"--[^\n]{0,60}PRIVATE[ _-]{0,9}KEY", _UNKNOWN_KEY),
        (r"\bPrivate-Key\s{0,9}:|^[ \t]{0,40}(?:privateExponent|priv)\s{0,9}:", _PRINTED),
        (r"\bPRIVATE_?KEY(?:_?DATA)?[\\\"']{0,9}\s{0,9}[:=]", _UNKNOWN_KEY),
        (r"\bAGE-SECRET-KEY-", _UNKNOWN_KEY),
        (r"[\"']kty\\{0,9}[\"']\s{0,9}:", _JWK),
        (r"<RSA(?:KeyValue|Parameters)>[\s\S]{0,2000}<D>|<(?:InverseQ|DP|DQ)>", _XML),
        (_BEGIN + r"TRUSTED[\s_-]{1,9}CERTIFICATE", TRUSTED),
        (_BEGIN + r"(?:NEW[\s_-]{1,9})?CERTIFICATE[\s_-]{1,9}REQUEST", REQUEST),
        (_BEGIN + r"(?:PKCS[\s_-]{0,9}#?7|CMS)", PKCS7),
        (_BEGIN + r"(?:X509[\s_-]{1,9})?CRL", REVOCATION_LIST),
        (_BEGIN + r"PKCS[\s_-]{0,9}#?12", PKCS12),
        (
            _BEGIN + r"(?:[A-Z0-9]{1,20}[\s_-]{1,9}){0,3}PUBLIC[\s_-]{1,9}KEY|^(?:ssh-\w+|ecdsa-sha2-\S+) AAAA",
            PUBLIC_KEY,
        ),
        (_BEGIN + r"(?:[A-Z0-9]{1,20}[\s_-]{1,9}){0,3}PARAMETERS", PARAMETERS),
        (r"<RSAKeyValue>", PUBLIC_KEY),
    )
)

# DER: the tag and the length of a sequence, of any size.
_SEQUENCE = rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)"
_DER_START = re.compile(_SEQUENCE, re.DOTALL)
_BINARY_FORMATS: tuple[tuple[re.Pattern[bytes], Format], ...] = tuple(
    (re.compile(pattern, re.DOTALL), found)
    for pattern, found in (
        # RFC 8017, A.1.2: version 0 or 1, then the modulus. A DSA key is the same with shorter numbers.
        (_SEQUENCE + rb"\x02\x01[\x00\x01]\x02", _PKCS1),
        # RFC 5958, 2: version 0 or 1, then the algorithm.
        (_SEQUENCE + rb"\x02\x01[\x00\x01]" + _SEQUENCE + rb"\x06", _PKCS8),
        # RFC 5915, 3: version 1, then the octets of the key.
        (_SEQUENCE + rb"\x02\x01\x01\x04", _SEC1),
        # RFC 5958, 3: the algorithm is one of PKCS #5 or PKCS #12.
        (
            _SEQUENCE + _SEQUENCE + rb"\x06.\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c\x01)",
            _ENCRYPTED_PKCS8,
        ),
        # RFC 7292, 4: version 3.
        (_SEQUENCE + rb"\x02\x01\x03\x30", PKCS12),
        # RFC 5652, 3: the content type is one of PKCS #7.
        (_SEQUENCE + rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", PKCS7),
        (rb"\xfe\xed\xfe\xed", JKS),
        (rb"\xce\xce\xce\xce", JCEKS),
        (rb"openssh-key-v1\x00", _OPENSSH),
        (rb"\x3f\x6f\xf9\xeb", _SSH2),
        # RFC 9580, 5.5.3: a secret key packet of version 4 or 6, its time and its algorithm.
        (
            rb"(?:\x94.|\x95..|\xc5(?:[\x00-\xbf]|[\xc0-\xdf].|\xff....))[\x04\x06]....[\x01-\x03\x10-\x13\x16\x19-\x1c]",
            _PGP,
        ),
        # Windows: a PVK file, and the private blobs of CAPI and of CNG.
        (
            rb"\x1e\xf1\xb5\xb0|\x07\x02\x00\x00\x00[\x24\xa4]\x00\x00|(?:RSA[23]|ECS[246]|ECK[246])[\x00-\x20]..\x00",
            _WINDOWS,
        ),
        (rb"\x00\x00\x00\x00CERT", SERIALIZED_STORE),
        # RFC 2986, 4: version 0, then the name of the subject.
        (_SEQUENCE + _SEQUENCE + rb"\x02\x01\x00" + _SEQUENCE, REQUEST),
        # RFC 5280, 5.1: version 2 or none, the algorithm of the signature, the issuer, and a time.
        (_SEQUENCE + _SEQUENCE + rb"(?:\x02\x01\x01)?\x30.\x06", REVOCATION_LIST),
        # RFC 5280, 4.1: the algorithm, then a bit string.
        (_SEQUENCE + _SEQUENCE + rb"\x06", PUBLIC_KEY),
    )
)

_DEEPEST = 4
"""The maximum number of nested layers of base64 and hexadecimal digits that are decoded."""

_MIN_CHARACTERS = 20
_STARTING_CHARACTERS = 96
"""The number of characters at the start of a key that are decoded: enough for base64 in base64."""

_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{20,}")
_TOKEN_START = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]")
# Including white space as JSON and YAML escape it in quotes.
_BLANK = re.compile(r"\\[nrt]|\\u000[ad]|[\s\x00\ufeff]+", re.IGNORECASE)
_DIGITS = re.compile(r"(?:[0-9A-Fa-f]{2})+")
# As OpenSSL and C print bytes: 30:77:02 or 0x30, 0x77, 0x02.
_BYTE = re.compile(r"(?:0x)?([0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
_SEPARATED_DIGITS = re.compile(r"(?:0x)?[0-9A-Fa-f]{2}(?:[:,;\s]{1,40}(?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])){19,}")
_ESCAPED_SLASH = re.compile(r"\\+/")


def recognize(data: bytes, depth: int = 0) -> Format | None:
    """Return the format of ``data`` or of a part of it; None if unknown. Private keys have precedence."""
    found = list(_formats_in(data, depth))
    return next((each for each in found if each.is_private_key), found[0] if found else None)


def _formats_in(data: bytes, depth: int) -> Iterator[Format]:
    yield from _binary_format(data)
    for element in _after_element(data):
        yield from _formats_in(element, depth)
    text = data.replace(b"\x00", b"").decode("utf-8", "replace")
    yield from (found for pattern, found in _TEXT_FORMATS if pattern.search(text))
    for decoded in _decoded_parts(text):
        # Only text contains further layers.
        if depth < _DEEPEST and decoded.isascii():
            inner = recognize(decoded, depth + 1)
            yield from [inner] if inner else []
        else:
            yield from _binary_format(decoded)


def _binary_format(data: bytes) -> Iterator[Format]:
    return (found for pattern, found in _BINARY_FORMATS if pattern.match(data))


def _after_element(der: bytes) -> Iterator[bytes]:
    """Yield the bytes after the DER element at the start of ``der``, if there are any."""
    if not _DER_START.match(der):
        return
    count = der[1] & 0x7F if der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + count], "big") if count else der[1]
    rest = der[2 + count + length :]
    if rest:
        yield rest


def _decoded_parts(text: str) -> Iterator[bytes]:
    """Yield the bytes that ``text`` encodes in base64 or hexadecimal digits, regardless of line breaks."""
    plain = _ESCAPED_SLASH.sub("/", text)
    for match in _ENCODED.finditer(plain):
        yield from _decode(match[0])
    # The start of a key with white space inside identifies its format.
    joined, starts = _join(plain)
    for start in starts:
        if start_of_key := _ENCODED.match(joined, start, start + _STARTING_CHARACTERS):
            yield from _decode(start_of_key[0])
    if _ENCODED.fullmatch(joined.rstrip("=")):
        yield from _decode(joined.rstrip("="))
    for match in _SEPARATED_DIGITS.finditer(plain):
        yield bytes.fromhex("".join(_BYTE.findall(match[0])))


def _join(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without white space, and the positions in it at which words began."""
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for word in _BLANK.split(text):
        starts += [length + match.start() for match in _TOKEN_START.finditer(word)]
        parts.append(word)
        length += len(word)
    return "".join(parts), starts


def _decode(run: str) -> Iterator[bytes]:
    standard = run.replace("-", "+").replace("_", "/")
    yield base64.b64decode(standard + "A" * (-len(standard) % 4))
    digits = _DIGITS.match(run)
    if digits and len(digits[0]) >= _MIN_CHARACTERS:
        yield binascii.unhexlify(digits[0])
