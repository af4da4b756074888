"""The arguments of the components: one set of models for stack configuration and for callers in code.

Shapes, descriptions and examples are here; what Azure accepts is in rules.py. Structural arguments (SKU, endpoint,
address space, subnets) are plain values, because they decide which resources exist and whether a change replaces them:
a preview has to know them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from . import rules
from .address_plan import plan_subnets
from .certificates import MOST_CERTIFICATES, TRUSTED_ROOT, CertificateError, encode_certificate, parse_certificate
from .model import Input, Model, setting
from .problems import Problem, ProblemsFound, spell_given

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


def _raise_if_any(problems: list[Problem]) -> None:
    if problems:
        raise ProblemsFound(problems)


def _name_of(kind: str) -> AfterValidator:
    def check(name: str) -> str:
        _raise_if_any(rules.check_name(kind, name))
        return name

    return AfterValidator(check)


def _location(location: str) -> str:
    normalised = rules.normalise_location(location)
    _raise_if_any(rules.check_location(normalised))
    return normalised


def _address_range(value: object) -> object:
    # pydantic alone would take the number 167772160 for 10.0.0.0/32, and an address without a prefix length for a range
    # of one.
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        raise ProblemsFound(
            [Problem(f"{spell_given(value)} is no address range.", "a text in CIDR notation", "10.0.0.0/27")]
        )
    _raise_if_any(rules.check_address_range(value))
    return value


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ProblemsFound([Problem(f"{spell_given(value)} is no number.", "a whole number", "1")])
    return value


EnvironmentName = Annotated[str, _name_of("integration service environment")]
ResourceGroupName = Annotated[str, _name_of("resource group")]
VirtualNetworkName = Annotated[str, _name_of("virtual network")]
SubnetName = Annotated[str, _name_of("subnet")]
Location = Annotated[str, AfterValidator(_location)]
AddressRange = Annotated[IPv4Network, BeforeValidator(_address_range)]


class SkuArgs(Model):
    """Kind and size of the environment."""

    name: SkuName = setting(
        "Kind of environment: Developer for trials (no service level agreement), Premium for production.",
        allowed="Developer or Premium",
        example="Premium",
        change=REBUILDS,
    )
    capacity: Annotated[int, BeforeValidator(_no_truth_value)] = setting(
        "Scale units beside the base unit. Each is billed at about half of a base unit, used or not.",
        allowed="a whole number: 0 to 10 with Premium, 0 with Developer",
        example="1",
        change=IN_PLACE,
        default=0,
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        _raise_if_any(rules.check_sku(self.name, self.capacity))
        return self


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

    @model_validator(mode="after")
    def _check(self) -> Self:
        _raise_if_any(rules.check_address_space(self.address_space))
        ranges = [subnet.address_prefix for subnet in self.subnets]
        problems = rules.check_subnets([subnet.name for subnet in self.subnets], ranges, self.address_space)
        if not any(ranges):
            problems += rules.check_room(self.address_space)
        _raise_if_any(problems)
        return self

    @property
    def subnet_ranges(self) -> tuple[IPv4Network, ...]:
        """The ranges of the four subnets, given or planned, in their order."""
        given = tuple(subnet.address_prefix for subnet in self.subnets if subnet.address_prefix)
        return given or plan_subnets(self.address_space)


def _encoded_certificate(source: str, read: Callable[[], bytes]) -> str:
    try:
        return encode_certificate(parse_certificate(read()))
    except CertificateError as error:
        reason = str(error)
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
    raise ProblemsFound(
        [
            Problem(
                f"{source} {reason}.",
                "one public certificate: PEM or DER file, or base64 text",
                "certificates/root.pem",
            )
        ]
    )


def _encoded_text(text: str) -> str:
    return _encoded_certificate("What was given", text.encode)


class CertificateArgs(Model):
    """One certificate that the environment trusts: given as a file or as text, one of the two."""

    file: Path | None = setting(
        "File with one public certificate in PEM or DER form, relative to the project.",
        allowed="the path of a file that can be read",
        example="certificates/root.pem",
        change=IN_PLACE,
        default=None,
    )
    public_certificate: Input[Annotated[str, AfterValidator(_encoded_text)]] | None = setting(
        "The certificate itself instead of a file: base64 of its PEM or DER form, or PEM text.",
        allowed="one public certificate",
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
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.file is None) == (self.public_certificate is None):
            given = "neither" if self.file is None else "both"
            raise ProblemsFound(
                [
                    Problem(
                        f"{given} of file and publicCertificate was given.",
                        "exactly one of the two",
                        "{file: certificates/root.pem}",
                    )
                ]
            )
        _ = self.encoded  # reads the file now, so that a bad one is found with all other mistakes
        return self

    @cached_property
    def encoded(self) -> Input[str]:
        """base64 of the certificate's PEM text, as the service takes it; an Output where it was given as one."""
        if self.file is not None:
            return _encoded_certificate(f'"{self.file}"', self.file.read_bytes)
        assert self.public_certificate is not None  # noqa: S101 - _check saw to it
        return self.public_certificate


def _certificates(certificates: Mapping[str, CertificateArgs]) -> Mapping[str, CertificateArgs]:
    if len(certificates) > MOST_CERTIFICATES:
        raise ProblemsFound(
            [
                Problem(
                    f"holds {len(certificates)} certificates.",
                    f"at most {MOST_CERTIFICATES}",
                    remedy="Leave out what is not needed.",
                )
            ]
        )
    return certificates


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
    )
    network: NetworkArgs = setting(
        "The virtual network and its four subnets.",
        allowed="an object with name, addressSpace and, if wanted, subnets",
        example='{name: Fabrikam-VNET, addressSpace: ["10.0.0.0/24"]}',
    )
    certificates: Annotated[Mapping[str, CertificateArgs], AfterValidator(_certificates)] = setting(
        "Certificates that the environment trusts when it calls other systems, by a name of your choice.",
        allowed="an object of at most 20 entries, each with file or publicCertificate",
        example="{testCertificate: {file: certificates/root.pem}}",
        change=IN_PLACE,
        default={},
    )
    tags: Mapping[str, Input[str]] = setting(
        "Tags of everything that carries tags (subnets do not).",
        allowed="an object of texts",
        example="{environment: dev}",
        change=IN_PLACE,
        default={},
    )


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
    tags: Mapping[str, Input[str]] = setting(
        "Tags of the virtual network.",
        allowed="an object of texts",
        example="{environment: dev}",
        change=IN_PLACE,
        default={},
    )


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
