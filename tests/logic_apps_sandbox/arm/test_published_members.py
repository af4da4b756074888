"""The simulator's answers have the members of Azure's published examples, with their types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.logic_apps_sandbox.arm.published_members import PUBLISHED, members_of
from tests.logic_apps_sandbox.arm.test_network_security import NSG, TABLE, route, rule
from tests.support.azure import GROUP, ISE, SUBNETS, VNET, Azure, environment, subnet, virtual_network

API = f"{ISE}/managedApis/servicebus"
ACCOUNT = f"{GROUP}/providers/Microsoft.Logic/integrationAccounts/partners"

# Members that the examples leave out: the API description has them, and the service is known to return them.
BESIDE_EXAMPLES = {
    "VirtualNetworkList": (
        *("etag", "properties.resourceGuid", "properties.enableDdosProtection", "properties.subnets[].type"),
        *("properties.subnets[].etag", "properties.subnets[].properties."),
    ),
    "SubnetGet": ("type", "etag", "properties."),
    "VirtualNetworkGetServiceAssociationLinks": ("value[].properties.link",),
    "NetworkSecurityGroupGet": (
        *("etag", "properties.resourceGuid", "properties.securityRules[].", "properties.defaultSecurityRules[]."),
    ),
    "NetworkSecurityGroupRuleGet": ("type", "etag", "properties."),
    "RouteTableGet": ("etag", "properties.resourceGuid", "properties.routes[]."),
    "RouteTableRouteGet": ("type", "etag", "properties.hasBgpOverride"),
    # These examples are of two moments of the same resource.
    "IntegrationServiceEnvironments_ManagedApis_Put": ("properties.",),
    "IntegrationServiceEnvironments_ManagedApis_Get": ("properties.category",),
}

# What the simulator does not model: connectors are names without a content.
NOT_SIMULATED = {
    "properties.generalInformation.iconUrl",
    "properties.connectionParameters.connectionString.type",
    "properties.metadata.brandColor",
}


def answers(azure: Azure) -> dict[str, Any]:
    """The simulator's answer for each example."""
    azure.create_network()
    azure.put(VNET, virtual_network(dhcpOptions={"dnsServers": ["10.0.0.4"]}), version="2024-05-01")
    azure.get(VNET)
    free = azure.put(f"{VNET}/subnets/free", subnet("10.0.0.128/27"))
    assert free.status_code == 201, free.text
    azure.put(NSG, {"location": "westus2", "properties": {"securityRules": [{"name": "one", **rule()}]}})
    azure.put(TABLE, {"location": "westus2", "properties": {"routes": [{"name": "one", **route("10.1.0.0/16")}]}})
    azure.put(ISE, environment(type="Internal"))
    azure.get(ISE)
    azure.put(ACCOUNT, {"location": "westus2", "sku": {"name": "Standard"}, "properties": {}})
    schema = {"schemaType": "Xml", "targetNamespace": "urn:orders", "documentName": "OrderFile", "content": "<schema/>"}
    azure.put(f"{ACCOUNT}/schemas/order", {"properties": schema})
    begun = azure.put(API, {"location": "westus2", "properties": {}}).json()
    return {
        "IntegrationServiceEnvironments_Get": azure.get(ISE).json(),
        "IntegrationServiceEnvironments_Skus": azure.get(f"{ISE}/skus").json(),
        "IntegrationServiceEnvironments_NetworkHealth": azure.get(f"{ISE}/health/network").json()["subnet-1"],
        "IntegrationServiceEnvironments_ManagedApis_Put": begun,
        "IntegrationServiceEnvironments_ManagedApis_Get": azure.get(API).json(),
        "IntegrationAccountSchemas_Get": azure.get(f"{ACCOUNT}/schemas/order").json(),
        "VirtualNetworkList": azure.get(VNET).json(),
        "SubnetGet": azure.get(f"{VNET}/subnets/free").json(),
        "VirtualNetworkGetServiceAssociationLinks": azure.get(f"{SUBNETS[0]}/serviceAssociationLinks").json(),
        "NetworkSecurityGroupGet": azure.get(NSG).json(),
        "NetworkSecurityGroupRuleGet": azure.get(f"{NSG}/securityRules/one").json(),
        "RouteTableGet": azure.get(TABLE).json(),
        "RouteTableRouteGet": azure.get(f"{TABLE}/routes/one").json(),
    }


@pytest.mark.parametrize("example", PUBLISHED)
def test_an_answer_has_the_members_of_the_published_example_with_their_types(azure: Azure, example: str) -> None:
    found, published = members_of(answers(azure)[example]), PUBLISHED[example]
    expected = {path: kind for path, kind in published.items() if path not in NOT_SIMULATED}
    assert {path: found.get(path) for path in expected} == expected
    beside = BESIDE_EXAMPLES.get(example, ())
    assert [path for path in found if path not in published and not path.startswith(beside)] == []


def test_the_names_of_an_environments_subnets_begin_with_their_network(azure: Azure) -> None:
    azure.create_environment()
    listed = azure.get(ISE).json()["properties"]["networkConfiguration"]["subnets"]
    assert [each["name"] for each in listed] == [f"Fabrikam-VNET/subnet-{number}" for number in (1, 2, 3, 4)]
    assert [each["id"] for each in listed] == SUBNETS


def test_the_operation_of_a_managed_api_is_looked_up_below_it(azure: Azure) -> None:
    """IntegrationServiceEnvironments_ManagedApis_Put and …_Get_OperationStatus."""
    azure.create_environment()
    azure.get(ISE)
    created = azure.put(API, {"location": "westus2", "properties": {}})
    url = created.headers["Azure-AsyncOperation"]
    assert f"{API}/operationStatuses/" in url
    assert azure.status(created)["status"] == "Succeeded"
    assert azure.http.get(url.replace(API, f"{ISE}/managedApis/sql")).status_code == 404
