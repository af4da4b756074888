"""Networks that exist: what is looked up before anything is requested, what is made in them, and what is not.

Tested here: the components by themselves, on a recording monitor that answers for azure-native's functions. The rules
about what is found have their examples in rule_examples.py; the real engine is asked in tests/end_to_end.
"""

from __future__ import annotations

import copy
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pytest
from pulumi_azure_native import resources

from logic_apps_environment import ArgumentsError, EnvironmentNetwork, IntegrationServiceEnvironment
from tests.support.recording import (
    ENVIRONMENT_COMPONENT,
    GENERIC_RESOURCE,
    NETWORK_COMPONENT,
    SECURITY_GROUP,
    SUBNET,
    SUBSCRIPTION,
    VIRTUAL_NETWORK,
    Recording,
    Refusal,
    record,
)

COMPANY = f"{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-company"
FOUR_IDS = [f"{COMPANY}/subnets/ise-{number}" for number in range(4)]
CLIENT_CONFIG = "azure-native:authorization:getClientConfig"
GET_VIRTUAL_NETWORK = "azure-native:network:getVirtualNetwork"
ENVIRONMENTS = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG/providers/Microsoft.Logic/integrationServiceEnvironments"
DELEGATION = {"serviceName": "Microsoft.Logic/integrationServiceEnvironments"}

ARGUMENTS: Any = {
    "resource_group_name": "Fabrikam-RG",
    "name": "Fabrikam-ISE",
    "location": "westus2",
    "sku": {"name": "Premium"},
    "endpoint": "External",
}
IN_COMPANY: Any = {
    "virtual_network_id": COMPANY,
    "subnets": [{"name": f"own-{number}", "address_prefix": f"10.0.{number}.0/27"} for number in range(4)],
}


def functions(**network: Any) -> dict[str, Any]:
    """Azure's response: a company's network with another team's subnet, with these differences."""
    subscription = {"subscriptionId": SUBSCRIPTION.rpartition("/")[2], "clientId": "", "objectId": "", "tenantId": ""}
    found = {
        "id": COMPANY,
        "name": "vnet-company",
        "location": "westus2",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16", "fd00:db8::/48"]},
        "dhcpOptions": {"dnsServers": ["10.0.200.4"]},
        "subnets": [{"id": f"{COMPANY}/subnets/theirs", "name": "theirs", "addressPrefix": "10.0.9.0/24"}],
    }
    return {CLIENT_CONFIG: subscription, GET_VIRTUAL_NETWORK: copy.deepcopy(found | network)}


def with_four(**of_the_second: Any) -> dict[str, Any]:
    """The same with four subnets for an environment, the second with these differences."""
    subnets = [
        {"id": identity, "name": f"ise-{number}", "addressPrefix": f"10.0.{number}.0/27"}
        for number, identity in enumerate(FOUR_IDS)
    ]
    subnets[0]["delegations"] = [DELEGATION]  # type: ignore[assignment]
    subnets[1].update(of_the_second)
    return functions(subnets=subnets)


def environment(network: Any, opts: Any = None, **changes: Any) -> Any:
    """A program with one environment in a network; a network that is a function is made when the program runs."""

    def program() -> None:
        given = network() if callable(network) else network
        options = opts() if opts else None
        IntegrationServiceEnvironment("fabrikam", ARGUMENTS | {"network": given} | changes, options)

    return program


def problems(program: Any, known: dict[str, Any]) -> set[tuple[str, str]]:
    """The paths and rules of the problems; of the environment only its own virtual network was registered."""
    recording = Recording()
    with pytest.raises(ArgumentsError) as caught:
        record(program, functions=known, recording=recording)
    assert {r.name for r in recording.registrations if r.request.custom} <= {"fabrikam-vnet"}
    return {(".".join(map(str, p.path)), p.rule.identifier) for p in caught.value.problems}


@pytest.fixture(scope="module")
def in_company() -> Recording:
    return record(environment(IN_COMPANY), functions=functions())


@pytest.fixture(scope="module")
def in_four() -> Recording:
    return record(environment({"subnet_ids": FOUR_IDS}), functions=with_four())


def test_subnets_are_created_in_the_resource_group_of_the_existing_virtual_network(in_company: Recording) -> None:
    assert [r.type for r in in_company.registrations if r.request.custom] == [*[SUBNET] * 4, GENERIC_RESOURCE]
    for number in range(4):
        inputs = in_company[f"fabrikam-subnet-{number + 1}"].inputs
        assert (inputs["resourceGroupName"], inputs["virtualNetworkName"]) == ("rg-network", "vnet-company")
        assert (inputs["subnetName"], inputs["addressPrefix"]) == (f"own-{number}", f"10.0.{number}.0/27")
        assert ("delegations" in inputs) == (number == 0)
    for number in (2, 3, 4):
        assert f"fabrikam-subnet-{number - 1}" in in_company.dependencies(f"fabrikam-subnet-{number}")


def test_the_environment_in_its_own_group_uses_and_depends_on_them(in_company: Recording) -> None:
    ise = in_company["fabrikam-ise"]
    assert ise.inputs["resourceGroupName"] == "Fabrikam-RG"
    assert [each["id"] for each in ise.inputs["properties"]["networkConfiguration"]["subnets"]] == [
        f"{COMPANY}/subnets/own-{number}" for number in range(4)
    ]
    assert in_company.dependencies("fabrikam-ise") >= {f"fabrikam-subnet-{number}" for number in range(1, 5)}


def test_no_network_resource_is_created_for_four_existing_subnets(in_four: Recording) -> None:
    assert [r.name for r in in_four.registrations if r.request.custom] == ["fabrikam-ise"]
    subnets = in_four["fabrikam-ise"].inputs["properties"]["networkConfiguration"]["subnets"]
    assert subnets == [{"id": identity} for identity in FOUR_IDS]


@pytest.mark.parametrize("way", ["in_company", "in_four"])
def test_outputs_describe_the_existing_network(way: str, request: pytest.FixtureRequest) -> None:
    recording: Recording = request.getfixturevalue(way)
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    name = {"in_company": "own", "in_four": "ise"}[way]
    assert outputs["resource_group_id"] == f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
    assert outputs["virtual_network_id"] == COMPANY
    assert outputs["virtual_network_name"] == "vnet-company"
    assert outputs["subnet_ids"] == {f"{name}-{number}": f"{COMPANY}/subnets/{name}-{number}" for number in range(4)}
    network_outputs = recording.component(NETWORK_COMPONENT).outputs
    assert network_outputs is not None
    assert network_outputs["resource_group_id"] == f"{SUBSCRIPTION}/resourceGroups/rg-network"


def test_the_network_is_read_once(in_company: Recording, in_four: Recording) -> None:
    assert in_company.invokes == in_four.invokes == [CLIENT_CONFIG, GET_VIRTUAL_NETWORK]


def test_security_group_and_route_table_for_an_existing_network_are_created_in_the_group_of_the_environment() -> None:
    """Its owner may change its space and its DNS servers: the tag VirtualNetwork follows, and so does the look-up."""
    traffic = {"security_group": {"name": "nsg"}, "route_table": {"name": "rt", "routes": {}}}
    recording = record(environment(IN_COMPANY | traffic), functions=functions())
    group = recording["fabrikam-nsg"].inputs
    assert (group["resourceGroupName"], group["location"]) == ("Fabrikam-RG", "westus2")
    within = recording["fabrikam-nsg-AllowWithinNetworkInbound"].inputs
    assert within["sourceAddressPrefix"] == within["destinationAddressPrefix"] == "VirtualNetwork"
    assert recording["fabrikam-nsg-AllowDnsOutbound"].inputs["destinationAddressPrefixes"] == ["10.0.200.4/32"]
    assert recording["fabrikam-nsg-AllowConnectorsInbound"].inputs["destinationAddressPrefix"] == "VirtualNetwork"
    subnet = recording["fabrikam-subnet-1"].inputs
    assert subnet["networkSecurityGroup"]["id"].endswith(
        "/Fabrikam-RG/providers/Microsoft.Network/networkSecurityGroups/nsg"
    )
    assert "routeTable" in subnet
    assert "fabrikam-nsg-AllowDnsOutbound" in recording.dependencies("fabrikam-subnet-1")


def test_a_network_without_custom_dns_servers_uses_azures() -> None:
    recording = record(
        environment(IN_COMPANY | {"security_group": {"name": "nsg"}}), functions=functions(dhcpOptions=None)
    )
    asked = recording["fabrikam-nsg-AllowDnsOutbound"].inputs["destinationAddressPrefixes"]
    assert asked == ["168.63.129.16/32", "169.254.169.254/32"]


def test_the_provider_of_the_component_makes_the_look_up() -> None:
    def options() -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(provider=azure_native.Provider("other", subscription_id="other"))

    recording = record(environment(IN_COMPANY, options), functions=functions())
    assert len(recording.asked_providers) == 2
    assert {provider.rpartition("::")[0].rpartition("::")[2] for provider in recording.asked_providers} == {"other"}


def test_a_preview_looks_up_known_ids(in_company: Recording) -> None:
    recording = record(environment(IN_COMPANY), functions=functions(), preview=True)
    assert recording.invokes == in_company.invokes
    assert recording["fabrikam-subnet-1"].inputs == in_company["fabrikam-subnet-1"].inputs


def test_a_preview_looks_up_before_the_name_of_a_new_resource_group_is_known() -> None:
    """As for every new stack: its first preview reports problems of the network."""

    def program() -> None:
        group = resources.ResourceGroup("group", resource_group_name="Fabrikam-RG")
        environment(IN_COMPANY, resource_group_name=group.name, location="northeurope")()

    with pytest.raises(ArgumentsError, match="network-location"):
        record(program, functions=functions(), preview=True)


@pytest.mark.parametrize("in_one_output", [False, True])
def test_ids_may_be_outputs_and_are_looked_up_when_they_resolve(in_one_output: bool) -> None:
    def late() -> dict[str, Any]:
        if in_one_output:
            return {"subnet_ids": pulumi.Output.from_input(FOUR_IDS)}
        return {"subnet_ids": [pulumi.Output.from_input(identity) for identity in FOUR_IDS]}

    recording = record(environment(late), functions=with_four())
    assert recording.invokes == [CLIENT_CONFIG, GET_VIRTUAL_NETWORK]
    ids = [each["id"] for each in recording["fabrikam-ise"].inputs["properties"]["networkConfiguration"]["subnets"]]
    assert ids == FOUR_IDS


@pytest.mark.parametrize("resolved", [FOUR_IDS[:3], FOUR_IDS[0]])
def test_an_output_of_other_than_four_ids_fails_with_the_expected_number(resolved: object) -> None:
    with pytest.raises(ArgumentsError, match=r"network\.subnet_ids: .* is not valid: expected a list of 4 values"):
        record(environment(lambda: {"subnet_ids": pulumi.Output.from_input(resolved)}), functions=with_four())


def test_a_preview_with_unknown_ids_makes_no_look_up_and_shows_the_environment() -> None:
    def program() -> None:
        made = EnvironmentNetwork(
            "shared",
            {"resource_group_name": "rg", "location": "westus2", "name": "vnet", "address_space": ["10.0.0.0/24"]},
        )
        network = {"subnet_ids": [subnet.id for subnet in made.subnets]}
        IntegrationServiceEnvironment("fabrikam", ARGUMENTS | {"network": network})

    recording = record(program, preview=True)
    assert recording.invokes == []
    assert recording.dependencies("fabrikam-ise") >= {f"shared-subnet-{number}" for number in range(1, 5)}


def test_all_problems_of_a_network_are_reported_together() -> None:
    taken = {"id": f"{COMPANY}/subnets/theirs", "name": "theirs", "addressPrefixes": ["10.0.0.0/25", "fd00:db8::/64"]}
    network = copy.deepcopy(IN_COMPANY)
    network["subnets"][3]["address_prefix"] = "10.1.0.0/27"
    assert problems(environment(network), functions(location="northeurope", subnets=[taken])) == {
        ("network.virtual_network_id", "network-location"),
        ("network.subnets.0.address_prefix", "subnet-overlap"),
        ("network.subnets.3.address_prefix", "subnet-outside-address-space"),
    }


def test_all_problems_of_four_subnets_are_reported_together() -> None:
    known = with_four(
        addressPrefix="10.0.1.0/28",
        delegations=[{"serviceName": "Microsoft.Web/serverFarms"}],
        serviceAssociationLinks=[{"link": "/subscriptions/x/some/plan", "linkedResourceType": "Microsoft.Web/plans"}],
        ipConfigurations=[{"id": "nic"}],
    )
    known[GET_VIRTUAL_NETWORK]["subnets"][0]["delegations"] = []
    known[GET_VIRTUAL_NETWORK]["subnets"].pop()
    assert problems(environment({"subnet_ids": FOUR_IDS}), known) == {
        ("network.subnet_ids.1", "subnet-too-small"),
        ("network.subnet_ids.1", "subnet-delegation"),
        ("network.subnet_ids.1", "subnet-held"),
        ("network.subnet_ids.1", "subnet-empty"),
        ("network.subnet_ids.3", "network-found"),
    }


@pytest.mark.parametrize("spelled", [COMPANY.replace("resourceGroups/rg-network", "resourcegroups/RG-Network")])
def test_ids_that_are_looked_up_are_sent_and_exported_in_azures_spelling(spelled: str) -> None:
    """A change of letter case alone would replace the environment."""
    given = [f"{spelled}/Subnets/ISE-{number}" for number in range(4)]
    recording = record(environment({"subnet_ids": given}), functions=with_four())
    sent = recording["fabrikam-ise"].inputs["properties"]["networkConfiguration"]["subnets"]
    assert sent == [{"id": identity} for identity in FOUR_IDS]
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["subnet_ids"] == {f"ise-{number}": identity for number, identity in enumerate(FOUR_IDS)}

    recording = record(environment(IN_COMPANY | {"virtual_network_id": spelled}), functions=functions())
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert outputs["virtual_network_id"] == COMPANY
    assert recording["fabrikam-subnet-1"].inputs["resourceGroupName"] == "rg-network"


def test_another_spelling_of_an_id_that_is_looked_up_is_no_change_of_the_component() -> None:
    """Components register their arguments; Pulumi shows an update of a component whose inputs change."""
    lower, upper = (
        [
            record(environment(network), functions=with_traffic(with_four())).component(ENVIRONMENT_COMPONENT).inputs
            for network in (
                {"subnet_ids": [spell(identity) for identity in FOUR_IDS]},
                OWN_NETWORK | {"security_group": {"id": spell(NSG)}},
            )
        ]
        for spell in (str.lower, str.upper)
    )
    assert lower == upper


# Every property of a subnet through which Azure shows a user of it: API reference "Subnets", 2024-05-01.
@pytest.mark.parametrize(
    "shown_by",
    [
        "ipConfigurations",
        "ipConfigurationProfiles",
        "privateEndpoints",
        "applicationGatewayIPConfigurations",
        "ipAllocations",
    ],
)
def test_a_subnet_is_in_use_by_everything_that_azure_shows_in_it(shown_by: str) -> None:
    known = with_four(**{shown_by: [{"id": "the-user"}]})
    assert problems(environment({"subnet_ids": FOUR_IDS}), known) == {("network.subnet_ids.1", "subnet-empty")}


@pytest.mark.parametrize(
    "links",
    [
        {"serviceAssociationLinks": [{"id": "l", "linkedResourceType": "Microsoft.Web/serverfarms"}]},
        {"resourceNavigationLinks": [{"id": "l", "link": "/subscriptions/x/some/redis"}]},
    ],
)
def test_services_that_use_a_subnet_as_a_whole_are_named(links: dict[str, Any]) -> None:
    assert problems(environment({"subnet_ids": FOUR_IDS}), with_four(**links)) == {
        ("network.subnet_ids.1", "subnet-held")
    }


@pytest.mark.parametrize("name", ["1ise-a", "GatewaySubnet", "AzureFirewallSubnet", "RouteServerSubnet"])
def test_existing_subnets_have_names_that_new_ones_may_have(name: str) -> None:
    given = [FOUR_IDS[0], f"{COMPANY}/subnets/{name}", *FOUR_IDS[2:]]
    known = with_four(id=given[1], name=name)
    rule = "subnet-name" if name == "1ise-a" else "subnet-name-reserved"
    assert problems(environment({"subnet_ids": given}), known) == {("network.subnet_ids.1", rule)}


@pytest.mark.parametrize(
    ("ranges", "rule"),
    [
        (["100.64.0.0/27"], "address-reserved"),
        (["10.0.1.0/27", "10.0.7.0/28"], "subnet-too-small"),
        (["10.0.1.0/27", "fd00:db8::/64"], "address-notation"),
        (["fd00:db8::/64"], "address-notation"),
    ],
)
def test_existing_subnets_have_ranges_that_new_ones_may_have(ranges: list[str], rule: str) -> None:
    known = with_four(addressPrefix=None, addressPrefixes=ranges)
    assert problems(environment({"subnet_ids": FOUR_IDS}), known) == {("network.subnet_ids.1", rule)}


@pytest.mark.parametrize("network", [IN_COMPANY, {"subnet_ids": FOUR_IDS}])
def test_an_existing_network_has_no_prefix_that_logic_apps_cannot_use(network: dict[str, Any]) -> None:
    known = with_four() if "subnet_ids" in network else functions()
    known[GET_VIRTUAL_NETWORK]["addressSpace"]["addressPrefixes"].append("100.64.0.0/16")
    key = "network.subnet_ids" if "subnet_ids" in network else "network.virtual_network_id"
    assert problems(environment(network), known) == {(key, "address-reserved")}


def test_a_resource_that_azure_is_deleting_counts_as_missing() -> None:
    known = with_four(provisioningState="Deleting")
    known[GET_VIRTUAL_NETWORK]["provisioningState"] = "Deleting"
    assert problems(environment({"subnet_ids": FOUR_IDS}), known) == {
        ("network.subnet_ids", "network-found"),
        ("network.subnet_ids.1", "network-found"),
    }


def test_an_existing_environment_stays_in_subnets_that_a_new_one_could_not_use() -> None:
    """It works there, whatever the documents say; what refuses its updates would only harm."""
    held = with_four(addressPrefix="100.64.0.0/27", serviceAssociationLinks=[{"link": f"{ENVIRONMENTS}/fabrikam-ise"}])
    held[GET_VIRTUAL_NETWORK]["addressSpace"]["addressPrefixes"].append("100.64.0.0/16")
    assert "fabrikam-ise" in record(environment({"subnet_ids": FOUR_IDS}), functions=held).names


def test_subnets_in_use_by_the_environment_itself_are_no_problem() -> None:
    """As at every preview after the first update. Azure shows addresses of what the service has put into them."""
    own = f"{ENVIRONMENTS}/Fabrikam-ISE".lower()
    held = with_four(serviceAssociationLinks=[{"link": own}], ipConfigurations=[{"id": "nic"}])
    assert "fabrikam-ise" in record(environment({"subnet_ids": FOUR_IDS}), functions=held).names


def test_subnets_that_the_stack_created_do_not_count_as_overlaps() -> None:
    """As at every preview after the first update, and when one of them is about to get another name."""
    ours: list[dict[str, Any]] = [
        {"id": f"{COMPANY}/subnets/own-{number}", "name": f"OWN-{number}", "addressPrefix": f"10.0.{number}.0/27"}
        for number in range(4)
    ]
    ours[3] |= {"name": "earlier", "serviceAssociationLinks": [{"link": f"{ENVIRONMENTS}/Fabrikam-ISE"}]}
    assert "fabrikam-ise" in record(environment(IN_COMPANY), functions=functions(subnets=ours)).names


@pytest.mark.parametrize("known_group", [True, False])
def test_a_range_of_another_environments_subnet_is_in_use_even_while_the_resource_groups_name_is_unknown(
    known_group: bool,
) -> None:
    other = f"{SUBSCRIPTION}/resourceGroups/rg-other/providers/Microsoft.Logic/integrationServiceEnvironments/other"
    theirs = {
        "id": f"{COMPANY}/subnets/theirs",
        "name": "theirs",
        "addressPrefix": "10.0.3.0/27",
        "serviceAssociationLinks": [{"link": other}],
    }

    def program() -> None:
        group = resources.ResourceGroup("group", resource_group_name="Fabrikam-RG")
        name = "Fabrikam-RG" if known_group else group.name
        environment(IN_COMPANY, resource_group_name=name)()

    recording = Recording()
    with pytest.raises(ArgumentsError) as caught:
        record(program, functions=functions(subnets=[theirs]), recording=recording, preview=True)
    assert [problem.rule.identifier for problem in caught.value.problems] == ["subnet-overlap"]


@pytest.mark.parametrize(
    ("theirs", "rule"),
    [
        ({"serviceAssociationLinks": [{"link": "/subscriptions/x/some/plan"}]}, "subnet-held"),
        ({"serviceAssociationLinks": [{"link": ENVIRONMENTS.replace("Fabrikam-RG", "rg") + "/x"}]}, "subnet-held"),
        ({"delegations": [{"serviceName": "Microsoft.Web/serverFarms"}]}, "subnet-delegation"),
        ({"privateEndpoints": [{"id": "endpoint"}]}, "subnet-empty"),
    ],
)
def test_a_foreign_subnet_with_one_of_the_stacks_names_is_a_name_in_use(theirs: dict[str, Any], rule: str) -> None:
    subnet = {"id": f"{COMPANY}/subnets/OWN-3", "name": "OWN-3", "addressPrefix": "10.0.3.0/27"} | theirs
    assert problems(environment(IN_COMPANY), functions(subnets=[subnet])) == {("network.subnets.3.name", rule)}


def test_a_possible_earlier_name_of_an_empty_subnet_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """A network without an environment, in which a subnet is about to get another name."""
    earlier = {"id": f"{COMPANY}/subnets/earlier", "name": "earlier", "addressPrefix": "10.0.3.0/27"}
    assert "fabrikam-ise" in record(environment(IN_COMPANY), functions=functions(subnets=[earlier])).names
    assert (
        "network.subnets[3].address_prefix: 10.0.3.0/27 is already the range of earlier in vnet-company" in caplog.text
    )
    assert "[subnet-same-range]" in caplog.text


def test_with_an_existing_environment_the_range_of_an_empty_subnet_is_an_overlap() -> None:
    """A replacement would delete the environment before Azure rejects the range."""
    held = {"link": f"{ENVIRONMENTS}/Fabrikam-ISE"}
    standing: list[dict[str, Any]] = [
        {
            "id": f"{COMPANY}/subnets/own-{number}",
            "name": f"own-{number}",
            "addressPrefix": f"10.0.1{number}.0/27",
            "serviceAssociationLinks": [held],
        }
        for number in range(4)
    ]
    theirs = {"id": f"{COMPANY}/subnets/theirs", "name": "theirs", "addressPrefix": "10.0.3.0/27"}
    assert problems(environment(IN_COMPANY), functions(subnets=[*standing, theirs])) == {
        ("network.subnets.3.address_prefix", "subnet-overlap")
    }


@pytest.mark.parametrize("used", [{"ipConfigurations": [{"id": "nic"}]}, {"addressPrefix": "10.0.3.0/26"}])
def test_a_subnet_in_use_or_of_another_range_is_no_earlier_one(used: dict[str, Any]) -> None:
    theirs = {"id": f"{COMPANY}/subnets/theirs", "name": "theirs", "addressPrefix": "10.0.3.0/27"} | used
    assert problems(environment(IN_COMPANY), functions(subnets=[theirs])) == {
        ("network.subnets.3.address_prefix", "subnet-overlap")
    }


def test_a_possible_earlier_name_of_the_environment_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    held = with_four(serviceAssociationLinks=[{"link": f"{ENVIRONMENTS}/earlier"}])
    assert "fabrikam-ise" in record(environment({"subnet_ids": FOUR_IDS}), functions=held).names
    assert "[subnet-held-nearby]" in caplog.text


@pytest.mark.parametrize("network", [IN_COMPANY, {"subnet_ids": FOUR_IDS}])
def test_a_network_that_does_not_exist_is_named(network: dict[str, Any]) -> None:
    missing = functions() | {GET_VIRTUAL_NETWORK: Refusal('returned an error: Status=404 Code="ResourceNotFound"')}
    key = "network.subnet_ids" if "subnet_ids" in network else "network.virtual_network_id"
    assert problems(environment(network), missing) == {(key, "network-found")}


def test_a_network_in_another_subscription_is_not_looked_up_in_this_one() -> None:
    elsewhere = COMPANY.replace("11111111-", "22222222-")
    network = IN_COMPANY | {"virtual_network_id": elsewhere}
    assert problems(environment(network), functions() | {GET_VIRTUAL_NETWORK: Refusal("asked for")}) == {
        ("network.virtual_network_id", "network-subscription")
    }


def test_ids_that_are_outputs_are_validated_like_plain_ones() -> None:
    late = lambda: {"subnet_ids": [*FOUR_IDS[:3], pulumi.Output.from_input(FOUR_IDS[0])]}  # noqa: E731
    assert problems(environment(late), with_four()) == {("network.subnet_ids.3", "subnet-id-repeated")}


def test_a_look_up_that_fails_for_another_reason_is_reported_without_a_traceback() -> None:
    refused = functions() | {GET_VIRTUAL_NETWORK: Refusal('Status=403 Code="AuthorizationFailed"')}
    with pytest.raises(pulumi.RunError, match=r"could not be looked up: .*AuthorizationFailed"):
        record(environment(IN_COMPANY), functions=refused)


def test_the_network_component_alone_creates_subnets_in_an_existing_network() -> None:
    arguments: Any = {"resource_group_name": "Fabrikam-RG", "location": "westus2"} | IN_COMPANY
    recording = record(lambda: EnvironmentNetwork("fabrikam", arguments), functions=functions())
    assert [r.type for r in recording.registrations if r.request.custom] == [SUBNET] * 4
    assert not {r.type for r in recording.registrations} & {VIRTUAL_NETWORK, SECURITY_GROUP}


GET_SECURITY_GROUP = "azure-native:network:getNetworkSecurityGroup"
GET_ROUTE_TABLE = "azure-native:network:getRouteTable"
NSG = f"{SUBSCRIPTION}/resourceGroups/rg-security/providers/Microsoft.Network/networkSecurityGroups/nsg-company"
TABLE = f"{SUBSCRIPTION}/resourceGroups/rg-security/providers/Microsoft.Network/routeTables/rt-company"
OWN_NETWORK = {"name": "vnet", "address_space": ["10.0.0.0/24"]}


def security_group(*denied: str, **others: Any) -> dict[str, Any]:
    """A group that lets everything pass but for these ports from the internet."""
    everything = {"sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "sourcePortRange": "*", "protocol": "*"}
    rules: list[dict[str, Any]] = [
        everything
        | {"name": "deny", "priority": 200, "direction": "Inbound", "access": "Deny", "destinationPortRange": port}
        | {"sourceAddressPrefix": "Internet"}
        for port in denied
    ]
    rules += [
        everything | {"name": "all", "priority": 4000, "direction": way, "access": "Allow", "destinationPortRange": "*"}
        for way in ("Inbound", "Outbound")
    ]
    return {"id": NSG, "name": "nsg-company", "location": "westus2", "securityRules": rules} | others


def route_table(next_hop: str = "Internet", **others: Any) -> dict[str, Any]:
    routes = [{"name": "all", "addressPrefix": "0.0.0.0/0", "nextHopType": next_hop}]
    return {"id": TABLE, "name": "rt-company", "location": "westus2", "routes": routes} | others


def with_traffic(known: dict[str, Any], *denied: str, next_hop: str = "Internet") -> dict[str, Any]:
    return known | {GET_SECURITY_GROUP: security_group(*denied), GET_ROUTE_TABLE: route_table(next_hop)}


@pytest.mark.parametrize("network", [IN_COMPANY, OWN_NETWORK])
@pytest.mark.parametrize("late", [True, False])
def test_existing_security_groups_and_route_tables_are_attached_in_azures_spelling(
    network: dict[str, Any], late: bool
) -> None:
    def program() -> None:
        given = [NSG.replace("rg-security", "RG-Security"), TABLE.replace("routeTables", "routetables")]
        group, table = (pulumi.Output.from_input(each) if late else each for each in given)
        environment(network | {"security_group": {"id": group}, "route_table": {"id": table}})()

    recording = record(program, functions=with_traffic(functions()), preview=not late)
    for number in range(1, 5):
        inputs = recording[f"fabrikam-subnet-{number}"].inputs
        assert (inputs["networkSecurityGroup"], inputs["routeTable"]) == ({"id": NSG}, {"id": TABLE})
    outputs = recording.component(ENVIRONMENT_COMPONENT).outputs
    assert outputs is not None
    assert (outputs["security_group_id"], outputs["route_table_id"]) == (NSG, TABLE)
    assert not {r.type for r in recording.registrations} & {SECURITY_GROUP, "azure-native:network:RouteTable"}


@pytest.mark.parametrize("network", [IN_COMPANY, OWN_NETWORK])
def test_the_ports_that_an_environment_needs_are_checked_in_existing_groups_and_tables(network: dict[str, Any]) -> None:
    network = network | {"security_group": {"id": NSG}, "route_table": {"id": TABLE}}
    assert problems(environment(network), with_traffic(functions(), "454")) == {
        ("network.security_group.id", "traffic-blocked")
    }
    assert problems(environment(network), with_traffic(functions(), "454", next_hop="VirtualAppliance")) == {
        ("network.security_group.id", "traffic-blocked"),
        ("network.route_table.id", "traffic-blocked"),
    }


def test_the_message_names_rule_port_direction_and_what_to_add() -> None:
    with pytest.raises(ArgumentsError) as caught:
        record(environment(OWN_NETWORK | {"security_group": {"id": NSG}}), functions=with_traffic(functions(), "3443"))
    text = str(caught.value)
    assert (
        "Inbound traffic from ApiManagement on port 3443 (TCP and UDP) is blocked by the rule deny (priority 200)"
        in text
    )
    assert "az network nsg rule create --resource-group rg-security --nsg-name nsg-company" in text
    assert "--priority 100 --direction Inbound" in text
    assert "Allowed: a rule that allows the traffic, with a priority number below 200" in text


def test_the_message_about_a_default_rule_gives_the_priorities_of_custom_rules() -> None:
    """Azure's article "Network security groups": custom rules have the priorities from 100 to 4096."""
    default = security_group("*")["securityRules"][0] | {"name": "DenyAllInBound", "priority": 65500}
    known = functions() | {GET_SECURITY_GROUP: security_group(securityRules=[], defaultSecurityRules=[default])}
    with pytest.raises(ArgumentsError) as caught:
        record(environment(OWN_NETWORK | {"security_group": {"id": NSG}}), functions=known)
    text = str(caught.value)
    assert "Allowed: a rule that allows the traffic, with a priority from 100 to 4096" in text
    assert "below 655" not in text


def test_the_message_about_a_rule_with_two_ports_names_both(caplog: pytest.LogCaptureFixture) -> None:
    blocked = with_traffic(functions(), "455")
    record(environment(OWN_NETWORK | {"security_group": {"id": NSG}}), functions=blocked)
    assert "Inbound traffic from AppServiceManagement on ports 454 and 455 (TCP and UDP)" in caplog.text


@pytest.mark.parametrize(
    ("key", "identity", "function", "kind"),
    [
        ("security_group", NSG, GET_SECURITY_GROUP, "network security group"),
        ("route_table", TABLE, GET_ROUTE_TABLE, "route table"),
    ],
)
def test_the_message_about_a_missing_resource_names_its_type(key: str, identity: str, function: str, kind: str) -> None:
    known = with_traffic(functions()) | {function: Refusal('Status=404 Code="ResourceNotFound"')}
    with pytest.raises(ArgumentsError) as caught:
        record(environment(OWN_NETWORK | {key: {"id": identity}}), functions=known)
    text = str(caught.value)
    assert f"Allowed: the resource ID of an existing {kind}" in text
    assert f"create the {kind} first" in text


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"location": "eastus"}, "network-location"), (None, "network-found")],
)
def test_existing_groups_must_exist_in_the_region(changes: dict[str, Any] | None, rule: str) -> None:
    found = Refusal('Status=404 Code="ResourceNotFound"') if changes is None else security_group(**changes)
    known = functions() | {GET_SECURITY_GROUP: found}
    network = OWN_NETWORK | {"security_group": {"id": NSG}}
    assert problems(environment(network), known) == {("network.security_group.id", rule)}


def test_security_groups_and_route_tables_of_existing_subnets_are_validated_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    known = with_four()
    for subnet in known[GET_VIRTUAL_NETWORK]["subnets"]:
        subnet |= {"networkSecurityGroup": {"id": NSG}, "routeTable": {"id": TABLE}}
    blocked = with_traffic(known, "454", next_hop="None")
    assert problems(environment({"subnet_ids": FOUR_IDS}), blocked) == {("network.subnet_ids.0", "traffic-blocked")}

    # An existing environment can be updated.
    for subnet in known[GET_VIRTUAL_NETWORK]["subnets"]:
        subnet |= {"serviceAssociationLinks": [{"link": f"{ENVIRONMENTS}/Fabrikam-ISE"}]}
    recording = record(environment({"subnet_ids": FOUR_IDS}), functions=with_traffic(known, "454"))
    assert "fabrikam-ise" in recording.names
    assert "[traffic-impaired]" in caplog.text
    assert recording.invokes.count(GET_SECURITY_GROUP) == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_security_group_of_the_stacks_own_subnets_does_not_prevent_updates(
    late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Also if the name of the network is an Output."""
    own = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG/providers/Microsoft.Network/virtualNetworks/vnet"
    known = with_traffic(functions(), "454")
    known[GET_SECURITY_GROUP]["subnets"] = [{"id": f"{own}/subnets/subnet-1"}]

    def network() -> dict[str, Any]:
        name = pulumi.Output.from_input("vnet") if late else "vnet"
        return OWN_NETWORK | {"name": name, "security_group": {"id": NSG}}

    recording = record(environment(network), functions=known)
    assert "fabrikam-ise" in recording.names
    assert "[traffic-impaired]" in caplog.text


def test_a_security_group_of_other_subnets_must_allow_the_traffic_of_a_network_named_by_an_output() -> None:
    known = with_traffic(functions(), "454")
    known[GET_SECURITY_GROUP]["subnets"] = [{"id": f"{COMPANY}/subnets/subnet-1"}]

    def network() -> dict[str, Any]:
        return OWN_NETWORK | {"name": pulumi.Output.from_input("vnet"), "security_group": {"id": NSG}}

    assert problems(environment(network), known) == {("network.security_group.id", "traffic-blocked")}


def test_an_unreadable_security_group_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    known = functions() | {GET_SECURITY_GROUP: Refusal("Status=403 Code=AuthorizationFailed")}
    recording = record(environment(OWN_NETWORK | {"security_group": {"id": NSG}}), functions=known)
    assert recording["fabrikam-subnet-1"].inputs["networkSecurityGroup"] == {"id": NSG}
    assert "[traffic-unseen]" in caplog.text
