"""The arguments of the components: one set of models for stack configuration and for callers in code.

Shapes, descriptions and examples are here; what Azure accepts is in rules/. Each rule is applied to the smallest part
that it needs, so that a mistake in one place does not hide a mistake in another. Structural arguments (SKU, endpoint,
address space, subnets) are plain values, because they decide which resources exist and whether a change replaces them:
a preview has to know them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Literal, Self

import pulumi
from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator, model_validator

from .argument_types import (
    EndpointType,
    EnvironmentName,
    Location,
    ResourceGroupName,
    SkuName,
    Tags,
    location_warnings,
    whole_number,
)
from .certificates import (
    TRUSTED_ROOT,
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    parse_certificates,
    read_certificate_file,
    to_pem,
)
from .changes import (
    ALL_REBUILT,
    CHOSEN_AT_CREATION,
    ENVIRONMENT_REBUILT,
    ENVIRONMENT_UPDATED,
    NETWORK_REBUILT,
    Change,
    Effect,
    Part,
    creates,
    deletes,
    in_place,
)
from .connector_arguments import ManagedConnectors, connector_warnings
from .encryption_arguments import EncryptionKey, EncryptionKeyArgs, Identity, check_key_with
from .errors import NOT_REQUESTED, ArgumentsError
from .integration_account_arguments import IntegrationAccountArgs, IntegrationAccounts, check_accounts_in
from .model import Input, Model, ProblemsFound, refuse_errors, setting
from .network_arguments import EnvironmentNetworkArgs, NetworkArgs
from .rules import Problem
from .rules import certificates as certificate_rules
from .rules import settings as setting_rules
from .rules.rule import shorten
from .rules.shapes import ENDPOINT_TYPE, SKU_NAME

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class SkuArgs(Model):
    """Kind and size of the environment."""

    name: SkuName = setting(
        "Kind of environment: Developer for trials (no service level agreement), Premium for production.",
        allowed="Developer or Premium",
        example="Premium",
        change=ENVIRONMENT_REBUILT,
        rule=SKU_NAME,
    )
    capacity: Annotated[int, BeforeValidator(whole_number)] = setting(
        "Scale units beside the base unit. Each is billed at about half of a base unit, used or not.",
        allowed="a whole number: 0 to 10 with Premium, 0 with Developer",
        example="1",
        change=ENVIRONMENT_UPDATED,
        default=0,
    )

    @field_validator("capacity")
    @classmethod
    def _check_capacity(cls, capacity: int, info: ValidationInfo) -> int:
        refuse_errors(setting_rules.check_sku(info.data.get("name", ""), capacity))
        return capacity


def _path_text(value: object) -> object:
    return str(value) if isinstance(value, PurePath) else value


def _certificate_text(text: str) -> str:
    return _checked_certificates("What was given", lambda: text.encode("utf-8", "replace"))


def _checked_certificates(source: str, read: Callable[[], bytes]) -> str:
    """The PEM text of the certificates that are read; ``source`` names in messages what they are read from."""
    try:
        certificates = parse_certificates(read())
    except CertificateError as error:
        is_key = isinstance(error, PrivateKeyGivenError)
        rule = certificate_rules.CERTIFICATE_PRIVATE_KEY if is_key else certificate_rules.CERTIFICATE_UNREADABLE
        allowed = "public certificates: a PEM or DER file, or base64 text"
        problem = rule.broken(f"{source} {error}.", allowed, "certificates/root.pem", error.remedy)
        raise ProblemsFound([problem]) from None
    refuse_errors(problem for each in certificates for problem in certificate_rules.check_certificate(each))
    return to_pem(certificates)


class CertificateArgs(Model):
    """One certificate that the environment trusts, or a bundle of them: given as a file or as text, one of the two."""

    file: Annotated[str, BeforeValidator(_path_text)] | None = setting(
        "File with a public certificate in PEM or DER form, or a bundle in PEM form, relative to the project.",
        allowed="the path of a file that can be read",
        example="certificates/root.pem",
        change=ENVIRONMENT_UPDATED,
        default=None,
    )
    public_certificate: Input[Annotated[str, AfterValidator(_certificate_text)]] | None = setting(
        "The certificate itself instead of a file: base64 of its PEM or DER form, or PEM text.",
        allowed="public certificates",
        example="LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t…",
        change=ENVIRONMENT_UPDATED,
        default=None,
    )
    kind: Literal["TrustedRoot"] = setting(
        "Where the environment installs the certificate.",
        allowed=TRUSTED_ROOT,
        example=TRUSTED_ROOT,
        change=Change(Effect.REFUSED, remark="There is one kind."),
        default=TRUSTED_ROOT,
        rule=certificate_rules.CERTIFICATE_KIND,
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.file is None) == (self.public_certificate is None):
            given = "neither" if self.file is None else "both"
            refuse_errors(
                [
                    certificate_rules.CERTIFICATE_SOURCE.broken(
                        f"{given} of file and publicCertificate was given.",
                        "exactly one of the two",
                        "{file: certificates/root.pem}",
                    )
                ]
            )
        _ = self.pem  # reads the file now, so that a bad one is found with all other mistakes
        return self

    @cached_property
    def pem(self) -> Input[str]:
        """PEM text of the certificates; an Output where they were given as one."""
        file = self.file
        if file is None:
            assert self.public_certificate is not None  # noqa: S101 - _check saw to it
            return self.public_certificate
        try:
            return _checked_certificates(f'"{shorten(file)}"', lambda: read_certificate_file(file))
        except ProblemsFound as found:
            raise ProblemsFound(problem.within("file") for problem in found.problems) from None


def _known_certificates(certificates: Mapping[str, CertificateArgs]) -> dict[str, tuple[Certificate, ...]]:
    """The certificates that are known now, under the names that they were given."""
    return {
        name: parse_certificates(entry.pem.encode())
        for name, entry in certificates.items()
        if isinstance(entry.pem, str)
    }


def _certificates(certificates: Mapping[str, CertificateArgs]) -> Mapping[str, CertificateArgs]:
    refuse_errors(certificate_rules.check_certificate_names(certificates))
    refuse_errors(certificate_rules.check_certificate_set(_known_certificates(certificates)))
    return certificates


def judge_arrived_certificates(pem_by_name: Mapping[str, str]) -> dict[str, str]:
    """What is sent, once all certificates are known: base64 of PEM text, by the names that are sent.

    Args:
        pem_by_name: PEM text of one or several certificates under each name.

    Raises:
        ArgumentsError: they cannot be used together.
    """
    certificates = {name: parse_certificates(pem.encode()) for name, pem in pem_by_name.items()}
    errors = [problem for problem in certificate_rules.check_certificate_set(certificates) if problem.is_error]
    if errors:
        placed = [each.within("certificates") for each in errors]
        raise ArgumentsError("The certificates, now that all are known,", placed, consequence=NOT_REQUESTED)
    return _encode_for_sending(certificates)


def _encode_for_sending(certificates: Mapping[str, tuple[Certificate, ...]]) -> dict[str, str]:
    return {
        sent: encode_certificate(certificate)
        for name, group in certificates.items()
        for sent, certificate in zip(certificate_rules.sent_names(name, len(group)), group, strict=True)
    }


def certificates_to_send(certificates: Mapping[str, CertificateArgs]) -> Input[dict[str, str]]:
    """base64 of PEM text, by the names that are sent; an Output if one of them is known only later.

    Certificates that are known were judged together when the arguments were made; late ones are when all have arrived.
    """
    known = _known_certificates(certificates)
    if len(known) == len(certificates):
        return _encode_for_sending(known)
    return pulumi.Output.all(**{name: entry.pem for name, entry in certificates.items()}).apply(
        judge_arrived_certificates
    )


class EnvironmentSettings(Model):
    """What describes an environment: the common part of stack configuration and of the component's arguments."""

    name: Input[EnvironmentName] = setting(
        "Name of the integration service environment.",
        allowed="1 to 80 letters, digits, hyphens, underscores and periods",
        example="Fabrikam-ISE",
        change=ENVIRONMENT_REBUILT,
    )
    location: Input[Location] = setting(
        "Azure region of everything.",
        allowed="a region by its name or display name",
        example="westus2",
        change=ALL_REBUILT,
    )
    sku: SkuArgs = setting(
        "Kind and size of the environment.",
        allowed="an object with name and capacity",
        example="{name: Premium, capacity: 1}",
    )
    endpoint: EndpointType = setting(
        "From where triggers and run histories can be reached: from the virtual network only, or the internet too.",
        allowed="Internal or External",
        example="Internal",
        change=ENVIRONMENT_REBUILT,
        rule=ENDPOINT_TYPE,
    )
    network: NetworkArgs = setting(
        "The virtual network and its four subnets: made here, or existing ones.",
        allowed="an object with name, addressSpace and, if wanted, subnets and what guards them; or with "
        "virtualNetworkId and subnets; or with subnetIds alone",
        example='{name: Fabrikam-VNET, addressSpace: ["10.0.0.0/24"]}',
    )
    certificates: Annotated[Mapping[str, CertificateArgs], AfterValidator(_certificates)] = setting(
        "Certificates that the environment trusts when it calls other systems, by a name of your choice. "
        "Those of a bundle are sent as NAME-1, NAME-2 and so on.",
        allowed="an object with at most 20 certificates, each entry with file or publicCertificate",
        example="{testCertificate: {file: certificates/root.pem}}",
        change=ENVIRONMENT_UPDATED,
        default={},
    )
    identity: Identity = setting(
        "Identity of the environment, with which it reads the vault of its key; {} for none.",
        allowed="an object with type and, if wanted, userAssigned",
        example="{type: UserAssigned, userAssigned: [/subscriptions/…]}",
        change=CHOSEN_AT_CREATION,
        default={},
    )
    encryption_key: EncryptionKey = setting(
        "Key of yours with which the service encrypts what it stores; {} for a key of Microsoft's.",
        allowed="an object with vaultId, name and version",
        example="{vaultId: /subscriptions/…, name: ise, version: 0123456789abcdef0123456789abcdef}",
        change=CHOSEN_AT_CREATION,
        default={},
    )
    managed_connectors: ManagedConnectors = setting(
        "Managed connectors that are added to the environment, each a name or an object: a new environment has none.",
        allowed="a list of names of connectors, or of objects with name and contentLink",
        example="[sql, servicebus, {name: sap, contentLink: https://…}]",
        change=(
            creates(Part.CONNECTOR, when="when one is added"),
            deletes(Part.CONNECTOR, when="when one is taken out"),
        ),
        default=(),
    )
    integration_accounts: IntegrationAccounts = setting(
        "Integration accounts in the environment, by their names.",
        allowed="an object of at most 20 accounts, each an object with sku",
        example="{partners: {sku: Standard}}",
        change=(
            creates(Part.ACCOUNT, when="when one is added"),
            deletes(Part.ACCOUNT, when="when one is taken out", remark="All that is in it goes along."),
        ),
        default={},
    )
    tags: Tags = setting(
        "Tags of everything that carries tags (subnets and connectors do not).",
        allowed="an object of at most 50 texts",
        example="{environment: dev}",
        change=in_place(Part.ENVIRONMENT, Part.NETWORK, Part.GROUP),
        default={},
    )

    @field_validator("network")
    @classmethod
    def _check_network(cls, network: NetworkArgs, info: ValidationInfo) -> NetworkArgs:
        endpoint, location = info.data.get("endpoint"), info.data.get("location")
        if endpoint is not None and location is not None:
            refuse_errors(network.check_guards(endpoint, location))
        return network

    @field_validator("encryption_key")
    @classmethod
    def _check_encryption_key(cls, key: EncryptionKeyArgs | None, info: ValidationInfo) -> EncryptionKeyArgs | None:
        check_key_with(key, info.data)
        return key

    @field_validator("integration_accounts")
    @classmethod
    def _check_integration_accounts(
        cls, accounts: Mapping[str, IntegrationAccountArgs], info: ValidationInfo
    ) -> Mapping[str, IntegrationAccountArgs]:
        if "sku" in info.data:
            check_accounts_in(accounts, info.data["sku"].name)
        return accounts

    def warnings(self) -> list[Problem]:
        """What is worth knowing of these settings, though an environment can be made with them."""
        network = [problem.within("network") for problem in self.network.network_warnings()]
        return location_warnings(self.location) + network + self.certificate_warnings() + self.connector_warnings()

    def certificate_warnings(self) -> list[Problem]:
        """What is worth knowing of the certificates that are known now."""
        known = _known_certificates(self.certificates)
        found = certificate_rules.check_certificate_set(known)
        found += [
            problem.within(name)
            for name, group in known.items()
            for certificate in group
            for problem in certificate_rules.check_certificate(certificate)
        ]
        return [problem.within("certificates") for problem in found if not problem.is_error]

    def connector_warnings(self) -> list[Problem]:
        """What is worth knowing of the managed connectors."""
        return [problem.within("managedConnectors") for problem in connector_warnings(self.managed_connectors)]


class IntegrationServiceEnvironmentArgs(EnvironmentSettings):
    """The arguments of IntegrationServiceEnvironment."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the resource group that everything is made in. The component makes none.",
        allowed="the name of a resource group that exists or is made before, or an Output of it",
        example="Fabrikam-RG",
        change=NETWORK_REBUILT,
    )

    def network_args(self) -> EnvironmentNetworkArgs:
        """The arguments of the environment's network."""
        return EnvironmentNetworkArgs(
            resource_group_name=self.resource_group_name,
            location=self.location,
            tags=self.tags,
            endpoint=self.endpoint,
            sku_name=self.sku.name,
            environment_name=self.name,
            **dict(self.network),
        )
