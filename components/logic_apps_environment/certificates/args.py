"""The arguments for the certificates that an environment trusts, and their encoding in the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Annotated, Literal, NotRequired, TypedDict, Unpack

import pulumi
from pydantic import AfterValidator, BeforeValidator, ConfigDict

from logic_apps_environment import certificates
from logic_apps_environment.certificates import rules as certificate_rules
from logic_apps_environment.certificates.rules import TRUSTED_ROOT
from logic_apps_environment.validation.change_effects import ENVIRONMENT_UPDATED, Change, Effect
from logic_apps_environment.validation.checks import NotValidError, Rules, check, errors_of, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.texts import check_text


def _path_text(value: object) -> object:
    return str(value) if isinstance(value, PurePath) else value


def _read_text(text: str) -> tuple[str, list[Problem]]:
    return certificates.content.read("The value", lambda: text.encode("utf-8", "replace"))


PublicCertificate = Annotated[
    str, Rules(lambda text: _read_text(text)[1]), AfterValidator(lambda text: _read_text(text)[0])
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
    public_certificate: Input[PublicCertificate] | None = setting(
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
        rule=certificate_rules.CERTIFICATE_KIND,
    )

    def __init__(self, **values: Unpack[CertificateArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_source(self) -> Iterator[Problem]:
        given = {"file", "public_certificate"} & self.model_fields_set
        if len(given) != 1:
            yield certificate_rules.CERTIFICATE_SOURCE.violation(
                f"has {'both' if given else 'neither'} file {'and' if given else 'nor'} publicCertificate.",
                "exactly one of file and publicCertificate",
                "{file: certificates/root.pem}",
            )

    @check
    def _check_file(self) -> list[Problem]:
        if self.file is None:
            return []
        problems = check_text(self.file, "The value") if "-----BEGIN" not in self.file else []
        return [problem.within("file") for problem in problems or self._read_file[1]]

    @cached_property
    def _read_file(self) -> tuple[str, list[Problem]]:
        """The PEM text of the certificates in the file, which is read once, and every problem."""
        assert self.file is not None  # noqa: S101 - called where there is one
        return certificates.content.read_file(self.file)

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


def _known_texts(args: Mapping[str, CertificateArgs]) -> dict[str, str]:
    """Return the PEM text of the certificates that are valid and known now, by name."""
    return valid(args, lambda entry: entry.pem)


def _check_certificates(args: Mapping[str, CertificateArgs]) -> list[Problem]:
    if not args:
        return []
    known = _known_texts(args)
    together = certificates.content.check_set(known)
    # A missing issuer can be an Output.
    found = together if len(known) == len(args) else errors_of(together)
    return certificate_rules.check_certificate_names(args) + found


def certificates_to_send(args: Mapping[str, CertificateArgs], notation: Notation) -> Input[dict[str, str]]:
    """Return base64 of PEM text, by the names that are sent; an Output if a certificate is one.

    Known certificates are validated with the arguments, all others when they resolve.
    """
    if not args:
        return {}
    known = _known_texts(args)
    if len(known) == len(args):
        return certificates.content.encode_for_sending(known)
    return pulumi.Output.all(**{name: entry.pem for name, entry in args.items()}).apply(
        lambda resolved: certificates.content.validate_resolved(resolved, notation)
    )


def next_expiry(sent: Mapping[str, str]) -> str | None:
    """Return the earliest expiry of certificates as they are sent, as ISO 8601 in UTC; None without certificates."""
    return certificates.content.next_expiry(sent.values()) if sent else None


Certificates = Annotated[
    Mapping[str, CertificateArgs],
    Rules(
        _check_certificates,
        {
            "maxProperties": certificate_rules.MAX_CERTIFICATES,
            "propertyNames": {"pattern": f"^{certificate_rules.NAME_PATTERN}$"},
        },
    ),
]


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class CertificateArgsDict(TypedDict):
    """A certificate that the environment trusts, or a bundle of certificates, given as a file or as text."""

    file: NotRequired[str | PurePath | None]
    """File with a public certificate in PEM or DER format, or a bundle in PEM format, relative to the project."""

    public_certificate: NotRequired[pulumi.Input[str] | None]
    """The certificate as text, instead of a file: PEM, or base64 of its PEM or DER format."""

    kind: NotRequired[Literal["TrustedRoot"] | None]
    """Certificate store in which the environment installs the certificate."""
