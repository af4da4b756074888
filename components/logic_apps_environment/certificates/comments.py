"""Accept comments next to certificates, in a grammar that excludes private keys.

OpenSSL, keytool and certificate authorities write comments that repeat the certificate: its names, dates, serial number
and fingerprints, and with ``openssl x509 -text`` all of its bytes in hexadecimal digits. Such words are compared with
the certificates. All other text must be a few plain words: the private key of the weakest certificate that is issued
today has 224 bits, and no encoding of that consists of 20 words without digits and inner capitals.

No function returns any part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

PEM_MARK = re.compile(r"--\s{0,9}(?:BEGIN|END)", re.IGNORECASE)
"""A part of the first or the last line of a PEM block."""

_MAX_WORDS = 20
"""The maximum number of words that are neither written by programs nor part of the certificate."""
_MAX_DIGITS = 16
"""The maximum number of digits, in numbers of up to four. Capitals of abbreviations count too."""
_MIN_REPEATED_LENGTH = 4
"""The minimum length of a word that is searched in the bytes of the certificate; shorter ones match by chance."""

_TEXT_OF_TOOLS = """
    a alias asn1 attributes authority bag basic bit bits bmp bundle ca certificate certificates chain constraints
    contents creation critical crl data date der digital distribution dns digest dsa ec ecdsa email encipherment entry
    exponent extended extensions false fingerprint fingerprints format friendlyname full gmt i id identifier info
    information issuer issuers key keyid label length localkeyid md5 modulus name names nist no non none not notafter
    notbefore number ocsp oid of of1 only owner p256 p384 p521 path pathlen pem pkey point points policies policy
    primary prime256v1 pss public purposes repudiation root rsa rsaencryption s san secp256r1 secp384r1 secp521r1 serial
    server sha1 sha224 sha256 sha384 sha512 sha256withrsa sha384withrsa sha512withrsa sha256withrsaencryption
    sha384withrsaencryption sha512withrsaencryption sha1withrsaencryption sha256withecdsa sha384withecdsa sha1withrsa
    md5withrsaencryption ecdsawithsha256 ecdsawithsha384 ecdsawithsha512 sig sigalg sign signature subject tag to true
    trusted trustedcertentry privatekeyentry type unsupported unused until uri usage usages utc v valid validity value
    version web with x509 x509v1 x509v3 client authentication tls 0x0 0x1 0x2 65537 0x10001 ed25519 ed448 idecpublickey
    subca     jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun after before algorithm
    l o c ou cn st dc uid sn gn postalcode street emailaddress domaincomponent organizationidentifier serialnumber
"""
_TOOL_WORDS = frozenset(_TEXT_OF_TOOLS.split())
"""Words that programs write, in lower case and without hyphens."""

_DATE = re.compile(
    r"\b(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{3})? (?:\d{4} GMT|[A-Z]{3,4} \d{4})\b"
)
# As `openssl pkcs12` writes it: the SHA-1 fingerprint, or a number or a time of the program that made the archive.
_LOCAL_KEY_ID = re.compile(r"^\s{0,40}localKeyID: (?:[0-9A-F]{2} ){0,19}[0-9A-F]{2}\s*$", re.MULTILINE)
# Java's attribute for a trusted certificate, as `openssl pkcs12` writes it.
_JAVA_TRUST = re.compile(
    r"^\s{0,40}2\.16\.840\.1\.113894\.746875\.1\.1: <(?:Unsupported tag 6|No Values)>", re.MULTILINE
)
# Two bytes and more, also over the ends of lines, as `openssl x509 -text` writes a modulus.
_BYTES = re.compile(
    r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:(?::\s{0,80}| )?[0-9A-Fa-f]{2}){1,4000}(?![0-9A-Za-z])", re.ASCII
)
_LINE = re.compile(r"[^\n]+")
_IDENTIFIER = re.compile(r"(?<![\w.])[0-2](?:\.\d{1,9}){2,15}(?![\w.])", re.ASCII)
_ESCAPED = re.compile(r"(?:\\x?[0-9A-F]{2})+")
_RULE = re.compile(r"^[ \t]*([#=*_~-])\1*[ \t\r]*$", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
_PLAIN_WORD = re.compile(rf"(?:[A-Z]?[a-z\u00df-\u00f6\u00f8-\u00ff]{{1,20}}){{1,3}}(?:(?:19|20)\d\d)?|[{_LATIN}]")
_ABBREVIATION = re.compile(r"[A-Z]{2,6}|[A-Z]{1,4}\d{1,2}|\d{1,4}")
# Words are separated by a few of these characters; other characters, such as those of base85, are rejected.
_NO_MARKS = re.compile(r"[^\s\w.,:;()'\"/\\=#*~@&+<>\[\]-]|[^\w\s]{7}")


@dataclass(frozen=True)
class _Repeated:
    """The parts of certificates that comments next to them may repeat."""

    names: frozenset[str]
    """The words of subject and issuer, and the serial number in decimal and hexadecimal digits; in lower case."""
    text: str
    """The bytes as OpenSSL prints those of an extension that it does not know: periods for what does not print."""
    lower_text: str
    digits: tuple[str, ...]
    """The bytes and the fingerprints in hexadecimal digits."""

    @classmethod
    def of(cls, certificates: Iterable[x509.Certificate]) -> _Repeated:
        names: set[str] = set()
        ders, digits = [], []
        for certificate in certificates:
            for attribute in [*certificate.subject, *certificate.issuer]:
                names |= {word.lower() for word in _words(str(attribute.value))}
            serial = certificate.serial_number
            names |= {str(serial), f"{serial:x}", f"0x{serial:x}"}
            der = certificate.public_bytes(Encoding.DER)
            ders.append(der)
            digits += [der.hex()]
            for algorithm in (hashes.MD5(), hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):  # noqa: S303
                digits.append(certificate.fingerprint(algorithm).hex())
        text = re.sub(rb"[^ -~]", b".", b" ".join(ders)).decode("ascii")
        return cls(frozenset(names), text, text.lower(), tuple(digits))

    def has_bytes(self, digits: str) -> bool:
        """Whether the bytes are some of a certificate or of its fingerprints."""
        return any(_is_within(digits.lower(), each) for each in self.digits)

    def has_word(self, word: str) -> bool:
        """Whether a certificate has the word."""
        lower = word.lower()
        return lower in self.names or (len(word) >= _MIN_REPEATED_LENGTH and lower in self.lower_text)

    def has_line(self, line: str) -> bool:
        """Whether a certificate has the text of a line, such as an address or an extension."""
        text = line.strip().removeprefix("URI:")
        return len(text) >= _MIN_REPEATED_LENGTH and text in self.text


def first_foreign_line(beside: Iterable[str], certificates: Iterable[x509.Certificate]) -> int | None:
    """Return the line number, from 1, of the first text that could be a part of a key; None without such text.

    The parts of the text before, between and after the certificates have all line breaks.
    """
    parts = list(beside)
    if not any(part.strip("\n") for part in parts):
        return None
    repeated = _Repeated.of(certificates)
    before = 0
    for part in parts:
        line = _first_foreign(part, repeated)
        if line is not None:
            return before + line + 1
        before += part.count("\n")
    return None


def is_plain(text: str) -> bool:
    """Whether the text consists of a few plain words, so that it contains no key and a message may repeat it."""
    return _first_foreign(text, _Repeated(frozenset(), "", "", ())) is None


def _first_foreign(text: str, repeated: _Repeated) -> int | None:
    """Return the line number, from 0, of the first text that is neither plain nor repeated; None without such text."""
    if mark := PEM_MARK.search(text):
        return text.count("\n", 0, mark.start())
    for pattern in (_RULE, _DATE, _LOCAL_KEY_ID, _JAVA_TRUST):
        text = pattern.sub(_blank, text)
    text = _LINE.sub(lambda found: _blank(found) if repeated.has_line(found[0]) else found[0], text)
    text = _IDENTIFIER.sub(lambda found: _blank(found) if repeated.has_bytes(_encoded(found[0])) else found[0], text)
    text = _BYTES.sub(lambda found: _blank(found) if repeated.has_bytes(_digits(found[0])) else found[0], text)
    text = _ESCAPED.sub(_unescaped, text)
    words = digits = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word.replace("-", "").lower() in _TOOL_WORDS or repeated.has_word(word):
            continue
        for part in word.split("-"):
            if part.lower() in _TOOL_WORDS or repeated.has_word(part):
                continue
            words += 1
            is_short = _ABBREVIATION.fullmatch(part) is not None
            digits += len(part) if is_short else sum(character.isdigit() for character in part)
            if not (is_short or _PLAIN_WORD.fullmatch(part)) or words > _MAX_WORDS or digits > _MAX_DIGITS:
                return text.count("\n", 0, found.start())
    other = _NO_MARKS.search(text)
    return text.count("\n", 0, other.start()) if other else None


def _words(text: str) -> Iterator[str]:
    for found in _WORD.finditer(text):
        yield found[0]
        yield from found[0].split("-")


def _blank(found: re.Match[str]) -> str:
    """Return blanks of the same length, with the line breaks."""
    return re.sub(r"[^\n]", " ", found[0])


def _digits(text: str) -> str:
    return re.sub(r"[^0-9A-Fa-f]", "", text.removeprefix("0x"))


def _encoded(identifier: str) -> str:
    """Return the bytes of an object identifier in hexadecimal digits (X.690, 8.19)."""
    first, second, *others = map(int, identifier.split("."))
    encoded = bytearray()
    for number in [40 * first + second, *others]:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        encoded += bytes(reversed(groups))
    return encoded.hex()


def _unescaped(found: re.Match[str]) -> str:
    """Return the letters that OpenSSL writes as escaped bytes of UTF-8."""
    try:
        return bytes.fromhex(found[0].replace("\\", "").replace("x", "")).decode("utf-8")
    except ValueError:
        return found[0]


def _is_within(digits: str, whole: str) -> bool:
    position = whole.find(digits)
    while position >= 0:
        if position % 2 == 0:
            return True
        position = whole.find(digits, position + 1)
    return False
