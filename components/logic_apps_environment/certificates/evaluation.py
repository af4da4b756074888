"""Evaluate certificates by the rules about their content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from logic_apps_environment.certificates.parsing import library_warnings_ignored
from logic_apps_environment.certificates.rules import (
    CERTIFICATE_COUNT,
    CERTIFICATE_END_ENTITY,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_EXPIRES_SOON,
    CERTIFICATE_ISSUER_MISSING,
    CERTIFICATE_NAME_REPEATED,
    CERTIFICATE_NOT_YET_VALID,
    CERTIFICATE_REPEATED,
    CERTIFICATE_SERIAL_NUMBER,
    CERTIFICATE_WEAK,
    MAX_CERTIFICATES,
    sent_names,
)
from logic_apps_environment.validation.rule import Problem

SOON = timedelta(days=60)

_MIN_RSA_BITS = 2048
_MIN_EC_BITS = 224
_WEAK_HASHES = (hashes.MD5, hashes.SHA1)


def check_certificate(certificate: x509.Certificate) -> list[Problem]:
    """Check the current validity, the serial number and the strength of one certificate."""
    with library_warnings_ignored():
        return [
            *_check_validity(certificate, datetime.now(UTC)),
            *_check_serial_number(certificate),
            *_check_strength(certificate),
        ]


def check_certificate_set(certificates: Mapping[str, Sequence[x509.Certificate]]) -> list[Problem]:
    """Check the certificates of an environment together: their count, names, duplicates and issuers.

    Each name has one certificate, or those of a bundle.
    """
    together = [certificate for group in certificates.values() for certificate in group]
    problems = [*_check_count(len(together)), *_check_names(certificates)]
    seen: dict[bytes, str] = {}
    with library_warnings_ignored():
        for name, group in certificates.items():
            for certificate in group:
                found = _check_repeated(certificate, name, seen)
                # Each certificate is compared with all others; the limit bounds the cost.
                if not found and len(together) <= MAX_CERTIFICATES:
                    found = [*_check_role(certificate, together)]
                problems += [problem.within(name) for problem in found]
    return problems


def _check_count(count: int) -> Iterator[Problem]:
    if count > MAX_CERTIFICATES:
        yield CERTIFICATE_COUNT.violation(
            f"contains {count} certificates.",
            f"at most {MAX_CERTIFICATES} certificates",
            remedy="Remove the certificates that are not needed.",
        )


def _check_names(certificates: Mapping[str, Sequence[x509.Certificate]]) -> list[Problem]:
    sent_of = {name: sent_names(name, len(group)) for name, group in certificates.items()}
    counts = Counter(sent for names in sent_of.values() for sent in names)
    taken = {
        name: next((sent for sent in names if counts[sent] > 1), None)
        for name, names in sent_of.items()
        if names != [name]
    }
    return [
        CERTIFICATE_NAME_REPEATED.violation(
            f'is a bundle, whose certificates get the names "{name}-1", "{name}-2" and so on, but another certificate '
            f'already has the name "{sent}".',
            remedy="Rename one of the two.",
            path=(name,),
        )
        for name, sent in taken.items()
        if sent is not None
    ]


def _check_repeated(certificate: x509.Certificate, name: str, seen: dict[bytes, str]) -> list[Problem]:
    fingerprint = certificate.fingerprint(hashes.SHA256())
    if fingerprint in seen:
        first = seen[fingerprint]
        where = "appears twice in this bundle" if first == name else f'is the same certificate as "{first}"'
        return [CERTIFICATE_REPEATED.violation(f"{where}.", remedy="Remove one of the two.")]
    seen[fingerprint] = name
    return []


def _check_validity(certificate: x509.Certificate, now: datetime) -> Iterator[Problem]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if ends < now:
        yield CERTIFICATE_EXPIRED.violation(
            f"expired on {ends:%Y-%m-%d}.",
            remedy="Get a renewed certificate from the issuer.",
        )
    elif begins > now:
        yield CERTIFICATE_NOT_YET_VALID.violation(
            f"is not valid before {begins:%Y-%m-%d}.",
            remedy="Until that date, also specify the certificate that it replaces.",
        )
    elif ends < now + SOON:
        yield CERTIFICATE_EXPIRES_SOON.violation(
            f"expires on {ends:%Y-%m-%d}, in {(ends - now).days} days.",
            f"a certificate that is valid for at least {SOON.days} days",
            remedy="Before that date, add the renewed certificate under another name.",
        )


def _check_serial_number(certificate: x509.Certificate) -> Iterator[Problem]:
    if certificate.serial_number <= 0:
        yield CERTIFICATE_SERIAL_NUMBER.violation(
            f"has the serial number {certificate.serial_number}, which some systems reject.",
            "a certificate with a positive serial number",
            remedy="Get a new certificate from the issuer.",
        )


def _check_role(certificate: x509.Certificate, together: Sequence[x509.Certificate]) -> Iterator[Problem]:
    if _is_issued_by(certificate, certificate):
        return
    if not _is_authority(certificate):
        yield CERTIFICATE_END_ENTITY.violation(
            "is the certificate of a single server, not of a certificate authority.",
            "the certificates of the authorities that issued it, up to the root",
            remedy="Trust the certificate authority instead. The server's renewed certificate is then trusted too.",
        )
    if not any(_is_issued_by(certificate, other) for other in together):
        yield CERTIFICATE_ISSUER_MISSING.violation(
            "was issued by an authority whose certificate is missing.",
            "the root and all intermediate certificates",
            remedy="Add the issuer's certificate.",
        )


def _check_strength(certificate: x509.Certificate) -> list[Problem]:
    weaknesses = []
    match certificate.public_key():
        case rsa.RSAPublicKey(key_size=bits) if bits < _MIN_RSA_BITS:
            weaknesses.append(f"an RSA key of {bits} bits")
        case ec.EllipticCurvePublicKey(key_size=bits) if bits < _MIN_EC_BITS:
            weaknesses.append(f"an elliptic curve key of {bits} bits")
        case dsa.DSAPublicKey():
            weaknesses.append("a DSA key")
    # The signature of a self-signed certificate is irrelevant: the certificate itself is trusted.
    if isinstance(certificate.signature_hash_algorithm, _WEAK_HASHES) and not _is_issued_by(certificate, certificate):
        weaknesses.append(f"a signature with {certificate.signature_hash_algorithm.name.upper()}")
    return [
        CERTIFICATE_WEAK.violation(
            f"has {weakness}, which is too weak.",
            f"RSA with at least {_MIN_RSA_BITS} bits, or an elliptic curve with at least {_MIN_EC_BITS} bits, "
            "signed with SHA-256 or stronger",
            remedy="Get a new certificate from the issuer.",
        )
        for weakness in weaknesses
    ]


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError):
        return False
    except (UnsupportedAlgorithm, ValueError):
        # The library no longer verifies some signatures, such as those with SHA-1; compare the names only.
        return True
    return True
