"""Two judges of the same configuration: the rules of the components, and the simulator, which shares no code with them.

Both were written from Azure's documents. What the rules accept, the simulator has to accept; what the simulator refuses
for a reason that stands in the configuration, the rules have to refuse. For the rules that Azure itself enforces the
converse holds too.
"""

from __future__ import annotations

import base64
import json
from ipaddress import IPv4Network
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from components import judge_configuration
from components.certificate_arguments import validate_resolved_certificates
from sandbox import arm

from .components.generated_configurations import plausible
from .components.rule_examples import BASE, PROJECT
from .sandbox.arm.azure import DELEGATION, SUBSCRIPTION, Azure, azure_in

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
    directory = tmp_path_factory.mktemp("judge") / "arm"
    # What one example made is gone before the next one.
    arm.control_of(directory).change_settings(subnet_hold_hours=0)
    with azure_in(directory, pace=0) as client:
        yield client


def nearly_right() -> st.SearchStrategy[dict[str, Any]]:
    """A right configuration in which some keys have values that may be wrong."""
    right = {key: value for key, value in BASE.items() if key != "acknowledgeRetirement"}

    def mixed(changed: dict[str, Any], keys: set[str], network_keys: set[str]) -> dict[str, Any]:
        # A whole network of random parts is hardly ever right; one random part of a right one often is.
        parts = {key: value for key, value in changed["network"].items() if key in network_keys}
        configuration = right | {"network": right["network"] | parts}
        return configuration | {key: value for key, value in changed.items() if key in keys}

    return st.builds(
        mixed,
        plausible(),
        st.sets(st.sampled_from(["certificates", "tags", *right]), max_size=3),
        st.sets(st.sampled_from(["subnets", "dnsServers", "securityGroup", "routeTable"]), max_size=2),
    )


def errors_of_the_rules(configuration: dict[str, Any]) -> set[str]:
    texts = {
        f"{PROJECT}:{key}": given if isinstance(given, str) else json.dumps(given)
        for key, given in configuration.items()
    }
    return {problem.rule.identifier for problem in judge_configuration(PROJECT, texts) if problem.is_error}


def refusals_of_the_simulator(azure: Azure, configuration: dict[str, Any]) -> list[str]:
    """Asks for everything that the configuration describes, in order, and takes it down again; what was refused.

    The requests are made from the configuration as it stands, without the components' own code, but for certificates,
    whose form on the wire is theirs to make.
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
    requests += requests_for_guards(f"{group}/providers/Microsoft.Network", configuration)
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
        return [refusal for path, request in requests if (refusal := answer(azure.put(path, request)))]
    finally:
        azure.delete(group)
        azure.get(group)


def requests_for_guards(networking: str, configuration: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The requests for the route table with its routes, and for the security group with a rule for each caller."""
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
    """Why the request was refused; empty when it was not."""
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
        return validate_resolved_certificates(given)
    except ValueError:
        # Refused by the rules: sent as it stands.
        return {name: base64.b64encode(text.encode()).decode() for name, text in given.items()}


@given(configuration=nearly_right())
def test_the_rules_and_the_simulator_agree(azure: Azure, configuration: dict[str, Any]) -> None:
    errors = errors_of_the_rules(configuration)
    if errors & NOT_REFUSED_BY_AZURE:
        return
    refusals = refusals_of_the_simulator(azure, configuration)
    note(f"rules: {errors or 'accept'}")
    note(f"simulator: {refusals or 'accepts'}")
    event("both accept" if not errors and not refusals else "both refuse")
    assert bool(errors) == bool(refusals)


def test_both_accept_what_is_right(azure: Azure) -> None:
    """A simulator that refused everything would agree about every mistake."""
    right = {key: value for key, value in BASE.items() if key != "acknowledgeRetirement"}
    assert errors_of_the_rules(right) == set()
    assert refusals_of_the_simulator(azure, right) == []
