"""Defaults and validation: names, locations, api-version, and the mistakes that a preview reports."""

from __future__ import annotations

from typing import Any

import pytest

from logic_apps_sandbox.azure_native.checks import AutonamingMode, Naming, failures, with_defaults
from logic_apps_sandbox.azure_native.resource_types import resource_type
from logic_apps_sandbox.azure_native.values import UNKNOWN

GENERIC = resource_type("azure-native:resources:Resource")
GROUP = resource_type("azure-native:resources:ResourceGroup")
NETWORK = resource_type("azure-native:network:VirtualNetwork")
SUBNET = resource_type("azure-native:network:Subnet")

NAMING = Naming("main", b"seed")


def nowhere(_group: object) -> None:
    return None


def defaults(resource: Any, inputs: dict[str, Any], old: dict[str, Any] | None = None, naming: Naming = NAMING) -> Any:
    return with_defaults(resource, old or {}, inputs, naming, nowhere)


def test_the_types_own_api_version_is_an_input() -> None:
    assert defaults(GROUP, {})["azureApiVersion"] == "2024-03-01"
    assert defaults(SUBNET, {})["azureApiVersion"] == "2024-05-01"


def test_a_random_name_is_the_logical_name_and_eight_hexadecimal_digits_derived_from_the_seed() -> None:
    inputs = defaults(GROUP, {})
    assert inputs["resourceGroupName"].startswith("main")
    assert len(inputs["resourceGroupName"]) == len("main") + 8
    int(inputs["resourceGroupName"].removeprefix("main"), 16)
    assert inputs["__createBeforeDelete"] is True
    assert defaults(GROUP, {}) == inputs
    assert defaults(GROUP, {}, naming=Naming("main", b"other"))["resourceGroupName"] != inputs["resourceGroupName"]


def test_a_child_has_the_logical_name_unchanged() -> None:
    inputs = defaults(SUBNET, {})
    assert inputs["subnetName"] == "main"
    assert "__createBeforeDelete" not in inputs


def test_a_given_name_is_kept_and_makes_a_replacement_delete_first() -> None:
    inputs = defaults(GENERIC, {"resourceName": "Fabrikam-ISE"})
    assert inputs["resourceName"] == "Fabrikam-ISE"
    assert "__createBeforeDelete" not in inputs


def test_an_old_name_keeps_its_autonaming_mark() -> None:
    old = {"resourceGroupName": "main12345678", "__createBeforeDelete": True}
    inputs = defaults(GROUP, {}, old)
    assert inputs == {**old, "azureApiVersion": "2024-03-01"}


@pytest.mark.parametrize("mode", [AutonamingMode.PROPOSE, AutonamingMode.ENFORCE])
def test_a_name_that_the_engine_proposes_is_used(mode: AutonamingMode) -> None:
    inputs = defaults(GROUP, {}, naming=Naming("main", b"seed", mode, "main-dev"))
    assert (inputs["resourceGroupName"], inputs["__createBeforeDelete"]) == ("main-dev", True)


def test_with_autonaming_disabled_a_missing_name_is_a_failure() -> None:
    inputs = defaults(GROUP, {"location": "westus2"}, naming=Naming("main", b"seed", AutonamingMode.DISABLE))
    assert failures(GROUP, inputs) == ["missing required property 'resourceGroupName'"]


def test_the_location_is_the_given_one_else_the_old_one_else_the_default_for_the_group() -> None:
    asked = []

    def locations(group: object) -> object:
        asked.append(group)
        return UNKNOWN if group is UNKNOWN else "westus2"

    def location(inputs: dict[str, Any], old: dict[str, Any]) -> object:
        return with_defaults(NETWORK, old, inputs, NAMING, locations)["location"]

    assert location({"location": "eastus", "resourceGroupName": "rg"}, {"location": "old"}) == "eastus"
    assert location({"resourceGroupName": "rg"}, {"location": "old"}) == "old"
    assert asked == []
    assert location({"resourceGroupName": "rg"}, {}) == "westus2"
    assert location({"resourceGroupName": UNKNOWN}, {}) is UNKNOWN
    assert asked == ["rg", UNKNOWN]


def test_a_type_without_location_gets_none() -> None:
    inputs = with_defaults(SUBNET, {"location": "old"}, {"resourceGroupName": "rg"}, NAMING, lambda _group: "westus2")
    assert "location" not in inputs


def test_the_error_for_a_missing_location_says_how_to_set_it() -> None:
    (failure,) = failures(GROUP, {"resourceGroupName": "rg"})
    assert failure == (
        "missing required property 'location'. Either set it explicitly or configure it with "
        "'pulumi config set azure-native:location <value>'."
    )


def test_all_missing_parts_of_the_path_are_reported_together_and_unknowns_count_as_given() -> None:
    assert failures(GENERIC, {"resourceGroupName": UNKNOWN}) == [
        "missing required property 'apiVersion'",
        "missing required property 'parentResourcePath'",
        "missing required property 'resourceName'",
        "missing required property 'resourceProviderNamespace'",
        "missing required property 'resourceType'",
    ]


PLACE = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "subnetName": "s"}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"addressPrefix": 5}, "'addressPrefix' should be of type 'string' but got a number"),
        ({"addressPrefixes": "10/8"}, "'addressPrefixes' should be of type 'array' but got a string"),
        ({"addressPrefixes": ["a", 1]}, "'addressPrefixes[1]' should be of type 'string' but got a number"),
        (
            {"delegations": [{"serviceName": []}]},
            "'delegations[0].serviceName' should be of type 'string' but got an array",
        ),
        (
            {"defaultOutboundAccess": "no"},
            "'defaultOutboundAccess' should be of type 'boolean' but got a string",
        ),
        ({"natGateway": "/id"}, "'natGateway' should be of type 'object' but got a string"),
        (
            {"networkSecurityGroup": {"securityRules": [{"access": "Allow", "protocol": "Tcp"}]}},
            "missing required property 'networkSecurityGroup.securityRules[0].direction'",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_path(given: dict[str, Any], reason: str) -> None:
    assert failures(SUBNET, {**PLACE, **given}) == [reason]


def test_a_fraction_is_no_integer() -> None:
    inputs = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "flowTimeoutInMinutes": 4.5}
    assert failures(NETWORK, inputs) == ["'flowTimeoutInMinutes' must be an integer but got 4.500000"]


@pytest.mark.parametrize(
    "given", [{"addressPrefix": True}, {"addressPrefix": {"of": "the subnet"}}, {"serviceEndpoints": {}}]
)
def test_booleans_and_untyped_objects_pass_whatever_is_declared(given: dict[str, Any]) -> None:
    assert failures(SUBNET, {**PLACE, **given}) == []


def test_the_values_of_tags_pass_whatever_they_are() -> None:
    assert failures(GROUP, {"resourceGroupName": "rg", "location": "westus2", "tags": {"n": 1}}) == []


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("a" * 90, []),
        ("a" * 91, ["'resourceGroupName' is too long (91): at most 90 characters allowed"]),
        (
            "",
            [
                "'resourceGroupName' is too short (0): at least 1 characters required",
                r"'resourceGroupName' does not match expression '^[-\w\._\(\)]+$'",
            ],
        ),
        ("fäb", [r"'resourceGroupName' does not match expression '^[-\w\._\(\)]+$'"]),
        (UNKNOWN, []),
    ],
)
def test_the_name_of_a_group_has_a_length_and_a_form(name: object, reasons: list[str]) -> None:
    assert failures(GROUP, {"resourceGroupName": name, "location": "westus2"}) == reasons


def test_only_types_of_resource_manager_limit_the_name_of_the_group() -> None:
    assert failures(SUBNET, {**PLACE, "resourceGroupName": "a" * 91}) == []


def test_unknown_properties_and_unknown_values_pass() -> None:
    inputs = {**PLACE, "nonsense": 1, "delegations": [{"nonsense": 1, "name": UNKNOWN}], "natGateway": UNKNOWN}
    assert failures(SUBNET, inputs) == []


def test_whatever_is_in_the_properties_of_the_generic_resource_passes() -> None:
    inputs = dict.fromkeys(GENERIC.path_inputs, "x") | {"apiVersion": "1", "properties": {"certificates": 5}}
    assert failures(GENERIC, inputs) == []
