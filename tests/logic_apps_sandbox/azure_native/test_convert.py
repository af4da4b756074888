"""Conversion of inputs, ARM's JSON and outputs: what is dropped, and what a refresh may change.

Expected bodies are those of Microsoft's REST documentation (virtual networks and subnets, api-version 2024-05-01; the
ISE how-to, "Request body").
"""

from __future__ import annotations

from typing import Any

from logic_apps_sandbox.azure_native.convert import (
    imported_inputs,
    outputs_from_response,
    preview_outputs,
    refreshed_inputs,
    request_body,
)
from logic_apps_sandbox.azure_native.resource_types import resource_type
from logic_apps_sandbox.azure_native.values import UNKNOWN
from tests.logic_apps_sandbox.azure_native.arm_double import ISE, SUBNET

GENERIC_TYPE = resource_type("azure-native:resources:Resource")
GROUP_TYPE = resource_type("azure-native:resources:ResourceGroup")
NETWORK_TYPE = resource_type("azure-native:network:VirtualNetwork")
SUBNET_TYPE = resource_type("azure-native:network:Subnet")

LOGIC = "Microsoft.Logic/integrationServiceEnvironments"
ISE_PROPERTIES: dict[str, Any] = {
    "networkConfiguration": {"accessEndpoint": {"type": "External"}, "subnets": [{"id": SUBNET}]},
    "certificates": {"testCertificate": {"publicCertificate": "TUlJ", "kind": "TrustedRoot"}},
}


def test_the_delegation_in_the_body_of_a_subnet_has_its_own_properties() -> None:
    inputs = {
        "resourceGroupName": "rg",
        "virtualNetworkName": "vnet",
        "subnetName": "subnet-1",
        "azureApiVersion": "2024-05-01",
        "addressPrefix": "10.0.0.0/27",
        "delegations": [{"name": "ise", "serviceName": LOGIC}],
        "networkSecurityGroup": {"id": "/nsg"},
    }
    assert request_body(SUBNET_TYPE, inputs) == {
        "properties": {
            "addressPrefix": "10.0.0.0/27",
            "delegations": [{"name": "ise", "properties": {"serviceName": LOGIC}}],
            "networkSecurityGroup": {"id": "/nsg"},
        }
    }


def test_the_body_of_a_virtual_network_has_location_and_tags_beside_properties() -> None:
    inputs = {
        "location": "westus2",
        "tags": {"a.b": "c"},
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "inline", "addressPrefix": "10.0.0.0/24"}],
    }
    assert request_body(NETWORK_TYPE, inputs) == {
        "location": "westus2",
        "tags": {"a.b": "c"},
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "inline", "properties": {"addressPrefix": "10.0.0.0/24"}}],
        },
    }


def test_inputs_that_the_real_plugin_does_not_know_are_dropped_at_every_depth() -> None:
    inputs = {"addressPrefix": "10.0.0.0/27", "nonsense": 1, "delegations": [{"name": "ise", "certificates": {}}]}
    assert request_body(SUBNET_TYPE, inputs) == {
        "properties": {"addressPrefix": "10.0.0.0/27", "delegations": [{"name": "ise"}]}
    }


def test_properties_of_the_generic_resource_are_sent_unchanged_and_the_body_has_no_path_or_version() -> None:
    inputs = {
        "apiVersion": "2019-05-01",
        "parentResourcePath": "",
        "resourceGroupName": "rg",
        "resourceName": "Fabrikam-ISE",
        "resourceProviderNamespace": "Microsoft.Logic",
        "resourceType": "integrationServiceEnvironments",
        "location": "westus2",
        "sku": {"name": "Premium", "capacity": 0, "nonsense": 1},
        "properties": ISE_PROPERTIES,
    }
    assert request_body(GENERIC_TYPE, inputs) == {
        "location": "westus2",
        "sku": {"name": "Premium", "capacity": 0},
        "properties": ISE_PROPERTIES,
    }


def test_outputs_lift_what_is_inside_properties_and_drop_what_the_sdk_does_not_declare() -> None:
    response = {
        "id": SUBNET,
        "name": "subnet-1",
        "etag": "W/1",
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": {
            "addressPrefix": "10.0.0.0/27",
            "provisioningState": "Succeeded",
            "delegations": [
                {"id": "/d", "name": "ise", "properties": {"serviceName": LOGIC, "provisioningState": "Succeeded"}}
            ],
            "routeTable": None,
            "newInAzure": True,
        },
    }
    assert outputs_from_response(SUBNET_TYPE, response) == {
        "azureApiVersion": "2024-05-01",
        "name": "subnet-1",
        "etag": "W/1",
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "addressPrefix": "10.0.0.0/27",
        "provisioningState": "Succeeded",
        "delegations": [{"id": "/d", "name": "ise", "serviceName": LOGIC, "provisioningState": "Succeeded"}],
    }


def test_outputs_of_the_generic_resource_contain_the_complete_response() -> None:
    properties = {**ISE_PROPERTIES, "provisioningState": "Succeeded", "nothing": None}
    outputs = outputs_from_response(GENERIC_TYPE, {"id": ISE, "name": "Fabrikam-ISE", "properties": properties})
    assert outputs == {"azureApiVersion": "2024-03-01", "name": "Fabrikam-ISE", "properties": properties}


def test_a_response_without_properties_gives_outputs_without_them() -> None:
    assert outputs_from_response(SUBNET_TYPE, {"name": "s", "properties": None}) == {
        "name": "s",
        "azureApiVersion": "2024-05-01",
    }


def test_a_preview_returns_inputs_of_the_same_name_and_unknown_outputs() -> None:
    outputs = preview_outputs(GROUP_TYPE, {"resourceGroupName": "rg", "location": "westus2", "tags": {"a": "b"}})
    assert outputs == {
        "azureApiVersion": "2024-03-01",
        "location": "westus2",
        "tags": {"a": "b"},
        "managedBy": UNKNOWN,
        "name": UNKNOWN,
        "properties": UNKNOWN,
        "type": UNKNOWN,
    }


def test_a_preview_of_the_generic_resource_returns_properties_as_sent() -> None:
    properties = {"networkConfiguration": {"subnets": [{"id": UNKNOWN}]}}
    assert preview_outputs(GENERIC_TYPE, {"properties": properties})["properties"] == properties


OLD_INPUTS = {"resourceGroupName": "rg", "addressPrefix": "10.0.0.0/27", "delegations": [{"name": "ise"}]}
OLD_OUTPUTS = {
    "name": "subnet-1",
    "addressPrefix": "10.0.0.0/27",
    "privateEndpointNetworkPolicies": "Disabled",
    "delegations": [{"name": "ise", "id": "/d"}],
}


def test_a_refresh_without_a_change_keeps_the_inputs_despite_additions_by_the_service() -> None:
    assert refreshed_inputs(SUBNET_TYPE, OLD_INPUTS, OLD_OUTPUTS, OLD_OUTPUTS) == OLD_INPUTS


def test_a_refresh_writes_a_changed_value_and_only_that() -> None:
    now = {**OLD_OUTPUTS, "addressPrefix": "10.0.0.0/26"}
    assert refreshed_inputs(SUBNET_TYPE, OLD_INPUTS, OLD_OUTPUTS, now) == {**OLD_INPUTS, "addressPrefix": "10.0.0.0/26"}


def test_a_refresh_writes_a_change_deep_in_an_array_without_what_the_service_had_added_beside_it() -> None:
    now = {**OLD_OUTPUTS, "delegations": [{"name": "other", "id": "/d"}]}
    assert refreshed_inputs(SUBNET_TYPE, OLD_INPUTS, OLD_OUTPUTS, now)["delegations"] == [{"name": "other"}]


def test_a_refresh_adopts_additions_and_removals_that_were_made_outside_of_pulumi() -> None:
    now = {name: value for name, value in OLD_OUTPUTS.items() if name != "delegations"} | {"natGateway": {"id": "/n"}}
    refreshed = refreshed_inputs(SUBNET_TYPE, OLD_INPUTS, OLD_OUTPUTS, now)
    assert refreshed == {"resourceGroupName": "rg", "addressPrefix": "10.0.0.0/27", "natGateway": {"id": "/n"}}


def test_a_refresh_passes_over_subnets_that_the_program_does_not_set_inline() -> None:
    inputs = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    before = {**inputs, "subnets": []}
    now = {**inputs, "subnets": [{"name": "subnet-1"}]}
    assert refreshed_inputs(NETWORK_TYPE, inputs, before, now) == inputs


def test_a_refresh_writes_a_read_only_value_of_the_generic_resource_that_changed() -> None:
    inputs = {"properties": {"networkConfiguration": {"accessEndpoint": {"type": "External"}}}}
    before = {"properties": {**inputs["properties"], "provisioningState": "Succeeded", "endpoints": {"a": 1}}}
    now = {"properties": {**before["properties"], "provisioningState": "Failed"}}
    assert refreshed_inputs(GENERIC_TYPE, inputs, before, now) == {
        "properties": {**inputs["properties"], "provisioningState": "Failed"}
    }


def test_an_import_writes_the_path_and_what_is_writable_and_has_a_value() -> None:
    outputs = {**OLD_OUTPUTS, "serviceEndpoints": [], "provisioningState": "Succeeded"}
    assert imported_inputs(SUBNET_TYPE, SUBNET, outputs) == {
        "azureApiVersion": "2024-05-01",
        "resourceGroupName": "Fabrikam-RG",
        "virtualNetworkName": "Fabrikam-VNET",
        "subnetName": "subnet-1",
        "name": "subnet-1",
        "addressPrefix": "10.0.0.0/27",
        "privateEndpointNetworkPolicies": "Disabled",
        "delegations": [{"name": "ise", "id": "/d"}],
    }


IDENTITY = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/who"


def test_user_assigned_identities_are_a_list_for_the_program_and_a_map_for_arm() -> None:
    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}}
    for entry in (GENERIC_TYPE, resource_type("azure-native:logic:Workflow")):
        assert request_body(entry, inputs) == {
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
        }
        preview: Any = preview_outputs(entry, inputs)
        assert preview["identity"]["userAssignedIdentities"] is UNKNOWN


def test_a_refresh_compares_user_assigned_identities_as_a_list() -> None:
    def outputs(*names: str) -> dict[str, Any]:
        known = {name: {"principalId": "p", "clientId": "c"} for name in names}
        return {"identity": {"type": "UserAssigned", "userAssignedIdentities": known}}

    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}}
    workflow = resource_type("azure-native:logic:Workflow")
    assert refreshed_inputs(workflow, inputs, outputs(IDENTITY), outputs(IDENTITY)) == inputs
    changed: Any = refreshed_inputs(workflow, inputs, outputs(IDENTITY), outputs(IDENTITY, "/other"))
    assert changed["identity"]["userAssignedIdentities"] == [IDENTITY, "/other"]
