"""The rules of the components agree with the simulator, which shares no code with them.

Both were written from Azure's documents. The simulator must accept what the rules accept; the rules must reject what
the simulator rejects because of the configuration. For the rules that Azure itself enforces, the converse is also true.
"""

from __future__ import annotations

import base64
import json
from ipaddress import IPv4Network
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, example, given, note
from hypothesis import strategies as st

from logic_apps_environment import (
    ArgumentsError,
    EnvironmentNetwork,
    EnvironmentNetworkArgsDict,
    validate_configuration,
)
from logic_apps_environment.certificates.content import encode_for_sending
from logic_apps_sandbox import arm
from logic_apps_sandbox.azure_native.convert import outputs_from_response
from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES
from tests.support.azure import DELEGATION, SUBSCRIPTION, Azure, azure_in
from tests.support.generated_configurations import plausible
from tests.support.recording import record
from tests.support.rule_examples import BASE, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

# Rules of this library's own, and those that Azure enforces only in part (it makes a network of 100.64.0.0/10, in which
# Logic Apps then cannot work). A configuration that breaks one is no case for comparing.
NOT_REFUSED_BY_AZURE = {
    "certificate-expired",
    "certificate-name-repeated",
    "certificate-repeated",
    "certificate-source",
    "route-name-repeated",
    "caller-source",
    "route-prefix",
    "callers-empty",
    "caller-repeated",
    "callers-internal",
    "service-endpoint",
    "service-endpoint-repeated",
    "address-reserved",
    "subnet-name-reserved",
    "subnet-range-missing",
    "tag-name-reserved",
}


INCOMING = {
    "protocol": "*",
    "access": "Allow",
    "direction": "Inbound",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "VirtualNetwork",
    "destinationPortRange": "443",
}


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    directory = tmp_path_factory.mktemp("agreement") / "arm"
    # The resources of one example are deleted before the next one.
    arm.control_of(directory).change_settings(subnet_hold_hours=0)
    with azure_in(directory, pace=0) as client:
        yield client


def nearly_valid_configurations() -> st.SearchStrategy[dict[str, Any]]:
    """Return valid configurations in which some keys may have invalid values."""
    right = {key: value for key, value in BASE.items() if key != "acknowledgeRetirement"}

    def mixed(changed: dict[str, Any], keys: set[str], network_keys: set[str]) -> dict[str, Any]:
        # A network of random parts is hardly ever valid; one random part of a valid network often is.
        parts = {key: value for key, value in changed["network"].items() if key in network_keys}
        configuration = right | {"network": right["network"] | parts}
        return configuration | {key: value for key, value in changed.items() if key in keys}

    return st.builds(
        mixed,
        plausible(),
        st.sets(st.sampled_from(["certificates", "tags", *right]), max_size=3),
        st.sets(st.sampled_from(["subnets", "dnsServers", "securityGroup", "routeTable"]), max_size=2),
    )


BEGINNING_WITH_A_DIGIT = {key: value for key, value in BASE.items() if key != "acknowledgeRetirement"} | {
    "network": {
        "name": "Fabrikam-VNET",
        "addressSpace": ["10.0.0.0/24"],
        "subnets": [
            {"name": name, "addressPrefix": prefix}
            for name, prefix in {
                "a": "10.0.0.0/27",
                "b": "10.0.0.32/27",
                "1a": "10.0.0.64/27",
                "c": "10.0.0.96/27",
            }.items()
        ],
    }
}
"""A configuration with a subnet in which the creation of an environment fails."""


def errors_of_the_rules(configuration: dict[str, Any]) -> set[str]:
    texts = {
        f"{PROJECT}:{key}": given if isinstance(given, str) else json.dumps(given)
        for key, given in configuration.items()
    }
    return {problem.rule.identifier for problem in validate_configuration(PROJECT, texts) if problem.is_error}


def refusals_of_the_simulator(azure: Azure, configuration: dict[str, Any]) -> list[str]:
    """Create everything that the configuration describes, in order, delete it again, and return the errors.

    The requests are built from the configuration without the components' own code, except for certificates, which
    the components convert.
    """
    network, tags = configuration["network"], configuration.get("tags", {})
    group = f"{SUBSCRIPTION}/resourceGroups/{configuration['resourceGroup']['name']}"
    virtual_network = f"{group}/providers/Microsoft.Network/virtualNetworks/{network['name']}"
    subnets = network.get("subnets") or planned(network["addressSpace"])
    ids = [f"{virtual_network}/subnets/{subnet['name']}" for subnet in subnets]
    requests: list[tuple[str, dict[str, Any]]] = [
        (group, {"location": configuration["location"], "tags": tags}),
        (
            virtual_network,
            {
                "location": configuration["location"],
                "tags": tags,
                "properties": {
                    "addressSpace": {"addressPrefixes": network["addressSpace"]},
                    "dhcpOptions": {"dnsServers": network.get("dnsServers", [])},
                },
            },
        ),
    ]
    requests += requests_for_traffic(f"{group}/providers/Microsoft.Network", configuration)
    requests += [
        (
            path,
            {
                "properties": {
                    "addressPrefix": subnet["addressPrefix"],
                    "delegations": [DELEGATION] if path == ids[0] else [],
                }
            },
        )
        for path, subnet in zip(ids, subnets, strict=True)
    ]
    environment = f"{group}/providers/Microsoft.Logic/integrationServiceEnvironments/{configuration['name']}"
    properties: dict[str, Any] = {
        "networkConfiguration": {
            "accessEndpoint": {"type": configuration["endpoint"]},
            "subnets": [{"id": path} for path in ids],
        },
        "certificates": {
            name: {"publicCertificate": text, "kind": "TrustedRoot"}
            for name, text in certificates_to_send(configuration.get("certificates", {})).items()
        },
    }
    body = {"location": configuration["location"], "sku": configuration["sku"], "tags": tags, "properties": properties}
    requests.append((environment, body))
    try:
        refusals = [refusal for path, request in requests if (refusal := answer(azure.put(path, request)))]
        # Azure accepts the request for an environment whose creation then fails, as in a subnet ``1a``.
        state = azure.get(environment).json().get("properties", {}).get("provisioningState")
        return [*refusals, *(["The creation of the environment fails."] if state == "Failed" else [])]
    finally:
        azure.delete(group)
        azure.get(group)


def requests_for_traffic(networking: str, configuration: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the requests for the route table and its routes, and the security group with a rule for each caller."""
    network, location = configuration["network"], configuration["location"]
    requests: list[tuple[str, dict[str, Any]]] = []
    if table := network.get("routeTable"):
        path = f"{networking}/routeTables/{table['name']}"
        requests.append((path, {"location": location}))
        requests += [(f"{path}/routes/{name}", {"properties": route}) for name, route in table["routes"].items()]
    if group := network.get("securityGroup"):
        path = f"{networking}/networkSecurityGroups/{group['name']}"
        requests.append((path, {"location": location}))
        for number, caller in enumerate(group.get("callers", [])):
            rule = INCOMING | {"priority": 100 + number, "sourceAddressPrefix": caller}
            requests.append((f"{path}/securityRules/caller{number}", {"properties": rule}))
    return requests


def answer(response: httpx.Response) -> str:
    """Return why the request was rejected; empty if it succeeded."""
    return "" if response.is_success else f"{response.request.url.path}: {response.text}"


def planned(address_space: list[str]) -> list[dict[str, str]]:
    ranges = (
        each
        for prefix in map(IPv4Network, address_space)
        if prefix.prefixlen <= 27
        for each in prefix.subnets(new_prefix=27)
    )
    return [{"name": f"subnet-{n}", "addressPrefix": str(each)} for n, each in enumerate(islice(ranges, 4), start=1)]


def certificates_to_send(certificates: dict[str, dict[str, str]]) -> dict[str, str]:
    given = {name: entry["publicCertificate"] for name, entry in certificates.items()}
    try:
        return encode_for_sending(given)
    except ValueError:
        # Rejected by the rules: sent unchanged.
        return {name: base64.b64encode(text.encode()).decode() for name, text in given.items()}


@given(configuration=nearly_valid_configurations())
@example(configuration=BEGINNING_WITH_A_DIGIT)
def test_the_rules_and_the_simulator_agree(azure: Azure, configuration: dict[str, Any]) -> None:
    errors = errors_of_the_rules(configuration)
    if errors & NOT_REFUSED_BY_AZURE:
        return
    refusals = refusals_of_the_simulator(azure, configuration)
    note(f"rules: {errors or 'accept'}")
    note(f"simulator: {refusals or 'accepts'}")
    event("both accept" if not errors and not refusals else "both refuse")
    assert bool(errors) == bool(refusals)


def test_both_accept_a_valid_configuration(azure: Azure) -> None:
    """A simulator that refused everything would agree about every mistake."""
    right = {key: value for key, value in BASE.items() if key != "acknowledgeRetirement"}
    assert errors_of_the_rules(right) == set()
    assert refusals_of_the_simulator(azure, right) == []


# Existing networks: the library validates four existing subnets with its look-ups; the simulator creates an environment
# in them and reports after hours whether that succeeded.

EXISTING = f"{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network"
EXISTING_ENVIRONMENT = (
    f"{SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Logic/integrationServiceEnvironments/ise"
)
_RULE_MEMBERS = {
    "protocol": st.sampled_from(["*", "*", "Tcp", "Udp"]),
    "access": st.sampled_from(["Allow", "Allow", "Deny"]),
    "direction": st.sampled_from(["Inbound", "Inbound", "Inbound", "Outbound"]),
    "sourcePortRange": st.sampled_from(["*", "*", "*", "1024-65535"]),
    "sourceAddressPrefix": st.sampled_from(
        [
            *("*", "Internet", "AzureCloud", "AzureConnectors", "ApiManagement", "AzureConnectors.WestUS2"),
            *("LogicApps", "VirtualNetwork", "10.0.0.0/16", "AzureLoadBalancer"),
        ]
    ),
    "destinationAddressPrefix": st.sampled_from(["*", "*", "VirtualNetwork", "10.0.0.0/24", "10.0.0.0/26"]),
    "destinationPortRange": st.sampled_from(["*", "454", "3443", "454", "3443", "400-500", "3000-4000", "443"]),
}


def existing_networks() -> st.SearchStrategy[dict[str, Any]]:
    """Networks of others with four subnets, most of which can be used."""
    usual = st.just(None)
    subnet = st.fixed_dictionaries(
        {
            "name": usual | usual | st.sampled_from(["1ise-{}", "1ise-{}", "GatewaySubnet", "a.b{}_"]),
            "ranges": usual
            | usual
            | usual
            | st.sampled_from(
                [["100.64.{}.0/27"], ["10.0.1{}.0/28"], ["10.0.1{}.0/24"], ["10.0.1{}.0/27", "fd00:{}::/64"]]
            )
            | st.sampled_from([["10.0.1{}.0/27", "10.0.2{}.0/27"], ["10.0.1{}.0/27", "10.0.2{}.0/28"]]),
            "delegated": usual
            | usual
            | st.sampled_from([DELEGATION["properties"], {"serviceName": "Microsoft.Web/serverFarms"}]),
            "user": usual | usual | usual | st.sampled_from(["endpoint", "ipAllocations"]),
            "attached": st.booleans(),
        }
    )
    rules = st.lists(st.fixed_dictionaries(_RULE_MEMBERS), max_size=5)
    allowed = rules.map(
        lambda given: [
            *given,
            {
                "protocol": "*",
                "access": "Allow",
                "direction": "Inbound",
                "sourcePortRange": "*",
                "sourceAddressPrefix": "AzureCloud",
                "destinationAddressPrefix": "*",
                "destinationPortRange": "*",
            },
        ]
    )
    routes = st.dictionaries(
        st.sampled_from(["0.0.0.0/0", "AzureConnectors", "ApiManagement.WestUS2", "ApiManagement", "AzureCloud"]),
        st.sampled_from(["Internet", "Internet", "None", "VirtualAppliance", "VirtualNetworkGateway"]),
        max_size=3,
    )
    return st.fixed_dictionaries(
        {
            "location": st.sampled_from(["westus2"] * 9 + ["northeurope"]),
            "space": st.sampled_from([["10.0.0.0/16"]] * 9 + [["10.0.0.0/16", "100.127.0.0/16"]]),
            "subnets": st.lists(subnet, min_size=4, max_size=4) | st.just([{}] * 4),
            "rules": usual | rules | allowed,
            "routes": usual | usual | routes,
        }
    )


def create_network(azure: Azure, network: dict[str, Any]) -> list[str] | None:
    """Create a network and return the ids of its four subnets; None if Azure rejects the network itself."""
    ids = {"networkSecurityGroup": f"{EXISTING}/networkSecurityGroups/nsg", "routeTable": f"{EXISTING}/routeTables/rt"}
    rules = [
        {"name": f"rule-{number}", "properties": rule | {"priority": 100 + number}}
        for number, rule in enumerate(network["rules"] or ())
    ]
    routes = [
        {
            "name": prefix.replace("/", "-"),
            "properties": {"addressPrefix": prefix, "nextHopType": hop}
            | ({"nextHopIpAddress": "10.0.0.4"} if hop == "VirtualAppliance" else {}),
        }
        for prefix, hop in (network["routes"] or {}).items()
    ]
    entries = {"networkSecurityGroup": {"securityRules": rules}, "routeTable": {"routes": routes}}
    attached = {member: {"id": ids[member]} for member, key in _ATTACHED.items() if network[key] is not None}
    subnets = []
    for number, each in enumerate(network["subnets"]):
        ranges = [text.format(number) for text in each.get("ranges") or [f"10.0.0.{32 * number}/27"]]
        delegated = each.get("delegated") or (DELEGATION["properties"] if number == 0 else None)
        properties: dict[str, Any] = {
            "addressPrefixes": ranges,
            "delegations": [{"name": "d", "properties": delegated}] if delegated else [],
        }
        if each.get("attached", True):
            properties |= attached
        if each.get("user") == "ipAllocations":
            properties["ipAllocations"] = [{"id": "allocation"}]
        subnets.append({"name": (each.get("name") or "subnet-{}").format(number), "properties": properties})
    optional = {"100.64": "100.64.0.0/16", "fd00": "fd00::/16"}
    space = network["space"] + [prefix for part, prefix in optional.items() if part in str(subnets)]
    virtual_network = f"{EXISTING}/virtualNetworks/vnet"
    azure.put(EXISTING.partition("/providers/")[0], {"location": "westus2"})
    for member in attached:
        assert azure.put(ids[member], {"location": "westus2", "properties": entries[member]}).is_success
    body = {"addressSpace": {"addressPrefixes": space}, "subnets": subnets}
    if not azure.put(virtual_network, {"location": "westus2", "properties": body}).is_success:
        return None
    azure.get(virtual_network)
    identities = [f"{virtual_network}/subnets/{each['name']}" for each in subnets]
    for number, each in enumerate(network["subnets"]):
        if each.get("user") == "endpoint":
            endpoint = {"location": "westus2", "properties": {"subnet": {"id": identities[number]}}}
            assert azure.put(f"{EXISTING}/privateEndpoints/pe-{number}", endpoint).is_success
    return identities


_ATTACHED = {"networkSecurityGroup": "rules", "routeTable": "routes"}
_LOOK_UPS = {
    "azure-native:network:getVirtualNetwork": ("azure-native:network:VirtualNetwork", "virtualNetworks/vnet"),
    "azure-native:network:getNetworkSecurityGroup": (
        "azure-native:network:NetworkSecurityGroup",
        "networkSecurityGroups/nsg",
    ),
    "azure-native:network:getRouteTable": ("azure-native:network:RouteTable", "routeTables/rt"),
}


def errors_of_the_library(azure: Azure, identities: list[str], location: str) -> set[str]:
    """Return the rules that the component reports, with the simulator's responses to its look-ups."""
    functions: dict[str, Any] = {
        "azure-native:authorization:getClientConfig": {"subscriptionId": SUBSCRIPTION.rpartition("/")[2]}
    }
    for function, (resource_type, path) in _LOOK_UPS.items():
        answered = azure.get(f"{EXISTING}/{path}")
        if answered.is_success:
            document = answered.json()
            outputs = outputs_from_response(RESOURCE_TYPES[resource_type], document)
            functions[function] = {"id": document["id"], **outputs}
    arguments: EnvironmentNetworkArgsDict = {
        "resource_group_name": "rg",
        "location": location,
        "environment_name": "ise",
        "subnet_ids": identities,
    }
    try:
        record(lambda: EnvironmentNetwork("existing", arguments), functions=functions)
    except ArgumentsError as error:
        return {problem.rule.identifier for problem in error.problems}
    return set()


def refusal_of_the_simulator(azure: Azure, identities: list[str], location: str) -> str:
    """Return why an environment cannot be created in these subnets, at once or after hours; empty if it can."""
    body = {
        "location": location,
        "sku": {"name": "Developer", "capacity": 0},
        "properties": {
            "networkConfiguration": {
                "accessEndpoint": {"type": "Internal"},
                "subnets": [{"id": identity} for identity in identities],
            }
        },
    }
    answered = azure.put(EXISTING_ENVIRONMENT, body)
    if not answered.is_success:
        return answer(answered)
    status = azure.status(answered)
    return "" if status["status"] == "Succeeded" else json.dumps(status)


@given(network=existing_networks())
def test_the_library_and_the_simulator_agree_about_existing_networks(azure: Azure, network: dict[str, Any]) -> None:
    try:
        identities = create_network(azure, network)
        if identities is None or len({identity.lower() for identity in identities}) < len(identities):
            return
        errors = errors_of_the_library(azure, identities, network["location"])
        refusal = refusal_of_the_simulator(azure, identities, network["location"])
    finally:
        azure.delete(EXISTING.partition("/providers/")[0])
        azure.get(EXISTING.partition("/providers/")[0])
    note(f"library: {errors or 'accepts'}")
    note(f"simulator: {refusal or 'accepts'}")
    event("both accept" if not errors and not refusal else "both refuse")
    assert bool(errors) == bool(refusal)
