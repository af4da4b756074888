"""The arguments for the certificates that an environment trusts, and their encoding in the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Literal, Unpack

import pulumi
from pydantic import AfterValidator, BeforeValidator, ConfigDict

from logic_apps_environment.certificates import rules as certificate_rules
from logic_apps_environment.certificates.comments import is_plain
from logic_apps_environment.certificates.parsing import (
    TRUSTED_ROOT,
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    parse_certificates,
    read_certificate_file,
    to_pem,
)
from logic_apps_environment.validation.change_effects import ENVIRONMENT_UPDATED, Change, Effect
from logic_apps_environment.validation.checks import NotValidError, Rules, check, errors_of, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import redact
from logic_apps_environment.validation.texts import check_text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from logic_apps_environment.args_dicts import CertificateArgsDict
    from logic_apps_environment.validation.notation import Notation
    from logic_apps_environment.validation.rule import Problem


def _path_text(value: object) -> object:
    return str(value) if isinstance(value, PurePath) else value


def _check_text(text: str) -> list[Problem]:
    return _read_certificates("The value", lambda: text.encode("utf-8", "replace"))[1]


def _pem_text(text: str) -> str:
    return to_pem(parse_certificates(text.encode("utf-8", "replace")))


def _read_certificates(source: str, read: Callable[[], bytes]) -> tuple[str, list[Problem]]:
    """Return the PEM text of certificates, and every problem.

    Args:
        source: the name of the source in messages.
        read: returns the content of the source.
    """
    try:
        certificates = parse_certificates(read())
    except CertificateError as error:
        is_key = isinstance(error, PrivateKeyGivenError)
        rule = certificate_rules.CERTIFICATE_PRIVATE_KEY if is_key else certificate_rules.CERTIFICATE_UNREADABLE
        allowed = "public certificates in PEM or DER format, or base64 of either"
        return "", [rule.violation(f"{source} {error}.", allowed, "certificates/root.pem", error.remedy)]
    return to_pem(certificates), [
        problem for each in certificates for problem in certificate_rules.check_certificate(each)
    ]


class CertificateArgs(Model):
    """A certificate that the environment trusts, or a bundle of certificates, given as a file or as text."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["file"]}, {"required": ["publicCertificate"]}]}
    )

    file: Annotated[str, BeforeValidator(_path_text, json_schema_input_type=str | PurePath)] | None = setting(
        "File with a public certificate in PEM or DER format, or a bundle in PEM format, relative to the project.",
        allowed="the path of a readable file",
        example="certificates/root.pem",
        change=ENVIRONMENT_UPDATED,
        default=None,
        confidential=True,
        free_text=True,
        is_registered=False,
    )
    public_certificate: Input[Annotated[str, Rules(_check_text), AfterValidator(_pem_text)]] | None = setting(
        "The certificate as text, instead of a file: PEM, or base64 of its PEM or DER format.",
        allowed="one or more public certificates",
        example="LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t…",
        change=ENVIRONMENT_UPDATED,
        default=None,
        confidential=True,
        free_text=True,
        is_registered=False,
    )
    kind: Literal["TrustedRoot"] = setting(
        "Certificate store in which the environment installs the certificate.",
        allowed=TRUSTED_ROOT,
        example=TRUSTED_ROOT,
        change=Change(Effect.REFUSED, remark="The key has only one value."),
        default=TRUSTED_ROOT,
        confidential=True,
        rule=certificate_rules.CERTIFICATE_KIND,
    )

    def __init__(self, **values: Unpack[CertificateArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_source(self) -> list[Problem]:
        given = {"file", "public_certificate"} & self.model_fields_set
        if len(given) == 1:
            return []
        return [
            certificate_rules.CERTIFICATE_SOURCE.violation(
                f"has {'both' if given else 'neither'} file {'and' if given else 'nor'} publicCertificate.",
                "exactly one of file and publicCertificate",
                "{file: certificates/root.pem}",
            )
        ]

    @check
    def _check_file(self) -> list[Problem]:
        if self.file is None:
            return []
        problems = check_text(self.file, "The value") if "-----BEGIN" not in self.file else []
        return [problem.within("file") for problem in problems or self._read_file[1]]

    @cached_property
    def _read_file(self) -> tuple[str, list[Problem]]:
        """The result of :func:`_read_certificates` for the file, which is read once."""
        file = self.file
        assert file is not None  # noqa: S101 - called where there is one
        # The value may be a private key instead of a file name.
        source = f'"{redact(file)}"' if is_plain(file) else "The file"
        return _read_certificates(source, lambda: read_certificate_file(file))

    @property
    def pem(self) -> Input[str]:
        """PEM text of the certificates; an Output if the argument is one."""
        if self.file is None:
            if self.public_certificate is None:
                raise NotValidError("pem")
            return self.public_certificate
        text, problems = self._read_file
        if any(problem.is_error for problem in problems):
            raise NotValidError("pem")
        return text


def _known_certificates(certificates: Mapping[str, CertificateArgs]) -> dict[str, tuple[Certificate, ...]]:
    """Return the certificates that are valid and known now, by name."""
    texts = valid(certificates, lambda entry: entry.pem)
    return {name: parse_certificates(text.encode()) for name, text in texts.items()}


def _check_certificates(certificates: Mapping[str, CertificateArgs]) -> list[Problem]:
    known = _known_certificates(certificates)
    together = certificate_rules.check_certificate_set(known)
    # A missing issuer can be an Output.
    found = together if len(known) == len(certificates) else errors_of(together)
    return certificate_rules.check_certificate_names(certificates) + found


async def _validate_resolved_certificates(pem_by_name: Mapping[str, str], notation: Notation) -> dict[str, str]:
    """Validate all certificates together once they are known, and return them as they are sent.

    Args:
        pem_by_name: PEM text of one or more certificates for each name.
        notation: the notation of the environment's arguments.

    Returns:
        Base64 of PEM text, by the names that are sent.

    Raises:
        ArgumentsError: the certificates are invalid together.
    """
    certificates = {name: parse_certificates(pem.encode()) for name, pem in pem_by_name.items()}
    problems = certificate_rules.check_certificate_set(certificates)
    await notation.report_late([problem.within("certificates") for problem in problems])
    return encode_for_sending(certificates)


def encode_for_sending(certificates: Mapping[str, Sequence[Certificate]]) -> dict[str, str]:
    """Return base64 of PEM text, by the names that are sent."""
    return {
        sent: encode_certificate(certificate)
        for name, group in certificates.items()
        for sent, certificate in zip(certificate_rules.sent_names(name, len(group)), group, strict=True)
    }


def certificates_to_send(certificates: Mapping[str, CertificateArgs], notation: Notation) -> Input[dict[str, str]]:
    """Return base64 of PEM text, by the names that are sent; an Output if a certificate is one.

    Known certificates are validated with the arguments, all others when they resolve.
    """
    known = _known_certificates(certificates)
    if len(known) == len(certificates):
        return encode_for_sending(known)
    return pulumi.Output.all(**{name: entry.pem for name, entry in certificates.items()}).apply(
        lambda resolved: _validate_resolved_certificates(resolved, notation)
    )


Certificates = Annotated[
    Mapping[str, CertificateArgs],
    Rules(
        _check_certificates,
        {
            "maxProperties": certificate_rules.MOST_CERTIFICATES,
            "propertyNames": {"pattern": f"^{certificate_rules.NAME_PATTERN}$"},
        },
    ),
]
