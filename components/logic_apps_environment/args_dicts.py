"""The types in which callers write the arguments: one ``TypedDict`` for each model, with its descriptions.

Type checkers and editors read them in the constructors of the models and components; the models validate the values.
``make docs`` generates this module from the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Network
    from pathlib import PurePath

    import pulumi

    from logic_apps_environment.azure.argument_types import EndpointType, SkuName
    from logic_apps_environment.certificates.args import CertificateArgs
    from logic_apps_environment.connectors import ConnectorArgs
    from logic_apps_environment.encryption.args import EncryptionKeyArgs, IdentityArgs, IdentityType
    from logic_apps_environment.environment.args import SkuArgs
    from logic_apps_environment.integration_accounts import IntegrationAccountArgs, IntegrationAccountSku
    from logic_apps_environment.network.args import NetworkArgs, SubnetArgs
    from logic_apps_environment.traffic.args import NextHopType, RouteArgs, RouteTableArgs, SecurityGroupArgs


class CertificateArgsDict(TypedDict):
    """A certificate that the environment trusts, or a bundle of certificates, given as a file or as text."""

    file: NotRequired[str | PurePath | None]
    """File with a public certificate in PEM or DER format, or a bundle in PEM format, relative to the project."""

    public_certificate: NotRequired[pulumi.Input[str] | None]
    """The certificate as text, instead of a file: PEM, or base64 of its PEM or DER format."""

    kind: NotRequired[Literal["TrustedRoot"] | None]
    """Certificate store in which the environment installs the certificate."""


class ConnectorArgsDict(TypedDict):
    """A managed connector: its name and, for SAP, the link to its client libraries."""

    name: str
    """Name of the connector's managed API."""

    content_link: NotRequired[pulumi.Input[str] | None]
    """URL, with a shared access signature, of a package for the connector; required by SAP. The URL is a secret."""


class EncryptionKeyArgsDict(TypedDict):
    """A customer-managed key, with which the service encrypts the data of an environment."""

    vault_id: pulumi.Input[str]
    """ID of the key vault, in the environment's region, with soft delete and purge protection."""

    name: pulumi.Input[str]
    """Name of the key: RSA, 2048 bits, enabled."""

    version: pulumi.Input[str]
    """Version of the key. It cannot be rotated. If the key expires or is deleted, the environment becomes unusable."""


class IdentityArgsDict(TypedDict):
    """The identity with which an environment accesses its customer-managed key."""

    type: IdentityType | Literal["SystemAssigned", "UserAssigned"]
    """Type of the identity: created by Azure with the environment, or existing."""

    user_assigned: NotRequired[Sequence[pulumi.Input[str]] | None]
    """IDs of the user-assigned identities."""


class IntegrationAccountArgsDict(TypedDict):
    """An integration account: partners, agreements, schemas and maps for the workflows in an environment."""

    sku: IntegrationAccountSku | Literal["Free", "Standard"]
    """SKU of the integration account. Standard accounts are billed in addition; a Premium environment includes one."""


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


class NetworkArgsDict(TypedDict):
    """A network from one of three sources (:class:`~.source.NetworkSource`)."""

    virtual_network_id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing virtual network, in which the stack creates the four subnets."""

    subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """IDs of four existing, empty subnets, in the environment's order. Exactly one is delegated to the service."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of the virtual network that the stack creates; required for a new network."""

    address_space: NotRequired[Sequence[str | IPv4Network] | None]
    """Address prefixes of the virtual network that the stack creates; required for a new network."""

    subnets: NotRequired[Sequence[SubnetArgs | SubnetArgsDict] | None]
    """The four subnets, in the environment's order. The first is delegated to the service. Default: subnet-1 to
    subnet-4 with the first four /27 ranges of the address space."""

    dns_servers: NotRequired[Sequence[pulumi.Input[str]] | None]
    """IP addresses of custom DNS servers. Default: Azure's DNS."""

    security_group: NotRequired[SecurityGroupArgs | SecurityGroupArgsDict | None]
    """Network security group of the four subnets, which allows only the required inbound traffic."""

    route_table: NotRequired[RouteTableArgs | RouteTableArgsDict | None]
    """Route table of the four subnets."""

    service_endpoints: NotRequired[Sequence[str] | None]
    """Services that the four subnets reach over Azure's network, not the internet."""


class RouteArgsDict(TypedDict):
    """One route."""

    address_prefix: str
    """Destination of the traffic."""

    next_hop_type: NextHopType | Literal["VirtualAppliance", "Internet", "VirtualNetworkGateway", "VnetLocal", "None"]
    """Type of the next hop."""

    next_hop_ip_address: NotRequired[pulumi.Input[str] | None]
    """Private IP address of the next hop, such as a firewall."""


class RouteTableArgsDict(TypedDict):
    """A route table for the four subnets: one that the stack creates, or an existing one."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of a route table that the stack creates."""

    id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing route table, instead of a name. Its routes are validated."""

    routes: NotRequired[Mapping[str, RouteArgs | RouteArgsDict] | None]
    """Routes of the route table that the stack creates, by name. Required with a name."""


class SecurityGroupArgsDict(TypedDict):
    """A network security group for the four subnets: one that the stack creates, or an existing one."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of a network security group that the stack creates, with the documented rules."""

    id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing network security group, instead of a name. Its rules are validated."""

    callers: NotRequired[Sequence[pulumi.Input[str]] | None]
    """Sources that can call triggers and read run histories of an External environment. Default: the internet."""


class SkuArgsDict(TypedDict):
    """SKU and size of the environment."""

    name: SkuName | Literal["Developer", "Premium"]
    """SKU of the environment: Developer for trials (no service-level agreement), Premium for production."""

    capacity: NotRequired[int | None]
    """Scale units in addition to the base unit. Each costs about half of a base unit, used or not."""


class SubnetArgsDict(TypedDict):
    """One of the four subnets."""

    name: str
    """Name of the subnet."""

    address_prefix: NotRequired[str | IPv4Network | None]
    """Address range of the subnet. In a new network, omit all four to have the ranges assigned."""


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
