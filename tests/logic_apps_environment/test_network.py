"""What ``EnvironmentNetwork`` registers."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from logic_apps_environment import ArgumentsError, EnvironmentNetwork
from tests.support.recording import NETWORK_COMPONENT, ROUTE, SECURITY_RULE, SUBSCRIPTION, Recording, record

ARGUMENTS: Any = {
    "resource_group_name": "Fabrikam-RG",
    "location": "westus2",
    "name": "Fabrikam-VNET",
    "address_space": ["10.0.0.0/24", "10.9.0.0/16"],
    "tags": {"department": "integration"},
}

FOUR = [{"name": f"own-{number}", "addressPrefix": f"10.9.{number}.0/26"} for number in range(4)]


TRAFFIC: Any = {
    "endpoint": "External",
    "sku_name": "Premium",
    "dns_servers": ["10.9.9.4", "10.9.9.5"],
    "security_group": {"name": "nsg-fabrikam", "callers": ["203.0.113.0/24", "AzureDevOps"]},
    "route_table": {
        "name": "rt-fabrikam",
        "routes": {
            "partner": {
                "address_prefix": "203.0.113.0/24",
                "next_hop_type": "VirtualAppliance",
                "next_hop_ip_address": "10.9.8.4",
            },
            "storage": {"address_prefix": "Storage", "next_hop_type": "Internet"},
        },
    },
    "service_endpoints": ["Microsoft.Storage", "Microsoft.KeyVault"],
}


def network(**changes: Any) -> Any:
    return lambda: EnvironmentNetwork("fabrikam", ARGUMENTS | changes)


@pytest.fixture(scope="module")
def fabrikam() -> Recording:
    return record(network())


def test_the_virtual_network_has_the_given_space_and_no_inline_subnets(fabrikam: Recording) -> None:
    assert fabrikam["fabrikam-vnet"].inputs == {
        "resourceGroupName": "Fabrikam-RG",
        "virtualNetworkName": "Fabrikam-VNET",
        "location": "westus2",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/24", "10.9.0.0/16"]},
        "tags": {"department": "integration"},
        # Defaults of the SDK itself:
        "enableDdosProtection": False,
        "enableVmProtection": False,
    }


def test_four_subnets_are_planned_and_only_the_first_is_delegated(fabrikam: Recording) -> None:
    """Microsoft's ISE article: exactly one subnet delegated; its quickstart template: the first, to this service."""
    sdk_defaults = {"privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    common = {"resourceGroupName": "Fabrikam-RG", "virtualNetworkName": "Fabrikam-VNET"} | sdk_defaults
    delegation = {
        "name": "integrationServiceEnvironments",
        "serviceName": "Microsoft.Logic/integrationServiceEnvironments",
    }
    assert [fabrikam[f"fabrikam-subnet-{number}"].inputs for number in range(1, 5)] == [
        common | {"subnetName": "subnet-1", "addressPrefix": "10.0.0.0/27", "delegations": [delegation]},
        common | {"subnetName": "subnet-2", "addressPrefix": "10.0.0.32/27"},
        common | {"subnetName": "subnet-3", "addressPrefix": "10.0.0.64/27"},
        common | {"subnetName": "subnet-4", "addressPrefix": "10.0.0.96/27"},
    ]


def test_subnets_are_written_one_after_the_other(fabrikam: Recording) -> None:
    """Azure answers parallel writes to one virtual network with AnotherOperationInProgress."""
    assert fabrikam.dependencies("fabrikam-subnet-1") == {"fabrikam-vnet"}
    for number in (2, 3, 4):
        assert f"fabrikam-subnet-{number - 1}" in fabrikam.dependencies(f"fabrikam-subnet-{number}")


def test_subnets_take_given_names_and_ranges_while_their_logical_names_stay() -> None:
    recording = record(network(subnets=FOUR))
    assert [
        (
            recording[f"fabrikam-subnet-{number}"].inputs["subnetName"],
            recording[f"fabrikam-subnet-{number}"].inputs["addressPrefix"],
        )
        for number in range(1, 5)
    ] == [("own-0", "10.9.0.0/26"), ("own-1", "10.9.1.0/26"), ("own-2", "10.9.2.0/26"), ("own-3", "10.9.3.0/26")]


def test_a_new_range_replaces_a_subnet_and_every_replacement_deletes_first(fabrikam: Recording) -> None:
    for number in range(1, 5):
        options = fabrikam[f"fabrikam-subnet-{number}"].request
        assert list(options.replaceOnChanges) == ["addressPrefix"]
        assert options.deleteBeforeReplace
    assert fabrikam["fabrikam-vnet"].request.deleteBeforeReplace


def test_the_network_is_replaced_when_ranges_move_and_not_when_its_space_grows(fabrikam: Recording) -> None:
    grown = record(network(address_space=[*ARGUMENTS["address_space"], "192.168.0.0/16"]))
    moved = record(network(subnets=FOUR))
    trigger = fabrikam["fabrikam-vnet"].request.replacement_trigger
    assert grown["fabrikam-vnet"].request.replacement_trigger == trigger
    assert moved["fabrikam-vnet"].request.replacement_trigger != trigger
    assert list(fabrikam["fabrikam-vnet"].request.replaceOnChanges) == []


def test_outputs_are_registered_under_the_attributes_names(fabrikam: Recording) -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
    virtual_network = f"{group}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"
    assert fabrikam.component(NETWORK_COMPONENT).outputs == {
        "resource_group_id": group,
        "virtual_network_id": virtual_network,
        "virtual_network_name": "Fabrikam-VNET",
        "location": "westus2",
        "subnet_ids": {f"subnet-{number}": f"{virtual_network}/subnets/subnet-{number}" for number in range(1, 5)},
        "ordered_subnet_ids": [f"{virtual_network}/subnets/subnet-{number}" for number in range(1, 5)],
    }


@pytest.fixture(scope="module")
def with_traffic() -> Recording:
    return record(network(**TRAFFIC))


def test_without_traffic_arguments_there_is_no_security_group_or_route_table_and_no_subnet_names_one(
    fabrikam: Recording,
) -> None:
    assert [r.name for r in fabrikam.registrations if r.request.custom] == [
        "fabrikam-vnet",
        *(f"fabrikam-subnet-{number}" for number in range(1, 5)),
    ]


def test_dns_servers_are_those_of_the_virtual_network(with_traffic: Recording) -> None:
    assert with_traffic["fabrikam-vnet"].inputs["dhcpOptions"] == {"dnsServers": ["10.9.9.4", "10.9.9.5"]}


def test_each_subnet_is_created_with_security_group_route_table_and_service_endpoints(with_traffic: Recording) -> None:
    networking = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG/providers/Microsoft.Network"
    for number in range(1, 5):
        inputs = with_traffic[f"fabrikam-subnet-{number}"].inputs
        assert inputs["networkSecurityGroup"] == {"id": f"{networking}/networkSecurityGroups/nsg-fabrikam"}
        assert inputs["routeTable"] == {"id": f"{networking}/routeTables/rt-fabrikam"}
        assert inputs["serviceEndpoints"] == [{"service": "Microsoft.Storage"}, {"service": "Microsoft.KeyVault"}]


def test_security_group_and_route_table_have_tags_and_no_inline_rules_or_routes(with_traffic: Recording) -> None:
    """An inline list is complete: an update would delete the later rule for the connectors."""
    common = {"resourceGroupName": "Fabrikam-RG", "location": "westus2", "tags": {"department": "integration"}}
    assert with_traffic["fabrikam-nsg"].inputs == common | {"networkSecurityGroupName": "nsg-fabrikam"}
    assert with_traffic["fabrikam-rt"].inputs == common | {"routeTableName": "rt-fabrikam"}


def test_security_rules_are_sent_in_the_form_that_azure_documents(with_traffic: Recording) -> None:
    common = {
        "resourceGroupName": "Fabrikam-RG",
        "networkSecurityGroupName": "nsg-fabrikam",
        "access": "Allow",
        "protocol": "*",
        "sourcePortRange": "*",
        "direction": "Inbound",
    }
    assert with_traffic["fabrikam-nsg-AllowAppServiceManagementInbound"].inputs == common | {
        "securityRuleName": "AllowAppServiceManagementInbound",
        "description": "Management of the App Service Environment.",
        "priority": 140,
        "sourceAddressPrefix": "AppServiceManagement",
        "destinationAddressPrefix": "VirtualNetwork",
        "destinationPortRanges": ["454", "455"],
    }
    assert with_traffic["fabrikam-nsg-AllowWithinNetworkInbound"].inputs == common | {
        "securityRuleName": "AllowWithinNetworkInbound",
        "description": "Traffic between the environment's subnets and within each of them.",
        "priority": 100,
        "sourceAddressPrefixes": ["10.0.0.0/24", "10.9.0.0/16"],
        "destinationAddressPrefixes": ["10.0.0.0/24", "10.9.0.0/16"],
        "destinationPortRange": "*",
    }


def test_routes_are_sent_in_the_form_that_azure_documents(with_traffic: Recording) -> None:
    common = {"resourceGroupName": "Fabrikam-RG", "routeTableName": "rt-fabrikam"}
    assert [with_traffic[f"fabrikam-rt-{name}"].inputs for name in ("partner", "storage")] == [
        common
        | {
            "routeName": "partner",
            "addressPrefix": "203.0.113.0/24",
            "nextHopType": "VirtualAppliance",
            "nextHopIpAddress": "10.9.8.4",
        },
        common | {"routeName": "storage", "addressPrefix": "Storage", "nextHopType": "Internet"},
    ]


@pytest.mark.parametrize("kind", [SECURITY_RULE, ROUTE])
def test_rules_and_routes_are_written_one_after_the_other_and_all_before_the_subnets(
    kind: str, with_traffic: Recording
) -> None:
    names = [r.name for r in with_traffic.registrations if r.type == kind]
    assert len(names) > 1
    for before, name in zip(names, [*names[1:], "fabrikam-subnet-1"], strict=True):
        assert before in with_traffic.dependencies(name)


def test_a_replacement_of_a_security_group_or_route_table_is_created_before_the_old_one_is_deleted(
    with_traffic: Recording,
) -> None:
    """Azure deletes no group and no table that subnets use; the provider alone would delete first."""
    for registration in with_traffic.registrations:
        if "-nsg" in registration.name or "-rt" in registration.name:
            assert registration.request.deleteBeforeReplaceDefined, registration.name
            assert not registration.request.deleteBeforeReplace, registration.name
    for name in ("fabrikam-nsg", "fabrikam-rt"):
        # A location is fixed, though the provider would announce its change as one in place.
        assert list(with_traffic[name].request.replaceOnChanges) == ["location"]
        assert "fabrikam-vnet" in with_traffic.dependencies(name)


# Deployed groups have rules with these names, in Azure and in Pulumi.
RULES = [
    *("WithinNetworkInbound", "LogicAppsManagementInbound", "LogicAppsInbound", "AzureConnectorsInbound"),
    *("AppServiceManagementInbound", "AzureTrafficManagerInbound", "ApiManagementInbound"),
    *("RedisInbound", "RedisProbesInbound", "CallersInbound", "CallerTag1Inbound"),
    *("WithinNetworkOutbound", "InternetOutbound", "AzureActiveDirectoryOutbound", "StorageOutbound"),
    *("AppServiceOutbound", "AzureMonitorOutbound", "SqlOutbound", "EventHubOutbound"),
    *("RedisOutbound", "AzureKeyVaultOutbound", "AzureDnsOutbound", "DnsOutbound"),
]


def test_the_urns_of_security_group_and_route_table_are_permanent(with_traffic: Recording) -> None:
    prefix = "urn:pulumi:dev::logic-apps-environment::logic-apps-environment:index:EnvironmentNetwork$"
    azure = "azure-native:network:"
    names = {r.urn.removeprefix(prefix) for r in with_traffic.registrations if "-nsg" in r.name or "-rt" in r.name}
    assert names == {
        f"{azure}NetworkSecurityGroup::fabrikam-nsg",
        *(f"{azure}SecurityRule::fabrikam-nsg-Allow{name}" for name in RULES),
        f"{azure}RouteTable::fabrikam-rt",
        f"{azure}Route::fabrikam-rt-partner",
        f"{azure}Route::fabrikam-rt-storage",
    }


def test_a_separate_network_requires_endpoint_and_sku_for_its_security_group() -> None:
    with pytest.raises(ArgumentsError) as caught:
        record(network(security_group={"name": "nsg"}))
    assert [problem.path for problem in caught.value.problems] == [("endpoint",), ("sku_name",)]


def test_a_network_component_allows_the_connectors_of_an_environment_that_is_created_elsewhere() -> None:
    def program() -> None:
        made = EnvironmentNetwork("fabrikam", ARGUMENTS | TRAFFIC)
        made.allow_connectors(pulumi.Output.from_input(["203.0.113.9", "10.0.0.32/27"]))

    rule = record(program)["fabrikam-nsg-AllowConnectorsInbound"]
    assert rule.inputs["sourceAddressPrefixes"] == ["203.0.113.9/32"]


def test_the_address_of_an_appliance_may_be_an_output_and_is_validated_when_it_resolves() -> None:
    def program(address: str) -> Any:
        def make() -> None:
            appliance = {"next_hop_type": "VirtualAppliance", "next_hop_ip_address": pulumi.Output.from_input(address)}
            routes = {"partner": {"address_prefix": "203.0.113.0/24"} | appliance}
            EnvironmentNetwork("fabrikam", ARGUMENTS | {"route_table": {"name": "rt", "routes": routes}})

        return make

    assert record(program("10.9.8.4"))["fabrikam-rt-partner"].inputs["nextHopIpAddress"] == "10.9.8.4"
    with pytest.raises(ArgumentsError, match="route-next-hop-address"):
        record(program("firewall"))


def late_traffic(dns_server: str = "10.9.9.5", group: str = "nsg-fabrikam") -> Any:
    """A program with the arguments ``TRAFFIC``, of which some are Outputs."""

    def program() -> None:
        late = pulumi.Output.from_input
        changes = {
            "dns_servers": ["10.9.9.4", late(dns_server)],
            "security_group": TRAFFIC["security_group"] | {"name": late(group)},
            "route_table": TRAFFIC["route_table"] | {"name": late("rt-fabrikam")},
        }
        EnvironmentNetwork("fabrikam", ARGUMENTS | TRAFFIC | changes)

    return program


def test_outputs_for_traffic_make_the_same_requests_as_plain_values(with_traffic: Recording) -> None:
    recording = record(late_traffic())
    made = {each.name: each.inputs for each in recording.registrations if each.request.custom}
    assert made == {each.name: each.inputs for each in with_traffic.registrations if each.request.custom}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"dns_server": "dns.fabrikam.com"}, "dns-server"),
        ({"group": "no/slashes"}, "guard-name"),
    ],
)
def test_outputs_for_traffic_are_validated_when_they_resolve(changes: dict[str, str], rule: str) -> None:
    with pytest.raises(ArgumentsError, match=rf"\[{rule}\]"):
        record(late_traffic(**changes))


def late_callers(*resolved: str) -> Any:
    """A program whose callers are a service tag, a range, and Outputs of these."""

    def program() -> None:
        callers = ["AzureDevOps", "203.0.113.0/24", *map(pulumi.Output.from_input, resolved)]
        group = {"name": "nsg", "callers": callers}
        EnvironmentNetwork("fabrikam", ARGUMENTS | TRAFFIC | {"security_group": group})

    return program


def test_ranges_of_callers_may_be_outputs(with_traffic: Recording) -> None:
    recording = record(late_callers("198.51.100.7/32", "203.0.113.8/32"))
    callers = recording["fabrikam-nsg-AllowCallersInbound"].inputs
    # Azure's documentation does not say that it accepts ranges inside others: a rule contains none.
    assert callers["sourceAddressPrefixes"] == ["198.51.100.7/32", "203.0.113.0/24"]
    assert recording["fabrikam-nsg-AllowCallerTag1Inbound"].inputs["sourceAddressPrefix"] == "AzureDevOps"
    assert sorted(recording.names) == sorted(with_traffic.names)


@pytest.mark.parametrize(
    ("resolved", "statement"),
    [("Storage", '"Storage" is a service tag in an Output'), ("203.0.113.1/24", "has host bits set")],
)
def test_a_caller_in_an_output_is_a_range(resolved: str, statement: str) -> None:
    with pytest.raises(ArgumentsError, match=rf"security_group\.callers\[2\]: .*{statement}"):
        record(late_callers(resolved))
