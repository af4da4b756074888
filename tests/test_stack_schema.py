"""The JSON Schema of stack files agrees with the rules, as far as a schema can express them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker

from docs.stack_schema import stack_schema
from tests.support.generated_configurations import plausible
from tests.support.injected_mistakes import MISTAKES, VALID, Mistake, with_mistakes
from tests.support.rule_examples import BASE, EXISTING, FOUR_IDS, PROJECT, problems_with
from tests.support.stack_files import STACKS

REPOSITORY = Path(__file__).parents[1]
SCHEMA = REPOSITORY / "docs/stack.schema.json"
VALIDATOR = Draft7Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())

# About several values together, lists of names that Microsoft extends, or the content of certificates.
NOT_EXPRESSED = {
    *(
        "address-space-overlap",
        "callers-internal",
        "caller-repeated",
        "caller-source",
        "connector-repeated",
        "route-prefix-repeated",
    ),
    *("subnet-name-repeated", "subnet-outside-address-space", "subnet-overlap", "subnet-range-missing"),
    *("subnet-too-small", "service-endpoint-repeated", "integration-account-premium", "tag-name-repeated"),
    *("certificate-unreadable", "key-region", "location-shape", "converted-value", "address-notation"),
}


def errors(configuration: dict[str, Any]) -> list[str]:
    keys = {key if ":" in key else f"{PROJECT}:{key}": value for key, value in configuration.items()}
    return [error.message for error in VALIDATOR.iter_errors({"config": keys})]


def test_the_schema_is_current_and_valid() -> None:
    assert SCHEMA.read_text() == stack_schema(), "run `make docs`"
    Draft7Validator.check_schema(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("file", [*(f"Pulumi.{stack}.yaml" for stack in STACKS), "docs/whole-environment.yaml"])
def test_stack_files_of_the_repository_are_valid(file: str) -> None:
    content = yaml.safe_load((REPOSITORY / file).read_text())
    assert list(VALIDATOR.iter_errors(content)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_committed_stack_files_name_the_schema_for_editors(stack: str) -> None:
    first = (REPOSITORY / f"Pulumi.{stack}.yaml").read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.relative_to(REPOSITORY)}"


@given(plausible(), st.sampled_from(["name", "location", "resourceGroup", "sku", "endpoint", "network", "tags"]))
def test_the_schema_accepts_what_the_rules_accept(configuration: dict[str, Any], key: str) -> None:
    changes = {key: configuration[key]}
    accepted = not any(problem.is_error for problem in problems_with(changes))
    event(f"{key} is {'valid' if accepted else 'invalid'}")
    assert not accepted or errors(BASE | changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        VALID,
        {"network": EXISTING},
        {"network": {"subnetIds": FOUR_IDS}},
        {"identity": {}, "encryptionKey": {}, "certificates": {}, "managedConnectors": [], "tags": {}},
        {"resourceGroup": {"name": "Büro(1)", "create": False}},
        {"sku": {"name": "Premium", "capacity": "10"}},
        {"location": "West US 2"},
        # As `pulumi config set` writes values without --path.
        {
            "protect": "false",
            "tags": '{"environment": "dev"}',
            "managedConnectors": '["sql"]',
            "sku": '{"name": "Premium"}',
        },
        # Secrets, and keys of other namespaces.
        {"managedConnectors": [{"name": "sap", "contentLink": {"secure": "v1:x"}}]},
        {"managedConnectors": {"secure": "v1:x"}},
        {"azure-native:location": "westus2", "other:name": {"secure": "v1:x"}},
    ],
)
def test_every_form_of_a_value_is_valid(changes: dict[str, Any]) -> None:
    assert errors(BASE | changes) == []


def rules(mistake: Mistake) -> set[str]:
    return {rule for rules in mistake.causes.values() for rule in rules.split(" and ")}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{'.'.join(map(str, next(iter(mistake.causes))))}")
def test_every_mistake_that_a_schema_can_express_is_invalid(mistake: Mistake) -> None:
    configuration, _ = with_mistakes([mistake])
    assert bool(errors(configuration)) or rules(mistake) <= NOT_EXPRESSED


def test_a_schema_expresses_most_mistakes() -> None:
    expressed = [mistake for mistake in MISTAKES if errors(with_mistakes([mistake])[0])]
    assert len(expressed) > 0.6 * len(MISTAKES)


@pytest.mark.parametrize(
    "changes",
    [
        {"endpiont": "Internal"},
        {"network": {}},
        {"network": {"name": "vnet-x", "addressSpace": ["10.0.0.0/24"], "subnets": [{"name": "one"}]}},
        {"network": {"subnetIds": FOUR_IDS[:3]}},
        {"sku": {"name": "Developer", "capacity": 1}},
        {"sku": {"secure": "v1:x"}},
        {"name": {"secure": "v1:x"}},
        {"certificates": {"both": {"file": "a.pem", "publicCertificate": "x"}}},
        {"certificates": {f"c{number}": {"file": "a.pem"} for number in range(21)}},
        {"tags": {"a": None}},
    ],
)
def test_other_mistakes_are_invalid(changes: dict[str, Any]) -> None:
    assert errors(BASE | changes) != []
    # No file is read for these.
    assert [problem for problem in problems_with(changes) if problem.is_error] or "secure" in str(changes)


def test_required_keys_may_come_from_an_environment_of_pulumi_esc() -> None:
    assert not VALIDATOR.is_valid({"config": {}})
    assert not VALIDATOR.is_valid({})
    assert VALIDATOR.is_valid({"environment": ["ise"], "config": {}})
    assert VALIDATOR.is_valid({"environment": ["ise"]})


def test_every_key_has_a_description_and_text_has_an_example() -> None:
    keys = json.loads(SCHEMA.read_text())["properties"]["config"]["properties"]
    assert all("Allowed: " in key["description"] for key in keys.values())
    assert keys[f"{PROJECT}:name"]["examples"] == ["Fabrikam-ISE"]
