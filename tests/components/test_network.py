"""What ``EnvironmentNetwork`` registers."""

from __future__ import annotations

from typing import Any

import pytest

from components import EnvironmentNetwork

from .recording import NETWORK_COMPONENT, SUBSCRIPTION, Recording, record

ARGUMENTS: dict[str, Any] = {
    "resource_group_name": "Fabrikam-RG",
    "location": "westus2",
    "name": "Fabrikam-VNET",
    "address_space": ["10.0.0.0/24", "10.9.0.0/16"],
    "tags": {"department": "integration"},
}

FOUR = [{"name": f"own-{number}", "addressPrefix": f"10.9.{number}.0/26"} for number in range(4)]


def network(**changes: Any) -> Any:
    return lambda: EnvironmentNetwork("fabrikam", ARGUMENTS | changes)


@pytest.fixture
def fabrikam() -> Recording:
    return record(network())


def test_the_virtual_network_has_the_given_space_and_no_inline_subnets(fabrikam: Recording) -> None:
    assert fabrikam["fabrikam-vnet"].inputs == {
        "resourceGroupName": "Fabrikam-RG",
        "virtualNetworkName": "Fabrikam-VNET",
        "location": "westus2",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/24", "10.9.0.0/16"]},
        "tags": {"department": "integration"},
        # Defaults of the SDK itself:
        "enableDdosProtection": False,
        "enableVmProtection": False,
    }


def test_four_subnets_are_planned_and_only_the_first_is_delegated(fabrikam: Recording) -> None:
    """Microsoft's ISE article: exactly one subnet delegated; its quickstart template: the first, to this service."""
    sdk_defaults = {"privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    common = {"resourceGroupName": "Fabrikam-RG", "virtualNetworkName": "Fabrikam-VNET"} | sdk_defaults
    delegation = {
        "name": "integrationServiceEnvironments",
        "serviceName": "Microsoft.Logic/integrationServiceEnvironments",
    }
    assert [fabrikam[f"fabrikam-subnet-{number}"].inputs for number in range(1, 5)] == [
        common | {"subnetName": "subnet-1", "addressPrefix": "10.0.0.0/27", "delegations": [delegation]},
        common | {"subnetName": "subnet-2", "addressPrefix": "10.0.0.32/27"},
        common | {"subnetName": "subnet-3", "addressPrefix": "10.0.0.64/27"},
        common | {"subnetName": "subnet-4", "addressPrefix": "10.0.0.96/27"},
    ]


def test_subnets_are_written_one_after_the_other(fabrikam: Recording) -> None:
    """Azure answers parallel writes to one virtual network with AnotherOperationInProgress."""
    assert fabrikam.dependencies("fabrikam-subnet-1") == {"fabrikam-vnet"}
    for number in (2, 3, 4):
        assert f"fabrikam-subnet-{number - 1}" in fabrikam.dependencies(f"fabrikam-subnet-{number}")


def test_subnets_take_given_names_and_ranges_while_their_logical_names_stay() -> None:
    recording = record(network(subnets=FOUR))
    assert [
        (
            recording[f"fabrikam-subnet-{number}"].inputs["subnetName"],
            recording[f"fabrikam-subnet-{number}"].inputs["addressPrefix"],
        )
        for number in range(1, 5)
    ] == [("own-0", "10.9.0.0/26"), ("own-1", "10.9.1.0/26"), ("own-2", "10.9.2.0/26"), ("own-3", "10.9.3.0/26")]


def test_a_new_range_replaces_a_subnet_and_every_replacement_deletes_first(fabrikam: Recording) -> None:
    for number in range(1, 5):
        options = fabrikam[f"fabrikam-subnet-{number}"].request
        assert list(options.replaceOnChanges) == ["addressPrefix"]
        assert options.deleteBeforeReplace
    assert fabrikam["fabrikam-vnet"].request.deleteBeforeReplace


def test_the_network_is_replaced_when_ranges_move_and_not_when_its_space_grows(fabrikam: Recording) -> None:
    grown = record(network(address_space=[*ARGUMENTS["address_space"], "192.168.0.0/16"]))
    moved = record(network(subnets=FOUR))
    trigger = fabrikam["fabrikam-vnet"].request.replacement_trigger
    assert grown["fabrikam-vnet"].request.replacement_trigger == trigger
    assert moved["fabrikam-vnet"].request.replacement_trigger != trigger
    assert list(fabrikam["fabrikam-vnet"].request.replaceOnChanges) == []


def test_outputs_are_registered_under_the_attributes_names(fabrikam: Recording) -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
    virtual_network = f"{group}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"
    assert fabrikam.component(NETWORK_COMPONENT).outputs == {
        "resource_group_id": group,
        "virtual_network_id": virtual_network,
        "virtual_network_name": "Fabrikam-VNET",
        "subnet_ids": {f"subnet-{number}": f"{virtual_network}/subnets/subnet-{number}" for number in range(1, 5)},
    }
