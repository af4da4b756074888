"""Ids in Azure's spelling, also where azure-native keeps the path that it requested.

The two spellings: azure-native's source, crud.go (PrepareAzureRESTIdAndQuery) and its metadata of the generic resource.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment import IntegrationServiceEnvironment
from logic_apps_environment.azure.ids import in_azure_spelling, is_id_of, parse_id
from tests.logic_apps_environment.test_environment import FABRIKAM, environment
from tests.logic_apps_environment.test_existing_networks import FOUR_IDS, with_four
from tests.support.recording import ENVIRONMENT_COMPONENT, NETWORK_COMPONENT, SUBSCRIPTION, Recording, record

GROUP = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
LOGIC = f"{GROUP}/providers/Microsoft.Logic"
ISE = f"{LOGIC}/integrationServiceEnvironments/Fabrikam-ISE"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Resources: alphanumerics of any alphabet.
GROUP_NAMES = st.text(st.characters(categories=["L", "Nd"], include_characters="_-.()"), min_size=1, max_size=90)
NAMES = st.text("abcXYZ019-_.", min_size=1, max_size=80)


REQUESTED_GROUP = f"{SUBSCRIPTION}/resourcegroups/Fabrikam-RG"
REQUESTED_TYPE = "Microsoft.Logic//integrationServiceEnvironments"
NEAR_MISS = f"{GROUP}/providers/Some.Namespace/some/resourcegroups"


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [
        (f"{REQUESTED_GROUP}/providers/{REQUESTED_TYPE}/Fabrikam-ISE", ISE),
        (f"{ISE}/managedApis/sql".replace("resourceGroups", "resourcegroups"), f"{ISE}/managedApis/sql"),
        (REQUESTED_GROUP, GROUP),
        (NETWORK.replace("Fabrikam-RG", "f%C3%A4b"), NETWORK.replace("Fabrikam-RG", "fäb")),
        (f"{SUBSCRIPTION}/resourceGroups/resourcegroups", f"{SUBSCRIPTION}/resourceGroups/resourcegroups"),
        (NEAR_MISS, NEAR_MISS),
        ("", ""),
    ],
)
def test_the_path_of_a_request_becomes_azures_spelling(given_id: str, expected: str) -> None:
    assert in_azure_spelling(given_id) == expected


def test_the_parts_of_a_nested_resources_id_are_its_types_and_names() -> None:
    parts = parse_id(f"{NETWORK}/subnets/subnet-1".replace("resourceGroups", "resourcegroups"))
    assert f"/subscriptions/{parts.subscription}" == SUBSCRIPTION
    assert parts.resource_group == "Fabrikam-RG"
    assert parts.type == "Microsoft.Network/virtualNetworks/subnets"
    assert (parts.names, parts.name) == (("Fabrikam-VNET", "subnet-1"), "subnet-1")


@pytest.mark.parametrize(
    "text",
    ["", GROUP, f"{GROUP}/providers/Microsoft.Network", f"{NETWORK}/", f"{NETWORK}/subnets", f"{NETWORK} ", f"x{ISE}"],
)
def test_what_is_not_the_id_of_a_resource_in_a_group_is_not_parsed(text: str) -> None:
    assert not is_id_of("Microsoft.Network/virtualNetworks", text)
    with pytest.raises(ValueError, match="not the ID of a resource"):
        parse_id(text)


def test_the_type_of_an_id_is_compared_as_a_whole_and_without_letter_case() -> None:
    assert is_id_of("microsoft.network/VIRTUALNETWORKS", NETWORK)
    assert not is_id_of("Microsoft.Network/virtualNetworks", f"{NETWORK}/subnets/subnet-1")
    assert not is_id_of("Microsoft.Network/virtualNetworks/subnets", NETWORK)


@given(group=GROUP_NAMES, name=NAMES)
def test_names_keep_their_spelling_whatever_they_are(group: str, name: str) -> None:
    requested = (
        f"{SUBSCRIPTION}/resourcegroups/{quote(group)}/providers/Microsoft.Logic//integrationServiceEnvironments/{name}"
    )
    azures = f"{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Logic/integrationServiceEnvironments/{name}"
    assert in_azure_spelling(requested) == azures
    assert in_azure_spelling(azures) == azures


ROUTES = {"name": "rt", "routes": {"internet": {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}}}


@pytest.fixture(scope="module")
def after_failed_creations() -> Recording:
    """What a program registers when the creation of each of its resources failed once, and was then repaired."""
    return record(
        environment(
            network=FABRIKAM["network"] | {"security_group": {"name": "nsg"}, "route_table": ROUTES},
            managed_connectors=["sql"],
            integration_accounts={"partners": {"sku": "Standard"}},
        ),
        ids_as_requested=True,
    )


def test_all_outputs_have_azures_spelling(after_failed_creations: Recording) -> None:
    outputs = after_failed_creations.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    subnets = {f"subnet-{number}": f"{NETWORK}/subnets/subnet-{number}" for number in (1, 2, 3, 4)}
    ids = {name: value for name, value in outputs.items() if name.endswith(("_id", "_ids"))}
    assert ids == {
        "resource_group_id": GROUP,
        "virtual_network_id": NETWORK,
        "subnet_ids": subnets,
        "ordered_subnet_ids": list(subnets.values()),
        "security_group_id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg",
        "route_table_id": f"{GROUP}/providers/Microsoft.Network/routeTables/rt",
        "environment_id": ISE,
        "connector_ids": {"sql": f"{ISE}/managedApis/sql"},
        "integration_account_ids": {"partners": f"{LOGIC}/integrationAccounts/partners"},
    }
    network = after_failed_creations.component(NETWORK_COMPONENT).outputs
    assert network is not None
    assert (network["virtual_network_id"], network["subnet_ids"]) == (NETWORK, subnets)


def test_all_bodies_have_azures_spelling(after_failed_creations: Recording) -> None:
    for registration in after_failed_creations.registrations:
        assert "resourcegroups" not in str(registration.inputs), registration.name
        assert "//" not in str(registration.inputs), registration.name
    account = after_failed_creations["fabrikam-account-partners"].inputs
    assert account["properties"] == {"integrationServiceEnvironment": {"id": ISE}}
    assert after_failed_creations["fabrikam-connector-sql"].inputs["parentResourcePath"] == (
        "integrationServiceEnvironments/Fabrikam-ISE"
    )


def test_in_existing_subnets_the_id_of_the_group_comes_from_that_of_the_environment() -> None:
    program = environment(network={"subnet_ids": FOUR_IDS})
    made = record(program, functions=with_four(), ids_as_requested=True)
    outputs = made.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["resource_group_id"] == GROUP


def test_the_id_of_an_environment_is_unknown_in_the_preview_of_its_creation() -> None:
    seen: list[str] = []

    def program() -> None:
        whole = IntegrationServiceEnvironment("fabrikam", FABRIKAM)
        whole.environment_id.apply(seen.append)

    record(program, preview=True)
    assert seen == []
