"""Decides which text beside certificates cannot contain a private key, for the copies of stack files."""

import hashlib
import re
from collections.abc import Callable, Collection, Sequence

_DATE = re.compile(r"(?:[A-Z][a-z]{2} ){1,2} ?\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{3})? (?:\d{4} GMT|[A-Z]{3,4} \d{4})")
_LOCAL_KEY_ID = re.compile(r"localKeyID: (?:[0-9A-F]{2} ){0,19}[0-9A-F]{2}\s*$", re.MULTILINE)
_LINE_WITH_TEXT = re.compile(r"[^\n]*\S[^\n]*")
_IDENTIFIER = re.compile(r"(?<![\w.])[0-2](?:\.\d{1,6}){2,15}(?![\w.])")
_MAX_IDENTIFIERS = 8
_BYTES = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:(?::\s{0,80}| )?[0-9A-Fa-f]{2}){1,4000}(?![0-9A-Za-z])")
_SERIAL_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:0x[0-9a-f]{3,40}|\d{5,60})(?![0-9A-Za-z])")
_ESCAPED = re.compile(r"(?:\\x?[0-9A-F]{2})+")
_LINE = re.compile(r"[^\n]+")
_PART = re.compile(r"[A-Za-z0-9]+")
# A word, perhaps of several in camel case and with a year; or an algorithm, such as sha256WithRSAEncryption.
_WORD = re.compile(r"(?:[A-Z]?[a-z]{1,20}){1,3}(?:(?:19|20)\d\d)?|[A-Za-z]")
_ALGORITHM = re.compile(
    r"(?:RSA-)?(?:sha|md|x|v|p|secp|prime|ed|asn|0x)\d{1,5}(?:with[a-z]{1,20}|v[0-9])?(?:[rv]1)?", re.IGNORECASE
)
_SHORT = re.compile(r"[A-Z0-9]{1,5}")
_TEXT_OF_ABBREVIATIONS = """
ASN1 BMP C CA CN CRL DC DER DNS EC ECC FALSE GMT ID L MD5 NIST O OCSP OID OU PEM PKCS12 PKEY RSA SAN SHA1 SHA256 SSL ST
SUN TLS TRUE UID URI UTC UTF8 a i s v
"""
_ABBREVIATIONS = frozenset(_TEXT_OF_ABBREVIATIONS.split())
_MAX_SHORT, _MAX_REPEATED = 12, 60
"""The limits of distinct and of all parts that are only digits or capitals, or a single letter."""
_MAX_MARKS_LENGTH = 6
_LONG_ENOUGH_FOR_A_SEARCH = 4
_MARKS = re.compile(r"[^\w\s]+")
_RULE = re.compile(r"([^\w\s])\1*")


def without_foreign(text: str, certificates: Sequence[bytes], unknown: str) -> str:
    """Return the text if it has only plain words and repeats certificates, else lines of ``unknown``.

    All lines are replaced, because a single line of a key can look like a comment.

    Args:
        text: the text beside certificates.
        certificates: the certificates in DER.
        unknown: the replacement of lines that could be part of a key.
    """
    whole = re.sub(rb"[^ -~]", b".", b" ".join(certificates)).decode("ascii")
    digits = [der.hex() for der in certificates]
    digits += [
        hashlib.new(name, der).hexdigest() for der in certificates for name in ("md5", "sha1", "sha256", "sha512")
    ]

    def is_repeated(found: re.Match[str]) -> bool:
        wanted = re.sub(r"[^0-9a-f]", "", found[0].lower().removeprefix("0x"))
        return any(wanted in each for each in digits)

    def is_serial_number(found: re.Match[str]) -> bool:
        number = f"{int(found[0], 16 if found[0].startswith('0x') else 10):x}"
        return any("0" * (len(number) % 2) + number in each for each in digits)

    def is_in_certificate(found: re.Match[str]) -> bool:
        line = found[0].strip().removeprefix("URI:")
        return len(line) > _MAX_MARKS_LENGTH and line in whole

    plain = _blank(_LINE, text, is_in_certificate)
    for pattern, is_harmless in (
        (_DATE, _always),
        (_LOCAL_KEY_ID, _always),
        (_BYTES, is_repeated),
        (_ESCAPED, is_repeated),
        (_SERIAL_NUMBER, is_serial_number),
    ):
        plain = _blank(pattern, plain, is_harmless)
    if len(_IDENTIFIER.findall(plain)) <= _MAX_IDENTIFIERS:
        plain = _blank(_IDENTIFIER, plain, _always)
    words, lower = set(_PART.findall(whole)), whole.lower()
    parts = [part for part in _PART.findall(plain) if not _is_known(part, words, lower)]
    others = [part for part in parts if not (_WORD.fullmatch(part) or _ALGORITHM.fullmatch(part))]
    short = others + [part for part in parts if len(part) == 1 and part.isalpha()]
    is_foreign = (
        any(not _SHORT.fullmatch(part) for part in others)
        or any(len(marks) > _MAX_MARKS_LENGTH and not _RULE.fullmatch(marks) for marks in _MARKS.findall(plain))
        or len(set(short)) > _MAX_SHORT
        or len(short) > _MAX_REPEATED
    )
    return _LINE_WITH_TEXT.sub(unknown, text) if is_foreign else text


def _is_known(part: str, words: Collection[str], whole: str) -> bool:
    """Return whether a part of a line is a known abbreviation, or long enough and in a certificate."""
    if len(part) >= _LONG_ENOUGH_FOR_A_SEARCH:
        return part.lower() in whole or part in _ABBREVIATIONS
    return part in _ABBREVIATIONS or (len(part) == _LONG_ENOUGH_FOR_A_SEARCH - 1 and part in words)


def _always(_: re.Match[str]) -> bool:
    return True


def _blank(pattern: re.Pattern[str], text: str, is_harmless: Callable[[re.Match[str]], bool]) -> str:
    """Return the text with harmless parts replaced by spaces, with the same lines."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]) if is_harmless(found) else found[0], text)
