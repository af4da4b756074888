"""What an existing security group and an existing route table block, by Microsoft's documented examples and order.

Sources: "Network security groups" (priorities, default security rules), "Virtual network traffic routing", and the ISE
article's ports. The rules are pure functions; the look-up is in test_existing_networks.py, and the simulator's own
result is compared in tests/test_simulator_agreement.py.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from logic_apps_environment.traffic.evaluation import (
    FoundRoute,
    FoundRule,
    TrafficContext,
    blocked_by_route,
    blocked_by_rule,
)
from logic_apps_environment.traffic.required_ports import SecurityRule, required_traffic, security_rules

SPACE = ["10.0.0.0/16"]
CONTEXT = TrafficContext(
    (IPv4Network("10.0.0.0/27"), IPv4Network("10.0.0.32/27")), (IPv4Network("10.0.0.0/16"),), "westus2"
)
NEEDED = {
    rule.name: rule
    for rule in required_traffic(external=True, premium=True, address_space=SPACE, dns_servers=["10.1.0.4"])
}
CONNECTORS, STORAGE = NEEDED["AllowAzureConnectorsInbound"], NEEDED["AllowStorageOutbound"]
ANY = ("*",)

# "Network security groups", default security rules.
DEFAULTS = [
    FoundRule("AllowVnetInBound", 65000, "Inbound", True, "*", ("VirtualNetwork",), ("VirtualNetwork",), ANY, ANY),
    FoundRule("AllowAzureLoadBalancerInBound", 65001, "Inbound", True, "*", ("AzureLoadBalancer",), ANY, ANY, ANY),
    FoundRule("DenyAllInBound", 65500, "Inbound", False, "*", ANY, ANY, ANY, ANY),
    FoundRule("AllowVnetOutBound", 65000, "Outbound", True, "*", ("VirtualNetwork",), ("VirtualNetwork",), ANY, ANY),
    FoundRule("AllowInternetOutBound", 65001, "Outbound", True, "*", ANY, ("Internet",), ANY, ANY),
    FoundRule("DenyAllOutBound", 65500, "Outbound", False, "*", ANY, ANY, ANY, ANY),
]
CONNECTORS_IN = FoundRule("in", 300, "Inbound", True, "*", ("AzureConnectors",), ("VirtualNetwork",), ANY, ("454",))


def blocks(*rules: FoundRule, needed: SecurityRule = CONNECTORS) -> str | None:
    found = blocked_by_rule([*rules, *DEFAULTS], needed, CONTEXT)
    return found.by if found else None


def test_a_group_with_only_default_rules_blocks_only_the_traffic_from_azures_services() -> None:
    blocked = {name for name, rule in NEEDED.items() if blocks(needed=rule)}
    assert blocked == {
        "AllowLogicAppsManagementInbound",
        "AllowLogicAppsInbound",
        "AllowAzureConnectorsInbound",
        "AllowAppServiceManagementInbound",
        "AllowAzureTrafficManagerInbound",
        "AllowApiManagementInbound",
    }


@pytest.mark.parametrize("external", [True, False])
@pytest.mark.parametrize("premium", [True, False])
def test_the_groups_that_this_library_creates_block_nothing(external: bool, premium: bool) -> None:
    own = [
        FoundRule(r.name, r.priority, r.direction, True, "*", r.sources, r.destinations, ANY, r.ports)
        for r in security_rules(external=external, premium=premium, address_space=SPACE, dns_servers=["10.1.0.4"])
    ]
    deny_all = [
        replace(DEFAULTS[2], name="deny-in", priority=4000),
        replace(DEFAULTS[5], name="deny-out", priority=4000),
    ]
    needed = required_traffic(external=external, premium=premium, address_space=SPACE, dns_servers=["10.1.0.4"])
    assert [rule.name for rule in needed if blocked_by_rule([*own, *deny_all, *DEFAULTS], rule, CONTEXT)] == []


@pytest.mark.parametrize(
    ("rule", "blocked_by"),
    [
        (CONNECTORS_IN, None),
        (replace(CONNECTORS_IN, sources=("*",)), None),
        (replace(CONNECTORS_IN, sources=("Internet",)), None),
        (replace(CONNECTORS_IN, sources=("AzureCloud",)), None),
        (replace(CONNECTORS_IN, sources=("AzureConnectors.WestUS2",)), None),
        (replace(CONNECTORS_IN, sources=("AzureConnectors.EastUS",)), "DenyAllInBound"),
        (replace(CONNECTORS_IN, sources=("LogicApps",)), "DenyAllInBound"),
        (replace(CONNECTORS_IN, sources=()), "DenyAllInBound"),
        (replace(CONNECTORS_IN, protocol="Tcp"), "DenyAllInBound"),
        (replace(CONNECTORS_IN, ports=("400-500",)), None),
        (replace(CONNECTORS_IN, ports=("443", "455")), "DenyAllInBound"),
        (replace(CONNECTORS_IN, source_ports=("1024-65535",)), "DenyAllInBound"),
        (replace(CONNECTORS_IN, destinations=("10.0.0.0/26",)), None),
        (replace(CONNECTORS_IN, destinations=("10.0.0.0/27",)), "DenyAllInBound"),
        (replace(CONNECTORS_IN, direction="Outbound"), "DenyAllInBound"),
        (replace(CONNECTORS_IN, allows=False), "in"),
    ],
)
def test_a_rule_allows_traffic_only_if_it_matches_all_of_it(rule: FoundRule, blocked_by: str | None) -> None:
    assert blocks(rule) == blocked_by


@pytest.mark.parametrize(("priority", "blocked_by"), [(200, "deny"), (400, None)])
def test_the_rule_with_the_lowest_number_decides(priority: int, blocked_by: str | None) -> None:
    deny = FoundRule("deny", priority, "Inbound", False, "*", ("Internet",), ANY, ANY, ANY)
    assert blocks(CONNECTORS_IN, deny) == blocked_by


def test_tcp_and_udp_may_be_allowed_by_different_rules_and_ports_by_several() -> None:
    tcp, udp = (replace(CONNECTORS_IN, name=name, protocol=name) for name in ("Tcp", "Udp"))
    assert blocks(tcp, replace(udp, priority=301)) is None
    web = [
        FoundRule(port, 100 + number, "Outbound", True, "*", ANY, ("Storage",), ANY, (port,))
        for number, port in enumerate(("80", "443", "445"))
    ]
    deny = FoundRule("deny", 200, "Outbound", False, "*", ANY, ("Internet",), ANY, ANY)
    assert blocks(*web, deny, needed=STORAGE) is None
    assert blocks(*web[:2], deny, needed=STORAGE) == "deny"


def test_addresses_that_might_belong_to_the_service_make_a_finding_uncertain() -> None:
    found = blocked_by_rule([replace(CONNECTORS_IN, sources=("20.42.0.0/16",)), *DEFAULTS], CONNECTORS, CONTEXT)
    assert found is not None
    assert not found.is_certain
    found = blocked_by_rule(DEFAULTS, CONNECTORS, CONTEXT)
    assert found is not None
    assert found.is_certain


def test_a_dns_server_outside_of_the_network_may_be_in_a_peer_or_on_the_internet() -> None:
    for server in ("10.1.0.4", "192.168.0.4", "8.8.8.8"):
        (rule,) = [
            rule
            for rule in required_traffic(external=True, premium=False, address_space=SPACE, dns_servers=[server])
            if rule.name == "AllowDnsOutbound"
        ]
        assert blocks(needed=rule) is None


APPLIANCE = FoundRoute("all", "0.0.0.0/0", "VirtualAppliance")


@pytest.mark.parametrize(
    ("routes", "needed", "blocked_by"),
    [
        ([], CONNECTORS, None),
        ([FoundRoute("all", "0.0.0.0/0", "Internet")], CONNECTORS, None),
        ([APPLIANCE], CONNECTORS, "all"),
        ([replace(APPLIANCE, next_hop_type="VirtualNetworkGateway")], CONNECTORS, "all"),
        ([replace(APPLIANCE, address_prefix="128.0.0.0/1")], CONNECTORS, "all"),
        ([APPLIANCE, FoundRoute("tag", "AzureConnectors", "Internet")], CONNECTORS, None),
        ([APPLIANCE, FoundRoute("tag", "AzureConnectors.WestUS2", "Internet")], CONNECTORS, None),
        ([APPLIANCE, FoundRoute("tag", "AzureConnectors.EastUS", "Internet")], CONNECTORS, "all"),
        ([APPLIANCE, FoundRoute("tag", "AzureCloud", "Internet")], CONNECTORS, None),
        ([APPLIANCE, FoundRoute("tag", "LogicApps", "Internet")], CONNECTORS, "all"),
        # An appliance may forward outbound traffic; the next hop None drops it.
        ([APPLIANCE], STORAGE, None),
        ([replace(APPLIANCE, next_hop_type="None")], STORAGE, "all"),
        ([FoundRoute("storage", "Storage", "None")], STORAGE, "storage"),
        ([FoundRoute("inside", "10.0.0.0/24", "None")], NEEDED["AllowWithinNetworkInbound"], "inside"),
        # Azure's own route to the virtual network is more specific.
        ([FoundRoute("wide", "10.0.0.0/8", "None")], NEEDED["AllowWithinNetworkInbound"], None),
        ([replace(APPLIANCE, next_hop_type="None")], NEEDED["AllowRedisProbesInbound"], None),
    ],
)
def test_a_route_blocks_dropped_traffic_and_redirected_responses(
    routes: list[FoundRoute], needed: SecurityRule, blocked_by: str | None
) -> None:
    found = blocked_by_route(routes, needed, CONTEXT)
    assert (found.by if found else None) == blocked_by


def test_routes_for_single_addresses_make_a_finding_uncertain() -> None:
    found = blocked_by_route([APPLIANCE, FoundRoute("one", "20.42.0.0/16", "Internet")], CONNECTORS, CONTEXT)
    assert found is not None
    assert not found.is_certain
