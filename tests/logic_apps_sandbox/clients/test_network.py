"""azure-mgmt-network: the lives of virtual networks, subnets, security groups, rules, route tables and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.logic_apps_sandbox.clients.conftest import GROUP, LOCATION, SUBNETS, VNET, refusal

if TYPE_CHECKING:
    from tests.logic_apps_sandbox.clients.conftest import Clients


def test_a_virtual_network_lives_from_creation_to_deletion(clients: Clients) -> None:
    clients.create_network()
    networks = clients.network.virtual_networks
    network = networks.get(GROUP, VNET)
    assert network.provisioning_state == "Succeeded"
    assert network.address_space is not None
    assert network.address_space.address_prefixes == ["10.0.0.0/24"]
    assert [subnet.name for subnet in network.subnets or ()] == list(SUBNETS)
    assert networks.update_tags(GROUP, VNET, {"tags": {"a": "1"}}).tags == {"a": "1"}
    assert [found.name for found in networks.list(GROUP)] == [VNET]
    assert [found.name for found in networks.list_all()] == [VNET]
    networks.begin_delete(GROUP, VNET).result()
    with pytest.raises(ResourceNotFoundError) as raised:
        networks.get(GROUP, VNET)
    assert refusal(raised)[0] == "ResourceNotFound"


def test_a_network_is_written_back_as_it_was_read(clients: Clients) -> None:
    clients.create_network()
    network = clients.network.virtual_networks.get(GROUP, VNET)
    network.tags = {"a": "1"}
    written = clients.network.virtual_networks.begin_create_or_update(GROUP, VNET, network).result()
    assert written.tags == {"a": "1"}
    assert [subnet.name for subnet in written.subnets or ()] == list(SUBNETS)


def test_a_delegated_subnet_lives_from_creation_to_deletion(clients: Clients) -> None:
    clients.create_network()
    subnets = clients.network.subnets
    first, second = subnets.get(GROUP, VNET, SUBNETS[0]), subnets.get(GROUP, VNET, SUBNETS[1])
    assert [delegation.service_name for delegation in first.delegations or ()] == [
        "Microsoft.Logic/integrationServiceEnvironments"
    ]
    assert second.delegations == []
    subnets.begin_delete(GROUP, VNET, SUBNETS[3]).result()
    assert [subnet.name for subnet in subnets.list(GROUP, VNET)] == list(SUBNETS[:3])


def test_a_rejected_subnet_raises_code_and_message(clients: Clients) -> None:
    clients.create_network()
    body = {"properties": {"addressPrefix": "10.0.0.0/25"}}
    with pytest.raises(HttpResponseError) as raised:
        clients.network.subnets.begin_create_or_update(GROUP, VNET, "wide", body)
    assert raised.value.status_code == 400
    assert refusal(raised)[0] == "NetcfgSubnetRangesOverlap"
    assert "'wide'" in refusal(raised)[1] or "subnet-1" in refusal(raised)[1]


def test_a_security_group_and_its_rules_live_from_creation_to_deletion(clients: Clients) -> None:
    clients.create_network()
    groups, rules = clients.network.network_security_groups, clients.network.security_rules
    body = {"location": LOCATION, "properties": {"securityRules": [{"name": "https", **rule()}]}}
    group = groups.begin_create_or_update(GROUP, "nsg", body).result()
    assert [found.name for found in group.security_rules or ()] == ["https"]
    assert len(group.default_security_rules or ()) == 6
    assert len(list(clients.network.default_security_rules.list(GROUP, "nsg"))) == 6
    assert clients.network.default_security_rules.get(GROUP, "nsg", "DenyAllInBound").priority == 65500

    added = rules.begin_create_or_update(GROUP, "nsg", "ssh", rule(priority=200, destinationPortRange="22")).result()
    assert (added.priority, added.destination_port_range, added.provisioning_state) == (200, "22", "Succeeded")
    assert [found.name for found in rules.list(GROUP, "nsg")] == ["https", "ssh"]
    rules.begin_delete(GROUP, "nsg", "https").result()
    assert [found.name for found in rules.list(GROUP, "nsg")] == ["ssh"]

    clients.create_subnet(1, networkSecurityGroup={"id": group.id})
    with pytest.raises(HttpResponseError) as raised:
        groups.begin_delete(GROUP, "nsg")
    assert refusal(raised)[0] == "InUseNetworkSecurityGroupCannotBeDeleted"
    clients.create_subnet(1)
    groups.begin_delete(GROUP, "nsg").result()
    assert list(groups.list_all()) == []


def test_a_conflicting_rule_raises_code_and_message(clients: Clients) -> None:
    clients.create_group()
    body = {"location": LOCATION, "properties": {"securityRules": [{"name": "https", **rule()}]}}
    clients.network.network_security_groups.begin_create_or_update(GROUP, "nsg", body).result()
    with pytest.raises(HttpResponseError, match="SecurityRuleConflict"):
        clients.network.security_rules.begin_create_or_update(GROUP, "nsg", "other", rule())


def test_a_route_table_and_its_routes_live_from_creation_to_deletion(clients: Clients) -> None:
    clients.create_network()
    tables, routes = clients.network.route_tables, clients.network.routes
    body = {"location": LOCATION}
    table = tables.begin_create_or_update(GROUP, "ways", body).result()
    out = {"properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}}
    assert routes.begin_create_or_update(GROUP, "ways", "out", out).result().next_hop_type == "Internet"
    assert [route.name for route in routes.list(GROUP, "ways")] == ["out"]

    clients.create_subnet(2, routeTable={"id": table.id})
    assert [subnet.id for subnet in tables.get(GROUP, "ways").subnets or ()] == [
        clients.network.subnets.get(GROUP, VNET, SUBNETS[2]).id
    ]
    with pytest.raises(HttpResponseError, match="InUseRouteTableCannotBeDeleted"):
        tables.begin_delete(GROUP, "ways")
    clients.create_subnet(2)
    routes.begin_delete(GROUP, "ways", "out").result()
    tables.begin_delete(GROUP, "ways").result()
    assert list(tables.list(GROUP)) == []


def rule(**changes: Any) -> dict[str, Any]:
    """The body of a security rule that lets HTTPS in."""
    return {
        "properties": {
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
    }


def test_the_links_of_a_subnet_show_the_environment_that_uses_it(clients: Clients) -> None:
    clients.create_network()
    lists = (clients.network.service_association_links, clients.network.resource_navigation_links)
    for links in lists:
        assert list(links.list(GROUP, VNET, SUBNETS[1]).value) == []
    clients.create_environment()
    (link,) = clients.network.service_association_links.list(GROUP, VNET, SUBNETS[1]).value
    assert link.linked_resource_type == "Microsoft.Logic/integrationServiceEnvironments"
    assert link.link.endswith("/integrationServiceEnvironments/Fabrikam-ISE")
    assert link.allow_delete is False
    assert list(clients.network.resource_navigation_links.list(GROUP, VNET, SUBNETS[1]).value) == []
