"""`$expand` of the lists of all resources ("Resources - List" of the Azure REST API reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.azure import GROUP, SUBSCRIPTION, VNET, Azure, HandClock, azure_in, code, virtual_network

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_has_times_and_states_if_expand_asks_for_them(tmp_path: Path) -> None:
    clock = HandClock()
    path = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ise"
    with azure_in(tmp_path / "arm", pace=3600, real_time=clock) as azure:
        azure.create_group()
        azure.put(path, {"location": "westus2"})
        clock.seconds += 60
        azure.patch(path, {"tags": {"a": "b"}})
        azure.put(VNET, virtual_network())

        def listed(query: str) -> list[dict[str, Any]]:
            answer = azure.http.get(f"{GROUP}/resources?api-version=2024-03-01{query}")
            return list(answer.json()["value"])

        identity, network = listed("&$expand=createdTime,changedTime,provisioningState")
        assert identity["createdTime"] == "2027-01-15T08:00:00.000000Z"
        assert identity["changedTime"] == "2027-01-15T08:01:00.000000Z"
        assert network["createdTime"] == network["changedTime"] == identity["changedTime"]
        assert network["provisioningState"] == "Updating"
        assert "createdTime" not in listed("")[0]
        azure.delete(path)
        azure.put(path, {"location": "westus2"})
        assert listed("&$expand=createdTime")[0]["createdTime"] == "2027-01-15T08:01:00.000000Z"


def test_expand_of_another_member_is_an_error(azure: Azure) -> None:
    answer = azure.http.get(f"{SUBSCRIPTION}/resources?api-version=2024-03-01&$expand=properties")
    assert code(answer) == (400, "InvalidExpandInQueryString")


def test_expanded_references_of_a_network_are_not_simulated(azure: Azure) -> None:
    azure.create_network()
    query = {"api-version": "2024-05-01", "$expand": "subnets/ipConfigurations"}
    assert code(azure.http.get(VNET, params=query)) == (501, "NotImplemented")
