"""The arguments of the component EnvironmentNetwork: a network, its location, and its environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, Unpack

import pulumi

from logic_apps_environment.azure.argument_types import (
    EndpointType,
    EnvironmentName,
    Location,
    ResourceGroupName,
    SkuName,
    Tags,
)
from logic_apps_environment.changes.comparison import Inputs, Replacement, exclude_parts
from logic_apps_environment.network.args import NetworkArgs, NetworkArgsDict
from logic_apps_environment.network.replacements import replaced_with_network
from logic_apps_environment.validation.change_effects import NETWORK_REPLACED, Part, in_place
from logic_apps_environment.validation.checks import check
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.schema_rules import ENDPOINT_TYPE, MISSING_VALUE, SKU_NAME


class EnvironmentNetworkArgs(NetworkArgs):
    """The arguments of EnvironmentNetwork: a network, its resource group and location."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the existing resource group of the network.",
        allowed="the name of an existing resource group",
        example="Fabrikam-RG",
        change=NETWORK_REPLACED,
        is_name=True,
    )
    location: Input[Location] = setting(
        "Azure region of the network.",
        allowed="the name or display name of an Azure region",
        example="westus2",
        change=NETWORK_REPLACED,
    )
    tags: Tags = setting(
        "Tags of the virtual network, the network security group and the route table.",
        allowed="an object of at most 50 strings",
        example="{environment: dev}",
        change=in_place(Part.NETWORK, Part.SECURITY_GROUP, Part.ROUTE_TABLE),
        default={},
    )

    endpoint: EndpointType | None = setting(
        "Endpoint type of the environment, which determines the rules of the network security group.",
        allowed="Internal or External, with securityGroup",
        example="Internal",
        change=in_place(Part.SECURITY_GROUP),
        default=None,
        rule=ENDPOINT_TYPE,
    )
    environment_name: Input[EnvironmentName] | None = setting(
        "Name of the environment that uses existing subnets. Subnets that it already uses count as available.",
        allowed="the name of the environment, with subnetIds",
        example="Fabrikam-ISE",
        default=None,
    )
    sku_name: SkuName | None = setting(
        "SKU of the environment, which determines the rules of the network security group.",
        allowed="Developer or Premium, with securityGroup",
        example="Premium",
        change=in_place(Part.SECURITY_GROUP),
        default=None,
        rule=SKU_NAME,
    )

    def __init__(self, **values: Unpack[EnvironmentNetworkArgsDict]) -> None:
        Model.__init__(self, **values)

    @check
    def _check_security_group_requirements(self) -> list[Problem]:
        if self.security_group is None or self.security_group.name is None:
            return []
        return [
            MISSING_VALUE.violation("is required with a security group, but is not set.", allowed, example, path=(key,))
            for key, name, allowed, example in (
                ("endpoint", "endpoint", "Internal or External", "Internal"),
                ("skuName", "sku_name", "Developer or Premium", "Premium"),
            )
            if not self.has(name)
        ]

    @check
    def _check_callers(self) -> list[Problem]:
        return [] if self.endpoint is None else self.check_callers(self.endpoint)

    @check
    def _check_not_azure_government(self) -> list[Problem]:
        return self.check_not_azure_government(self.location)

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """See :meth:`ComparedModel.replacements`; the component has no environment."""
        return exclude_parts(replaced_with_network(super().replacements(old, new), old), Part.ENVIRONMENT)


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class EnvironmentNetworkArgsDict(NetworkArgsDict):
    """The arguments of EnvironmentNetwork: a network, its resource group and location."""

    resource_group_name: pulumi.Input[str]
    """Name of the existing resource group of the network."""

    location: pulumi.Input[str]
    """Azure region of the network."""

    tags: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]] | None]
    """Tags of the virtual network, the network security group and the route table."""

    endpoint: NotRequired[EndpointType | Literal["Internal", "External"] | None]
    """Endpoint type of the environment, which determines the rules of the network security group."""

    environment_name: NotRequired[pulumi.Input[str] | None]
    """Name of the environment that uses existing subnets. Subnets that it already uses count as available."""

    sku_name: NotRequired[SkuName | Literal["Developer", "Premium"] | None]
    """SKU of the environment, which determines the rules of the network security group."""
