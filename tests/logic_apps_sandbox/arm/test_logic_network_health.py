"""Network health of an environment: which rules and routes block what it needs, and what that does to a deployment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.azure import GROUP, ISE, SUBNETS, VNET, Azure, environment, subnet

NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-ise"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/ways"

# What the documentation lists as inbound rules for a security group on an ISE's subnets (Internal endpoint); traffic
# inside the network and all outbound traffic is allowed by Azure's default rules.
MANAGEMENT = [
    ("LogicAppsManagement", "454"),
    ("LogicApps", "454"),
    ("AzureConnectors", "454"),
    ("AppServiceManagement", "454-455"),
    ("AzureTrafficManager", "454"),
    ("ApiManagement", "3443"),
]


def rule(priority: int, source: str, ports: str, **changes: Any) -> dict[str, Any]:
    """A rule that lets a service in."""
    properties = {
        "protocol": "*",
        "access": "Allow",
        "direction": "Inbound",
        "priority": priority,
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "VirtualNetwork",
        "destinationPortRange": ports,
        **changes,
    }
    return {"name": f"rule-{priority}", "properties": properties}


def documented_rules() -> list[dict[str, Any]]:
    """Rules that open all that an ISE needs."""
    return [rule(100 + number, source, ports) for number, (source, ports) in enumerate(MANAGEMENT)]


def attach_security_group(azure: Azure, *rules: dict[str, Any], number: int = 1) -> None:
    """Put a security group with these rules on a subnet of the ISE."""
    body = {"location": "westus2", "properties": {"securityRules": list(rules)}}
    assert azure.put(NSG, body).status_code in (200, 201)
    azure.get(NSG)
    changed = subnet(f"10.0.0.{32 * number}/27", delegated=number == 0, networkSecurityGroup={"id": NSG})
    assert azure.put(SUBNETS[number], changed).status_code == 200
    azure.get(VNET)


def lead(azure: Azure, prefix: str, next_hop: str, **more: str) -> None:
    """Put a route table with one route on the second subnet of the ISE."""
    route = {"name": "way", "properties": {"addressPrefix": prefix, "nextHopType": next_hop, **more}}
    assert azure.put(TABLE, {"location": "westus2", "properties": {"routes": [route]}}).status_code == 201
    azure.get(TABLE)
    assert azure.put(SUBNETS[1], subnet("10.0.0.32/27", routeTable={"id": TABLE})).status_code == 200
    azure.get(VNET)


def reasons(azure: Azure, number: int = 1) -> list[str]:
    """What the health of one subnet complains about."""
    health = azure.get(f"{ISE}/health/network").json()[f"subnet-{number + 1}"]
    details = health["outboundNetworkHealth"].get("error", {}).get("details", [])
    assert health["networkDependencyHealthState"] == ("Unhealthy" if details else "Healthy")
    return [detail["message"] for detail in details]


def create(azure: Azure, **changes: Any) -> None:
    """An Internal ISE that is ready."""
    azure.create_environment(**{"type": "Internal", **changes})
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Succeeded"


def test_without_groups_and_tables_everything_is_healthy(azure: Azure) -> None:
    create(azure)
    health = azure.get(f"{ISE}/health/network").json()
    assert list(health) == ["subnet-1", "subnet-2", "subnet-3", "subnet-4"]
    for state in health.values():
        assert state["networkDependencyHealthState"] == "Healthy"
        assert state["outboundNetworkHealth"] == {"state": "Healthy"}
        categories = {dependency["category"] for dependency in state["outboundNetworkDependencies"]}
        assert {"AzureStorage", "AzureActiveDirectory", "SQL", "SSLCertificateVerification", "RedisCache"} <= categories


def test_a_developer_environment_needs_no_cache(azure: Azure) -> None:
    create(azure, sku={"name": "Developer"})
    health = azure.get(f"{ISE}/health/network").json()["subnet-1"]
    assert "RedisCache" not in {dependency["category"] for dependency in health["outboundNetworkDependencies"]}


def test_the_documented_rules_are_enough(azure: Azure) -> None:
    create(azure)
    attach_security_group(azure, *documented_rules())
    assert reasons(azure) == []


def test_a_group_without_rules_blocks_the_management_services(azure: Azure) -> None:
    create(azure)
    attach_security_group(azure)
    found = reasons(azure)
    assert len(found) == len(MANAGEMENT)
    assert all("rule 'DenyAllInBound' of security group 'nsg-ise'" in reason for reason in found)
    assert reasons(azure, number=0) == []


@pytest.mark.parametrize("missing", range(len(MANAGEMENT)))
def test_each_documented_rule_is_needed(azure: Azure, missing: int) -> None:
    create(azure)
    rules = documented_rules()
    del rules[missing]
    attach_security_group(azure, *rules)
    assert len(reasons(azure)) == 1


def test_rules_for_tcp_only_are_not_enough(azure: Azure) -> None:
    create(azure)
    tcp = [{**r, "properties": {**r["properties"], "protocol": "Tcp"}} for r in documented_rules()]
    attach_security_group(azure, *tcp)
    assert len(reasons(azure)) == len(MANAGEMENT)


def test_a_range_of_ports_opened_in_parts_is_open(azure: Azure) -> None:
    create(azure)
    rules = [r for r in documented_rules() if r["properties"]["destinationPortRange"] != "454-455"]
    halves = [rule(200, "AppServiceManagement", "454"), rule(201, "AppServiceManagement", "455")]
    attach_security_group(azure, *rules, halves[0])
    assert len(reasons(azure)) == 1
    attach_security_group(azure, *rules, *halves)
    assert reasons(azure) == []


@pytest.mark.parametrize("source", ["*", "0.0.0.0/0", "Internet", "AzureCloud"])
def test_a_source_that_covers_the_services_allows_them(azure: Azure, source: str) -> None:
    create(azure)
    attach_security_group(azure, rule(100, source, "0-65535"))
    assert reasons(azure) == []


def test_the_rule_with_the_lowest_number_decides(azure: Azure) -> None:
    create(azure)
    deny = rule(4000, "ApiManagement", "3443", access="Deny")
    attach_security_group(azure, *documented_rules(), deny)
    assert reasons(azure) == []
    deny["properties"]["priority"] = 90 + 10  # takes the place of the first
    attach_security_group(azure, deny, *documented_rules()[1:])
    assert any("API Management" in reason and "rule-4000" in reason for reason in reasons(azure))


@pytest.mark.parametrize(
    ("target", "ports", "words"),
    [
        ("Storage", "445", "Azure Storage"),
        ("Sql", "*", "Azure SQL"),
        ("AzureActiveDirectory", "443", "Microsoft Entra ID"),
        ("10.0.0.0/24", "6380", "Azure Cache for Redis"),
        ("VirtualNetwork", "8000-9000", "between the subnets"),
        ("Internet", "80", "verification of TLS certificates"),
    ],
)
def test_a_rule_that_denies_outbound_traffic_makes_the_outbound_health_unhealthy(
    azure: Azure, target: str, ports: str, words: str
) -> None:
    create(azure)
    deny = rule(200, "*", ports, access="Deny", direction="Outbound", protocol="Tcp", destinationAddressPrefix=target)
    attach_security_group(azure, *documented_rules(), deny)
    assert any(words in reason and "rule-200" in reason for reason in reasons(azure))
    health = azure.get(f"{ISE}/health/network").json()["subnet-2"]
    assert health["outboundNetworkHealth"]["state"] == "Unhealthy"
    accessible = {e["accessibility"] for d in health["outboundNetworkDependencies"] for e in d["endpoints"]}
    assert accessible == {"Available", "NotAvailable"}


def test_a_rule_for_another_subnet_or_service_has_no_effect(azure: Azure) -> None:
    create(azure)
    elsewhere = rule(200, "*", "*", access="Deny", destinationAddressPrefix="10.0.0.64/27")
    another = rule(201, "*", "*", access="Deny", direction="Outbound", destinationAddressPrefix="PowerBI")
    attach_security_group(azure, *documented_rules(), elsewhere, another)
    assert reasons(azure) == []


@pytest.mark.parametrize(
    ("prefix", "next_hop", "more", "count"),
    [
        ("0.0.0.0/0", "Internet", {}, 0),
        ("0.0.0.0/0", "None", {}, 13),
        ("0.0.0.0/0", "VirtualAppliance", {"nextHopIpAddress": "10.0.0.200"}, 6),
        ("0.0.0.0/0", "VirtualNetworkGateway", {}, 6),
        ("Storage", "None", {}, 1),
        ("198.51.100.7/32", "VirtualAppliance", {"nextHopIpAddress": "10.0.0.200"}, 0),
        ("10.0.0.0/24", "None", {}, 4),
        ("10.0.0.0/8", "None", {}, 0),
    ],
)
def test_a_route_blocks_traffic_that_it_drops_or_whose_response_it_diverts(
    azure: Azure, prefix: str, next_hop: str, more: dict[str, str], count: int
) -> None:
    create(azure)
    lead(azure, prefix, next_hop, **more)
    found = reasons(azure)
    assert len(found) == count
    assert all("route 'way' of route table 'ways'" in reason for reason in found)


def test_an_environment_cannot_be_deployed_where_its_connectors_cannot_be_reached(azure: Azure) -> None:
    azure.create_network()
    attach_security_group(
        azure, *(r for r in documented_rules() if r["properties"]["sourceAddressPrefix"] != "AzureConnectors")
    )
    created = azure.put(ISE, environment(type="Internal"))
    assert created.status_code == 201
    document = azure.status(created)
    assert document["status"] == "Failed"
    assert "connector deployment" in document["error"]["message"]
    assert azure.get(ISE).json()["properties"]["provisioningState"] == "Failed"
    attach_security_group(azure, *documented_rules())
    again = azure.put(ISE, environment(type="Internal"))
    assert (again.status_code, azure.status(again)["status"]) == (200, "Succeeded")


def test_a_custom_dns_server_must_be_reachable(azure: Azure) -> None:
    create(azure)
    network = azure.get(VNET).json()
    network["properties"]["dhcpOptions"] = {"dnsServers": ["10.9.0.4"]}
    azure.put(VNET, network)
    azure.get(VNET)
    attach_security_group(azure, *documented_rules())
    found = reasons(azure)
    assert len(found) == 1
    assert "DNS server" in found[0]
    dns = rule(200, "*", "53", direction="Outbound", destinationAddressPrefix="10.9.0.4")
    attach_security_group(azure, *documented_rules(), dns)
    assert reasons(azure) == []


def test_an_external_environment_is_called_by_its_connectors_from_addresses_known_when_it_is_ready(
    azure: Azure,
) -> None:
    azure.create_network()
    rules = [
        rule(100 + number, source, "443" if source == "AzureTrafficManager" else ports)
        for number, (source, ports) in enumerate(MANAGEMENT)
    ]
    attach_security_group(azure, *rules)
    azure.put(ISE, environment(type="External"))
    ready = azure.get(ISE).json()["properties"]
    assert ready["provisioningState"] == "Succeeded"
    outgoing = [entry["address"] for entry in ready["endpointsConfiguration"]["connector"]["outgoingIpAddresses"]]
    public = [address for address in outgoing if "/" not in address]
    assert len(reasons(azure)) == len(public) == 2
    called = rule(200, "", "*", sourceAddressPrefixes=public)
    del called["properties"]["sourceAddressPrefix"]
    attach_security_group(azure, *rules, called)
    assert reasons(azure) == []


@pytest.mark.parametrize(("sku", "count"), [("Premium", 1), ("Developer", 0)])
def test_a_rule_that_denies_everything_else_blocks_the_load_balancer(azure: Azure, sku: str, count: int) -> None:
    create(azure, sku={"name": sku})
    inside = rule(110, "VirtualNetwork", "*")
    deny = rule(4096, "*", "*", access="Deny", destinationAddressPrefix="*")
    rules = [r for r in documented_rules() if r["properties"]["priority"] != 110]
    attach_security_group(azure, *rules, inside, deny)
    assert len(reasons(azure)) == count
    attach_security_group(
        azure, *rules, inside, rule(120, "AzureLoadBalancer", "*", destinationAddressPrefix="*"), deny
    )
    assert reasons(azure) == []
