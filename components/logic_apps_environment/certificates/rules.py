"""Rules about certificates. Nothing here repeats what was given; a certificate is named by the key it stands under."""

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
    "A certificate is given either as a file or as text.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_PRIVATE_KEY = Rule(
    "certificate-private-key",
    "No private key stands where a public certificate belongs.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body: publicCertificate",
)
CERTIFICATE_UNREADABLE = Rule(
    "certificate-unreadable",
    "What is given is a file or text with certificates, as PEM, DER or base64 of either.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body: base64-encoded certificate",
)
CERTIFICATE_KIND = Rule(
    "certificate-kind",
    "The kind of a certificate is TrustedRoot.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body: the only documented kind",
)
CERTIFICATE_NAME = Rule(
    "certificate-name",
    "A certificate's name has 1 to 80 letters, digits, hyphens, underscores and periods.",
    Severity.ERROR,
    f"{sources.LIBRARY}: no rule is documented; these are the characters of all documented names",
)
CERTIFICATE_COUNT = Rule(
    "certificate-count",
    "An environment takes at most 20 certificates.",
    Severity.ERROR,
    f"{sources.HOW_TO_2022}, Request body",
)
CERTIFICATE_NAME_REPEATED = Rule(
    "certificate-name-repeated",
    "The certificates of a bundle are sent as NAME-1, NAME-2 and so on; no other certificate has one of these names.",
    Severity.ERROR,
    sources.LIBRARY,
)
CERTIFICATE_REPEATED = Rule(
    "certificate-repeated",
    "No certificate is given twice.",
    Severity.ERROR,
    f"{sources.LIBRARY}: each takes one of 20 places, and a second copy is most likely the wrong file",
)
CERTIFICATE_EXPIRED = Rule(
    "certificate-expired",
    "A certificate has not expired.",
    Severity.ERROR,
    f"{sources.X509}, section 4.1.2.5: outside of its validity a certificate is not to be used",
)
CERTIFICATE_EXPIRES_SOON = Rule(
    "certificate-expires-soon",
    "A certificate is valid for 60 more days.",
    Severity.WARNING,
    f"{sources.X509}, section 4.1.2.5",
)
CERTIFICATE_NOT_YET_VALID = Rule(
    "certificate-not-yet-valid", "A certificate is valid already.", Severity.WARNING, f"{sources.X509}, section 4.1.2.5"
)
CERTIFICATE_END_ENTITY = Rule(
    "certificate-end-entity",
    "A trusted certificate is an authority's or signed by itself.",
    Severity.WARNING,
    f"{sources.X509}, section 4.2.1.9; {sources.HOW_TO_2022}: root and all intermediates",
)
CERTIFICATE_ISSUER_MISSING = Rule(
    "certificate-issuer-missing",
    "The certificate that signed another is given too.",
    Severity.WARNING,
    f"{sources.HOW_TO_2022}, Request body: root and all intermediates",
)
CERTIFICATE_WEAK = Rule(
    "certificate-weak",
    "A certificate has a key of at least 112 bits of strength, and no authority signed it over MD5 or SHA-1.",
    Severity.WARNING,
    f"{sources.NIST_KEYS}, tables 2 and 8",
)

CERTIFICATE_SERIAL_NUMBER = Rule(
    "certificate-serial-number",
    "The serial number of a certificate is positive.",
    Severity.WARNING,
    f"{sources.X509}, section 4.1.2.2",
)

MOST_CERTIFICATES = 20
SOON = timedelta(days=60)

_FEWEST_RSA_BITS = 2048
_FEWEST_EC_BITS = 224
_WEAK_HASHES = (hashes.MD5, hashes.SHA1)


def check_certificate(certificate: x509.Certificate, now: datetime | None = None) -> list[Problem]:
    """Whether one certificate can be used and how good it is, by itself.

    Args:
        certificate: what is judged.
        now: the time to judge validity at; the present when None.
    """
    with library_warnings_ignored():
        return (
            _check_validity(certificate, now or datetime.now(UTC))
            + _check_serial_number(certificate)
            + _check_strength(certificate)
        )


def check_certificate_names(names: Iterable[str]) -> list[Problem]:
    """Whether certificates can have these names."""
    return [
        CERTIFICATE_NAME.violation(
            f"{describe(name)} is not a name for a certificate.",
            "1 to 80 letters, digits, hyphens, underscores and periods",
            "testCertificate",
            path=(name,),
        )
        for name in names
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,80}", name)
    ]


def check_certificate_set(certificates: Mapping[str, Sequence[x509.Certificate]]) -> list[Problem]:
    """Whether an environment takes these certificates together, and what is missing among them.

    Args:
        certificates: what stands under each name: one certificate, or those of a bundle.
    """
    together = [certificate for group in certificates.values() for certificate in group]
    problems = _check_count(len(together)) + _check_names(certificates)
    seen: dict[bytes, str] = {}
    with library_warnings_ignored():
        for name, group in certificates.items():
            for certificate in group:
                found = _check_repeated(certificate, name, seen)
                # Each is compared with all others, which is bounded while there are not too many.
                if not found and len(together) <= MOST_CERTIFICATES:
                    found = _check_role(certificate, together)
                problems += [problem.within(name) for problem in found]
    return problems


def sent_names(name: str, count: int) -> list[str]:
    """The names under which the certificates of one entry are sent: its own, or numbered ones for a bundle."""
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]


def _check_count(count: int) -> list[Problem]:
    if count <= MOST_CERTIFICATES:
        return []
    return [
        CERTIFICATE_COUNT.violation(
            f"holds {count} certificates.", f"at most {MOST_CERTIFICATES}", remedy="Leave out what is not needed."
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
            f'has several certificates, which are sent as "{name}-1" and so on, but "{sent}" is taken.',
            "a name whose numbered forms are free",
            path=(name,),
        )
        for name, sent in taken.items()
        if sent is not None
    ]


def _check_repeated(certificate: x509.Certificate, name: str, seen: dict[bytes, str]) -> list[Problem]:
    fingerprint = certificate.fingerprint(hashes.SHA256())
    if fingerprint in seen:
        first = seen[fingerprint]
        where = "stands twice in this bundle" if first == name else f'is the same certificate as "{first}"'
        return [
            CERTIFICATE_REPEATED.violation(f"{where}.", "different certificates", remedy="Leave one of the two out.")
        ]
    seen[fingerprint] = name
    return []


def _check_validity(certificate: x509.Certificate, now: datetime) -> list[Problem]:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if ends < now:
        return [
            CERTIFICATE_EXPIRED.violation(
                f"expired on {ends:%Y-%m-%d}.",
                "a certificate that is valid",
                remedy="Ask its issuer for the renewed one.",
            )
        ]
    if begins > now:
        return [
            CERTIFICATE_NOT_YET_VALID.violation(
                f"is not valid before {begins:%Y-%m-%d}.", "a certificate that is valid already"
            )
        ]
    if ends < now + SOON:
        return [
            CERTIFICATE_EXPIRES_SOON.violation(
                f"expires on {ends:%Y-%m-%d}, in {(ends - now).days} days.",
                f"a certificate that is valid for {SOON.days} days and more",
                remedy="Add its successor beside it before that day.",
            )
        ]
    return []


def _check_serial_number(certificate: x509.Certificate) -> list[Problem]:
    if certificate.serial_number > 0:
        return []
    return [
        CERTIFICATE_SERIAL_NUMBER.violation(
            f"has the serial number {certificate.serial_number}, which some systems do not accept.",
            "a certificate with a positive serial number",
            remedy="Ask its issuer for a new one.",
        )
    ]


def _check_role(certificate: x509.Certificate, together: Sequence[x509.Certificate]) -> list[Problem]:
    if _is_issued_by(certificate, certificate):
        return []
    problems = []
    if not _is_authority(certificate):
        problems.append(
            CERTIFICATE_END_ENTITY.violation(
                "is the certificate of a single system, signed by somebody else.",
                "the certificates of the authorities that signed it, up to the root",
                remedy="Trust the authority instead: then the system's next certificate is trusted too.",
            )
        )
    if not any(_is_issued_by(certificate, other) for other in together):
        problems.append(
            CERTIFICATE_ISSUER_MISSING.violation(
                "was signed by an authority whose certificate is not given.",
                "the root and all authorities between it and the systems that are called",
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
    # Nobody relies on the signature of a self-signed certificate: it is trusted for itself.
    if isinstance(certificate.signature_hash_algorithm, _WEAK_HASHES) and not _is_issued_by(certificate, certificate):
        weaknesses.append(f"a signature over {certificate.signature_hash_algorithm.name.upper()}")
    return [
        CERTIFICATE_WEAK.violation(
            f"has {weakness}, which can be forged.", "RSA of 2048 bits or more, or P-256 and its like; SHA-256"
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
        # Signed in a way that cannot be verified here any more, such as over SHA-1: the names have to do.
        return True
    return True
