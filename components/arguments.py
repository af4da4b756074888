"""The arguments of the components: one set of models for stack configuration and for callers in code.

Shapes, descriptions and examples are here; what Azure accepts is in rules/. Each rule is applied to the smallest part
that it needs, so that a mistake in one place does not hide a mistake in another. Structural arguments (SKU, endpoint,
address space, subnets) are plain values, because they decide which resources exist and whether a change replaces them:
a preview has to know them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Literal, Self

import pulumi
from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator, model_validator

from .address_plan import plan_subnets
from .certificates import (
    TRUSTED_ROOT,
    CertificateError,
    PrivateKeyGivenError,
    encode_certificate,
    parse_certificates,
    read_certificate_file,
    to_pem,
)
from .errors import NOT_REQUESTED, ArgumentsError
from .model import Input, Model, ProblemsFound, refuse_errors, setting
from .rules import Problem, Rule
from .rules import addresses as address_rules
from .rules import certificates as certificate_rules
from .rules import names as name_rules
from .rules import settings as setting_rules
from .rules.rule import shorten, spell_given
from .rules.shapes import ENDPOINT_TYPE, SKU_NAME, WRONG_KIND

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

REBUILDS = "Deletes the environment and builds it again."
IN_PLACE = "Changes in place."


class SkuName(StrEnum):
    """The kinds of integration service environment."""

    DEVELOPER = "Developer"
    """For trials: no service level agreement, no scaling."""

    PREMIUM = "Premium"
    """For production: a base unit and up to ten scale units."""


class EndpointType(StrEnum):
    """From where the triggers and run histories of the environment can be reached."""

    INTERNAL = "Internal"
    """From inside the virtual network only."""

    EXTERNAL = "External"
    """From the internet as well."""


def _name_by(rule: Rule) -> AfterValidator:
    def check(name: str) -> str:
        refuse_errors(name_rules.check_name(rule, name))
        return name

    return AfterValidator(check)


def _location(location: str) -> str:
    normalised = setting_rules.normalise_location(location)
    refuse_errors(setting_rules.check_location(normalised))
    return normalised


def _address_range(value: object) -> object:
    # pydantic alone would take the number 167772160 for 10.0.0.0/32, and an address without a length for one of 32.
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        refuse_errors(
            [WRONG_KIND.broken(f"{spell_given(value)} is no address range.", "a text in CIDR notation", "10.0.0.0/27")]
        )
    else:
        refuse_errors(address_rules.check_address_range(value))
    return value


def _whole_number(value: object) -> object:
    # `pulumi config set` may leave a number as text; pydantic alone would also take "1_0" for ten and true for one.
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch("[0-9]+", value)):
        refuse_errors([WRONG_KIND.broken(f"{spell_given(value)} is no whole number.", "a whole number", "1")])
    return value


def _tag_value(value: str) -> str:
    refuse_errors(setting_rules.check_tag_value(value))
    return value


def _tags(tags: Mapping[str, Input[str]]) -> Mapping[str, Input[str]]:
    refuse_errors(setting_rules.check_tag_names(tags))
    return tags


EnvironmentName = Annotated[str, _name_by(name_rules.ENVIRONMENT_NAME)]
ResourceGroupName = Annotated[str, _name_by(name_rules.RESOURCE_GROUP_NAME)]
VirtualNetworkName = Annotated[str, _name_by(name_rules.VIRTUAL_NETWORK_NAME)]
SubnetName = Annotated[str, _name_by(name_rules.SUBNET_NAME)]
Location = Annotated[str, AfterValidator(_location)]
AddressRange = Annotated[IPv4Network, BeforeValidator(_address_range)]
TagValue = Annotated[str, AfterValidator(_tag_value)]
Tags = Annotated[Mapping[str, Input[TagValue]], AfterValidator(_tags)]


class SkuArgs(Model):
    """Kind and size of the environment."""

    name: SkuName = setting(
        "Kind of environment: Developer for trials (no service level agreement), Premium for production.",
        allowed="Developer or Premium",
        example="Premium",
        change=REBUILDS,
        rule=SKU_NAME,
    )
    capacity: Annotated[int, BeforeValidator(_whole_number)] = setting(
        "Scale units beside the base unit. Each is billed at about half of a base unit, used or not.",
        allowed="a whole number: 0 to 10 with Premium, 0 with Developer",
        example="1",
        change=IN_PLACE,
        default=0,
    )

    @field_validator("capacity")
    @classmethod
    def _check_capacity(cls, capacity: int, info: ValidationInfo) -> int:
        refuse_errors(setting_rules.check_sku(info.data.get("name", ""), capacity))
        return capacity


class SubnetArgs(Model):
    """One of the four subnets."""

    name: SubnetName = setting(
        "Name of the subnet.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens, beginning with a letter",
        example="subnet-1",
        change=REBUILDS,
    )
    address_prefix: AddressRange | None = setting(
        "Address range of the subnet; planned when it is left out of all four.",
        allowed="an IPv4 range in CIDR notation inside network.addressSpace, /27 or larger",
        example="10.0.0.0/27",
        change=REBUILDS,
        default=None,
    )


class NetworkArgs(Model):
    """The virtual network and its four subnets."""

    name: Input[VirtualNetworkName] = setting(
        "Name of the virtual network.",
        allowed="2 to 64 letters, digits, underscores, periods and hyphens",
        example="Fabrikam-VNET",
        change=REBUILDS,
    )
    address_space: tuple[AddressRange, ...] = setting(
        "Address prefixes of the virtual network.",
        allowed="a list of IPv4 ranges in CIDR notation that has room for four /27",
        example='["10.0.0.0/24"]',
        change="Changes in place as long as the subnets keep their ranges; otherwise deletes all and builds it again.",
    )
    subnets: tuple[SubnetArgs, ...] = setting(
        "The four subnets, in the order in which the environment takes them; the first is delegated to the service. "
        "When left out they are named subnet-1 to subnet-4 and get the first four /27 of the address space.",
        allowed="exactly four",
        example="[{name: subnet-1, addressPrefix: 10.0.0.0/27}, …]",
        change=REBUILDS,
        default=tuple(
            SubnetArgs.model_construct(name=f"subnet-{number}", address_prefix=None) for number in range(1, 5)
        ),
    )

    @field_validator("address_space")
    @classmethod
    def _check_address_space(cls, address_space: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        refuse_errors(address_rules.check_address_space(address_space))
        return address_space

    @field_validator("subnets")
    @classmethod
    def _check_subnets(cls, subnets: tuple[SubnetArgs, ...], info: ValidationInfo) -> tuple[SubnetArgs, ...]:
        problems = address_rules.check_subnet_count(len(subnets))
        problems += name_rules.check_subnet_names([subnet.name for subnet in subnets])
        address_space = info.data.get("address_space")
        if address_space is not None:
            ranges = [subnet.address_prefix for subnet in subnets]
            problems += address_rules.check_subnet_ranges(ranges, address_space)
            if not any(ranges):
                problems += address_rules.check_room(address_space)
        refuse_errors(problems)
        return subnets

    @property
    def subnet_ranges(self) -> tuple[IPv4Network, ...]:
        """The ranges of the four subnets, given or planned, in their order."""
        given = tuple(subnet.address_prefix for subnet in self.subnets if subnet.address_prefix)
        return given or plan_subnets(self.address_space)

    def network_warnings(self) -> list[Problem]:
        """What is worth knowing of the network, though it can be made."""
        ranges = [subnet.address_prefix for subnet in self.subnets]
        problems = address_rules.check_subnet_ranges(ranges, self.address_space)
        return [problem.within("subnets") for problem in problems if not problem.is_error]


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
        raise ProblemsFound([rule.broken(f"{source} {error}.", allowed, "certificates/root.pem")]) from None
    refuse_errors(problem for each in certificates for problem in certificate_rules.check_certificate(each))
    return to_pem(certificates)


class CertificateArgs(Model):
    """One certificate that the environment trusts, or a bundle of them: given as a file or as text, one of the two."""

    file: Annotated[str, BeforeValidator(_path_text)] | None = setting(
        "File with a public certificate in PEM or DER form, or a bundle in PEM form, relative to the project.",
        allowed="the path of a file that can be read",
        example="certificates/root.pem",
        change=IN_PLACE,
        default=None,
    )
    public_certificate: Input[Annotated[str, AfterValidator(_certificate_text)]] | None = setting(
        "The certificate itself instead of a file: base64 of its PEM or DER form, or PEM text.",
        allowed="public certificates",
        example="LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t…",
        change=IN_PLACE,
        default=None,
    )
    kind: Literal["TrustedRoot"] = setting(
        "Where the environment installs the certificate.",
        allowed=TRUSTED_ROOT,
        example=TRUSTED_ROOT,
        change=IN_PLACE,
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
        change=REBUILDS,
    )
    location: Input[Location] = setting(
        "Azure region of everything.",
        allowed="a region by its name or display name",
        example="westus2",
        change=REBUILDS,
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
        change=REBUILDS,
        rule=ENDPOINT_TYPE,
    )
    network: NetworkArgs = setting(
        "The virtual network and its four subnets.",
        allowed="an object with name, addressSpace and, if wanted, subnets",
        example='{name: Fabrikam-VNET, addressSpace: ["10.0.0.0/24"]}',
    )
    certificates: Annotated[Mapping[str, CertificateArgs], AfterValidator(_certificates)] = setting(
        "Certificates that the environment trusts when it calls other systems, by a name of your choice. "
        "Those of a bundle are sent as NAME-1, NAME-2 and so on.",
        allowed="an object with at most 20 certificates, each entry with file or publicCertificate",
        example="{testCertificate: {file: certificates/root.pem}}",
        change=IN_PLACE,
        default={},
    )
    tags: Tags = setting(
        "Tags of everything that carries tags (subnets do not).",
        allowed="an object of at most 50 texts",
        example="{environment: dev}",
        change=IN_PLACE,
        default={},
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of these settings, though an environment can be made with them."""
        network = [problem.within("network") for problem in self.network.network_warnings()]
        return _location_warnings(self.location) + network + self.certificate_warnings()

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


def _location_warnings(location: Input[str]) -> list[Problem]:
    found = setting_rules.check_location(location) if isinstance(location, str) else []
    return [problem.within("location") for problem in found if not problem.is_error]


class EnvironmentNetworkArgs(NetworkArgs):
    """The arguments of EnvironmentNetwork: a network, and where it is made."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the resource group that the network is made in.",
        allowed="the name of a resource group that exists or is made before",
        example="Fabrikam-RG",
        change=REBUILDS,
    )
    location: Input[Location] = setting(
        "Azure region of the network.",
        allowed="a region by its name or display name",
        example="westus2",
        change=REBUILDS,
    )
    tags: Tags = setting(
        "Tags of the virtual network.",
        allowed="an object of at most 50 texts",
        example="{environment: dev}",
        change=IN_PLACE,
        default={},
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of these arguments, though a network can be made with them."""
        return _location_warnings(self.location) + self.network_warnings()


class IntegrationServiceEnvironmentArgs(EnvironmentSettings):
    """The arguments of IntegrationServiceEnvironment."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the resource group that everything is made in. The component makes none.",
        allowed="the name of a resource group that exists or is made before, or an Output of it",
        example="Fabrikam-RG",
        change=REBUILDS,
    )

    def network_args(self) -> EnvironmentNetworkArgs:
        """The arguments of the environment's network."""
        return EnvironmentNetworkArgs(
            resource_group_name=self.resource_group_name,
            location=self.location,
            tags=self.tags,
            **dict(self.network),
        )
