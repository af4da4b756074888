"""Virtual network peerings, available delegations and available addresses.

Expected values come from the examples of the API description (2024-05-01) and from Microsoft's pages on peerings and
reserved addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.azure import GROUP, SUBSCRIPTION, VNET, code, virtual_network

if TYPE_CHECKING:
    from tests.support.azure import Azure

HUB = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub"
TO_HUB, FROM_HUB = f"{VNET}/virtualNetworkPeerings/to-hub", f"{HUB}/virtualNetworkPeerings/from-hub"


def peering(remote: str, **properties: object) -> dict[str, Any]:
    return {"properties": {"remoteVirtualNetwork": {"id": remote}, **properties}}


@pytest.fixture
def networks(azure: Azure) -> Azure:
    azure.create_network()
    assert azure.put(HUB, virtual_network("10.1.0.0/16")).status_code == 201
    azure.get(HUB)
    return azure


def test_a_network_without_peerings_lists_none(networks: Azure) -> None:
    assert networks.get(f"{VNET}/virtualNetworkPeerings").json() == {"value": []}


def test_a_peering_is_initiated_until_the_other_network_has_one_too(networks: Azure) -> None:
    created = networks.put(TO_HUB, peering(HUB, allowForwardedTraffic=True))
    assert created.status_code == 201
    properties = networks.get(TO_HUB).json()["properties"]
    assert properties | {"peeringSyncLevel": "", "provisioningState": ""} == {
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": True,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "remoteVirtualNetwork": {"id": HUB},
        "remoteAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
        "peeringState": "Initiated",
        "peeringSyncLevel": "",
        "provisioningState": "",
    }
    assert properties["provisioningState"] == "Succeeded"
    assert networks.put(FROM_HUB, peering(VNET)).status_code == 201
    listed = networks.get(f"{VNET}/virtualNetworkPeerings").json()["value"]
    assert [each["properties"]["peeringState"] for each in listed] == ["Connected"]
    assert networks.get(VNET).json()["properties"]["virtualNetworkPeerings"] == listed


def test_a_put_of_the_network_sets_its_peerings_and_keeps_them_if_it_has_none(networks: Azure) -> None:
    body = virtual_network(virtualNetworkPeerings=[{"name": "to-hub", **peering(HUB)}])
    assert networks.put(VNET, body).status_code == 200
    assert networks.get(TO_HUB).json()["properties"]["provisioningState"] == "Succeeded"
    networks.put(VNET, virtual_network())
    assert networks.get(TO_HUB).status_code == 200
    networks.put(VNET, virtual_network(virtualNetworkPeerings=[]))
    assert networks.get(TO_HUB).status_code == 404


def test_a_deleted_peering_is_gone(networks: Azure) -> None:
    networks.put(TO_HUB, peering(HUB))
    networks.get(VNET)
    assert networks.delete(TO_HUB).status_code == 202
    assert networks.get(TO_HUB).status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (peering(f"{HUB}-other"), (400, "InvalidResourceReference")),
        (peering(VNET), (400, "VnetAddressSpacesOverlap")),
        (peering("hub"), (400, "InvalidRequestFormat")),
        ({"properties": {}}, (400, "InvalidRequestFormat")),
        (peering(HUB, allowForwardedTraffic="yes"), (400, "InvalidRequestFormat")),
    ],
)
def test_a_peering_that_cannot_exist_is_rejected(
    networks: Azure, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert code(networks.put(TO_HUB, body)) == expected
    assert networks.get(TO_HUB).status_code == 404


def test_two_networks_have_one_peering(networks: Azure) -> None:
    networks.put(TO_HUB, peering(HUB))
    networks.get(VNET)
    second = networks.put(f"{VNET}/virtualNetworkPeerings/again", peering(HUB))
    assert code(second) == (400, "AnotherPeeringAlreadyReferencesRemoteVnet")


@pytest.mark.parametrize("scope", [SUBSCRIPTION, GROUP])
def test_the_delegation_of_an_environment_is_available(azure: Azure, scope: str) -> None:
    azure.create_group()
    path = f"{scope}/providers/Microsoft.Network/locations/westus2/availableDelegations"
    assert azure.get(path).json()["value"] == [
        {
            "name": "Microsoft.Logic.integrationServiceEnvironments",
            "id": f"{scope}/providers/Microsoft.Network/availableDelegations/"
            "Microsoft.Logic.integrationServiceEnvironments",
            "type": "Microsoft.Network/availableDelegations",
            "serviceName": "Microsoft.Logic/integrationServiceEnvironments",
            "actions": ["Microsoft.Network/virtualNetworks/subnets/action"],
        }
    ]


@pytest.mark.parametrize(
    ("address", "is_available", "others"),
    [
        ("10.0.0.4", True, []),
        ("10.0.0.3", False, ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"]),
        ("10.0.0.63", False, ["10.0.0.36", "10.0.0.37", "10.0.0.38", "10.0.0.39", "10.0.0.40"]),
    ],
)
def test_all_but_the_reserved_addresses_of_a_subnet_are_available(
    networks: Azure, address: str, is_available: bool, others: list[str]
) -> None:
    answer = networks.http.get(f"{VNET}/CheckIPAddressAvailability?ipAddress={address}&api-version=2024-05-01")
    assert answer.json() == {
        "available": is_available,
        "availableIPAddresses": others,
        "isPlatformReserved": not is_available,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ipAddress=10.0.0.200&", "PrivateIPAddressNotInAnySubnet"),
        ("ipAddress=ten&", "InvalidIPAddressFormat"),
        ("", "InvalidIPAddressFormat"),
    ],
)
def test_an_address_outside_of_all_subnets_is_an_error(networks: Azure, query: str, expected: str) -> None:
    answer = networks.http.get(f"{VNET}/checkIpAddressAvailability?{query}api-version=2024-05-01")
    assert code(answer) == (400, expected)
