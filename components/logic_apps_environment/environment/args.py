"""The arguments of the components: one set of models for stack configuration and for callers in code.

Types, descriptions and examples are here; what Azure accepts is in rules.py. Each rule applies to the smallest part of
the arguments, so that one problem does not hide another. Structural arguments (SKU, endpoint, address space, subnets)
are plain values and no Outputs: a preview must know which resources exist and whether a change replaces them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NotRequired, TypedDict, Unpack

import pulumi
from pydantic import ConfigDict, PrivateAttr

from logic_apps_environment.azure.argument_types import (
    EndpointType,
    EnvironmentName,
    Location,
    ResourceGroupName,
    SkuName,
    Tags,
    WholeNumber,
)
from logic_apps_environment.certificates.args import CertificateArgs, CertificateArgsDict, Certificates
from logic_apps_environment.changes.comparison import ComparedModel, Inputs, Replacement, exclude_parts
from logic_apps_environment.connectors import ConnectorArgs, ConnectorArgsDict, ManagedConnectors
from logic_apps_environment.encryption import rules as encryption_rules
from logic_apps_environment.encryption.args import (
    EncryptionKey,
    EncryptionKeyArgs,
    EncryptionKeyArgsDict,
    Identity,
    IdentityArgs,
    IdentityArgsDict,
)
from logic_apps_environment.environment import rules as setting_rules
from logic_apps_environment.integration_accounts import (
    IntegrationAccountArgs,
    IntegrationAccountArgsDict,
    IntegrationAccounts,
    check_accounts_in,
)
from logic_apps_environment.network.args import NetworkArgs, NetworkArgsDict
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.network.replacements import replaced_with_network
from logic_apps_environment.validation.annotations import keys_of
from logic_apps_environment.validation.change_effects import (
    ALL_REPLACED,
    CHOSEN_AT_CREATION,
    ENVIRONMENT_REPLACED,
    ENVIRONMENT_UPDATED,
    NETWORK_REPLACED,
    Part,
    creates,
    deletes,
    in_place,
)
from logic_apps_environment.validation.checks import check
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.schema_rules import ENDPOINT_TYPE, SKU_NAME


class SkuArgs(Model):
    """SKU and size of the environment."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"name": {"const": "Developer"}}},
            "then": {"properties": {"capacity": {"maximum": 0}}},
            "else": {"properties": {"capacity": {"maximum": setting_rules.PREMIUM_CAPACITIES[-1]}}},
        }
    )

    name: SkuName = setting(
        "SKU of the environment: Developer for trials (no service-level agreement), Premium for production.",
        allowed="Developer or Premium",
        example="Premium",
        change=ENVIRONMENT_REPLACED,
        rule=SKU_NAME,
    )
    capacity: WholeNumber = setting(
        "Scale units in addition to the base unit. Each costs about half of a base unit, used or not.",
        allowed="a whole number: 0 to 10 with Premium, 0 with Developer",
        example="1",
        change=ENVIRONMENT_UPDATED,
        default=0,
    )

    def __init__(self, **values: Unpack[SkuArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_capacity(self) -> list[Problem]:
        # With an invalid name, the limit of the larger SKU applies.
        name = getattr(self, "name", SkuName.PREMIUM)
        return [problem.within("capacity") for problem in setting_rules.check_sku(name, self.capacity)]


class EnvironmentSettings(ComparedModel):
    """The arguments of an environment that stack configuration and the component have in common."""

    name: Input[EnvironmentName] = setting(
        "Name of the integration service environment.",
        allowed="1 to 80 letters, digits, hyphens, underscores and periods",
        example="Fabrikam-ISE",
        change=ENVIRONMENT_REPLACED,
        is_name=True,
    )
    location: Input[Location] = setting(
        "Azure region of all resources.",
        allowed="the name or display name of an Azure region",
        example="westus2",
        change=ALL_REPLACED,
    )
    sku: SkuArgs = setting(
        "SKU and size of the environment.",
        allowed="an object with name and capacity",
        example="{name: Premium, capacity: 1}",
    )
    endpoint: EndpointType = setting(
        "Access to triggers and run histories: from the virtual network only, or also from the internet.",
        allowed="Internal or External",
        example="Internal",
        change=ENVIRONMENT_REPLACED,
        rule=ENDPOINT_TYPE,
    )
    network: NetworkArgs = setting(
        "The virtual network and its four subnets, created by the stack or existing.",
        allowed="an object with name and addressSpace, with virtualNetworkId and subnets, or with subnetIds",
        example='{name: Fabrikam-VNET, addressSpace: ["10.0.0.0/24"]}',
    )
    certificates: Certificates = setting(
        "Certificates that the environment trusts when it calls other systems, by name; those of a bundle become "
        "NAME-1, NAME-2 and so on.",
        allowed="an object of at most 20 certificates, each with file or publicCertificate",
        example="{testCertificate: {file: certificates/root.pem}}",
        change=ENVIRONMENT_UPDATED,
        default={},
        confidential=True,
        is_name=True,
    )
    identity: Identity = setting(
        "Managed identity that accesses the customer-managed key; {} for none.",
        allowed="an object with type and, for UserAssigned, userAssigned",
        example="{type: UserAssigned, userAssigned: [/subscriptions/…]}",
        change=CHOSEN_AT_CREATION,
        default={},
    )
    encryption_key: EncryptionKey = setting(
        "Customer-managed key that encrypts the data of the environment; {} for a Microsoft-managed key.",
        allowed="an object with vaultId, name and version",
        example="{vaultId: /subscriptions/…, name: ise, version: 0123456789abcdef0123456789abcdef}",
        change=CHOSEN_AT_CREATION,
        default={},
    )
    managed_connectors: ManagedConnectors = setting(
        "Managed connectors of the environment.",
        allowed="a list of connector names, or of objects with name and contentLink",
        example="[sql, servicebus, {name: sap, contentLink: https://…}]",
        change=(
            creates(Part.CONNECTOR, when="when one is added"),
            deletes(Part.CONNECTOR, when="when one is removed"),
        ),
        default=(),
        is_unordered=True,
    )
    integration_accounts: IntegrationAccounts = setting(
        "Integration accounts in the environment, by name.",
        allowed="an object of at most 20 accounts, each with sku",
        example="{partners: {sku: Standard}}",
        change=(
            creates(Part.ACCOUNT, when="when one is added"),
            deletes(Part.ACCOUNT, when="when one is removed", remark="Its contents are deleted too."),
        ),
        default={},
        is_name=True,
    )
    tags: Tags = setting(
        "Tags of all resources except subnets and connectors, which do not support tags.",
        allowed="an object of at most 50 strings",
        example="{environment: dev}",
        change=in_place(Part.ENVIRONMENT, Part.NETWORK, Part.GROUP),
        default={},
    )

    @check
    def _check_callers(self) -> list[Problem]:
        return [problem.within("network") for problem in self.network.check_callers(self.endpoint)]

    @check
    def _check_not_azure_government(self) -> list[Problem]:
        return [problem.within("network") for problem in self.network.check_not_azure_government(self.location)]

    @check
    def _check_key_identity(self) -> Iterator[Problem]:
        if self.encryption_key is not None:
            yield from encryption_rules.check_key_identity(self.identity.type if self.identity else None)

    @check
    def _check_key_region(self) -> Iterator[Problem]:
        if self.encryption_key is not None and isinstance(self.location, str):
            yield from encryption_rules.check_key_region(self.location)

    @check
    def _check_integration_accounts(self) -> list[Problem]:
        found = check_accounts_in(self.integration_accounts, self.sku.name)
        return [problem.within("integrationAccounts") for problem in found]

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """See :meth:`ComparedModel.replacements`."""
        return replaced_with_network(super().replacements(old, new), old.get("network") or {})


class IntegrationServiceEnvironmentArgs(EnvironmentSettings):
    """The arguments of IntegrationServiceEnvironment."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the existing resource group of all resources. The component creates none.",
        allowed="the name of an existing resource group, or an Output",
        example="Fabrikam-RG",
        change=NETWORK_REPLACED,
        is_name=True,
    )

    def __init__(self, **values: Unpack[IntegrationServiceEnvironmentArgsDict]) -> None:
        Model.__init__(self, **values)

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """See :meth:`ComparedModel.replacements`; the component has no resource group."""
        return exclude_parts(super().replacements(old, new), Part.GROUP)

    _source: EnvironmentSettings | None = PrivateAttr(default=None)

    @property
    def source(self) -> EnvironmentSettings:
        """The model that the caller writes: stack configuration, or these arguments."""
        return self._source or self

    def network_args(self) -> EnvironmentNetworkArgs:
        """Return the arguments of the environment's network."""
        # Validated as a part of these arguments, and their warnings are those of these arguments.
        args = EnvironmentNetworkArgs.model_construct(
            resource_group_name=self.resource_group_name,
            location=self.location,
            tags=self.tags,
            endpoint=self.endpoint,
            sku_name=self.sku.name,
            environment_name=self.name,
            **dict(self.network),
        )
        moved = {key: ("network", key) for key in keys_of(NetworkArgs)}
        return args.set_notation(replace(self.source.notation, moved=moved))


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class IntegrationServiceEnvironmentArgsDict(TypedDict):
    """The arguments of IntegrationServiceEnvironment."""

    name: pulumi.Input[str]
    """Name of the integration service environment."""

    location: pulumi.Input[str]
    """Azure region of all resources."""

    sku: SkuArgs | SkuArgsDict
    """SKU and size of the environment."""

    endpoint: EndpointType | Literal["Internal", "External"]
    """Access to triggers and run histories: from the virtual network only, or also from the internet."""

    network: NetworkArgs | NetworkArgsDict
    """The virtual network and its four subnets, created by the stack or existing."""

    certificates: NotRequired[Mapping[str, CertificateArgs | CertificateArgsDict] | None]
    """Certificates that the environment trusts when it calls other systems, by name; those of a bundle become NAME-1,
    NAME-2 and so on."""

    identity: NotRequired[IdentityArgs | IdentityArgsDict | None]
    """Managed identity that accesses the customer-managed key; {} for none."""

    encryption_key: NotRequired[EncryptionKeyArgs | EncryptionKeyArgsDict | None]
    """Customer-managed key that encrypts the data of the environment; {} for a Microsoft-managed key."""

    managed_connectors: NotRequired[Sequence[str | ConnectorArgs | ConnectorArgsDict] | None]
    """Managed connectors of the environment."""

    integration_accounts: NotRequired[Mapping[str, IntegrationAccountArgs | IntegrationAccountArgsDict] | None]
    """Integration accounts in the environment, by name."""

    tags: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]] | None]
    """Tags of all resources except subnets and connectors, which do not support tags."""

    resource_group_name: pulumi.Input[str]
    """Name of the existing resource group of all resources. The component creates none."""


class SkuArgsDict(TypedDict):
    """SKU and size of the environment."""

    name: SkuName | Literal["Developer", "Premium"]
    """SKU of the environment: Developer for trials (no service-level agreement), Premium for production."""

    capacity: NotRequired[int | None]
    """Scale units in addition to the base unit. Each costs about half of a base unit, used or not."""
