"""Which members Azure's published examples of answers have, and of which JSON type: facts, by the name of the example.

Source: azure-rest-api-specs, specification/logic/…/Microsoft.Logic/stable/2019-05-01/examples, and
specification/network/…/Microsoft.Network/stable/2024-05-01/examples (service association links: 2021-08-01).
"""

from __future__ import annotations

from typing import Any

STRING, NUMBER, BOOLEAN, EMPTY = "string", "number", "boolean", "empty array"

_IDENTITY = dict.fromkeys(("id", "name", "type", "location"), STRING)
_CHILD = dict.fromkeys(("id", "name"), STRING)
_RULE = dict.fromkeys(
    (
        *("provisioningState", "protocol", "sourcePortRange", "destinationPortRange", "sourceAddressPrefix"),
        *("destinationAddressPrefix", "access", "direction"),
    ),
    STRING,
) | {"priority": NUMBER}
_ROUTE = dict.fromkeys(("provisioningState", "addressPrefix", "nextHopType"), STRING)


def _below(path: str, members: dict[str, str]) -> dict[str, str]:
    return {f"{path}.{name}": kind for name, kind in members.items()}


PUBLISHED: dict[str, dict[str, str]] = {
    "IntegrationServiceEnvironments_Get": {
        **_IDENTITY,
        "sku.name": STRING,
        "sku.capacity": NUMBER,
        "properties.provisioningState": STRING,
        "properties.state": STRING,
        "properties.integrationServiceEnvironmentId": STRING,
        "properties.endpointsConfiguration.workflow.outgoingIpAddresses[].address": STRING,
        "properties.endpointsConfiguration.workflow.accessEndpointIpAddresses[].address": STRING,
        "properties.endpointsConfiguration.connector.outgoingIpAddresses[].address": STRING,
        "properties.networkConfiguration.accessEndpoint.type": STRING,
        "properties.networkConfiguration.subnets[].id": STRING,
        "properties.networkConfiguration.subnets[].name": STRING,
        "properties.networkConfiguration.subnets[].type": STRING,
    },
    "IntegrationServiceEnvironments_Skus": {
        "value[].resourceType": STRING,
        "value[].sku.name": STRING,
        "value[].capacity.minimum": NUMBER,
        "value[].capacity.maximum": NUMBER,
        "value[].capacity.default": NUMBER,
        "value[].capacity.scaleType": STRING,
    },
    "IntegrationAccountSchemas_Get": {
        **dict.fromkeys(("id", "name", "type"), STRING),
        "properties.schemaType": STRING,
        "properties.targetNamespace": STRING,
        "properties.documentName": STRING,
        "properties.contentLink.uri": STRING,
        "properties.contentLink.contentVersion": STRING,
        "properties.contentLink.contentSize": NUMBER,
        "properties.contentLink.contentHash.algorithm": STRING,
        "properties.contentLink.contentHash.value": STRING,
        "properties.createdTime": STRING,
        "properties.changedTime": STRING,
    },
    # One subnet of the map; another subnet of the example has only the first member.
    "IntegrationServiceEnvironments_NetworkHealth": {
        "networkDependencyHealthState": STRING,
        "outboundNetworkDependencies[].category": STRING,
        "outboundNetworkDependencies[].displayName": STRING,
        "outboundNetworkDependencies[].endpoints[].domainName": STRING,
        "outboundNetworkDependencies[].endpoints[].ports[]": STRING,
        "outboundNetworkDependencies[].endpoints[].accessibility": STRING,
        "outboundNetworkHealth.state": STRING,
    },
    "IntegrationServiceEnvironments_ManagedApis_Put": {
        **_IDENTITY,
        "properties.generalInformation.iconUrl": STRING,
        "properties.generalInformation.displayName": STRING,
        "properties.generalInformation.description": STRING,
        "properties.generalInformation.releaseTag": STRING,
        "properties.generalInformation.tier": STRING,
        "properties.integrationServiceEnvironment.id": STRING,
        "properties.integrationServiceEnvironment.name": STRING,
        "properties.integrationServiceEnvironment.type": STRING,
        "properties.provisioningState": STRING,
        "properties.category": STRING,
    },
    "IntegrationServiceEnvironments_ManagedApis_Get": {
        **_IDENTITY,
        "properties.name": STRING,
        "properties.connectionParameters.connectionString.type": STRING,
        "properties.metadata.source": STRING,
        "properties.metadata.brandColor": STRING,
        "properties.runtimeUrls[]": STRING,
        "properties.generalInformation.iconUrl": STRING,
        "properties.generalInformation.displayName": STRING,
        "properties.generalInformation.description": STRING,
        "properties.generalInformation.releaseTag": STRING,
        "properties.generalInformation.tier": STRING,
        "properties.capabilities[]": STRING,
        "properties.integrationServiceEnvironment.id": STRING,
        "properties.integrationServiceEnvironment.name": STRING,
        "properties.integrationServiceEnvironment.type": STRING,
        "properties.provisioningState": STRING,
    },
    "VirtualNetworkList": {
        **_IDENTITY,
        "properties.addressSpace.addressPrefixes[]": STRING,
        "properties.dhcpOptions.dnsServers[]": STRING,
        "properties.subnets[].id": STRING,
        "properties.subnets[].name": STRING,
        "properties.subnets[].properties.addressPrefix": STRING,
        "properties.subnets[].properties.provisioningState": STRING,
        "properties.virtualNetworkPeerings": EMPTY,
        "properties.provisioningState": STRING,
    },
    "SubnetGet": {**_CHILD, "properties.addressPrefix": STRING, "properties.provisioningState": STRING},
    "VirtualNetworkGetServiceAssociationLinks": {
        "value[].id": STRING,
        "value[].name": STRING,
        "value[].etag": STRING,
        "value[].type": STRING,
        "value[].properties.provisioningState": STRING,
        "value[].properties.linkedResourceType": STRING,
        "value[].properties.allowDelete": BOOLEAN,
        "value[].properties.locations[]": STRING,
    },
    "NetworkSecurityGroupGet": {
        **_IDENTITY,
        "properties.provisioningState": STRING,
        **_below("properties.securityRules[]", _CHILD),
        **_below("properties.securityRules[].properties", _RULE),
        **_below("properties.defaultSecurityRules[]", _CHILD),
        **_below("properties.defaultSecurityRules[].properties", _RULE | {"description": STRING}),
    },
    "NetworkSecurityGroupRuleGet": {**_CHILD, **_below("properties", _RULE)},
    "RouteTableGet": {
        **_IDENTITY,
        "properties.provisioningState": STRING,
        "properties.disableBgpRoutePropagation": BOOLEAN,
        **_below("properties.routes[]", _CHILD),
        **_below("properties.routes[].properties", _ROUTE),
    },
    "RouteTableRouteGet": {**_CHILD, **_below("properties", _ROUTE)},
}


def members_of(value: Any, path: str = "") -> dict[str, str]:
    """Each member of a JSON value by its path, with its type; objects and arrays are seen through."""
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for name, item in value.items():
            found |= members_of(item, f"{path}.{name}" if path else name)
        return found
    if isinstance(value, list):
        found = {}
        for item in value:
            found |= members_of(item, f"{path}[]")
        return found or {path: EMPTY}
    if isinstance(value, bool):
        return {path: BOOLEAN}
    return {path: STRING if isinstance(value, str) else NUMBER}
