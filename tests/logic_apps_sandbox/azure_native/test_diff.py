"""Changes of inputs: their paths, which of them replace the resource, and which are no change.

The rules are those of azure-native's diff.go and replacement.go.
"""

from __future__ import annotations

from typing import Any

import pytest

from logic_apps_sandbox.azure_native.diff import Change, compare
from logic_apps_sandbox.azure_native.resource_types import resource_type
from logic_apps_sandbox.azure_native.values import UNKNOWN

GENERIC = "azure-native:resources:Resource"
GROUP = "azure-native:resources:ResourceGroup"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"


def changes(token: str, old: dict[str, Any], new: dict[str, Any], outputs: dict[str, Any] | None = None) -> Any:
    return compare(resource_type(token), old, new, outputs or {}).changes


def ise(*subnets: object, endpoint: object = "External") -> dict[str, Any]:
    network = {"accessEndpoint": {"type": endpoint}, "subnets": [{"id": subnet} for subnet in subnets]}
    return {"properties": {"networkConfiguration": network}}


def test_equal_inputs_are_no_change() -> None:
    assert changes(GENERIC, ise("a"), ise("a")) == {}


def test_a_changed_leaf_is_one_entry_under_its_unquoted_path() -> None:
    assert changes(GENERIC, ise("a", "b"), ise("a", "c", endpoint="Internal")) == {
        "properties.networkConfiguration.accessEndpoint.type": (Change.UPDATE, False),
        "properties.networkConfiguration.subnets[1].id": (Change.UPDATE, False),
    }


def test_an_object_that_meets_an_unknown_is_one_entry_at_its_root() -> None:
    assert changes(GENERIC, ise("a"), {"properties": UNKNOWN}) == {"properties": (Change.UPDATE, False)}


def test_a_leaf_that_becomes_unknown_is_an_update_of_the_leaf() -> None:
    assert changes(GENERIC, ise("a"), ise(UNKNOWN)) == {
        "properties.networkConfiguration.subnets[0].id": (Change.UPDATE, False)
    }


def test_what_is_added_or_removed_whole_is_one_entry() -> None:
    certificate = {"certificates": {"one": {"publicCertificate": "x"}}}
    assert changes(GENERIC, {"properties": {}}, {"properties": certificate}) == {
        "properties.certificates": (Change.ADD, False)
    }
    assert changes(GENERIC, {"properties": certificate}, {"properties": {}}) == {
        "properties.certificates": (Change.DELETE, False)
    }


def test_array_items_are_compared_by_position() -> None:
    assert changes(GENERIC, ise("a", "b"), ise("b")) == {
        "properties.networkConfiguration.subnets[0].id": (Change.UPDATE, False),
        "properties.networkConfiguration.subnets[1]": (Change.DELETE, False),
    }


def test_true_does_not_equal_one() -> None:
    assert changes(GENERIC, {"properties": {"on": 1}}, {"properties": {"on": True}}) == {
        "properties.on": (Change.UPDATE, False)
    }


@pytest.mark.parametrize(
    ("token", "name", "replaces"),
    [
        (GENERIC, "resourceName", True),
        (GENERIC, "resourceType", True),
        (GENERIC, "location", False),
        (GENERIC, "sku", False),
        (GENERIC, "apiVersion", False),
        (GROUP, "location", True),
        (GROUP, "tags", False),
        (NETWORK, "location", True),
        (NETWORK, "virtualNetworkName", True),
        (SUBNET, "virtualNetworkName", True),
        (SUBNET, "subnetName", True),
        (SUBNET, "addressPrefix", False),
    ],
)
def test_only_the_path_and_fixed_properties_replace(token: str, name: str, replaces: bool) -> None:
    assert changes(token, {name: "a"}, {name: "b"}) == {name: (Change.UPDATE, replaces)}


def test_a_replacing_value_that_becomes_unknown_replaces() -> None:
    assert changes(SUBNET, {"virtualNetworkName": "a"}, {"virtualNetworkName": UNKNOWN}) == {
        "virtualNetworkName": (Change.UPDATE, True)
    }


def test_location_is_compared_without_case_and_blanks() -> None:
    assert changes(NETWORK, {"location": "West US 2"}, {"location": "westus2"}) == {}
    assert changes(NETWORK, {"location": "westus2"}, {"location": "westus3"}) == {"location": (Change.UPDATE, True)}


def test_the_resource_group_is_compared_without_case() -> None:
    assert changes(SUBNET, {"resourceGroupName": "Fabrikam-RG"}, {"resourceGroupName": "fabrikam-rg"}) == {}
    assert changes(SUBNET, {"subnetName": "A"}, {"subnetName": "a"}) == {"subnetName": (Change.UPDATE, True)}


def test_setting_the_existing_value_of_a_replacing_property_is_a_plain_addition() -> None:
    new = {"location": "westus2"}
    assert changes(NETWORK, {}, new, {"location": "westus2"}) == {"location": (Change.ADD, False)}
    assert changes(NETWORK, {}, new, {"location": "eastus"}) == {"location": (Change.ADD, True)}


def test_setting_a_default_explicitly_is_no_change() -> None:
    assert changes(NETWORK, {}, {"enableDdosProtection": False}) == {}
    assert changes(NETWORK, {}, {"enableDdosProtection": True}) == {"enableDdosProtection": (Change.ADD, False)}


def test_keys_of_the_plugin_itself_are_not_compared() -> None:
    assert changes(GROUP, {}, {"__createBeforeDelete": True}) == {}


def test_a_replacement_deletes_first_unless_the_name_is_a_new_one_each_time() -> None:
    kind = resource_type(NETWORK)
    old, new = {"location": "a"}, {"location": "b"}
    assert compare(kind, old, new, {}).delete_before_replace
    assert not compare(kind, {**old, "__createBeforeDelete": True}, new, {}).delete_before_replace
    assert not compare(kind, {"tags": {}}, {"tags": {"a": "b"}}, {}).delete_before_replace


def test_the_summary_names_top_level_properties_and_what_replaces() -> None:
    old = {"location": "a", **ise("a")}
    difference = compare(resource_type(GENERIC), {**old, "resourceName": "x"}, {**ise("b"), "resourceName": "y"}, {})
    assert difference.properties == ["location", "properties", "resourceName"]
    assert difference.replaces == ["resourceName"]


def test_the_reason_of_a_change_names_the_top_level_property_and_in_an_array_the_position() -> None:
    old = {"addressPrefix": "10.0.0.0/27", "serviceEndpoints": [{"service": "Microsoft.Sql"}]}
    new = {"addressPrefix": "10.0.0.0/26", "serviceEndpoints": [{"service": "Microsoft.Storage"}]}
    assert compare(resource_type(SUBNET), old, new, {}).properties == ["addressPrefix", "serviceEndpoints[0]"]


def test_another_extended_location_replaces() -> None:
    old, new = ({"extendedLocation": {"name": name}} for name in ("a", "b"))
    assert compare(resource_type(GENERIC), old, new, {}).replaces == ["extendedLocation.name"]
