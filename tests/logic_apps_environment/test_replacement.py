"""What a change of arguments is reported to replace, and which changes of letter case are rejected.

The expected keys and parts are those of docs/changes.md, which tests/end_to_end/test_changes.py walks.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi.resource_hooks import ResourceHookArgs

from logic_apps_environment import (
    ArgumentsError,
    EnvironmentNetworkArgs,
    IntegrationServiceEnvironmentArgs,
    StackConfiguration,
)
from logic_apps_environment.changes.registered_inputs import registered_inputs
from logic_apps_environment.changes.report import describe, report
from logic_apps_environment.validation.change_effects import Part
from tests.logic_apps_environment.test_environment import environment, later
from tests.support.recording import ENVIRONMENT_COMPONENT, NETWORK_COMPONENT, record
from tests.support.rule_examples import BASE, COMPANY, EXISTING, FOUR_IDS, IDENTITY, PROJECT, encrypted, network

ENVIRONMENT, SUBNET, SUBNETS, NETWORK = Part.ENVIRONMENT, Part.SUBNET, Part.SUBNETS, Part.NETWORK
ALL = (ENVIRONMENT, SUBNETS, NETWORK)
RANGES = [f"10.0.0.{start}/27" for start in (0, 32, 64, 96)]


STANDARD = {"sku": "Standard"}
STACK = StackConfiguration
EXISTING_GROUP = f"{COMPANY.partition('/virtualNetworks/')[0]}/networkSecurityGroups/nsg-company"


def stack_of(**changes: Any) -> StackConfiguration:
    """The base configuration with these changes."""
    values = {key: value for key, value in (BASE | changes).items() if value is not None}
    texts = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    return StackConfiguration.read(PROJECT, texts)


def inputs_of(**changes: Any) -> dict[str, Any]:
    """What the component of a stack registers for the base configuration with these changes."""
    return registered_inputs(stack_of(**changes).environment_args("rg").source)


def found(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any, tuple[Part, ...]]]:
    """The replacements between two configurations: old and new value and what is replaced, by key."""
    return {
        ".".join(map(str, each.path)): (each.old, each.new, each.parts)
        for each in STACK.replacements(inputs_of(**before), inputs_of(**after))
    }


def subnets(*names: str, ranges: list[str] | None = None) -> dict[str, Any]:
    given = [{"name": name} for name in names]
    return {
        "subnets": [each | {"addressPrefix": r} for each, r in zip(given, ranges, strict=True)] if ranges else given
    }


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"endpoint": "Internal"}, {}, {"endpoint": ("Internal", "External", (ENVIRONMENT,))}),
        ({}, {"name": "Other-ISE"}, {"name": ("Fabrikam-ISE", "Other-ISE", (ENVIRONMENT,))}),
        ({}, {"sku": {"name": "Developer"}}, {"sku.name": ("Premium", "Developer", (ENVIRONMENT,))}),
        ({}, {"location": "East US"}, {"location": ("westus2", "eastus", (*ALL, Part.GROUP))}),
        ({}, {"resourceGroup": {"name": "rg"}}, {"resourceGroup.name": ("Fabrikam-RG", "rg", (*ALL, Part.GROUP))}),
        ({}, network(name="vnet"), {"network.name": ("Fabrikam-VNET", "vnet", ALL)}),
        (
            network(**subnets("a", "b", "c", "d")),
            network(**subnets("a", "x", "c", "d")),
            {"network.subnets.1.name": ("b", "x", (ENVIRONMENT, SUBNET))},
        ),
        # The ranges of the subnets are planned from the address space.
        (
            {},
            network(addressSpace=["10.1.0.0/24"]),
            {"network.addressSpace": (["10.0.0.0/24"], ["10.1.0.0/24"], ALL)},
        ),
        (
            network(**subnets("a", "b", "c", "d", ranges=RANGES)),
            network(**subnets("a", "b", "c", "d", ranges=[*RANGES[:3], "10.0.0.128/27"])),
            {"network.subnets.3.addressPrefix": ("10.0.0.96/27", "10.0.0.128/27", ALL)},
        ),
        (
            {"identity": None},
            {"identity": {"type": "SystemAssigned"}},
            {"identity": (None, {"type": "SystemAssigned"}, (ENVIRONMENT,))},
        ),
        (encrypted(), encrypted(name="other"), {"encryptionKey.name": ("ise", "other", (ENVIRONMENT,))}),
        # From a network that the stack creates to existing ones: the virtual network is deleted.
        (
            {},
            {"network": EXISTING},
            {"network.virtualNetworkId": (None, COMPANY.lower(), ALL)},
        ),
        (
            {},
            {"network": {"subnetIds": FOUR_IDS}},
            {"network.subnetIds": (None, [each.lower() for each in FOUR_IDS], ALL)},
        ),
        ({"network": {"subnetIds": FOUR_IDS}}, {}, {"network.name": (None, "Fabrikam-VNET", (ENVIRONMENT,))}),
        # Subnets in a network of another team.
        (
            {"network": EXISTING},
            {"network": EXISTING, "location": "eastus"},
            {"location": ("westus2", "eastus", (ENVIRONMENT, Part.GROUP))},
        ),
        (
            network(securityGroup={"name": "nsg-a"}),
            network(securityGroup={"name": "nsg-b"}),
            {"network.securityGroup.name": ("nsg-a", "nsg-b", (Part.SECURITY_GROUP,))},
        ),
        (
            network(securityGroup={"name": "nsg"}),
            network(securityGroup={"id": EXISTING_GROUP}),
            {"network.securityGroup.name": ("nsg", None, (Part.SECURITY_GROUP,))},
        ),
        (
            network(securityGroup={"name": "nsg"}),
            {},
            {"network.securityGroup": ({"name": "nsg"}, None, (Part.SECURITY_GROUP,))},
        ),
        (
            {"integrationAccounts": {"partners": STANDARD, "orders": STANDARD}},
            {"integrationAccounts": {"orders": STANDARD}},
            {"integrationAccounts.partners": (STANDARD, None, (Part.ACCOUNT,))},
        ),
        # The last one is removed, or renamed.
        (
            {"integrationAccounts": {"partners": STANDARD}},
            {},
            {"integrationAccounts.partners": (STANDARD, None, (Part.ACCOUNT,))},
        ),
        (
            {"integrationAccounts": {"partners": STANDARD}},
            {"integrationAccounts": {"traders": STANDARD}},
            {"integrationAccounts.partners": (STANDARD, None, (Part.ACCOUNT,))},
        ),
        (
            {"managedConnectors": ["sql", "ftp"]},
            {"managedConnectors": ["ftp", "mq"]},
            {
                "managedConnectors": (
                    [{"name": "sql"}, {"name": "ftp"}],
                    [{"name": "ftp"}, {"name": "mq"}],
                    (Part.CONNECTOR,),
                )
            },
        ),
        (
            {"managedConnectors": ["sql"]},
            {},
            {"managedConnectors": ([{"name": "sql"}], None, (Part.CONNECTOR,))},
        ),
        # In an existing network too.
        (
            {"network": {"subnetIds": FOUR_IDS}, "integrationAccounts": {"partners": STANDARD}},
            {"network": {"subnetIds": FOUR_IDS}},
            {"integrationAccounts.partners": (STANDARD, None, (Part.ACCOUNT,))},
        ),
    ],
)
def test_a_key_that_replaces_something_is_found_with_old_and_new_value(
    before: dict[str, Any], after: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert found(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"sku": {"name": "Premium", "capacity": 5}}),
        ({}, {"tags": {"owner": "integration"}}),
        ({}, network(addressSpace=["10.0.0.0/24", "10.1.0.0/24"])),
        # What was planned is written down.
        ({}, network(**subnets("subnet-1", "subnet-2", "subnet-3", "subnet-4", ranges=RANGES))),
        ({}, network(securityGroup={"name": "nsg"})),
        ({}, network(dnsServers=["10.0.0.200"])),
        # An existing security group is referenced, and then no longer: it is not the stack's.
        (network(securityGroup={"id": EXISTING_GROUP}), network(securityGroup={"id": EXISTING_GROUP.upper()})),
        (network(securityGroup={"id": EXISTING_GROUP}), {}),
        ({"managedConnectors": ["sql", "ftp"]}, {"managedConnectors": ["ftp", "sql"]}),
        ({"managedConnectors": ["sql"]}, {"managedConnectors": ["ftp", "sql"]}),
        ({}, {"integrationAccounts": {"partners": STANDARD}}),
        (
            {"integrationAccounts": {"partners": STANDARD}},
            {"integrationAccounts": {"partners": STANDARD, "orders": STANDARD}},
        ),
        ({"location": "West US 2"}, {"location": "westus2"}),
        ({"network": {"subnetIds": FOUR_IDS}}, {"network": {"subnetIds": [each.upper() for each in FOUR_IDS]}}),
    ],
)
def test_other_changes_replace_nothing(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert found(before, after) == {}


def test_every_changed_key_is_named_with_what_is_lost_and_the_page_to_read() -> None:
    after = inputs_of(endpoint="Internal", **network(name="vnet"))
    assert describe(STACK.replacements(inputs_of(), after)) == (
        "This change deletes or replaces the environment, all subnets and the virtual network:\n"
        "   endpoint: External -> Internal\n"
        "   network.name: Fabrikam-VNET -> vnet\n"
        "   Lost: the environment's IP addresses, and all workflows, connections, run history, schemas and maps in it "
        "and its integration accounts; other subnets and peerings of the virtual network.\n"
        "   The environment cannot be created again: Azure has created no new environments since November 1, 2022.\n"
        '   What to do: restore the old values, or follow the guide "Replace or delete an environment" '
        "(docs/how-to/replace-or-delete.md in the repository of logic-apps-environment)."
    )


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        (
            {"integrationAccounts": {"partners": STANDARD}},
            [
                "This change deletes or replaces the integration account:",
                "   integrationAccounts.partners: {sku: Standard} -> (not set)",
                (
                    "   Lost: schemas, maps, partners, agreements and certificates in the integration account, and the "
                    "links of workflows to it."
                ),
            ],
        ),
        (
            {"managedConnectors": ["sql", "ftp"]},
            [
                "This change deletes or replaces the connector:",
                "   managedConnectors: [{name: sql}, {name: ftp}] -> (not set)",
                "   Lost: connections that use the connector, which stop working.",
            ],
        ),
    ],
)
def test_what_is_lost_with_an_account_or_a_connector_is_named(before: dict[str, Any], lines: list[str]) -> None:
    warning = describe(STACK.replacements(inputs_of(**before), inputs_of()))
    assert warning.splitlines()[:-1] == lines


def changed(old: dict[str, Any], new: dict[str, Any]) -> ResourceHookArgs:
    urn = f"urn:pulumi:dev::{PROJECT}::{ENVIRONMENT_COMPONENT}::orders"
    return ResourceHookArgs(urn, "", "orders", ENVIRONMENT_COMPONENT, new_inputs=new, old_inputs=old)


def test_the_hook_warns_and_the_engine_continues(caplog: pytest.LogCaptureFixture) -> None:
    record(lambda: report(changed(inputs_of(endpoint="Internal"), inputs_of()), stack_of()))
    (warning,) = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert "endpoint: Internal -> External" in warning


@pytest.mark.parametrize("old", [{}, inputs_of()])
def test_the_hook_reports_nothing_without_a_previous_state_or_a_change(
    old: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    record(lambda: report(changed(old, inputs_of()), stack_of()))
    assert caplog.records == []


@pytest.mark.parametrize("value", [pulumi.UNKNOWN, "[secret]", "[unknown]"])
def test_an_unknown_or_secret_value_is_no_change(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    record(lambda: report(changed(inputs_of(), inputs_of() | {"name": value}), stack_of()))
    assert caplog.records == []


def test_an_argument_that_is_unknown_in_a_preview_is_not_missing(caplog: pytest.LogCaptureFixture) -> None:
    """The engine omits unknown inputs, like arguments that were removed."""

    def program() -> None:
        args = IntegrationServiceEnvironmentArgs(
            resource_group_name=pulumi.Output.from_input("rg-new"),
            name="ise-orders",
            location="westus2",
            sku={"name": "Developer"},
            endpoint="Internal",
            network={"name": "vnet-orders", "address_space": ["10.0.0.0/24"]},
        )
        new = {"network": {"name": "vnet-orders", "addressSpace": ["10.0.0.0/24"]}}
        old = new | {"resourceGroupName": "rg-old", "endpoint": "External", "managedConnectors": [{"name": "sql"}]}
        report(changed(old, new), args)

    record(program)
    (warning,) = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert "resource_group_name: rg-old -> (unknown until the update)" in warning
    assert "endpoint: External -> (unknown until the update)" in warning
    assert 'managed_connectors: [{"name": "sql"}] -> (not set)' in warning


def test_changes_of_letter_case_are_rejected_together_with_the_existing_spelling() -> None:
    before = inputs_of(**network(**subnets("a", "b", "c", "d"), securityGroup={"name": "nsg"}))
    # A new order hides no new spelling.
    after = inputs_of(**network(**subnets("b", "A", "c", "d"), securityGroup={"name": "NSG"}))
    with pytest.raises(ArgumentsError) as rejection:
        report(changed(before, after), stack_of())
    text = str(rejection.value)
    assert text.startswith("The configuration of this stack has 2 problems; nothing was created or changed.")
    assert f'1. {PROJECT}:network.subnets[1].name: "A" differs only in letter case from the existing "a".' in text
    assert (
        f'2. {PROJECT}:network.securityGroup.name: "NSG" differs only in letter case from the existing "nsg".' in text
    )
    assert 'What to do: Use "nsg".' in text


def test_the_network_component_reports_the_parts_that_a_change_replaces() -> None:
    def args(**changes: Any) -> dict[str, Any]:
        base = {"resource_group_name": "rg", "location": "westus2", "name": "vnet", "address_space": ["10.0.0.0/24"]}
        return registered_inputs(EnvironmentNetworkArgs.checked(base | changes))

    (change,) = EnvironmentNetworkArgs.replacements(args(), args(location="eastus"))
    assert (change.path, change.parts) == (("location",), (SUBNETS, NETWORK))
    (change,) = EnvironmentNetworkArgs.replacements(args(), args(name="other"))
    assert (change.path, change.parts) == (("name",), (SUBNETS, NETWORK))


def test_the_component_registers_its_arguments_and_its_network_does_not() -> None:
    recording = record(environment(managed_connectors=["sql"]))
    inputs = recording.component(ENVIRONMENT_COMPONENT).inputs
    assert inputs["name"] == "Fabrikam-ISE"
    assert inputs["network"]["subnetRanges"] == RANGES
    assert inputs["managedConnectors"] == [{"name": "sql"}]
    assert recording.component(NETWORK_COMPONENT).inputs == {}
    hooks = recording.component(ENVIRONMENT_COMPONENT).request.hooks
    assert list(hooks.before_update) == ["logic-apps-environment-replacement:IntegrationServiceEnvironment:fabrikam"]
    # Such a hook would make a destroy fail that does not run the program.
    assert list(hooks.before_delete) == []


def test_no_secret_no_link_and_no_text_of_a_certificate_is_registered() -> None:
    sap = {"name": "sap", "content_link": "https://fabrikam.example/sap.zip?sig=hidden"}
    tags = {"code": "hidden"}
    recording = record(environment(tags=lambda: {"code": pulumi.Output.secret(tags["code"])}, managed_connectors=[sap]))
    inputs = recording.component(ENVIRONMENT_COMPONENT).inputs
    assert inputs["tags"] == {"code": "[secret]"}
    assert inputs["managedConnectors"] == [{"name": "sap"}]
    assert inputs["certificates"] == {"testCertificate": {"kind": "TrustedRoot"}}
    assert "hidden" not in json.dumps(inputs)


def test_an_output_is_registered_by_its_value_without_a_dependency() -> None:
    inputs = record(environment(name=later("later"))).component(ENVIRONMENT_COMPONENT)
    assert inputs.inputs["name"] == "later"
    assert list(inputs.request.dependencies) == []


def test_an_environment_registers_the_models_of_callers_in_code_without_a_group() -> None:
    assert not {"resourceGroup"} & set(
        registered_inputs(
            IntegrationServiceEnvironmentArgs(
                resource_group_name="rg",
                name="ise",
                location="westus2",
                sku={"name": "Developer"},
                endpoint="Internal",
                network={"name": "vnet", "address_space": ["10.0.0.0/24"]},
                identity={"type": "UserAssigned", "user_assigned": [IDENTITY]},
            )
        )
    )


def test_a_group_that_the_stack_replaces_with_an_existing_one_is_named() -> None:
    after = {"resourceGroup": {"name": "rg-other", "create": False}}
    assert found({}, after)["resourceGroup.name"][2] == (*ALL, Part.GROUP)
    assert found(after, {})["resourceGroup.name"][2] == ALL


def test_a_group_that_the_stack_releases_is_not_named() -> None:
    after = {"resourceGroup": {"name": "Fabrikam-RG", "create": False}, "location": "eastus"}
    assert found({}, after) == {"location": ("westus2", "eastus", ALL)}


@pytest.mark.parametrize(
    "change",
    [{"location": "East US"}, {"resourceGroup": {"name": "rg"}}],
    ids=["location", "resource group"],
)
def test_a_security_group_and_a_route_table_are_replaced_with_the_network(change: dict[str, Any]) -> None:
    own = network(securityGroup={"name": "nsg"}, routeTable={"name": "rt", "routes": {}})
    (parts,) = [each[2] for each in found(own, own | change).values()]
    assert {Part.SECURITY_GROUP, Part.ROUTE_TABLE} <= set(parts)
    (parts,) = [each[2] for each in found({}, change).values()]
    assert not {Part.SECURITY_GROUP, Part.ROUTE_TABLE} & set(parts)
