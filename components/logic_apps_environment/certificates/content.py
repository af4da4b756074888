"""What the arguments need of the content of certificates: reading, evaluation and encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cryptography.x509 import Certificate

from logic_apps_environment.certificates.comments import is_plain
from logic_apps_environment.certificates.evaluation import check_certificate, check_certificate_set
from logic_apps_environment.certificates.parsing import (
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    parse_certificates,
    read_certificate_file,
    to_pem,
)
from logic_apps_environment.certificates.rules import CERTIFICATE_PRIVATE_KEY, CERTIFICATE_UNREADABLE, sent_names
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem, redact


def read(source: str, read: Callable[[], bytes], *, is_file: bool = False) -> tuple[str, list[Problem]]:
    """Return the PEM text of certificates, and every problem, whose messages name the ``source``."""
    try:
        certificates = parse_certificates(read())
    except CertificateError as error:
        is_key = isinstance(error, PrivateKeyGivenError)
        rule = CERTIFICATE_PRIVATE_KEY if is_key else CERTIFICATE_UNREADABLE
        allowed = "public certificates in PEM or DER format, or base64 of either"
        example = "certificates/root.pem" if is_file else ""
        allowed = f"a file with {allowed}" if is_file else allowed
        return "", [rule.violation(f"{source} {error}.", allowed, example, error.remedy)]
    return to_pem(certificates), [problem for each in certificates for problem in check_certificate(each)]


def read_file(name: str) -> tuple[str, list[Problem]]:
    """Return the PEM text of the certificates in a file, and every problem."""
    # The value may be a private key instead of a file name.
    source = f'"{redact(name)}"' if is_plain(name) else "The file"
    return read(source, lambda: read_certificate_file(name), is_file=True)


def check_set(pem_by_name: Mapping[str, str]) -> list[Problem]:
    """Check the certificates of an environment together: PEM text of one or more certificates for each name."""
    return check_certificate_set(_parsed(pem_by_name))


async def validate_resolved(pem_by_name: Mapping[str, str], notation: Notation) -> dict[str, str]:
    """Check all certificates together once they are known, and return them as they are sent.

    Raises:
        ArgumentsError: the certificates are invalid together.
    """
    await notation.report_late([problem.within("certificates") for problem in check_set(pem_by_name)])
    return encode_for_sending(pem_by_name)


def encode_for_sending(pem_by_name: Mapping[str, str]) -> dict[str, str]:
    """Return base64 of PEM text, by the names that are sent."""
    return {
        sent: encode_certificate(certificate)
        for name, group in _parsed(pem_by_name).items()
        for sent, certificate in zip(sent_names(name, len(group)), group, strict=True)
    }


def _parsed(pem_by_name: Mapping[str, str]) -> dict[str, tuple[Certificate, ...]]:
    return {name: parse_certificates(pem.encode()) for name, pem in pem_by_name.items()}


def next_expiry(encoded: Iterable[str]) -> str | None:
    """Return the earliest expiry of encoded certificates as ISO 8601 in UTC; None without certificates."""
    expiries = [
        certificate.not_valid_after_utc for value in encoded for certificate in parse_certificates(value.encode())
    ]
    return min(expiries).isoformat().replace("+00:00", "Z") if expiries else None
