"""Messages show paths and words as the caller writes them: configuration keys in a stack, attributes in Python."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from pulumi.resource_hooks import ResourceHookArgs

from logic_apps_environment import (
    ArgumentsError,
    EnvironmentNetworkArgs,
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
)
from logic_apps_environment.changes.registered_inputs import registered_inputs
from logic_apps_environment.changes.report import report
from logic_apps_environment.component_package.provider import _arguments
from logic_apps_environment.validation.notation import Notation
from tests.logic_apps_environment.test_environment import FABRIKAM, environment, later
from tests.logic_apps_environment.test_existing_networks import FOUR_IDS, with_four
from tests.logic_apps_environment.test_program import run
from tests.support.recording import ENVIRONMENT_COMPONENT, record
from tests.support.rule_examples import EXAMPLES, LOOK_UP_EXAMPLES, problems_with

STACK_ONLY = {
    "namespace-misspelled",
    "encrypted-value",
    "resource-group-found",
    "connector-content-link-plain",
    "service-retired",
}
"""Rules about stack files and stacks, which callers in Python do not meet."""

PYTHON = Notation.of_python(IntegrationServiceEnvironmentArgs)
ARGS = IntegrationServiceEnvironmentArgs.of_component("fabrikam", FABRIKAM)
CAMEL_CASE = (
    "addressSpace|addressPrefix|subnetIds|virtualNetworkId|securityGroup|routeTable|nextHopType|nextHopIpAddress|"
    "dnsServers|serviceEndpoints|publicCertificate|userAssigned|encryptionKey|vaultId|managedConnectors|contentLink|"
    "integrationAccounts"
)


def refusal(program: Any, **options: Any) -> str:
    with pytest.raises(ArgumentsError) as caught:
        record(program, **options)
    return str(caught.value)


@pytest.mark.parametrize("identifier", sorted({*EXAMPLES, *LOOK_UP_EXAMPLES} - STACK_ONLY))
def test_no_message_for_python_has_the_notation_of_stack_files(identifier: str) -> None:
    found = EXAMPLES[identifier].problems() if identifier in EXAMPLES else LOOK_UP_EXAMPLES[identifier][0]
    is_of_network = identifier.startswith(("network-", "subnet-")) and identifier in LOOK_UP_EXAMPLES
    notation = Notation.of_python(EnvironmentNetworkArgs) if is_of_network else PYTHON
    for text in notation.summaries(found):
        assert not re.search(rf"\b({CAMEL_CASE}|null|true|false|an object|objects)\b", re.sub(r'"[^"]*"', "", text))
        assert not re.search(r"YAML|stack file|pulumi config", text), text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"managed_connectors": [None]}, "fabrikam: managed_connectors[0]: None is not valid: expected a mapping."),
        ({"managed_connectors": [None]}, "Allowed: a mapping with name, content_link"),
        ({"sku": None}, 'Example: {"name": "Premium", "capacity": 1}'),
        ({"tags": {"version": 1.1}}, 'What to do: Specify a str, such as "1.1".'),
        ({"network": {"name": "vnet"}}, "network.address_space: is required"),
        ({"encryption_key": {"vaultid": ""}}, 'Did you mean "vault_id"?'),
        ({"encryption_key": {}, "sku": True}, "sku: True is not valid: expected a mapping."),
    ],
)
def test_messages_in_python_have_its_names_values_and_literals(changes: dict[str, Any], expected: str) -> None:
    text = refusal(environment(**changes))
    assert expected in text
    assert "YAML" not in text


def test_messages_repeat_values_as_written() -> None:
    text = refusal(environment(endpoint="addressSpace", tags={"addressSpace": "\n"}))
    assert '"addressSpace" is not valid' in text
    assert "1. fabrikam: endpoint: " in text
    assert "2. fabrikam: tags.addressSpace: " in text


def test_the_path_of_an_output_has_pythons_notation() -> None:
    text = refusal(environment(name=later("no/slashes")))
    assert "1. fabrikam: name: " in text


def in_use() -> dict[str, Any]:
    return copy.deepcopy(with_four(ipAllocations=[{"id": FOUR_IDS[3]}]))


def test_a_problem_of_an_existing_network_has_the_path_of_the_environments_arguments() -> None:
    text = refusal(environment(network={"subnet_ids": FOUR_IDS}), functions=in_use())
    assert "1. fabrikam: network.subnet_ids[1]: " in text


def test_a_problem_of_an_existing_network_has_the_full_configuration_key_in_a_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ArgumentsError) as caught:
        run("dev", monkeypatch, functions=in_use(), location="westus2", network={"subnetIds": FOUR_IDS})
    assert "1. logic-apps-environment:network.subnetIds[1]: " in str(caught.value)


def test_a_problem_in_another_language_has_the_key_of_the_package() -> None:
    values = {
        "resourceGroupName": "rg",
        "name": "ise",
        "location": "westus2",
        "sku": {"name": "Premium"},
        "endpoint": "Internal",
        "network": {"subnetIds": FOUR_IDS},
    }

    def program() -> None:
        arguments: Any = _arguments("fabrikam", IntegrationServiceEnvironmentArgs, values)
        IntegrationServiceEnvironment("fabrikam", arguments)

    assert "1. fabrikam: network.subnetIds[1]: " in refusal(program, functions=in_use())


def test_a_warning_of_the_network_has_the_path_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    service = "Microsoft.Storag"
    network = {"name": "vnet", "addressSpace": ["10.0.0.0/24"], "serviceEndpoints": [service]}
    run("dev", monkeypatch, network=network)
    assert "logic-apps-environment:network.serviceEndpoints[0]: " in caplog.text
    caplog.clear()
    record(environment(network={"name": "v-net", "address_space": ["10.0.0.0/24"], "service_endpoints": [service]}))
    assert "fabrikam: network.service_endpoints[0]: " in caplog.text


def test_replacements_and_letter_case_have_the_path_of_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    def inputs(**changes: Any) -> dict[str, Any]:
        return registered_inputs(IntegrationServiceEnvironmentArgs.checked(FABRIKAM | changes))

    def change(**changes: Any) -> ResourceHookArgs:
        urn = f"urn:pulumi:dev::company::{ENVIRONMENT_COMPONENT}::orders"
        new, old = inputs(**changes), inputs()
        return ResourceHookArgs(urn, "", "orders", ENVIRONMENT_COMPONENT, new_inputs=new, old_inputs=old)

    with pytest.raises(ArgumentsError, match=r"1\. fabrikam: name: "):
        report(change(name=FABRIKAM["name"].swapcase()), ARGS)
    network = FABRIKAM["network"] | {"address_space": ["10.9.0.0/24"]}
    record(lambda: report(change(network=network), ARGS))
    assert " network.address_space: " in caplog.text
    assert '-> ["10.9.0.0/24"]' in caplog.text


def test_a_stack_reads_the_notation_of_stack_files() -> None:
    (problem,) = problems_with({"tags": {"version": 1.1}})
    assert Notation(prefix="logic-apps-environment:").problems([problem]) == [problem]
    assert "YAML" in problem.remedy


def test_a_key_in_advice_is_that_of_the_caller() -> None:
    in_stack = Notation(prefix="logic-apps-environment:", moved={"securityGroup": ("network", "securityGroup")})
    assert in_stack.key("tags") == "logic-apps-environment:tags"
    assert in_stack.key("network.securityGroup: {id: …}") == "logic-apps-environment:network.securityGroup: {id: …}"
    alone = Notation.of_python(EnvironmentNetworkArgs)
    assert alone.key("network.addressSpace") == "EnvironmentNetworkArgs.address_space"
    assert alone.key("network.routeTable.routes") == "EnvironmentNetworkArgs.route_table.routes"
    assert (
        PYTHON.key("managedConnectors[n].contentLink")
        == "IntegrationServiceEnvironmentArgs.managed_connectors[n].content_link"
    )
