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
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
from pydantic import AfterValidator, BeforeValidator

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
from .encryption_arguments import EncryptionKey, Identity
from .errors import NOT_REQUESTED, ArgumentsError
from .integration_account_arguments import IntegrationAccounts, check_accounts_in
from .model import Input, Model, setting
from .network_arguments import EnvironmentNetworkArgs, NetworkArgs
from .rules import Problem
from .rules import certificates as certificate_rules
from .rules import encryption as encryption_rules
from .rules import settings as setting_rules
from .rules.rule import shorten
from .rules.shapes import ENDPOINT_TYPE, SKU_NAME
from .rules.texts import check_text
from .validation import NotValidError, Rules, check, raise_errors, valid

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

    @check
    def _check_capacity(self) -> list[Problem]:
        return [problem.within("capacity") for problem in setting_rules.check_sku(self.name, self.capacity)]


def _path_text(value: object) -> object:
    return str(value) if isinstance(value, PurePath) else value


def _certificate_text(text: str) -> str:
    pem, problems = _read_certificates("What was given", lambda: text.encode("utf-8", "replace"))
    raise_errors(problems)
    return pem


def _read_certificates(source: str, read: Callable[[], bytes]) -> tuple[str, list[Problem]]:
    """The PEM text of the certificates that are read, and every error.

    Args:
        source: what they are read from, for messages.
        read: reads them.
    """
    try:
        certificates = parse_certificates(read())
    except CertificateError as error:
        is_key = isinstance(error, PrivateKeyGivenError)
        rule = certificate_rules.CERTIFICATE_PRIVATE_KEY if is_key else certificate_rules.CERTIFICATE_UNREADABLE
        allowed = "public certificates: a PEM or DER file, or base64 text"
        return "", [rule.broken(f"{source} {error}.", allowed, "certificates/root.pem", error.remedy)]
    found = [problem for each in certificates for problem in certificate_rules.check_certificate(each)]
    return to_pem(certificates), [problem for problem in found if problem.is_error]


class CertificateArgs(Model):
    """One certificate that the environment trusts, or a bundle of them: given as a file or as text, one of the two."""

    file: Annotated[str, BeforeValidator(_path_text)] | None = setting(
        "File with a public certificate in PEM or DER form, or a bundle in PEM form, relative to the project.",
        allowed="the path of a file that can be read",
        example="certificates/root.pem",
        change=ENVIRONMENT_UPDATED,
        default=None,
        confidential=True,
        free_text=True,
    )
    public_certificate: Input[Annotated[str, AfterValidator(_certificate_text)]] | None = setting(
        "The certificate itself instead of a file: base64 of its PEM or DER form, or PEM text.",
        allowed="public certificates",
        example="LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t…",
        change=ENVIRONMENT_UPDATED,
        default=None,
        confidential=True,
        free_text=True,
    )
    kind: Literal["TrustedRoot"] = setting(
        "Where the environment installs the certificate.",
        allowed=TRUSTED_ROOT,
        example=TRUSTED_ROOT,
        change=Change(Effect.REFUSED, remark="There is one kind."),
        default=TRUSTED_ROOT,
        confidential=True,
        rule=certificate_rules.CERTIFICATE_KIND,
    )

    @check
    def _check_source(self) -> list[Problem]:
        given = {"file", "public_certificate"} & self.model_fields_set
        if len(given) == 1:
            return []
        return [
            certificate_rules.CERTIFICATE_SOURCE.broken(
                f"{'both' if given else 'neither'} of file and publicCertificate {'were' if given else 'was'} given.",
                "exactly one of the two",
                "{file: certificates/root.pem}",
            )
        ]

    @check
    def _check_file(self) -> list[Problem]:
        if self.file is None:
            return []
        problems = check_text(self.file, "What was given") if "-----BEGIN" not in self.file else []
        return [problem.within("file") for problem in problems or self._read_file[1]]

    @cached_property
    def _read_file(self) -> tuple[str, list[Problem]]:
        """What :func:`_read_certificates` finds in the file. It is read once, with all other arguments."""
        file = self.file
        assert file is not None  # noqa: S101 - called where there is one
        return _read_certificates(f'"{shorten(file)}"', lambda: read_certificate_file(file))

    @property
    def pem(self) -> Input[str]:
        """PEM text of the certificates; an Output where they were given as one."""
        if self.file is None:
            if self.public_certificate is None:
                raise NotValidError("pem")
            return self.public_certificate
        text, problems = self._read_file
        if problems:
            raise NotValidError("pem")
        return text


def _known_certificates(certificates: Mapping[str, CertificateArgs]) -> dict[str, tuple[Certificate, ...]]:
    """The certificates that are valid and known now, under the names that they were given."""
    texts = valid(certificates, lambda entry: entry.pem)
    return {name: parse_certificates(text.encode()) for name, text in texts.items() if isinstance(text, str)}


def _check_certificates(certificates: Mapping[str, CertificateArgs]) -> list[Problem]:
    return certificate_rules.check_certificate_names(certificates) + certificate_rules.check_certificate_set(
        _known_certificates(certificates)
    )


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
    certificates: Annotated[Mapping[str, CertificateArgs], Rules(_check_certificates)] = setting(
        "Certificates that the environment trusts when it calls other systems, by a name of your choice. "
        "Those of a bundle are sent as NAME-1, NAME-2 and so on.",
        allowed="an object with at most 20 certificates, each entry with file or publicCertificate",
        example="{testCertificate: {file: certificates/root.pem}}",
        change=ENVIRONMENT_UPDATED,
        default={},
        confidential=True,
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

    @check
    def _check_callers(self) -> list[Problem]:
        return [problem.within("network") for problem in self.network.check_callers(self.endpoint)]

    @check
    def _check_government(self) -> list[Problem]:
        return [problem.within("network") for problem in self.network.check_government(self.location)]

    @check
    def _check_key_identity(self) -> list[Problem]:
        if self.encryption_key is None:
            return []
        return encryption_rules.check_key_identity(self.identity.type if self.identity else None)

    @check
    def _check_key_region(self) -> list[Problem]:
        if self.encryption_key is None or not isinstance(self.location, str):
            return []
        return encryption_rules.check_key_region(self.location)

    @check
    def _check_integration_accounts(self) -> list[Problem]:
        found = check_accounts_in(self.integration_accounts, self.sku.name)
        return [problem.within("integrationAccounts") for problem in found]

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
