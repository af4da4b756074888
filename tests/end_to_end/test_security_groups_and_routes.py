"""Security group, routes, DNS servers and service endpoints, from their creation to their destruction.

These tests prove that Azure accepts them in the order in which they are written, and that an environment works with
them: its creation succeeds and its network is healthy. test_changes.py proves what a change of each argument does, and
that the environment stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.end_to_end.conftest import Project, another_client_of, copy_of_the_project
from tests.support.azure import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-logic-apps-test"
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups"
ENVIRONMENT = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-logic-apps-test"
SUBNETS = ["snet-logic-apps", "snet-app-service", "snet-api-management", "snet-redis"]

MANAGEMENT = [
    "LogicAppsManagement",
    "LogicApps",
    "AzureConnectors",
    "AppServiceManagement",
    "AzureTrafficManager",
    "ApiManagement",
]
TRAFFIC: dict[str, Any] = {
    "dnsServers": ["10.20.0.132"],
    "securityGroup": {"name": "nsg-logic-apps", "callers": ["203.0.113.0/24", "AzureEventGrid"]},
    "routeTable": {
        "name": "rt-logic-apps",
        "routes": {
            "everything": {
                "addressPrefix": "0.0.0.0/0",
                "nextHopType": "VirtualAppliance",
                "nextHopIpAddress": "10.20.0.196",
            },
            **{tag: {"addressPrefix": tag, "nextHopType": "Internet"} for tag in MANAGEMENT},
        },
    },
    "serviceEndpoints": ["Microsoft.Storage", "Microsoft.KeyVault"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, toolchain: Path) -> Iterator[Project]:
    """The stack ``test``, External, with all settings for traffic; created once and destroyed at the end."""
    project = copy_of_the_project(tmp_path_factory.mktemp("traffic") / "project", toolchain, "test")
    project.configure(endpoint="External", network=project.configuration("network") | TRAFFIC)
    project.up()
    yield project
    project.succeed("destroy", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []


def announced(project: Project) -> dict[str, str]:
    """Return the operations that a preview announces, apart from "same"."""
    return {name.removeprefix("logic-apps-"): op for name, op in project.preview().items() if op != "same"}


def unhealthy(project: Project) -> list[str]:
    """Return the problems that the network health of the environment reports for its subnets."""
    with another_client_of(project) as azure:
        health = azure.get(f"{ENVIRONMENT}/health/network").json()
    assert sorted(health) == sorted(SUBNETS)
    return [
        detail["message"]
        for state in health.values()
        for detail in state["outboundNetworkHealth"].get("error", {}).get("details", [])
    ]


def test_security_group_and_routes_are_complete_before_the_subnets_and_the_rule_for_connectors_follows_the_environment(
    project: Project,
) -> None:
    writes = project.writes()
    position = {write.removeprefix("PUT "): number for number, write in enumerate(writes)}
    assert position["vnet-logic-apps-test"] < position["nsg-logic-apps"] < position["AllowWithinNetworkInbound"]
    rules = [number for name, number in position.items() if name.startswith("Allow")]
    assert max(rules) == position["AllowConnectorsInbound"] == len(writes) - 1
    before = max(number for number in rules if number != position["AllowConnectorsInbound"])
    routes = [position[name] for name in ("everything", *MANAGEMENT)]
    assert position["rt-logic-apps"] < min(routes)
    assert max(before, *routes) < position["snet-logic-apps"]
    assert position["ise-logic-apps-test"] == len(writes) - 2


def test_the_environment_is_created_and_its_network_is_healthy(project: Project) -> None:
    assert unhealthy(project) == []


def test_there_are_no_changes_after_a_refresh(project: Project) -> None:
    project.expect_nothing_to_do()


def test_each_subnet_has_the_security_group_the_route_table_and_the_service_endpoints(project: Project) -> None:
    with another_client_of(project) as azure:
        network = azure.get(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-logic-apps-test").json()
        group = azure.get(f"{NSG}/nsg-logic-apps").json()
    assert network["properties"]["dhcpOptions"] == {"dnsServers": ["10.20.0.132"]}
    for subnet in network["properties"]["subnets"]:
        assert subnet["properties"]["networkSecurityGroup"]["id"].endswith("/nsg-logic-apps")
        assert subnet["properties"]["routeTable"]["id"].endswith("/rt-logic-apps")
        services = [endpoint["service"] for endpoint in subnet["properties"]["serviceEndpoints"]]
        assert services == ["Microsoft.Storage", "Microsoft.KeyVault"]
    rules = {rule["name"]: rule["properties"] for rule in group["properties"]["securityRules"]}
    assert rules["AllowCallersInbound"]["sourceAddressPrefix"] == "203.0.113.0/24"
    connectors = project.outputs()["connector_outgoing_ip_addresses"]
    public = [address for address in connectors if not address.startswith("10.20.")]
    assert public
    assert sorted(rules["AllowConnectorsInbound"]["sourceAddressPrefixes"]) == sorted(f"{a}/32" for a in public)


def test_scaling_the_environment_updates_no_rule_although_the_preview_announces_one(
    project: Project,
) -> None:
    project.configure(sku={"name": "Premium", "capacity": 1})
    assert announced(project) == {"ise": "update", "nsg-AllowConnectorsInbound": "update"}
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["PUT ise-logic-apps-test"]


def test_another_location_replaces_security_group_and_route_table_in_the_right_order(project: Project) -> None:
    project.configure(location="northeurope")
    before = len(project.requests())
    project.up()
    writes = project.writes(before)
    assert (
        [write.removeprefix("DELETE ") for write in writes].index("nsg-logic-apps")
        > writes.index(f"DELETE {SUBNETS[0]}")
        > writes.index("DELETE ise-logic-apps-test")
    )
    project.succeed("preview", "--non-interactive", "--expect-no-changes")
    assert unhealthy(project) == []
