"""Virtual networks and subnets: ranges, one write at a time, what a PUT keeps and drops, read-only fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_sandbox import arm
from tests.support.azure import (
    GROUP,
    ISE,
    SUBNETS,
    VNET,
    Azure,
    HandClock,
    azure_in,
    code,
    environment,
    subnet,
    virtual_network,
)

if TYPE_CHECKING:
    from pathlib import Path

INLINE = {"name": "inline", "properties": {"addressPrefix": "10.0.0.0/27"}}


def test_a_write_is_201_then_200_and_ends_by_its_status_document(azure: Azure) -> None:
    azure.create_group()
    created = azure.put(VNET, virtual_network())
    assert created.status_code == 201
    assert created.json()["properties"]["provisioningState"] == "Updating"
    assert created.headers["Azure-AsyncOperation"].startswith(f"https://{azure.simulator.address}/")
    assert azure.status(created)["status"] == "Succeeded"
    assert azure.get(VNET).json()["properties"]["provisioningState"] == "Succeeded"
    assert azure.put(VNET, virtual_network()).status_code == 200


def test_a_network_has_its_read_only_fields_and_its_subnets_inside(azure: Azure) -> None:
    azure.create_network()
    network = azure.get(VNET).json()
    assert network["etag"].startswith('W/"')
    assert len(network["properties"]["resourceGuid"]) == 36
    assert [item["id"] for item in network["properties"]["subnets"]] == SUBNETS
    assert network["properties"]["subnets"][0] == azure.get(SUBNETS[0]).json()
    assert azure.get(VNET).json() == network


def test_a_delegation_is_returned_in_azures_form(azure: Azure) -> None:
    azure.create_network()
    (delegation,) = azure.get(SUBNETS[0]).json()["properties"]["delegations"]
    assert delegation.pop("etag").startswith('W/"')
    assert delegation == {
        "id": f"{SUBNETS[0]}/delegations/integrationServiceEnvironments",
        "name": "integrationServiceEnvironments",
        "type": "Microsoft.Network/virtualNetworks/subnets/delegations",
        "properties": {
            "provisioningState": "Succeeded",
            "serviceName": "Microsoft.Logic/integrationServiceEnvironments",
            "actions": ["Microsoft.Network/virtualNetworks/subnets/action"],
        },
    }
    assert azure.get(SUBNETS[1]).json()["properties"]["delegations"] == []


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("10.0.0.0", "InvalidAddressPrefixFormat"),
        ("10.0.0.0/33", "InvalidAddressPrefixFormat"),
        ("10.0.0.0/255.255.255.0", "InvalidAddressPrefixFormat"),
        ("ten", "InvalidAddressPrefixFormat"),
        ("10.0.0.1/24", "InvalidCIDRNotation"),
        ("127.0.0.0/24", "AddressPrefixNotAllowed"),
        ("0.0.0.0/0", "AddressPrefixNotAllowed"),
        ("168.63.129.0/24", "AddressPrefixNotAllowed"),
    ],
)
def test_a_range_that_azure_cannot_use_is_rejected(azure: Azure, prefix: str, expected: str) -> None:
    azure.create_group()
    assert code(azure.put(VNET, virtual_network(prefix))) == (400, expected)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("10.0.1.0/27", "NetcfgSubnetRangeOutsideVnet"),
        ("10.0.0.0/23", "NetcfgSubnetRangeOutsideVnet"),
        ("10.0.0.0/25", "NetcfgSubnetRangesOverlap"),
        ("10.0.0.128/30", "NetcfgInvalidSubnet"),
    ],
)
def test_a_subnet_is_inside_the_network_and_overlaps_no_other(azure: Azure, prefix: str, expected: str) -> None:
    azure.create_network()
    assert code(azure.put(f"{VNET}/subnets/fifth", subnet(prefix))) == (400, expected)


def test_the_smallest_subnet_and_several_ranges_are_accepted(azure: Azure) -> None:
    azure.create_group()
    azure.put(VNET, virtual_network("10.0.0.0/24", "10.1.0.0/24"))
    azure.get(VNET)
    several = {"properties": {"addressPrefixes": ["10.0.0.0/29", "10.1.0.0/29"]}}
    assert azure.put(f"{VNET}/subnets/both", several).status_code == 201


def test_overlapping_ranges_of_one_network_are_rejected(azure: Azure) -> None:
    azure.create_group()
    assert azure.put(VNET, virtual_network("10.0.0.0/24", "10.0.0.0/25")).status_code == 400


def test_a_network_cannot_shrink_below_its_subnets(azure: Azure) -> None:
    azure.create_network()
    assert code(azure.put(VNET, virtual_network("10.0.0.0/26"))) == (400, "NetcfgSubnetRangeOutsideVnet")


@pytest.mark.parametrize("name", ["v", "-vnet", "vnet.", "v" * 65])
def test_an_invalid_network_name_is_rejected(azure: Azure, name: str) -> None:
    azure.create_group()
    path = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{name}"
    assert code(azure.put(path, virtual_network())) == (400, "InvalidResourceName")


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"addressSpace": {}},
        {"addressSpace": {"addressPrefixes": []}},
        {"addressSpace": {"addressPrefixes": [1]}},
        {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "subnets": {}},
        {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "dhcpOptions": {"dnsServers": ["dns.example"]}},
        {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "enableDdosProtection": "yes"},
        {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "subnets": [INLINE, INLINE]},
    ],
)
def test_an_invalid_network_body_is_rejected(azure: Azure, properties: object) -> None:
    azure.create_group()
    assert code(azure.put(VNET, {"location": "westus2", "properties": properties})) == (400, "InvalidRequestFormat")


def test_a_put_without_subnets_keeps_them_since_2023_09_01(azure: Azure) -> None:
    azure.create_network()
    azure.put(VNET, virtual_network())
    assert len(azure.get(VNET).json()["properties"]["subnets"]) == 4


def test_a_put_without_subnets_drops_them_before_2023_09_01(azure: Azure) -> None:
    azure.create_network()
    assert azure.put(VNET, virtual_network(), version="2023-06-01").status_code == 200
    assert azure.get(VNET).json()["properties"]["subnets"] == []


def test_an_empty_list_of_subnets_deletes_all(azure: Azure) -> None:
    azure.create_network()
    assert azure.put(VNET, virtual_network(subnets=[])).status_code == 200
    assert azure.get(SUBNETS[0]).status_code == 404


def test_subnets_in_the_body_of_the_network_become_resources(azure: Azure) -> None:
    azure.create_group()
    azure.put(VNET, virtual_network(subnets=[INLINE]))
    assert azure.get(f"{VNET}/subnets/inline").json()["properties"]["provisioningState"] == "Succeeded"


def test_a_network_can_be_put_back_as_it_was_read(azure: Azure) -> None:
    azure.create_environment()
    before = azure.get(VNET).json()
    assert azure.put(VNET, before).status_code == 200
    assert azure.get(VNET).json() == before


def test_tags_are_patched_at_once(azure: Azure) -> None:
    azure.create_network()
    patched = azure.patch(VNET, {"tags": {"a": "1"}})
    assert (patched.status_code, patched.json()["tags"]) == (200, {"a": "1"})
    assert len(patched.json()["properties"]["subnets"]) == 4


def test_a_network_and_its_subnets_accept_one_write_at_a_time(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        azure.create_group()
        azure.put(VNET, virtual_network())
        clock.seconds += 6
        first = azure.put(SUBNETS[0], subnet("10.0.0.0/27"))
        assert first.status_code == 201
        refused = azure.put(SUBNETS[1], subnet("10.0.0.32/27"))
        assert code(refused) == (409, "AnotherOperationInProgress")
        error = refused.json()["error"]
        assert error["details"] == []
        operation = first.headers["Azure-AsyncOperation"]
        assert error["message"] == (
            "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
            "use uri: "
            f"{operation}."
        )
        assert code(azure.put(VNET, virtual_network())) == (409, "AnotherOperationInProgress")
        assert code(azure.delete(VNET)) == (409, "AnotherOperationInProgress")
        clock.seconds += 4
        assert azure.put(SUBNETS[1], subnet("10.0.0.32/27")).status_code == 201


def test_a_deletion_is_202_with_both_urls_and_leaves_nothing(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=3600, real_time=clock) as azure:
        azure.create_group()
        azure.put(VNET, virtual_network(subnets=[INLINE]))
        clock.seconds += 6
        deletion = azure.delete(VNET)
        assert deletion.status_code == 202
        assert azure.status(deletion)["status"] == "InProgress"
        assert azure.http.get(deletion.headers["Location"]).status_code == 202
        assert azure.get(VNET).json()["properties"]["provisioningState"] == "Deleting"
        clock.seconds += 10
        assert azure.status(deletion)["status"] == "Succeeded"
        assert azure.http.get(deletion.headers["Location"]).status_code == 204
        assert azure.get(VNET).status_code == azure.get(f"{VNET}/subnets/inline").status_code == 404
        assert azure.delete(VNET).status_code == 204


def test_a_subnet_in_use_cannot_be_deleted_moved_or_redelegated(azure: Azure) -> None:
    azure.create_environment()
    azure.get(VNET)
    assert code(azure.delete(SUBNETS[3])) == (400, "InUseSubnetCannotBeDeleted")
    assert code(azure.delete(VNET)) == (400, "InUseSubnetCannotBeDeleted")
    assert code(azure.put(VNET, virtual_network(subnets=[]))) == (400, "InUseSubnetCannotBeDeleted")
    assert code(azure.put(SUBNETS[3], subnet("10.0.0.128/27"))) == (400, "InUsePrefixCannotBeDeleted")
    assert code(azure.put(SUBNETS[0], subnet("10.0.0.0/27"))) == (
        400,
        "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
    )
    assert azure.put(SUBNETS[3], subnet("10.0.0.96/27", serviceEndpoints=[])).status_code == 200


def test_a_subnet_shows_its_users_until_it_is_released(azure: Azure) -> None:
    azure.create_network()
    before = azure.get(SUBNETS[1]).json()
    azure.put(ISE, environment())
    (link,) = azure.get(SUBNETS[1]).json()["properties"]["serviceAssociationLinks"]
    assert link["properties"]["link"] == ISE
    azure.delete(ISE)
    assert azure.get(SUBNETS[1]).json() == before


@pytest.mark.parametrize("version", ["2019-11-01", "2023-11-01", "2024-05-01"])
def test_the_links_of_a_subnet_are_listed_until_it_is_free(azure: Azure, tmp_path: Path, version: str) -> None:
    """terraform-provider-azurerm waits for the end of a deletion by these lists, and takes a 404 for an empty one."""
    azure.create_network()
    control = arm.control_of(tmp_path / "arm")
    control.change_settings(subnet_hold_hours=3)

    def links(kind: str) -> list[Any]:
        answer = azure.get(f"{SUBNETS[1]}/{kind}", version=version)
        assert answer.status_code == 200
        assert set(answer.json()) == {"value"}
        return list(answer.json()["value"])

    assert links("serviceAssociationLinks") == []
    azure.put(ISE, environment())
    assert links("serviceAssociationLinks") == azure.get(SUBNETS[1]).json()["properties"]["serviceAssociationLinks"]
    (link,) = links("ServiceAssociationLinks")
    assert link["properties"]["link"] == ISE
    assert link["id"].startswith(f"{SUBNETS[1]}/serviceAssociationLinks/")
    assert links("resourceNavigationLinks") == []
    azure.get(ISE)
    control.set_pace(3600)
    azure.delete(ISE)
    assert len(links("serviceAssociationLinks")) == 1
    control.advance(3)
    assert links("serviceAssociationLinks") == []


@pytest.mark.parametrize("kind", ["serviceAssociationLinks", "resourceNavigationLinks"])
def test_the_links_of_a_subnet_are_read_only_and_those_of_a_missing_one_are_not_found(azure: Azure, kind: str) -> None:
    azure.create_network()
    assert azure.put(f"{SUBNETS[1]}/{kind}", {}).status_code == 405
    assert azure.delete(f"{SUBNETS[1]}/{kind}").status_code == 405
    assert code(azure.get(f"{VNET}/subnets/absent/{kind}")) == (404, "ResourceNotFound")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_under_a_false_condition_changes_nothing(azure: Azure, method: str) -> None:
    azure.create_group()
    path = f"{VNET}?api-version=2024-05-01"
    put = azure.http.put(path, json=virtual_network(), headers={"If-Match": "*"})
    assert code(put) == (412, "PreconditionFailed")
    azure.put(VNET, virtual_network())
    before = azure.get(VNET).json()
    for condition in ({"If-Match": 'W/"another"'}, {"If-None-Match": "*"}):
        assert code(azure.http.request(method, path, json=virtual_network(), headers=condition)) == (
            412,
            "PreconditionFailed",
        )
    assert azure.get(VNET).json() == before
    true = {"If-Match": before["etag"]}
    assert azure.http.request(method, path, json=virtual_network(), headers=true).status_code < 300


def test_a_delegation_to_no_service_is_rejected(azure: Azure) -> None:
    azure.create_network()
    service = "Microsoft.Logic/integrationServiceEnvironment"
    delegation = {"name": "ise", "properties": {"serviceName": service}}
    refused = azure.put(SUBNETS[1], {"properties": {"addressPrefix": "10.0.0.32/27", "delegations": [delegation]}})
    assert code(refused) == (400, "InvalidServiceNameOnDelegation")
    message = refused.json()["error"]["message"]
    assert message.startswith(f"The service name {service} specified on delegation {SUBNETS[1]}/delegations/ise is not")
    assert "Microsoft.Logic/integrationServiceEnvironments," in message


def test_an_edge_zone_is_not_simulated(azure: Azure) -> None:
    azure.create_group()
    body = {**virtual_network(), "extendedLocation": {"type": "EdgeZone", "name": "losangeles"}}
    assert code(azure.put(VNET, body)) == (501, "NotImplemented")
