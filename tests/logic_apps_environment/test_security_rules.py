"""The security rules of an environment, as Microsoft's tables have them.

Tested here: which rules there are for which environment, and the numbers that deployed groups depend on. The tables
below are written from Microsoft's ISE article of 2022-08-20, "Network ports used by your ISE", and its page on Azure
Cache for Redis in virtual networks.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_azure_native import network
from pydantic.alias_generators import to_camel

from logic_apps_environment import (
    IntegrationServiceEnvironment,
    required_routes,
    required_security_rules,
)
from logic_apps_environment.testing import AzureMocks
from logic_apps_environment.traffic.required_ports import (
    MAX_DESCRIPTION_LENGTH,
    SecurityRule,
    connector_rule,
    security_rules,
)
from tests.support.recording import record

SPACE = ["10.0.0.0/24", "10.9.0.0/16"]
RANGES = [IPv4Network(prefix) for prefix in SPACE]


def rules(**changes: Any) -> list[SecurityRule]:
    usual: dict[str, Any] = {"external": False, "premium": False, "address_space": SPACE}
    return security_rules(**usual | changes)


def rows(found: list[SecurityRule]) -> dict[str, tuple[int, str, str, str]]:
    """The table: priority, from, to, ports by the name of the rule."""
    return {r.name: (r.priority, " ".join(r.sources), " ".join(r.destinations), " ".join(r.ports)) for r in found}


INTERNAL_PREMIUM = {"sku": "Premium", "endpoint": "Internal"}
WITHIN = "10.0.0.0/24 10.9.0.0/16"
VNET = "VirtualNetwork"

INTERNAL_DEVELOPER = {
    "AllowWithinNetworkInbound": (100, WITHIN, WITHIN, "*"),
    "AllowLogicAppsManagementInbound": (110, "LogicAppsManagement", VNET, "454"),
    "AllowLogicAppsInbound": (120, "LogicApps", VNET, "454"),
    "AllowAzureConnectorsInbound": (130, "AzureConnectors", VNET, "454"),
    "AllowAppServiceManagementInbound": (140, "AppServiceManagement", VNET, "454 455"),
    "AllowAzureTrafficManagerInbound": (150, "AzureTrafficManager", VNET, "454"),
    "AllowApiManagementInbound": (160, "ApiManagement", VNET, "3443"),
    "AllowCallerTag1Inbound": (1001, VNET, VNET, "443"),
    "AllowWithinNetworkOutbound": (100, WITHIN, WITHIN, "*"),
    "AllowInternetOutbound": (110, VNET, "Internet", "80 443"),
    "AllowAzureActiveDirectoryOutbound": (120, VNET, "AzureActiveDirectory", "80 443"),
    "AllowStorageOutbound": (130, VNET, "Storage", "80 443 445"),
    "AllowAppServiceOutbound": (140, VNET, "AppService", "443"),
    "AllowAzureMonitorOutbound": (150, VNET, "AzureMonitor", "443 1886"),
    "AllowSqlOutbound": (160, VNET, "Sql", "1433"),
    "AllowEventHubOutbound": (170, VNET, "EventHub", "5672"),
}
EXTERNAL = {
    "AllowAzureTrafficManagerInbound": (150, "AzureTrafficManager", VNET, "443"),
    "AllowCallerTag1Inbound": (1001, "Internet", VNET, "443"),
}
PREMIUM = {
    "AllowRedisInbound": (170, VNET, VNET, "6379-6383"),
    "AllowRedisProbesInbound": (
        180,
        "AzureLoadBalancer",
        VNET,
        "6379-6380 8500 10221-10231 13000-13999 15000-15999 16001",
    ),
    "AllowRedisOutbound": (180, VNET, VNET, "6379-6383"),
    "AllowAzureKeyVaultOutbound": (190, VNET, "AzureKeyVault", "443"),
    "AllowAzureDnsOutbound": (200, VNET, "168.63.129.16/32 169.254.169.254/32", "53"),
}


def test_an_internal_developer_environment_has_the_documented_rules() -> None:
    assert rows(rules()) == INTERNAL_DEVELOPER


def test_an_external_one_is_probed_at_443_and_called_from_the_internet() -> None:
    assert rows(rules(external=True)) == INTERNAL_DEVELOPER | EXTERNAL


def test_a_premium_one_has_a_cache_and_its_rules() -> None:
    assert rows(rules(premium=True)) == INTERNAL_DEVELOPER | PREMIUM


def test_custom_dns_servers_are_reached_at_port_53() -> None:
    added = rows(rules(dns_servers=["10.0.1.4", "10.0.1.5", "10.0.1.4"])).items() - INTERNAL_DEVELOPER.items()
    assert dict(added) == {"AllowDnsOutbound": (210, VNET, "10.0.1.4/32 10.0.1.5/32", "53")}


def test_callers_replace_the_internet_with_their_ranges_in_one_rule_and_each_tag_in_its_own() -> None:
    found = rows(rules(external=True, callers=["203.0.113.0/24", "AzureDevOps", "198.51.100.7/32", "AzureCloud"]))
    assert {name: row for name, row in found.items() if row[0] >= 1000} == {
        "AllowCallersInbound": (1000, "198.51.100.7/32 203.0.113.0/24", VNET, "443"),
        "AllowCallerTag1Inbound": (1001, "AzureDevOps", VNET, "443"),
        "AllowCallerTag2Inbound": (1002, "AzureCloud", VNET, "443"),
    }


def test_a_range_inside_another_is_left_out() -> None:
    found = rows(rules(external=True, callers=["203.0.113.0/24", "203.0.113.128/25", "203.0.112.0/24"]))
    assert found["AllowCallersInbound"][1] == "203.0.112.0/24 203.0.113.0/24"


def test_connectors_call_back_from_their_public_addresses() -> None:
    rule = connector_rule(
        SPACE, [IPv4Network(prefix) for prefix in SPACE], ["203.0.113.4", "10.0.0.32/27", "203.0.113.3"]
    )
    assert rows([rule]) == {"AllowConnectorsInbound": (200, "203.0.113.3/32 203.0.113.4/32", WITHIN, "*")}


ranges = st.builds(
    lambda address, length: str(IPv4Network((address, length), strict=False)),
    st.integers(0, 2**32 - 1),
    st.integers(8, 32),
)
tags = st.sampled_from(["AzureDevOps", "Internet", "Storage.WestUS2"])
callers = st.lists(tags | ranges, min_size=1, max_size=40, unique=True)
environments = st.fixed_dictionaries(
    {
        "external": st.booleans(),
        "premium": st.booleans(),
        "dns_servers": st.lists(st.sampled_from(["10.0.1.4", "10.0.1.5"]), max_size=2),
        "callers": st.none() | callers,
    }
)


@given(environments)
def test_azure_accepts_the_rules_of_any_environment(environment: dict[str, Any]) -> None:
    """REST API reference, "Security Rules": the ranges of values, and one rule for each priority and direction."""
    found = [*rules(**environment), connector_rule(SPACE, RANGES, ["203.0.113.4"])]
    assert len({rule.name for rule in found}) == len(found)
    assert len({(rule.priority, rule.direction) for rule in found}) == len(found)
    for rule in found:
        assert 100 <= rule.priority <= 4096
        assert 0 < len(rule.description) <= MAX_DESCRIPTION_LENGTH == 140
        assert rule.name.endswith(rule.direction)
        for several in (rule.sources, rule.destinations):
            assert several
            assert len(several) == 1 or all("/" in each for each in several)


@given(environments, environments)
def test_a_rule_has_the_same_number_in_every_environment(one: dict[str, Any], other: dict[str, Any]) -> None:
    priorities = {rule.name: rule.priority for rule in rules(**one)}
    again = {rule.name: rule.priority for rule in rules(**other)}
    assert {name: priorities[name] for name in priorities.keys() & again.keys()} == {
        name: again[name] for name in priorities.keys() & again.keys()
    }


@given(environments)
def test_only_the_configured_callers_are_allowed(environment: dict[str, Any]) -> None:
    chosen = environment["callers"] if environment["external"] else None
    let_in = [source for rule in rules(**environment) if rule.priority >= 1000 for source in rule.sources]
    if chosen is None:
        assert let_in == ["Internet" if environment["external"] else VNET]
        return
    assert set(let_in) <= set(chosen)
    for caller in set(chosen) - set(let_in):
        assert any("/" in source and IPv4Network(caller).subnet_of(IPv4Network(source)) for source in let_in)


@pytest.mark.parametrize("premium", [False, True])
def test_rules_that_the_creation_requires_are_described_as_such(premium: bool) -> None:
    essential = {rule.name for rule in rules(premium=premium) if "creation fails" in rule.description}
    assert essential == {"AllowAzureConnectorsInbound", "AllowApiManagementInbound"}


# ---- The rules and routes as public data ----


def public_rows(found: list[Any]) -> dict[str, tuple[Any, ...]]:
    """The table of rows(), from arguments of azure-native."""

    def one_or_many(rule: Any, key: str) -> str:
        plural = f"{key}es" if key.endswith("prefix") else f"{key}s"
        assert (key in rule) != (plural in rule)
        return str(rule.get(key) or " ".join(rule[plural]))

    ends = ("source_address_prefix", "destination_address_prefix", "destination_port_range")
    return {rule["name"]: (rule["priority"], *(one_or_many(rule, key) for key in ends)) for rule in found}


@pytest.mark.parametrize(
    ("sku", "endpoint", "added"),
    [
        ("Developer", "Internal", {}),
        ("Developer", "External", EXTERNAL),
        ("Premium", "Internal", PREMIUM),
        ("Premium", "External", PREMIUM | EXTERNAL),
    ],
)
def test_the_owner_of_a_security_group_gets_the_documented_rules_without_those_of_callers(
    sku: Any, endpoint: Any, added: dict[str, tuple[int, str, str, str]]
) -> None:
    expected = INTERNAL_DEVELOPER | added
    del expected["AllowCallerTag1Inbound"]
    assert public_rows(required_security_rules(sku=sku, endpoint=endpoint, address_space=SPACE)) == expected
    found: list[Any] = [*required_security_rules(sku=sku, endpoint=endpoint)]
    for rule in found:
        network.SecurityRuleArgs(**rule)
        assert (rule["access"], rule["protocol"], rule["source_port_range"]) == ("Allow", "*", "*")


def test_the_prefixes_can_be_an_iterator() -> None:
    rules = required_security_rules(sku="Premium", endpoint="Internal", address_space=iter(SPACE))  # type: ignore[arg-type]
    assert rules == required_security_rules(sku="Premium", endpoint="Internal", address_space=SPACE)


def test_the_owner_of_a_route_table_gets_a_direct_route_for_each_service_that_calls_the_environment() -> None:
    inbound = {row[1] for row in INTERNAL_DEVELOPER.values() if row[2] == VNET and row[1] != VNET and row[0] < 1000}
    inbound -= {VNET, *(row[1] for row in INTERNAL_DEVELOPER.values() if row[2] != VNET)}
    assert [route["address_prefix"] for route in required_routes()] == [
        "LogicAppsManagement",
        "LogicApps",
        "AzureConnectors",
        "AppServiceManagement",
        "AzureTrafficManager",
        "ApiManagement",
    ]
    assert {route["address_prefix"] for route in required_routes()} == inbound
    assert {network.RouteArgs(**route).next_hop_type for route in required_routes()} == {"Internet"}


@pytest.mark.parametrize(
    ("parameters", "statement"),
    [
        ({"sku": "Premum", "endpoint": "Internal"}, "sku='Premum' is not valid: expected Developer or Premium."),
        (
            {"sku": "Premium", "endpoint": "internal"},
            "endpoint='internal' is not valid: expected Internal or External.",
        ),
        (
            {**INTERNAL_PREMIUM, "address_space": "10.0.0.0/24"},
            'address_space: "10.0.0.0/24" is not valid: expected a list of strings.',
        ),
        (
            {**INTERNAL_PREMIUM, "address_space": ["10.0.0.0/24", "10.0.0.1/24"]},
            'address_space[1]: "10.0.0.1/24" has host bits',
        ),
        (
            {**INTERNAL_PREMIUM, "dns_servers": ["10.0.0.4/32"]},
            'dns_servers[0]: "10.0.0.4/32" is not a valid IPv4 address.',
        ),
        ({**INTERNAL_PREMIUM, "address_space": []}, "address_space: an empty list is not valid"),
        ({**INTERNAL_PREMIUM, "dns_servers": [None]}, "dns_servers[0]: null is not valid: expected a string."),
    ],
)
def test_parameters_that_are_not_valid_are_rejected(parameters: Any, statement: str) -> None:
    with pytest.raises(pulumi.RunError, match=re.escape(statement)):
        required_security_rules(**parameters)


@pytest.mark.parametrize("endpoint", ["Internal", "External"])
@pytest.mark.parametrize("sku", ["Developer", "Premium"])
def test_an_environment_in_subnets_with_these_rules_and_routes_has_no_warning(
    sku: Any, endpoint: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def in_azure(arguments: Any) -> dict[str, Any]:
        return {to_camel(key): value for key, value in arguments.items()}

    azure = AzureMocks()
    rules = [*required_security_rules(sku=sku, endpoint=endpoint)]
    for direction in ("Inbound", "Outbound"):
        rules.append({**rules[0], "name": "deny", "priority": 4000, "direction": direction, "access": "Deny"})
        rules[-1] |= {"source_address_prefix": "*", "destination_address_prefix": "*", "destination_port_range": "*"}
    appliance = {"nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.0.4"}
    routes = [{"name": "all", "addressPrefix": "0.0.0.0/0"} | appliance, *map(in_azure, required_routes())]
    place = {"resource_group_name": "rg-hub"}
    subnets = {
        "security_group": {"id": azure.add_security_group("nsg-hub", rules=[*map(in_azure, rules)], **place)},
        "route_table": {"id": azure.add_route_table("rt-hub", routes=routes, **place)},
    }
    args: Any = {
        "resource_group_name": "rg",
        "name": "ise",
        "location": "westus2",
        "sku": {"name": sku},
        "endpoint": endpoint,
        "network": {"name": "vnet", "address_space": ["10.0.0.0/24"], **subnets},
    }
    record(lambda: IntegrationServiceEnvironment("orders", args), azure=azure)
    assert caplog.records == []
