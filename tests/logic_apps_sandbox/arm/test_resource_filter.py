"""``$filter`` of the lists of all resources ("Resources - List" of the Azure REST API reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.azure import GROUP, SUBSCRIPTION, VNET, code, virtual_network

if TYPE_CHECKING:
    import httpx

    from tests.support.azure import Azure

OTHER_GROUP = f"{SUBSCRIPTION}/resourceGroups/Other"


def listed(azure: Azure, condition: str, where: str = SUBSCRIPTION) -> httpx.Response:
    """The list of resources under a filter."""
    return azure.http.get(f"{where}/resources", params={"api-version": "2024-03-01", "$filter": condition})


@pytest.fixture(autouse=True)
def networks(azure: Azure) -> None:
    """Two networks, each in its own group and region."""
    azure.create_group()
    azure.put(OTHER_GROUP, {"location": "eastus"})
    azure.put(VNET, {**virtual_network(), "tags": {"Team": "Blue"}})
    azure.put(
        f"{OTHER_GROUP}/providers/Microsoft.Network/virtualNetworks/other", {**virtual_network(), "location": "eastus"}
    )


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("resourceGroup eq 'fabrikam-rg'", ["Fabrikam-VNET"]),
        ("resourceGroup ne 'Fabrikam-RG'", ["other"]),
        ("resourceType eq 'Microsoft.Network/virtualNetworks'", ["Fabrikam-VNET", "other"]),
        ("resourceType eq 'Microsoft.Logic/workflows'", []),
        ("location eq 'East US'", ["other"]),
        ("name eq 'other' and resourceGroup eq 'Other'", ["other"]),
        ("name eq 'other' AND resourceGroup eq 'Fabrikam-RG'", []),
        ("tagName eq 'team' and tagValue eq 'blue'", ["Fabrikam-VNET"]),
    ],
)
def test_a_filter_returns_the_matching_resources(azure: Azure, condition: str, names: list[str]) -> None:
    assert [item["name"] for item in listed(azure, condition).json()["value"]] == names


def test_a_filter_also_applies_to_the_list_of_a_group(azure: Azure) -> None:
    assert listed(azure, "name eq 'other'", GROUP).json()["value"] == []


@pytest.mark.parametrize(
    "condition", ["startswith(name, 'a')", "plan eq 'x'", "name eq other", "name eq 'a' or name eq 'b'"]
)
def test_another_filter_is_rejected_as_not_simulated(azure: Azure, condition: str) -> None:
    refused = listed(azure, condition)
    assert code(refused) == (501, "NotImplemented")
    assert "Example: resourceGroup eq 'Fabrikam-RG'" in refused.json()["error"]["message"]


def test_a_filter_of_a_list_of_workflows_is_not_simulated(azure: Azure) -> None:
    query = {"api-version": "2019-05-01", "$filter": "State eq 'Enabled'"}
    answer = azure.http.get(f"{SUBSCRIPTION}/providers/Microsoft.Logic/workflows", params=query)
    assert code(answer) == (501, "NotImplemented")
