"""Security groups, route tables, their rules and routes: shape, refusals, and subnets that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.azure import GROUP, SUBNETS, VNET, Azure, HandClock, azure_in, code, subnet

if TYPE_CHECKING:
    from pathlib import Path

NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-ise"
RULE = f"{NSG}/securityRules/https"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/ways"
ROUTE = f"{TABLE}/routes/out"


def rule(**changes: Any) -> dict[str, Any]:
    """The body of a security rule; None takes a property away."""
    properties: dict[str, Any] = {
        "protocol": "Tcp",
        "access": "Allow",
        "direction": "Inbound",
        "priority": 100,
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "VirtualNetwork",
        "destinationPortRange": "443",
        **changes,
    }
    return {"properties": {name: value for name, value in properties.items() if value is not None}}


def route(prefix: str = "0.0.0.0/0", next_hop: str = "Internet", **more: Any) -> dict[str, Any]:
    """The body of a route."""
    return {"properties": {"addressPrefix": prefix, "nextHopType": next_hop, **more}}


def create(azure: Azure, path: str, **properties: Any) -> None:
    """A security group or a route table, written to its end."""
    assert azure.put(path, {"location": "West US 2", "properties": properties}).status_code in (200, 201)
    assert azure.get(path).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.fixture
def attached(azure: Azure) -> Azure:
    """A network whose second subnet has a security group and a route table."""
    azure.create_network()
    create(azure, NSG)
    create(azure, TABLE)
    body = subnet("10.0.0.32/27", networkSecurityGroup={"id": NSG}, routeTable={"id": TABLE.upper()})
    assert azure.put(SUBNETS[1], body).status_code == 200
    azure.get(VNET)
    return azure


def test_a_security_group_has_six_default_rules(azure: Azure) -> None:
    azure.create_group()
    create(azure, NSG)
    rules = azure.get(NSG).json()["properties"]["defaultSecurityRules"]
    assert {(r["name"], r["properties"]["priority"], r["properties"]["access"]) for r in rules} == {
        ("AllowVnetInBound", 65000, "Allow"),
        ("AllowAzureLoadBalancerInBound", 65001, "Allow"),
        ("DenyAllInBound", 65500, "Deny"),
        ("AllowVnetOutBound", 65000, "Allow"),
        ("AllowInternetOutBound", 65001, "Allow"),
        ("DenyAllOutBound", 65500, "Deny"),
    }
    assert azure.get(f"{NSG}/defaultSecurityRules").json()["value"] == rules
    assert azure.get(f"{NSG}/defaultSecurityRules/DenyAllInBound").json() == rules[2]
    assert code(azure.put(f"{NSG}/defaultSecurityRules/DenyAllInBound", rule()))[0] == 405


def test_rules_in_the_body_of_a_group_and_separate_rules_are_the_same_resources(azure: Azure) -> None:
    azure.create_group()
    create(azure, NSG, securityRules=[{"name": "https", **rule()}])
    assert azure.get(RULE).json() == azure.get(NSG).json()["properties"]["securityRules"][0]
    assert azure.put(f"{NSG}/securityRules/ssh", rule(priority=200, destinationPortRange="22")).status_code == 201
    assert [r["name"] for r in azure.get(f"{NSG}/securityRules").json()["value"]] == ["https", "ssh"]
    assert azure.get(RULE).json()["type"] == "Microsoft.Network/networkSecurityGroups/securityRules"
    create(azure, NSG)
    assert azure.get(NSG).json()["properties"]["securityRules"] == []


def test_a_rule_is_201_then_200_and_deleted_by_202(azure: Azure) -> None:
    azure.create_group()
    create(azure, NSG)
    created = azure.put(RULE, rule())
    assert (created.status_code, created.json()["properties"]["provisioningState"]) == (201, "Updating")
    assert azure.status(created)["status"] == "Succeeded"
    assert azure.put(RULE, rule(protocol="UDP")).status_code == 200
    assert azure.get(RULE).json()["properties"]["protocol"] == "Udp"
    assert azure.delete(RULE).status_code == 202
    assert azure.get(RULE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"protocol": None}, "InvalidRequestFormat"),
        ({"protocol": "Http"}, "InvalidRequestFormat"),
        ({"access": None}, "InvalidRequestFormat"),
        ({"direction": None}, "InvalidRequestFormat"),
        ({"direction": "Sideways"}, "InvalidRequestFormat"),
        ({"priority": None}, "InvalidRequestFormat"),
        ({"priority": 99}, "SecurityRuleInvalidPriority"),
        ({"priority": 4097}, "SecurityRuleInvalidPriority"),
        ({"sourceAddressPrefix": None}, "InvalidRequestFormat"),
        ({"sourceAddressPrefixes": ["10.0.0.0/8"]}, "InvalidRequestFormat"),
        ({"sourceAddressPrefix": "AzureBastionSubnet"}, "SecurityRuleInvalidAddressPrefix"),
        ({"sourceAddressPrefix": None, "sourceAddressPrefixes": ["Internet"]},
         "SecurityRuleParameterContainsUnsupportedValue"),
        ({"destinationPortRange": None}, "InvalidRequestFormat"),
        ({"destinationPortRange": "80,443"}, "SecurityRuleInvalidPortRange"),
        ({"destinationPortRange": "70000"}, "SecurityRuleInvalidPortRange"),
        ({"destinationPortRange": "90-80"}, "SecurityRuleInvalidPortRange"),
        ({"destinationPortRange": None, "destinationPortRanges": ["*"]},
         "SecurityRuleParameterContainsInvalidPortRanges"),
        ({"description": "x" * 141}, "InvalidRequestFormat"),
    ],
)  # fmt: skip
def test_an_invalid_rule_is_rejected(azure: Azure, changes: dict[str, Any], expected: str) -> None:
    azure.create_group()
    create(azure, NSG)
    assert code(azure.put(RULE, rule(**changes))) == (400, expected)
    assert azure.get(RULE).status_code == 404


@pytest.mark.parametrize("source", ["*", "10.0.0.4", "10.0.0.0/8", "LogicApps", "storage.westus2", "VirtualNetwork"])
def test_a_source_is_a_range_an_address_a_tag_or_everything(azure: Azure, source: str) -> None:
    azure.create_group()
    create(azure, NSG)
    assert azure.put(RULE, rule(sourceAddressPrefix=source, priority=4096)).status_code == 201


def test_a_priority_is_unique_per_direction(azure: Azure) -> None:
    azure.create_group()
    create(azure, NSG, securityRules=[{"name": "https", **rule()}])
    second = azure.put(f"{NSG}/securityRules/second", rule())
    assert code(second) == (400, "SecurityRuleConflict")
    assert "conflicts with rule second" in second.json()["error"]["message"]
    assert azure.put(f"{NSG}/securityRules/second", rule(direction="Outbound")).status_code == 201
    assert azure.put(RULE, rule(access="Deny")).status_code == 200


def test_a_subnet_shows_its_security_group_and_route_table_and_both_list_the_subnet(attached: Azure) -> None:
    shown = attached.get(SUBNETS[1]).json()["properties"]
    assert (shown["networkSecurityGroup"], shown["routeTable"]) == ({"id": NSG}, {"id": TABLE.upper()})
    assert attached.get(NSG).json()["properties"]["subnets"] == [{"id": SUBNETS[1]}]
    assert attached.get(TABLE).json()["properties"]["subnets"] == [{"id": SUBNETS[1]}]
    assert attached.put(SUBNETS[1], subnet("10.0.0.32/27")).status_code == 200
    assert "subnets" not in attached.get(NSG).json()["properties"]


def test_a_security_group_or_route_table_cannot_be_deleted_while_a_subnet_uses_it(attached: Azure) -> None:
    refused = attached.delete(NSG)
    assert code(refused) == (400, "InUseNetworkSecurityGroupCannotBeDeleted")
    assert SUBNETS[1] in refused.json()["error"]["message"]
    assert code(attached.delete(TABLE)) == (400, "InUseRouteTableCannotBeDeleted")
    attached.delete(VNET)
    attached.get(GROUP)
    assert attached.delete(NSG).status_code == 202
    assert attached.delete(TABLE).status_code == 202
    assert (attached.get(NSG).status_code, attached.get(TABLE).status_code) == (404, 404)


def test_deleting_a_resource_group_deletes_subnets_with_their_security_group_and_route_table(attached: Azure) -> None:
    assert attached.delete(GROUP).status_code == 202
    assert attached.get(GROUP).status_code == 404


@pytest.mark.parametrize("member", ["networkSecurityGroup", "routeTable"])
def test_a_subnet_cannot_use_a_missing_group_or_table_or_one_in_another_region(azure: Azure, member: str) -> None:
    azure.create_network()
    path = {"networkSecurityGroup": NSG, "routeTable": TABLE}[member]

    def attempt(named: str) -> tuple[int, str]:
        reference: Any = {member: {"id": named}}
        return code(azure.put(SUBNETS[1], subnet("10.0.0.32/27", **reference)))

    assert attempt(path) == (400, "InvalidResourceReference")
    assert attempt(VNET) == (400, "InvalidResourceReference")
    assert attempt("nonsense") == (400, "InvalidResourceReference")
    azure.put(path, {"location": "eastus"})
    assert attempt(path) == (400, "InvalidResourceReference")


def test_a_route_table_is_created_with_its_routes(azure: Azure) -> None:
    azure.create_group()
    create(azure, TABLE, routes=[{"name": "out", **route()}], disableBgpRoutePropagation=True)
    table = azure.get(TABLE).json()["properties"]
    assert table["disableBgpRoutePropagation"] is True
    assert azure.get(ROUTE).json() == table["routes"][0]
    appliance = route("10.1.0.0/16", "virtualappliance", nextHopIpAddress="10.0.0.4")
    assert azure.put(f"{TABLE}/routes/inside", appliance).status_code == 201
    assert azure.get(f"{TABLE}/routes/inside").json()["properties"]["nextHopType"] == "VirtualAppliance"
    assert azure.delete(ROUTE).status_code == 202
    assert azure.get(ROUTE).status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (route(next_hop="Moon"), "InvalidRequestFormat"),
        (route(next_hop=""), "InvalidRequestFormat"),
        (route(next_hop="VirtualAppliance"), "InvalidRequestFormat"),
        (route(next_hop="VirtualAppliance", nextHopIpAddress="firewall"), "InvalidRequestFormat"),
        (route(nextHopIpAddress="10.0.0.4"), "InvalidRequestFormat"),
        (route("10.0.0.0/33"), "InvalidAddressPrefixFormat"),
        (route("Nowhere"), "InvalidAddressPrefixFormat"),
        (route("10.9.0.0/16"), "RouteConflict"),
    ],
)
def test_an_invalid_route_is_rejected(azure: Azure, body: object, expected: str) -> None:
    azure.create_group()
    create(azure, TABLE, routes=[{"name": "other", **route("10.9.0.0/16")}])
    assert code(azure.put(ROUTE, body)) == (400, expected)


@pytest.mark.parametrize(("path", "kind"), [(NSG, "securityRules"), (TABLE, "routes")])
def test_a_group_or_table_can_be_put_back_as_it_was_read(azure: Azure, path: str, kind: str) -> None:
    azure.create_group()
    child = rule() if kind == "securityRules" else route()
    create(azure, path, **{kind: [{"name": "one", **child}]})
    before = azure.get(path).json()
    assert azure.put(path, before).status_code == 200
    assert azure.get(path).json() == before
    assert azure.patch(path, {"tags": {"a": "1"}}).json()["tags"] == {"a": "1"}


def test_a_security_group_and_its_rules_accept_one_write_at_a_time(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        azure.create_group()
        azure.put(NSG, {"location": "westus2"})
        assert code(azure.put(RULE, rule())) == (409, "AnotherOperationInProgress")
        clock.seconds += 3
        assert azure.put(RULE, rule()).status_code == 201
