"""External settings of a resource: which of them an update removes, and the warning about them.

Tested here: the comparison, and that the table names every property that azure-native's SDK can set. That the engine
calls the hook in previews and updates is in tests/end_to_end/test_existing_networks.py.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest
from pulumi import ResourceHookArgs
from pulumi.runtime.rpc import UNKNOWN

from logic_apps_environment import IntegrationServiceEnvironment, IntegrationServiceEnvironmentArgsDict
from logic_apps_environment.hooks.external_settings import ExternalSettingsCheck
from logic_apps_environment.hooks.external_settings_rules import SETTINGS, ExternalSetting, check_update
from logic_apps_environment.hooks.interruption import interrupt
from logic_apps_environment.validation.notation import PLAIN
from logic_apps_sandbox.azure_native.functions import READS
from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES
from tests.support.recording import record

SUBNET = SETTINGS["azure-native:network:Subnet"]
POLICY = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg-policy"
BARE = {"subnetName": "subnet-1", "addressPrefix": "10.0.0.0/27", "privateEndpointNetworkPolicies": "Disabled"}

GENERIC = "azure-native:resources:Resource"
ACCOUNT = {
    "resourceProviderNamespace": "Microsoft.Logic",
    "parentResourcePath": "",
    "resourceType": "integrationAccounts",
}
TOKENS = [token for token in SETTINGS if token.startswith("azure-native:")]


def shown(
    found: dict[str, Any], old: dict[str, Any], new: dict[str, Any], settings: tuple[ExternalSetting, ...] = SUBNET
) -> str:
    return "\n".join(problem.format() for problem in check_update("subnet-1", settings, found, old, new))


@pytest.mark.parametrize("token", TOKENS)
def test_the_table_has_every_property_that_a_request_can_set(token: str) -> None:
    listed = {path.split(".")[0] for setting in SETTINGS[token] for path in setting.paths}
    # What azure-native's SDK can set (test_resource_types.py), but for the names of the resource itself.
    assert set(RESOURCE_TYPES[token].body_inputs) - {"id", "name", "type"} == listed


def test_settings_that_others_added_are_shown_with_their_value_and_how_to_keep_them() -> None:
    found = BARE | {"networkSecurityGroup": {"id": POLICY}, "natGateway": {"id": "nat"}}
    text = shown(found, BARE, BARE | {"serviceEndpoints": [{"service": "Microsoft.Storage"}]})
    assert f"networkSecurityGroup ({POLICY})" in text
    assert "network.securityGroup: {id: …}" in text
    assert "natGateway (nat)" in text
    assert "[settings-removed]" in text


@pytest.mark.parametrize(
    ("property_name", "value"),
    [
        ("networkSecurityGroup", {"id": POLICY}),
        (
            "serviceEndpoints",
            [{"service": "Microsoft.Sql", "provisioningState": "Succeeded"}],
        ),
        ("delegations", [{"id": "d", "name": "d", "serviceName": "Microsoft.Web/serverFarms", "actions": []}]),
        ("serviceEndpointPolicies", [{"id": "policy"}]),
        ("defaultOutboundAccess", False),
        ("privateLinkServiceNetworkPolicies", "Disabled"),
    ],
)
def test_a_setting_is_shown_only_while_the_program_neither_sets_nor_removes_it(property_name: str, value: Any) -> None:
    found, ours = BARE | {property_name: value}, BARE | {property_name: value}
    assert property_name in shown(found, BARE, BARE)
    assert shown(found, ours, ours) == ""
    assert shown(found, BARE, ours) == ""
    # The preview of the update shows that the program removes it.
    assert shown(found, ours, BARE) == ""


@pytest.mark.parametrize(
    ("property_name", "default"),
    [
        ("defaultOutboundAccess", True),
        ("privateLinkServiceNetworkPolicies", "Enabled"),
        ("privateEndpointNetworkPolicies", "Disabled"),
        ("serviceEndpoints", []),
        ("routeTable", None),
    ],
)
def test_azures_defaults_are_not_external_settings(property_name: str, default: Any) -> None:
    assert shown(BARE | {property_name: default}, BARE, BARE) == ""


def test_settings_that_others_changed_and_the_update_reverts_are_shown_with_both_values() -> None:
    ours = BARE | {"routeTable": {"id": "ours"}}
    text = shown(BARE | {"routeTable": {"id": "theirs"}}, ours, ours | {"serviceEndpoints": [{"service": "x"}]})
    assert "routeTable (theirs, reset to ours)" in text
    # A change that the program makes itself is in the preview.
    assert shown(BARE | {"routeTable": {"id": "theirs"}}, ours, BARE | {"routeTable": {"id": "another"}}) == ""


def test_only_the_tags_and_the_list_items_of_others_are_shown_and_letter_case_does_not_matter() -> None:
    settings = SETTINGS["azure-native:network:VirtualNetwork"]
    ours = {"tags": {"Environment": "dev"}, "dhcpOptions": {"dnsServers": ["10.0.0.4"]}}
    found = {"tags": {"environment": "DEV", "costCenter": "7"}, "dhcpOptions": {"dnsServers": ["10.0.0.4", "10.0.0.5"]}}
    text = shown(found, ours, ours, settings)
    assert "tags.costCenter (7)" in text
    assert "dhcpOptions.dnsServers (10.0.0.5)" in text
    assert "nvironment" not in text
    assert "10.0.0.4" not in text


def test_whole_numbers_are_shown_as_azure_writes_them() -> None:
    settings = SETTINGS["azure-native:network:VirtualNetwork"]
    assert "flowTimeoutInMinutes (20)" in shown({"flowTimeoutInMinutes": 20.0}, {}, {}, settings)


@pytest.mark.parametrize("unknown", [UNKNOWN, pulumi.UNKNOWN])
def test_values_that_are_unknown_in_a_preview_count_as_set(unknown: Any) -> None:
    new = BARE | {"networkSecurityGroup": {"id": unknown}}
    assert shown(BARE | {"networkSecurityGroup": {"id": POLICY}}, BARE, new) == ""


def test_certificates_are_named_and_not_repeated() -> None:
    settings = SETTINGS["Microsoft.Logic/integrationServiceEnvironments"]
    found = {"properties": {"certificates": {"theirs": {"publicCertificate": "LS0tLS1C", "kind": "TrustedRoot"}}}}
    text = shown(found, {"properties": {}}, {"properties": {}}, settings)
    assert "properties.certificates.theirs" in text
    assert "LS0tLS1C" not in text


def test_every_resource_of_an_environment_is_read_before_its_update() -> None:
    arguments: IntegrationServiceEnvironmentArgsDict = {
        "resource_group_name": "rg",
        "name": "ise",
        "location": "westus2",
        "sku": {"name": "Premium"},
        "endpoint": "External",
        "network": {
            "name": "vnet",
            "address_space": ["10.0.0.0/24"],
            "security_group": {"name": "nsg"},
            "route_table": {
                "name": "rt",
                "routes": {"internet": {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}},
            },
        },
        "managed_connectors": ["sql"],
        "integration_accounts": {"orders": {"sku": "Standard"}},
    }
    recording = record(lambda: IntegrationServiceEnvironment("fabrikam", arguments))
    unread = {
        registration.name
        for registration in recording.registrations
        if registration.request.custom and not registration.request.hooks.before_update
    }
    assert unread == set()
    assert len([name for name in recording.hooks if name == "logic-apps-environment-external-settings"]) <= 1


@pytest.mark.parametrize("token", [*TOKENS, GENERIC])
def test_a_resource_is_read_by_the_inputs_in_its_id(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    async def read(*call: Any) -> dict[str, Any]:
        calls.append(call)
        return {}

    monkeypatch.setattr("logic_apps_environment.hooks.external_settings.invoke_async", read)
    check = ExternalSettingsCheck()
    check.components["vnet"].append((None, PLAIN))
    inputs = dict.fromkeys(RESOURCE_TYPES[token].inputs, "x") | ACCOUNT
    update = ResourceHookArgs(urn="urn:1", id="/x", name="vnet", type=token, old_inputs=inputs, new_inputs=inputs)
    asyncio.run(check.warn(update))
    ((function, arguments, _),) = calls
    assert RESOURCE_TYPES[token] is READS[function]
    assert set(arguments) == {*RESOURCE_TYPES[token].path_inputs} | ({"apiVersion"} if token == GENERIC else set())


def test_an_interruption_ends_the_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine waits for the hook, and azure-native does not cancel a function that runs."""

    async def held(*_asked: object) -> None:
        interrupt()
        await asyncio.Event().wait()

    monkeypatch.setattr("logic_apps_environment.hooks.external_settings.invoke_async", held)
    check = ExternalSettingsCheck()
    check.components["subnet-1"].append((None, PLAIN))
    update = ResourceHookArgs(
        urn="urn:1", id="/x", name="subnet-1", type="azure-native:network:Subnet", old_inputs=BARE, new_inputs=BARE
    )
    asyncio.run(check.warn(update))
