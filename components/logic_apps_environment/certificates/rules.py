"""Rules about certificates. No message repeats the content of a certificate; paths name its key.

The checks of a certificate's content, with their limits, are in ``evaluation.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe

CERTIFICATE_SOURCE = Rule(
    "certificate-source",
    "A certificate has exactly one of file and publicCertificate.",
    references.LIBRARY,
)
CERTIFICATE_PRIVATE_KEY = Rule("certificate-private-key", "A certificate contains no private key.", references.HOW_TO)
CERTIFICATE_UNREADABLE = Rule(
    "certificate-unreadable",
    "A certificate is in PEM or DER format, or base64 of either.",
    references.HOW_TO,
)
CERTIFICATE_KIND = Rule("certificate-kind", "The kind of a certificate is TrustedRoot.", references.HOW_TO)
CERTIFICATE_NAME = Rule(
    "certificate-name",
    "A certificate name has 1 to 80 letters, digits, hyphens, underscores and periods.",
    references.LIBRARY,
)
CERTIFICATE_COUNT = Rule("certificate-count", "An environment has at most 20 certificates.", references.HOW_TO_2022)
CERTIFICATE_NAME_REPEATED = Rule(
    "certificate-name-repeated",
    "The certificates of a bundle have unique names: NAME-1, NAME-2 and so on.",
    references.LIBRARY,
)
CERTIFICATE_REPEATED = Rule("certificate-repeated", "Each certificate is given once.", references.LIBRARY)
CERTIFICATE_EXPIRED = Rule(
    "certificate-expired", "A certificate has not expired.", f"{references.X509}, section 4.1.2.5"
)
CERTIFICATE_EXPIRES_SOON = Rule(
    "certificate-expires-soon",
    "A certificate is valid for at least 60 more days.",
    f"{references.X509}, section 4.1.2.5",
    Severity.WARNING,
)
CERTIFICATE_NOT_YET_VALID = Rule(
    "certificate-not-yet-valid",
    "A certificate is already valid.",
    f"{references.X509}, section 4.1.2.5",
    Severity.WARNING,
)
CERTIFICATE_END_ENTITY = Rule(
    "certificate-end-entity",
    "A certificate is self-signed or belongs to a certificate authority.",
    f"{references.X509}, section 4.2.1.9; {references.HOW_TO_2022}",
    Severity.WARNING,
)
CERTIFICATE_ISSUER_MISSING = Rule(
    "certificate-issuer-missing",
    "The issuer of each certificate is included.",
    references.HOW_TO_2022,
    Severity.WARNING,
)
CERTIFICATE_WEAK = Rule(
    "certificate-weak",
    "A certificate has a key strength of at least 112 bits and is not signed with MD5 or SHA-1.",
    f"{references.NIST_KEYS}, tables 2 and 8",
    Severity.WARNING,
)
CERTIFICATE_SERIAL_NUMBER = Rule(
    "certificate-serial-number",
    "A certificate has a positive serial number.",
    f"{references.X509}, section 4.1.2.2",
    Severity.WARNING,
)

NAME_PATTERN = "[A-Za-z0-9._-]{1,80}"
"""The valid names of certificates."""

TRUSTED_ROOT = "TrustedRoot"
"""The only documented value of ``kind``."""

MAX_CERTIFICATES = 20
"""The maximum number of certificates of an environment."""


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


def sent_names(name: str, count: int) -> list[str]:
    """Return the names under which the certificates of one entry are sent: its own, or numbered ones for a bundle."""
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]
