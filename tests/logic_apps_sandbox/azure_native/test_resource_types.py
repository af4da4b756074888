"""The table of resource types: ids, api-versions, and names and types equal to those of the installed SDK."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.generate_sdk_types import generate
from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES, resource_type
from logic_apps_sandbox.azure_native.schema import (
    SDK_TYPES_FILE,
    Type,
    object_properties,
    object_type_names,
    parse_type,
)
from logic_apps_sandbox.azure_native.wrapped_types import inside_properties
from tests.logic_apps_sandbox.azure_native.arm_double import SUBSCRIPTION

GENERIC = resource_type("azure-native:resources:Resource")
GROUP = resource_type("azure-native:resources:ResourceGroup")
NETWORK = resource_type("azure-native:network:VirtualNetwork")
SUBNET = resource_type("azure-native:network:Subnet")

ISE = {
    "resourceGroupName": "Fabrikam-RG",
    "resourceProviderNamespace": "Microsoft.Logic",
    "parentResourcePath": "",
    "resourceType": "integrationServiceEnvironments",
    "resourceName": "Fabrikam-ISE",
}


def test_the_checked_in_types_are_those_of_the_installed_sdk() -> None:
    assert SDK_TYPES_FILE.read_text(encoding="utf-8") == generate(), (
        "run `python -m logic_apps_sandbox.azure_native.generate_sdk_types`"
    )


@pytest.mark.parametrize("token", RESOURCE_TYPES)
def test_inputs_and_api_version_are_those_of_the_sdk_class(token: str) -> None:
    _, module, name = token.split(":")
    sdk = importlib.import_module(f"pulumi_azure_native.{module}")
    constructor = inspect.signature(getattr(sdk, name)._internal_init)
    options = {"__self__", "resource_name", "opts", "__props__"}
    # resource_name is the first argument of every resource, so the SDK calls the input resource_name_.
    accepted = {parameter.rstrip("_") for parameter in constructor.parameters if parameter not in options}
    assert {snake_case(name) for name in resource_type(token).inputs} == accepted
    documented = re.search(r"Uses Azure REST API version (\S+)\. ", inspect.getsource(getattr(sdk, name)))
    assert documented is not None
    assert resource_type(token).api_version == documented[1]


def snake_case(name: str) -> str:
    """The SDK's spelling in Python: privateEndpointVNetPolicies is private_endpoint_v_net_policies."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def test_nested_types_are_known_to_their_full_depth() -> None:
    assert SUBNET.inputs["delegations"].type == Type("array", Type("object", name="network:DelegationArgs"))
    assert set(object_properties("network:DelegationArgs")) == {"actions", "etag", "id", "name", "serviceName", "type"}
    assert object_properties("network:SecurityRuleArgs")["access"].required


def test_the_generic_resource_accepts_any_properties() -> None:
    assert GENERIC.inputs["properties"].type == Type("any")


def test_the_id_of_a_generic_resource_has_lower_case_resourcegroups_and_two_slashes_for_an_empty_parent() -> None:
    assert GENERIC.arm_id(ISE, SUBSCRIPTION) == (
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/Fabrikam-RG/providers/Microsoft.Logic"
        "//integrationServiceEnvironments/Fabrikam-ISE"
    )


def test_slashes_around_the_parts_of_a_generic_id_are_trimmed_and_those_inside_kept() -> None:
    inputs = {
        **ISE,
        "parentResourcePath": "/integrationServiceEnvironments/Fabrikam-ISE/",
        "resourceType": "/managedApis",
    }
    assert GENERIC.arm_id(inputs, SUBSCRIPTION).endswith(
        "/Microsoft.Logic/integrationServiceEnvironments/Fabrikam-ISE/managedApis/Fabrikam-ISE"
    )


def test_a_name_is_escaped_in_the_path() -> None:
    assert GROUP.arm_id({"resourceGroupName": "a/b ü"}, "s") == "/subscriptions/s/resourcegroups/a%2Fb%20%C3%BC"


def test_a_subnet_belongs_to_its_virtual_network() -> None:
    inputs = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "subnetName": "subnet-1"}
    identifier = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/subnet-1"
    assert SUBNET.arm_id(inputs, "s") == identifier
    assert SUBNET.path_values(identifier) == inputs


@pytest.mark.parametrize(
    ("token", "inputs", "identifier"),
    [
        (
            "network:SecurityRule",
            {"networkSecurityGroupName": "nsg-ise", "securityRuleName": "https"},
            "Microsoft.Network/networkSecurityGroups/nsg-ise/securityRules/https",
        ),
        (
            "network:VirtualNetworkPeering",
            {"virtualNetworkName": "vnet", "virtualNetworkPeeringName": "hub"},
            "Microsoft.Network/virtualNetworks/vnet/virtualNetworkPeerings/hub",
        ),
        (
            "network:Route",
            {"routeTableName": "ways", "routeName": "out"},
            "Microsoft.Network/routeTables/ways/routes/out",
        ),
        (
            "network:NetworkSecurityGroup",
            {"networkSecurityGroupName": "g"},
            "Microsoft.Network/networkSecurityGroups/g",
        ),
        ("network:RouteTable", {"routeTableName": "ways"}, "Microsoft.Network/routeTables/ways"),
        ("logic:IntegrationAccount", {"integrationAccountName": "a"}, "Microsoft.Logic/integrationAccounts/a"),
        (
            "logic:IntegrationAccountSchema",
            {"integrationAccountName": "a", "schemaName": "order"},
            "Microsoft.Logic/integrationAccounts/a/schemas/order",
        ),
        (
            "logic:IntegrationAccountAgreement",
            {"integrationAccountName": "a", "agreementName": "order"},
            "Microsoft.Logic/integrationAccounts/a/agreements/order",
        ),
        ("logic:Workflow", {"workflowName": "orders"}, "Microsoft.Logic/workflows/orders"),
        ("keyvault:Vault", {"vaultName": "v"}, "Microsoft.KeyVault/vaults/v"),
        ("keyvault:Key", {"vaultName": "v", "keyName": "k"}, "Microsoft.KeyVault/vaults/v/keys/k"),
        (
            "managedidentity:UserAssignedIdentity",
            {"resourceName": "i"},
            "Microsoft.ManagedIdentity/userAssignedIdentities/i",
        ),
    ],
)
def test_other_resources_are_in_their_group_or_parent(token: str, inputs: dict[str, str], identifier: str) -> None:
    entry = resource_type(f"azure-native:{token}")
    whole = f"/subscriptions/s/resourceGroups/rg/providers/{identifier}"
    assert entry.arm_id({"resourceGroupName": "rg", **inputs}, "s") == whole
    assert entry.path_values(whole) == {"resourceGroupName": "rg", **inputs}


def test_the_group_of_an_environment_and_of_a_managed_api_is_called_resource_group() -> None:
    environment = resource_type("azure-native:logic:IntegrationServiceEnvironment")
    assert environment.arm_id({"resourceGroup": "rg", "integrationServiceEnvironmentName": "ise"}, "s") == (
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Logic/integrationServiceEnvironments/ise"
    )
    assert environment.long_running == {"create"}
    entry = resource_type("azure-native:logic:IntegrationServiceEnvironmentManagedApi")
    inputs = {"resourceGroup": "rg", "integrationServiceEnvironmentName": "ise", "apiName": "servicebus"}
    assert entry.arm_id(inputs, "s") == (
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Logic/integrationServiceEnvironments/ise"
        "/managedApis/servicebus"
    )
    assert "delete" in entry.long_running


def test_accounts_and_workflows_complete_at_once() -> None:
    for name in ("IntegrationAccount", "Workflow"):
        assert resource_type(f"azure-native:logic:{name}").long_running == frozenset()


def test_a_parameter_of_the_request_is_not_in_its_body() -> None:
    peering = resource_type("azure-native:network:VirtualNetworkPeering")
    assert "syncRemoteAddressSpace" in peering.inputs
    assert "syncRemoteAddressSpace" not in peering.body_inputs


def test_an_id_of_another_type_is_rejected_with_the_form_that_fits() -> None:
    with pytest.raises(
        ProviderError, match=r"is not the id of a resource of type azure-native:network:Subnet.*/subnets/"
    ):
        SUBNET.path_values("/subscriptions/s/resourceGroups/rg")


@pytest.mark.parametrize(
    ("type_name", "name", "inside"),
    [
        ("network:Subnet", "addressPrefix", True),
        ("network:SubnetArgs", "name", False),
        ("network:DelegationResponse", "serviceName", True),
        ("network:VirtualNetwork", "location", False),
        ("network:AddressSpaceArgs", "addressPrefixes", False),
        ("resources:Resource", "properties", False),
        ("logic:Workflow", "definition", True),
        ("logic:Workflow", "identity", False),
        ("logic:IntegrationAccount", "sku", False),
        ("logic:IntegrationAccountMap", "mapType", True),
        ("logic:IntegrationServiceEnvironment", "networkConfiguration", False),
        ("logic:IntegrationServiceEnvironmentManagedApi", "deploymentParameters", True),
    ],
)
def test_properties_of_network_resources_are_in_properties_apart_from_the_envelope(
    type_name: str, name: str, inside: bool
) -> None:
    assert inside_properties(type_name, name) is inside


def test_every_network_type_that_has_an_etag_has_an_envelope() -> None:
    with_etag = {name for name in object_type_names() if "etag" in object_properties(name)}
    assert "network:SecurityRuleArgs" in with_etag
    assert {name for name in with_etag if not inside_properties(name, "any other property")} == set()


def test_an_unknown_token_is_rejected_with_those_that_are_known() -> None:
    with pytest.raises(ProviderError) as raised:
        resource_type("azure-native:storage:StorageAccount")
    assert "does not know the resource type 'azure-native:storage:StorageAccount'" in str(raised.value)
    assert "azure-native:network:Subnet" in str(raised.value)
    assert "real azure-native plugin" in str(raised.value)


@pytest.mark.parametrize("text", ["text", "[]", "{string", "[string"])
def test_an_invalid_type_token_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="not a property type"):
        parse_type(text)
