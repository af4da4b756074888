"""The types of the SDK that omit the level ``properties`` of ARM's JSON."""

# ARM's envelope: the members beside ``properties`` in a resource's JSON, and ``properties`` where the SDK has it.
_ENVELOPE = frozenset(
    {
        "etag",
        "extendedLocation",
        "id",
        "identity",
        "kind",
        "location",
        "managedBy",
        "name",
        "plan",
        "properties",
        "sku",
        "tags",
        "type",
        "zones",
    }
)

WRAPPED_TYPES = frozenset(
    {
        "keyvault:Key",
        "keyvault:PrivateEndpointConnectionItem",
        "logic:IntegrationAccount",
        "logic:IntegrationAccountAgreement",
        "logic:IntegrationAccountMap",
        "logic:IntegrationAccountPartner",
        "logic:IntegrationAccountSchema",
        "logic:IntegrationServiceEnvironmentManagedApi",
        "logic:Workflow",
        "managedidentity:UserAssignedIdentity",
        "network:ApplicationGatewayBackendAddressPool",
        "network:ApplicationGatewayIPConfiguration",
        "network:ApplicationSecurityGroup",
        "network:BackendAddressPool",
        "network:Delegation",
        "network:FlowLog",
        "network:FrontendIPConfiguration",
        "network:IPConfiguration",
        "network:IPConfigurationProfile",
        "network:InboundNatRule",
        "network:LoadBalancerBackendAddress",
        "network:NatGateway",
        "network:NetworkInterface",
        "network:NetworkInterfaceIPConfiguration",
        "network:NetworkInterfaceTapConfiguration",
        "network:NetworkSecurityGroup",
        "network:PrivateEndpoint",
        "network:PrivateEndpointConnection",
        "network:PrivateEndpointIPConfiguration",
        "network:PrivateLinkService",
        "network:PrivateLinkServiceConnection",
        "network:PrivateLinkServiceIpConfiguration",
        "network:PublicIPAddress",
        "network:ResourceNavigationLink",
        "network:Route",
        "network:RouteTable",
        "network:SecurityRule",
        "network:ServiceAssociationLink",
        "network:ServiceEndpointPolicy",
        "network:ServiceEndpointPolicyDefinition",
        "network:Subnet",
        "network:VirtualNetwork",
        "network:VirtualNetworkPeering",
        "network:VirtualNetworkPeeringVirtualNetwork",
        "network:VirtualNetworkTap",
    }
)
"""Types with JSON in which all but ARM's envelope is inside ``properties``, a level that the SDK omits.

Names are without ``Args`` and ``Response``.
"""


def inside_properties(type_name: str, property_name: str) -> bool:
    """Return whether a property of the SDK's type (such as ``network:SubnetArgs``) is inside ``properties`` in ARM."""
    bare = type_name.removesuffix("Args").removesuffix("Response")
    return bare in WRAPPED_TYPES and property_name not in _ENVELOPE
