"""Rules about certificates. No message repeats the content of a certificate; paths name its key."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from logic_apps_environment.certificates.parsing import library_warnings_ignored
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CERTIFICATE_SOURCE = Rule(
    "certificate-source",
    "A certificate has exactly one of file and publicCertificate.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_PRIVATE_KEY = Rule(
    "certificate-private-key",
    "A certificate contains no private key.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body: publicCertificate",
)
CERTIFICATE_UNREADABLE = Rule(
    "certificate-unreadable",
    "A certificate is in PEM or DER format, or base64 of either.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body: base64-encoded certificate",
)
CERTIFICATE_KIND = Rule(
    "certificate-kind",
    "The kind of a certificate is TrustedRoot.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body",
)
CERTIFICATE_NAME = Rule(
    "certificate-name",
    "A certificate name has 1 to 80 letters, digits, hyphens, underscores and periods.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_COUNT = Rule(
    "certificate-count",
    "An environment has at most 20 certificates.",
    Severity.ERROR,
    f"{sources.HOW_TO_2022}, Request body",
)
CERTIFICATE_NAME_REPEATED = Rule(
    "certificate-name-repeated",
    "The certificates of a bundle have unique names: NAME-1, NAME-2 and so on.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_REPEATED = Rule(
    "certificate-repeated",
    "Each certificate is given once.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_EXPIRED = Rule(
    "certificate-expired",
    "A certificate has not expired.",
    Severity.ERROR,
    f"{sources.X509}, section 4.1.2.5",
)
CERTIFICATE_EXPIRES_SOON = Rule(
    "certificate-expires-soon",
    "A certificate is valid for at least 60 more days.",
    Severity.WARNING,
    f"{sources.X509}, section 4.1.2.5",
)
CERTIFICATE_NOT_YET_VALID = Rule(
    "certificate-not-yet-valid", "A certificate is already valid.", Severity.WARNING, f"{sources.X509}, section 4.1.2.5"
)
CERTIFICATE_END_ENTITY = Rule(
    "certificate-end-entity",
    "A certificate is self-signed or belongs to a certificate authority.",
    Severity.WARNING,
    f"{sources.X509}, section 4.2.1.9; {sources.HOW_TO_2022}: root and all intermediates",
)
CERTIFICATE_ISSUER_MISSING = Rule(
    "certificate-issuer-missing",
    "The issuer of each certificate is included.",
    Severity.WARNING,
    f"{sources.HOW_TO_2022}, Request body: root and all intermediates",
)
CERTIFICATE_WEAK = Rule(
    "certificate-weak",
    "A certificate has a key strength of at least 112 bits and is not signed with MD5 or SHA-1.",
    Severity.WARNING,
    f"{sources.NIST_KEYS}, tables 2 and 8",
)

CERTIFICATE_SERIAL_NUMBER = Rule(
    "certificate-serial-number",
    "A certificate has a positive serial number.",
    Severity.WARNING,
    f"{sources.X509}, section 4.1.2.2",
)

NAME_PATTERN = "[A-Za-z0-9._-]{1,80}"
"""The valid names of certificates."""

MOST_CERTIFICATES = 20
SOON = timedelta(days=60)

_FEWEST_RSA_BITS = 2048
_FEWEST_EC_BITS = 224
_WEAK_HASHES = (hashes.MD5, hashes.SHA1)


def check_certificate(certificate: x509.Certificate, now: datetime | None = None) -> list[Problem]:
    """Check the validity, serial number and strength of one certificate.

    Args:
        certificate: the certificate.
        now: the time at which the certificate has to be valid; the current time if None.
    """
    with library_warnings_ignored():
        return (
            _check_validity(certificate, now or datetime.now(UTC))
            + _check_serial_number(certificate)
            + _check_strength(certificate)
        )


def check_certificate_names(names: Iterable[str]) -> list[Problem]:
    """Check the names of certificates."""
    return [
        CERTIFICATE_NAME.violation(
            f"{describe(name)} is not a valid certificate name.",
            "1 to 80 letters, digits, hyphens, underscores and periods",
            "testCertificate",
            path=(name,),
        )
        for name in names
        if not re.fullmatch(NAME_PATTERN, name)
    ]


def check_certificate_set(certificates: Mapping[str, Sequence[x509.Certificate]]) -> list[Problem]:
    """Check the certificates of an environment together: their count, names, duplicates and issuers.

    Args:
        certificates: for each name, one certificate or those of a bundle.
    """
    together = [certificate for group in certificates.values() for certificate in group]
    problems = _check_count(len(together)) + _check_names(certificates)
    seen: dict[bytes, str] = {}
    with library_warnings_ignored():
        for name, group in certificates.items():
            for certificate in group:
                found = _check_repeated(certificate, name, seen)
                # Each certificate is compared with all others; the limit bounds the cost.
                if not found and len(together) <= MOST_CERTIFICATES:
                    found = _check_role(certificate, together)
                problems += [problem.within(name) for problem in found]
    return problems


def sent_names(name: str, count: int) -> list[str]:
    """Return the names under which the certificates of one entry are sent: its own, or numbered ones for a bundle."""
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]


def _check_count(count: int) -> list[Problem]:
    if count <= MOST_CERTIFICATES:
        return []
    return [
        CERTIFICATE_COUNT.violation(
            f"contains {count} certificates.",
            f"at most {MOST_CERTIFICATES} certificates",
            remedy="Remove the certificates that are not needed.",
        )
    ]


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
            f'is a bundle, whose certificates are sent as "{name}-1" and so on, but another certificate is sent as '
            f'"{sent}".',
            "a name whose numbered names are unique",
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
        return [CERTIFICATE_REPEATED.violation(f"{where}.", "each certificate once", remedy="Remove one of the two.")]
    seen[fingerprint] = name
    return []


def _check_validity(certificate: x509.Certificate, now: datetime) -> list[Problem]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if ends < now:
        return [
            CERTIFICATE_EXPIRED.violation(
                f"expired on {ends:%Y-%m-%d}.",
                "a certificate that has not expired",
                remedy="Get a renewed certificate from the issuer.",
            )
        ]
    if begins > now:
        return [
            CERTIFICATE_NOT_YET_VALID.violation(
                f"is not valid before {begins:%Y-%m-%d}.", "a certificate that is already valid"
            )
        ]
    if ends < now + SOON:
        return [
            CERTIFICATE_EXPIRES_SOON.violation(
                f"expires on {ends:%Y-%m-%d}, in {(ends - now).days} days.",
                f"a certificate that is valid for at least {SOON.days} days",
                remedy="Before that date, add the renewed certificate under another name.",
            )
        ]
    return []


def _check_serial_number(certificate: x509.Certificate) -> list[Problem]:
    if certificate.serial_number > 0:
        return []
    return [
        CERTIFICATE_SERIAL_NUMBER.violation(
            f"has the serial number {certificate.serial_number}, which some systems reject.",
            "a certificate with a positive serial number",
            remedy="Get a new certificate from the issuer.",
        )
    ]


def _check_role(certificate: x509.Certificate, together: Sequence[x509.Certificate]) -> list[Problem]:
    if _is_issued_by(certificate, certificate):
        return []
    problems = []
    if not _is_authority(certificate):
        problems.append(
            CERTIFICATE_END_ENTITY.violation(
                "is the certificate of a single server, not of a certificate authority.",
                "the certificates of the authorities that issued it, up to the root",
                remedy="Trust the certificate authority instead. The server's renewed certificate is then trusted too.",
            )
        )
    if not any(_is_issued_by(certificate, other) for other in together):
        problems.append(
            CERTIFICATE_ISSUER_MISSING.violation(
                "was issued by an authority whose certificate is missing.",
                "the root and all intermediate certificates",
                remedy="Add the issuer's certificate.",
            )
        )
    return problems


def _check_strength(certificate: x509.Certificate) -> list[Problem]:
    weaknesses = []
    match certificate.public_key():
        case rsa.RSAPublicKey(key_size=bits) if bits < _FEWEST_RSA_BITS:
            weaknesses.append(f"an RSA key of {bits} bits")
        case ec.EllipticCurvePublicKey(key_size=bits) if bits < _FEWEST_EC_BITS:
            weaknesses.append(f"an elliptic curve key of {bits} bits")
        case dsa.DSAPublicKey():
            weaknesses.append("a DSA key")
    # The signature of a self-signed certificate is irrelevant: the certificate itself is trusted.
    if isinstance(certificate.signature_hash_algorithm, _WEAK_HASHES) and not _is_issued_by(certificate, certificate):
        weaknesses.append(f"a signature with {certificate.signature_hash_algorithm.name.upper()}")
    return [
        CERTIFICATE_WEAK.violation(
            f"has {weakness}, which is too weak.",
            f"RSA with at least {_FEWEST_RSA_BITS} bits, or an elliptic curve with at least {_FEWEST_EC_BITS} bits, "
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
