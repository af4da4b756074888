"""The requests of Terraform's azurerm 3.117 for an environment, from its source, in their order.

azurerm keeps the subnets of an environment as a set, sends null and empty members, puts subnets back as it read them,
and after the deletion of an environment lists the links of its subnets until there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.azure import GROUP, ISE, SUBNETS, SUBSCRIPTION, VNET, code

if TYPE_CHECKING:
    import httpx

    from tests.support.azure import Azure

NETWORK, GROUPS, DELETION_OF_GROUPS = "2023-11-01", "2023-07-01", "2020-06-01"
"""The api-versions."""
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/table"
WORKFLOW = f"{GROUP}/providers/Microsoft.Logic/workflows/workflow"
SERVICE = "Microsoft.Logic/integrationServiceEnvironments"


def version_of(path: str) -> str:
    return NETWORK if "Microsoft.Network" in path else "2019-05-01" if "Microsoft.Logic" in path else GROUPS


def create(azure: Azure, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Check that a resource does not exist, put it, wait, and read it."""
    assert azure.get(path, version=version_of(path)).status_code == 404
    return update(azure, path, body)


def update(azure: Azure, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Put a resource, wait, and read it."""
    answer = azure.put(path, body, version=version_of(path))
    assert answer.status_code in (200, 201), answer.text
    wait(azure, answer)
    read: dict[str, Any] = azure.get(path, version=version_of(path)).json()
    # azurerm rejects an id in another spelling.
    assert read["id"] == path
    assert read.get("properties", {}).get("provisioningState") == "Succeeded"
    return read


def wait(azure: Azure, answer: httpx.Response) -> None:
    """Wait for the operation that a response started."""
    if "Azure-AsyncOperation" in answer.headers:
        assert azure.status(answer)["status"] == "Succeeded"
    elif "Location" in answer.headers:
        assert azure.http.get(answer.headers["Location"]).status_code == 200


def delete(azure: Azure, path: str, version: str = "") -> None:
    answer = azure.send("DELETE", path, version=version or version_of(path))
    assert answer.status_code in (200, 202), answer.text
    wait(azure, answer)
    assert azure.get(path, version=version_of(path)).status_code == 404


def apply_network(azure: Azure) -> None:
    azure.get(f"{SUBSCRIPTION}/providers", version="2022-09-01").raise_for_status()
    create(azure, GROUP, {"location": "westus2", "tags": {}})
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "dhcpOptions": {"dnsServers": []}, "subnets": []}
    create(azure, VNET, {"name": "Fabrikam-VNET", "location": "westus2", "properties": network, "tags": {}})
    rule = {
        "access": "Allow", "direction": "Inbound", "priority": 100, "protocol": "*", "description": "",
        "destinationAddressPrefix": "*", "destinationPortRange": "", "destinationPortRanges": ["454", "3443"],
        "sourceAddressPrefix": "*", "sourcePortRange": "*",
    }  # fmt: skip
    rules = [{"name": "management", "properties": rule}]
    create(azure, NSG, {"name": "nsg", "location": "westus2", "properties": {"securityRules": rules}, "tags": {}})
    table = {"disableBgpRoutePropagation": False, "routes": []}
    create(azure, TABLE, {"name": "table", "location": "westus2", "properties": table, "tags": {}})
    for number, path in enumerate(SUBNETS):
        delegation = {"name": "ise", "properties": {"actions": [], "serviceName": SERVICE}}
        properties = {
            "addressPrefix": f"10.0.0.{32 * number}/27", "defaultOutboundAccess": True,
            "delegations": [] if number else [delegation], "privateEndpointNetworkPolicies": "Enabled",
            "privateLinkServiceNetworkPolicies": "Enabled", "serviceEndpointPolicies": None, "serviceEndpoints": [],
        }  # fmt: skip
        create(azure, path, {"name": path.rpartition("/")[2], "properties": properties})
        assert azure.get(VNET, version=NETWORK).json()["properties"]["provisioningState"] == "Succeeded"
    # An association is its subnet, put back with one member more.
    for member, other in (("networkSecurityGroup", NSG), ("routeTable", TABLE)):
        subnet = azure.get(SUBNETS[1], version=NETWORK).json()
        assert member not in subnet["properties"]
        subnet["properties"][member] = {"id": other}
        assert update(azure, SUBNETS[1], subnet)["properties"][member] == {"id": other}


def environment(subnets: list[str], capacity: int) -> dict[str, Any]:
    configuration = {"accessEndpoint": {"type": "Internal"}, "subnets": [{"id": path} for path in subnets]}
    return {
        "location": "westus2", "name": "Fabrikam-ISE", "properties": {"networkConfiguration": configuration},
        "sku": {"capacity": capacity, "name": "Premium"}, "tags": {},
    }  # fmt: skip


def test_terraform_can_apply_update_and_destroy(azure: Azure) -> None:
    apply_network(azure)
    create(azure, ISE, environment(SUBNETS, 1))
    updated = update(azure, ISE, environment(SUBNETS[::-1], 2))
    assert updated["sku"] == {"name": "Premium", "capacity": 2}
    assert updated["properties"]["endpointsConfiguration"]["connector"]["outgoingIpAddresses"]

    # From here on, time passes: the subnets are in use for nine hours.
    azure.http.post("/sandbox/time", json={"pace": 3600}).raise_for_status()
    delete(azure, ISE)
    links = [azure.get(f"{path}/serviceAssociationLinks", version=NETWORK).json()["value"] for path in SUBNETS]
    assert all(links)
    assert code(azure.send("DELETE", SUBNETS[0], version=NETWORK)) == (400, "InUseSubnetCannotBeDeleted")
    azure.http.post("/sandbox/time", json={"advanceHours": 10, "pace": 0}).raise_for_status()
    for path in SUBNETS:
        for kind in ("serviceAssociationLinks", "resourceNavigationLinks"):
            assert azure.get(f"{path}/{kind}", version=NETWORK).json() == {"value": []}

    for member in ("networkSecurityGroup", "routeTable"):
        subnet = azure.get(SUBNETS[1], version=NETWORK).json()
        del subnet["properties"][member]
        assert member not in update(azure, SUBNETS[1], subnet)["properties"]
    for path in (NSG, TABLE, *SUBNETS, VNET):
        delete(azure, path)
    query = {"api-version": DELETION_OF_GROUPS, "$expand": "provisioningState", "$top": "500"}
    assert azure.http.get(f"{GROUP}/resources", params=query).json() == {"value": []}
    delete(azure, GROUP, DELETION_OF_GROUPS)


def test_a_workflow_without_parameters_keeps_its_actions_and_triggers(azure: Azure) -> None:
    azure.create_group()
    definition: dict[str, Any] = {
        "$schema": "…",
        "contentVersion": "1.0.0.0",
        "actions": {},
        "triggers": {},
        "parameters": None,
    }
    body = {
        "identity": {"type": "None", "userAssignedIdentities": None}, "location": "westus2", "tags": {},
        "properties": {"definition": definition, "parameters": {}, "state": "Disabled"},
    }  # fmt: skip
    read = create(azure, WORKFLOW, body)
    assert "identity" not in read or read["identity"] == {"type": "None"}
    assert read["properties"]["definition"].keys() == definition.keys() - {"parameters"}
    # A trigger is the workflow, put back with a larger definition and without its state.
    triggers = {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}}
    read["properties"]["definition"]["triggers"] = triggers
    kept = {name: read["properties"][name] for name in ("definition", "parameters")}
    read = update(azure, WORKFLOW, {"location": read["location"], "properties": kept, "tags": read["tags"]})
    assert read["properties"]["definition"]["triggers"] == triggers
    assert read["properties"]["state"] == "Disabled"
    url = azure.send("POST", f"{WORKFLOW}/triggers/manual/listCallbackUrl").json()
    assert url["method"] == "POST"
    delete(azure, WORKFLOW)
