"""Which rule blocks traffic: addresses, ports, protocols and priorities, from "Network security groups"."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from logic_apps_sandbox.arm.network.service_tags import covers
from logic_apps_sandbox.arm.network.traffic import Traffic, blocking_rule

SUBNET = [ip_network("10.0.0.0/27")]
SPACE = [ip_network("10.0.0.0/24")]
HTTPS = Traffic("Inbound", "Tcp", "LogicApps", ((443, 443),))


def rule(name: str = "rule", **changes: Any) -> dict[str, Any]:
    """The document of a rule that lets everything in."""
    properties = {
        "protocol": "*",
        "access": "Allow",
        "direction": "Inbound",
        "priority": 100,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
        **changes,
    }
    return {"name": name, "properties": properties}


REST = rule("rest", access="Deny", priority=4096)


def stopped_by(traffic: Traffic, *rules: dict[str, Any]) -> str | None:
    """The rule that stops traffic, when what no rule allows is denied."""
    return blocking_rule([*rules, REST], traffic, SUBNET, SPACE)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"sourceAddressPrefix": "logicapps.westus2"}, True),
        ({"sourceAddressPrefix": "AzureConnectors"}, False),
        ({"sourceAddressPrefix": "VirtualNetwork"}, False),
        ({"sourceAddressPrefix": "198.51.100.0/24"}, False),
        ({"destinationAddressPrefix": "10.0.0.0/27"}, True),
        ({"destinationAddressPrefix": "VirtualNetwork"}, True),
        ({"destinationAddressPrefix": "10.0.0.0/28"}, False),
        ({"destinationAddressPrefix": "10.0.0.32/27"}, False),
        ({"destinationAddressPrefix": None, "destinationAddressPrefixes": ["10.0.0.0/26", "10.1.0.0/16"]}, True),
        ({"destinationPortRange": "440-450"}, True),
        ({"destinationPortRange": "444-450"}, False),
        ({"destinationPortRange": None, "destinationPortRanges": ["80", "443"]}, True),
        ({"sourcePortRange": "1024-65535"}, False),
        ({"protocol": "Tcp"}, True),
        ({"protocol": "Udp"}, False),
        ({"direction": "Outbound"}, False),
    ],
)
def test_a_rule_allows_only_traffic_that_it_contains_completely(changes: dict[str, Any], allowed: bool) -> None:
    assert stopped_by(HTTPS, rule(**changes)) == (None if allowed else "rest")


@pytest.mark.parametrize(
    ("changes", "denied"),
    [
        ({}, True),
        ({"sourceAddressPrefix": "Internet"}, True),
        ({"sourceAddressPrefix": "Storage"}, False),
        ({"destinationAddressPrefix": "10.0.0.4/32"}, True),
        ({"destinationAddressPrefix": "10.0.0.32/27"}, False),
        ({"destinationPortRange": "443-500"}, True),
        ({"destinationPortRange": "444"}, False),
        ({"sourcePortRange": "2000"}, True),
        ({"protocol": "Udp"}, False),
    ],
)
def test_a_deny_rule_blocks_traffic_that_matches_it_in_part(changes: dict[str, Any], denied: bool) -> None:
    assert stopped_by(HTTPS, rule("no", access="Deny", **changes), rule(priority=200)) == ("no" if denied else None)


def test_ports_that_are_allowed_already_cannot_be_denied_later() -> None:
    both = Traffic("Inbound", "Tcp", "LogicApps", ((443, 444),))
    allowed, denied = rule(destinationPortRange="443"), rule("no", access="Deny", priority=200)
    assert stopped_by(both, allowed, denied) == "no"
    assert stopped_by(HTTPS, allowed, denied) is None
    assert stopped_by(both, allowed, rule(priority=150, destinationPortRange="444"), denied) is None


def test_outbound_traffic_has_the_subnet_as_its_source() -> None:
    out = Traffic("Outbound", "Tcp", "Storage", ((443, 443),))
    allowed = rule(direction="Outbound", sourceAddressPrefix="10.0.0.0/27", destinationAddressPrefix="Storage")
    assert blocking_rule([allowed], out, SUBNET, SPACE) is None
    denied = rule("no", direction="Outbound", access="Deny", destinationAddressPrefix="Storage")
    assert blocking_rule([denied], out, SUBNET, SPACE) == "no"


@pytest.mark.parametrize(
    ("wider", "tag", "expected"),
    [
        ("Storage", "storage", True),
        ("Storage.WestUS2", "Storage", True),
        ("Internet", "Storage", True),
        ("AzureCloud.westus2", "Storage", True),
        ("AzureCloud", "Internet", False),
        ("Storage", "Sql", False),
        ("Internet", "VirtualNetwork", False),
        ("Internet", "AzureLoadBalancer", False),
        ("AzureCloud", "AzureLoadBalancer", False),
    ],
)
def test_the_internet_has_all_public_addresses_and_azure_its_own(wider: str, tag: str, expected: bool) -> None:
    assert covers(wider, tag) is expected
