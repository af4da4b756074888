"""The mocks for unit tests of users' programs answer as Azure does, and the how-to that describes them works."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi_azure_native import network, resources

from logic_apps_environment import ArgumentsError, EnvironmentNetwork, IntegrationServiceEnvironment
from logic_apps_environment.testing import AzureMocks
from tests.support.recording import record

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[2]
HOW_TO = REPOSITORY / "docs" / "how-to" / "test-your-program.md"
HUB_AND_SPOKES = REPOSITORY / "examples" / "hub-and-spokes"
GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-orders"
HUB = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub"
    "/providers/Microsoft.Network/virtualNetworks/vnet-hub"
)

ANY_TRAFFIC = {
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}


def environment(**changes: Any) -> IntegrationServiceEnvironment:
    """An environment in a new network, except for ``changes``."""
    arguments: Any = {
        "resource_group_name": "rg-orders",
        "name": "ise-orders",
        "location": "westus2",
        "sku": {"name": "Premium"},
        "endpoint": "Internal",
        "network": {"name": "vnet-orders", "address_space": ["10.0.0.0/24"]},
    }
    return IntegrationServiceEnvironment("orders", arguments | changes)


def outputs_of(
    program: Callable[[], IntegrationServiceEnvironment], azure: AzureMocks, **options: Any
) -> dict[str, Any]:
    """The outputs that a program exports when Azure answers as these mocks do."""

    def exporting() -> None:
        for name, value in program().outputs.items():
            pulumi.export(name, value)

    return record(exporting, azure=azure, **options).stack_outputs


@pytest.mark.parametrize("preview", ["False", "True"])
def test_the_program_and_the_test_of_the_how_to_pass(preview: str, tmp_path: Path) -> None:
    program, test = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "program.py").write_text(program)
    (tmp_path / "test_program.py").write_text(test.replace("preview=False", f"preview={preview}"))
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert "2 passed" in finished.stdout


def test_the_hub_and_its_spokes_are_tested_without_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of several modules, components and providers, as a team writes it outside of this package."""
    monkeypatch.syspath_prepend(str(HUB_AND_SPOKES))
    settings = {
        "orders": {"location": "westus2", "addressSpace": "10.91.0.0/24", "sku": "Premium"},
        "claims": {"location": "eastus2", "addressSpace": "10.93.0.0/24", "sku": "Developer"},
    }
    recording = record(
        lambda: runpy.run_path(str(HUB_AND_SPOKES / "__main__.py")),
        azure=AzureMocks(),
        configuration={"logic-apps-environment:spokes": json.dumps(settings)},
    )
    assert recording.stack_outputs == {
        name: GROUP.replace("rg-orders", f"rg-spoke-{name}")
        + f"/providers/Microsoft.Logic/integrationServiceEnvironments/ise-{name}"
        for name in settings
    }
    hub = GROUP.replace("rg-orders", "rg-hub") + "/providers/Microsoft.Network/virtualNetworks/vnet-hub"
    for name in settings:
        assert recording[f"{name}-to-hub"].inputs["remoteVirtualNetwork"] == {"id": hub}
        assert recording[f"{name}-rt-hub"].inputs["nextHopIpAddress"] == "10.90.0.4"
        assert recording[f"{name}-ise"].inputs["tags"] == {"workload": name, "stack": "dev"}
    providers = {name: recording[f"{name}-ise"].request.provider.split("::")[3] for name in settings}
    assert providers == {"orders": "westus2", "claims": "eastus2"}


def test_an_environment_is_tested_in_a_network_of_the_same_program() -> None:
    """Neither the network nor the group has a name: azure-native generates them from the logical names."""

    def program() -> IntegrationServiceEnvironment:
        group = resources.ResourceGroup("group")
        hub = network.VirtualNetwork(
            "hub",
            resource_group_name=group.name,
            location="westus2",
            address_space={"address_prefixes": ["10.0.0.0/16"]},
        )
        subnets = [
            network.Subnet(
                f"ise-{number}",
                resource_group_name=group.name,
                virtual_network_name=hub.name,
                address_prefix=f"10.0.{number}.0/27",
                delegations=[{"name": "ise", "service_name": "Microsoft.Logic/integrationServiceEnvironments"}]
                if number == 0
                else [],
            )
            for number in range(4)
        ]
        return IntegrationServiceEnvironment(
            "orders",
            {
                "resource_group_name": group.name,
                "name": "ise-orders",
                "location": "westus2",
                "sku": {"name": "Premium"},
                "endpoint": "Internal",
                "network": {"subnet_ids": [subnet.id for subnet in subnets]},
            },
        )

    hub = f"{GROUP.replace('rg-orders', 'group')}/providers/Microsoft.Network/virtualNetworks/hub"
    assert outputs_of(program, AzureMocks())["virtual_network_id"] == hub


def test_everything_in_an_environment_has_the_id_that_azure_gives_it() -> None:
    found = outputs_of(
        lambda: environment(managed_connectors=["sql"], integration_accounts={"partners": {"sku": "Standard"}}),
        AzureMocks(),
    )
    ise = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-orders"
    assert found["environment_id"] == ise
    assert found["environment_name"] == "ise-orders"
    assert found["resource_group_id"] == GROUP
    assert found["subnet_ids"]["subnet-1"] == (
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-orders/subnets/subnet-1"
    )
    assert found["connector_ids"] == {"sql": f"{ise}/managedApis/sql"}
    assert found["integration_account_ids"] == {
        "partners": f"{GROUP}/providers/Microsoft.Logic/integrationAccounts/partners"
    }
    assert found["workflow_outgoing_ip_addresses"] == ["203.0.113.1"]
    assert found["connector_access_endpoint_ip_addresses"] == []


def test_ids_and_addresses_are_unknown_in_a_preview() -> None:
    found = outputs_of(environment, AzureMocks(), preview=True)
    assert pulumi.contains_unknowns(found["environment_id"])
    assert pulumi.contains_unknowns(found["workflow_outgoing_ip_addresses"])


def test_a_key_that_was_added_is_found() -> None:
    azure = AzureMocks()
    version = "0123456789abcdef" * 2
    vault = azure.add_key("kv-orders", "ise", version=version, resource_group_name="rg-keys")
    identity = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders"
    registered = record(
        lambda: environment(
            identity={"type": "UserAssigned", "user_assigned": [identity]},
            encryption_key={"vault_id": vault, "name": "ise", "version": version},
        ),
        azure=azure,
    )
    encryption = registered["orders-ise"].inputs["properties"]["encryptionConfiguration"]
    assert encryption["encryptionKeyReference"]["keyVault"] == {"id": vault}


def test_a_system_assigned_identity_has_a_principal() -> None:
    found = outputs_of(lambda: environment(identity={"type": "SystemAssigned"}), AzureMocks())
    assert found["principal_id"] == "22222222-2222-2222-2222-222222222222"


def test_a_stack_that_was_added_has_its_outputs() -> None:
    azure = AzureMocks()
    azure.add_stack("organization/hub/dev", {"name": "ise-of-the-hub"})

    def program() -> IntegrationServiceEnvironment:
        return environment(name=pulumi.StackReference("organization/hub/dev").require_output("name"))

    assert outputs_of(program, azure)["environment_name"] == "ise-of-the-hub"


def test_a_stack_that_was_not_added_is_an_error_with_the_call_that_adds_it() -> None:
    with pytest.raises(LookupError, match=re.escape('azure.add_stack("organization/hub/dev", {…})')):
        record(lambda: pulumi.StackReference("organization/hub/dev"), azure=AzureMocks())


def test_letter_case_of_names_does_not_matter_in_look_ups() -> None:
    azure = AzureMocks()
    azure.add_virtual_network(
        "vnet-hub", resource_group_name="RG-Hub", location="westus2", address_space=["10.0.0.0/16"]
    )
    subnets = [{"name": f"ise-{number}", "address_prefix": f"10.0.{number}.0/27"} for number in range(4)]
    in_hub = {"virtual_network_id": HUB.replace("vnet-hub", "VNET-HUB"), "subnets": subnets}
    assert outputs_of(lambda: environment(network=in_hub), azure)["virtual_network_name"] == "vnet-hub"


def test_inputs_that_mocks_repeat_as_outputs_are_not_taken_for_attributes() -> None:
    """Pulumi's documentation has mocks return the inputs of each resource, components included."""
    subnets = [{"name": f"ise-{number}", "address_prefix": f"10.0.0.{number * 32}/27"} for number in range(4)]
    place: Any = {"resource_group_name": "rg-orders", "location": "westus2"}
    network = {"name": "vnet-orders", "address_space": ["10.0.0.0/24"], "subnets": subnets}

    def program() -> None:
        made = EnvironmentNetwork("orders", place | network)
        pulumi.export("names", [subnet.name for subnet in made.subnets])

    names = record(program, azure=AzureMocks()).stack_outputs["names"]
    assert names == ["ise-0", "ise-1", "ise-2", "ise-3"]


@pytest.mark.parametrize(
    ("rules", "type_errors"),
    [
        ([], "454"),
        ([{"name": "allow", "priority": 100, "direction": "Inbound", "access": "Allow", **ANY_TRAFFIC}], ""),
    ],
    ids=["Azure's default rules block management ports", "a rule allows them"],
)
def test_the_rules_of_an_existing_security_group_are_validated(rules: list[dict[str, Any]], type_errors: str) -> None:
    azure = AzureMocks()
    group = azure.add_security_group("nsg-hub", resource_group_name="rg-hub", rules=rules)
    network = {"name": "vnet-orders", "address_space": ["10.0.0.0/24"], "security_group": {"id": group}}
    if type_errors:
        with pytest.raises(ArgumentsError, match=type_errors):
            outputs_of(lambda: environment(network=network), azure)
        return
    subnets = record(lambda: environment(network=network), azure=azure)
    assert subnets["orders-subnet-1"].inputs["networkSecurityGroup"] == {"id": group}


def test_an_existing_route_table_is_attached_to_the_subnets() -> None:
    azure = AzureMocks()
    table = azure.add_route_table("rt-hub", resource_group_name="rg-hub")
    network = {"name": "vnet-orders", "address_space": ["10.0.0.0/24"], "route_table": {"id": table}}
    subnets = record(lambda: environment(network=network), azure=azure)
    assert subnets["orders-subnet-4"].inputs["routeTable"] == {"id": table}


def test_connectors_exist_only_if_they_were_added() -> None:
    subnets = [{"name": f"ise-{number}", "address_prefix": f"10.0.{number}.0/27"} for number in range(4)]
    with pytest.raises(ArgumentsError, match="network-found"):
        outputs_of(lambda: environment(network={"virtual_network_id": HUB, "subnets": subnets}), AzureMocks())


def test_other_resources_of_the_program_are_registered_too() -> None:
    azure = AzureMocks()

    def program() -> None:
        group = resources.ResourceGroup("group", resource_group_name="rg-orders")
        address = network.PublicIPAddress("address", resource_group_name=group.name)
        pulumi.export("ids", [group.id, address.id])

    assert record(program, azure=azure).stack_outputs["ids"] == [
        GROUP,
        f"{GROUP}/providers/network/PublicIPAddress/address",
    ]
    assert [each.name for each in azure.resources] == ["group", "address"]
