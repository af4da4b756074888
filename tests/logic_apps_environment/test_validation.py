"""Every problem in one message, wherever it is, and what is not given, not text or not legible."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from logic_apps_environment import ArgumentsError, IntegrationServiceEnvironmentArgs, SkuArgs, StackConfiguration
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.validation.annotations import field_type, inner_model
from logic_apps_environment.validation.errors import MAX_LINES
from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.notation import PLAIN, Notation
from logic_apps_environment.validation.validate import OTHER_LANGUAGES, validate
from tests.support.injected_mistakes import MISTAKES, VALID, Mistake, text_paths, with_mistakes
from tests.support.recording import record
from tests.support.rule_examples import BASE, COMPANY, EXISTING, PROJECT, network, problems_with

if TYPE_CHECKING:
    from collections.abc import Iterator

INVISIBLE = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")]


def found_in(configuration: dict[str, Any]) -> set[tuple[tuple[str | int, ...], str]]:
    return {(problem.path, problem.rule.identifier) for problem in problems_with(configuration) if problem.is_error}


def refused(configuration: dict[str, Any]) -> ArgumentsError:
    values = BASE | configuration
    texts = {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    with pytest.raises(ArgumentsError) as caught:
        StackConfiguration.read(PROJECT, texts)
    return caught.value


def test_the_configuration_without_mistakes_is_valid() -> None:
    assert found_in(VALID) == set()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: "-".join(map(str, next(iter(mistake.causes)))))
def test_each_mistake_by_itself_is_the_only_problem(mistake: Mistake) -> None:
    configuration, caused = with_mistakes([mistake])
    assert found_in(configuration) == caused


@given(st.lists(st.sampled_from(MISTAKES), min_size=2, max_size=30))
def test_independent_mistakes_are_all_reported_and_nothing_else(mistakes: list[Mistake]) -> None:
    configuration, caused = with_mistakes(mistakes)
    error = refused(configuration)
    assert {(problem.path, problem.rule.identifier) for problem in error.problems} == caused
    assert len(str(error).splitlines()) <= MAX_LINES


def test_three_subnets_with_six_mistakes_have_six_problems() -> None:
    subnets = [
        {"name": "a", "addressPrefix": "10.0.0.0/27", "zone": 1},
        {"name": "b", "addressPrefix": "10.0.0.0/26"},
        {"name": "B", "addressPrefix": "10.9.0.0/28"},
    ]
    place = ("network", "subnets")
    assert found_in(network(subnets=subnets)) == {
        ((*place, 0, "zone"), "unknown-key"),
        (place, "subnet-count"),
        ((*place, 2, "name"), "subnet-name-repeated"),
        ((*place, 2, "addressPrefix"), "subnet-too-small"),
        ((*place, 2, "addressPrefix"), "subnet-outside-address-space"),
        ((*place, 1, "addressPrefix"), "subnet-overlap"),
    }


def test_the_same_mistake_in_many_items_is_listed_once_with_its_places_and_their_number() -> None:
    text = str(refused(network(subnets=[{"name": "a", "addressPrefix": "10.0.0.0/27"}] * 100)))
    assert text.startswith("The configuration of this stack has 3 problems;")
    assert text.count("[subnet-name-repeated]") == text.count("[subnet-overlap]") == 1
    assert f"Also at: {PROJECT}:network.subnets[2].name, " in text
    assert "(99 in all)" in text
    assert len(text.splitlines()) < 20


def test_the_same_mistake_with_many_values_is_listed_once_too() -> None:
    subnets = [{"name": f"s{n}", "addressPrefix": f"10.0.{n}.0/28"} for n in range(100)]
    text = str(refused(network(addressSpace=["10.0.0.0/16"], subnets=subnets)))
    assert text.startswith("The configuration of this stack has 2 problems;")
    assert "subnets[0].addressPrefix: 10.0.0.0/28 is too small." in text
    assert f"Similar at: {PROJECT}:network.subnets[1].addressPrefix, " in text
    assert "(100 in all)" in text


def test_a_few_mistakes_with_different_values_are_listed_one_by_one() -> None:
    text = str(refused({"tags": {f"t{n}": n for n in range(10)}}))
    assert text.count("[wrong-kind]") == 10


MANY = 1000
LARGE = {
    "subnets": network(subnets=[{"name": "a", "addressPrefix": "10.0.0.0/28"}] * MANY),
    "different subnets": network(
        subnets=[{"name": f"{n}", "addressPrefix": f"10.9.{n // 256}.{n % 256}/28"} for n in range(MANY)]
    ),
    "addressSpace": network(addressSpace=["10.0.0.0/8"] * MANY),
    "outside of many": network(
        addressSpace=[f"10.{n // 256}.{n % 256}.0/24" for n in range(MANY)],
        subnets=[{"name": f"s{n}", "addressPrefix": f"11.{n // 256}.{n % 256}.0/27"} for n in range(MANY)],
    ),
    "dnsServers": network(dnsServers=[f"dns-{n}" for n in range(MANY)]),
    "callers": network(securityGroup={"name": "nsg", "callers": ["AzureDevOps"] * MANY}),
    "routes": network(
        routeTable={"name": "rt", "routes": {f"{n} ": {"addressPrefix": "Storage"} for n in range(MANY)}}
    ),
    "serviceEndpoints": network(serviceEndpoints=["Microsoft.Sql"] * MANY),
    "subnetIds": {"network": {"subnetIds": [f"{COMPANY}-{n % 9}/subnets/one" for n in range(MANY)]}},
    "userAssigned": {"identity": {"type": "UserAssigned", "userAssigned": [f"{n}" for n in range(MANY)]}},
    "managedConnectors": {"managedConnectors": ["sql"] * MANY},
    "integrationAccounts": {"integrationAccounts": {f"{n} ": {"sku": "Basic"} for n in range(MANY)}},
    "certificates": {"certificates": {f"{n} ": {"file": f"no/such/{n}.pem"} for n in range(MANY)}},
    "tags": {"tags": {f"a/{n}": n for n in range(MANY)}},
    "unknown keys": {f"unknown{n}": "x" for n in range(MANY)},
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_configuration_has_a_short_message(kind: str) -> None:
    error = refused(LARGE[kind])
    assert MANY / 2 < len(error.problems) <= 4 * MANY + 5  # never one for each pair
    text = str(error)
    assert len(text.splitlines()) <= MAX_LINES
    assert len(text) < 40_000


def test_a_shortened_message_states_how_many_problems_it_omits() -> None:
    rule = problems_with({"name": "a b"})[0].rule
    text = str(Notation().error(rule.violation(f"is wrong, {n}.", f"right {n}", path=("key",)) for n in range(300)))
    listed = sum(f"is wrong, {n}." in text for n in range(300))
    assert 50 < listed < 300
    assert len(text.splitlines()) <= MAX_LINES
    assert text.endswith(f"{300 - listed} more problems are not shown. Fix these first.")


# ---- Text ----


@given(st.sampled_from(text_paths()), st.sampled_from(INVISIBLE), st.integers(0, 200))
def test_no_text_may_contain_an_invisible_character(path: tuple[str | int, ...], invisible: str, position: int) -> None:
    value: Any = VALID
    for step in path:
        value = value[step]
    configuration, _ = with_mistakes([Mistake({path: value[:position] + invisible + value[position:]}, {})])
    problems = problems_with(configuration)
    assert [problem.path for problem in problems] == [path]
    assert problems[0].rule.identifier == "control-character"
    assert invisible == "\n" or invisible not in problems[0].format()


@given(st.sampled_from(["tags", "certificates", "integrationAccounts"]), st.sampled_from(INVISIBLE))
def test_no_key_may_contain_an_invisible_character(collection: str, invisible: str) -> None:
    item = next(iter(VALID[collection].values()))
    configuration, _ = with_mistakes([Mistake({(collection, f"a{invisible}b"): item}, {})])
    found = {rule for place, rule in found_in(configuration) if place == (collection, f"a{invisible}b")}
    assert "control-character" in found


def test_a_text_that_is_an_output_is_validated_in_the_same_way() -> None:
    def program() -> None:
        args = IntegrationServiceEnvironmentArgs(
            resource_group_name="rg",
            name=pulumi.Output.from_input("Fabrikam\u200b-ISE"),
            location="westus2",
            sku={"name": "Premium"},
            endpoint="Internal",
            network={"name": "Fabrikam-VNET", "address_space": ["10.0.0.0/24"]},
        )
        pulumi.export("name", args.name)

    with pytest.raises(ArgumentsError, match="ZERO WIDTH SPACE"):
        record(program)


@pytest.mark.parametrize(
    ("ending", "name"), [("\r", "a carriage return (U+000D)"), ("\n", "a line break"), (" ", "a space")]
)
@pytest.mark.parametrize(("key", "inner"), [("encryptionKey", "vaultId"), ("network", "virtualNetworkId")])
def test_text_after_an_id_is_reported_as_such(ending: str, name: str, key: str, inner: str) -> None:
    values: dict[str, Any] = VALID["encryptionKey"] if key == "encryptionKey" else EXISTING
    (problem,) = problems_with(VALID | {key: values | {inner: values[inner] + ending}})
    assert problem.path == (key, inner)
    assert f"ends with {name}" in problem.statement


# As the engine passes values without quotes of a stack file: PyYAML would read some of them differently.
@pytest.mark.parametrize(
    ("arrived", "statement", "advice"),
    [
        (1234, "1234 is not valid: expected a string.", '"1234"'),
        (1.1, "1.1 is not valid: expected a string.", '"1.1"'),
        (True, "true is not valid: expected a string.", '"true"'),
        (None, "null is not valid: expected a string.", ""),
        ("2024-01-31 00:00:00 +0000 UTC", "is a date that YAML converted.", '"2024-01-31"'),
        ("2024-01-31 10:00:00.5 +0000 UTC", "is a date that YAML converted.", '"2024-01-31T10:00:00.5Z"'),
        ("2024-01-31 10:00:00 +0200 +0200", "is a date that YAML converted.", '"2024-01-31T10:00:00+02:00"'),
        ("\ufffd\ufffd", "a character that could not be decoded", ""),
    ],
)
def test_a_value_that_yaml_converted_is_an_error_with_the_advice_to_quote_it(
    arrived: object, statement: str, advice: str
) -> None:
    (problem,) = problems_with({"tags": {"created": arrived}})
    assert problem.path == ("tags", "created")
    assert statement in problem.statement
    assert advice in problem.remedy


def test_a_date_is_recognized_as_a_key_too() -> None:
    assert found_in({"tags": {"2024-01-31 00:00:00 +0000 UTC": "x", "<nil>": "y"}}) == {
        (("tags", "2024-01-31 00:00:00 +0000 UTC"), "converted-value"),
        (("tags", "<nil>"), "converted-value"),
    }


def test_texts_that_only_look_like_dates_and_words_of_other_scripts_are_accepted() -> None:
    tags = {"created": "2024-01-31", "at": "2024-01-31 10:00:00 +02:00", "Straße": "日本語 café", "note": " spaces "}
    assert problems_with({"tags": tags}) == []


# ---- Namespaces ----


@pytest.mark.parametrize(
    "key",
    [
        "logic-app-environment:protect",
        "logic-apps-enviroment:protect",
        "logic-apps-environments:anything",
        "Logic-Apps-Environment:protect",
        "logic_apps_environment:network",
        "logicappsenvironment:network",
        "logic-apps-env:protect",
        "logic-apps:protect",
        "logic-apps-environment-dev:protect",
    ],
)
def test_a_misspelling_of_the_projects_namespace_is_an_error(key: str) -> None:
    (problem,) = problems_with({key: "true"})
    assert problem.rule.identifier == "namespace-misspelled"
    assert problem.path == (key.split(":")[1],)
    assert key in problem.statement


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("azure-natve:location", "azure-native:location"),
        ("azure_native:location", "azure-native:location"),
        ("azure-nativ:subscriptionId", "azure-native:subscriptionId"),
        ("azurenative:location", "azure-native:location"),
        ("azure-natvie:location", "azure-native:location"),
        ("azure-natine:location", "azure-native:location"),
        ("Azure-Native:location", "azure-native:location"),
        ("azure-natives:whatever", "azure-native:whatever"),
        ("pulumii:disable-default-providers", "pulumi:disable-default-providers"),
        ("pulmi:tags", "pulumi:tags"),
        ("pulmui:tags", "pulumi:tags"),
        ("pulomi:tags", "pulumi:tags"),
        ("Pulumi:tags", "pulumi:tags"),
    ],
)
def test_a_misspelling_of_the_namespace_of_the_provider_or_pulumi_is_an_error_with_the_right_key(
    key: str, right: str
) -> None:
    (problem,) = problems_with({key: "secret-value"})
    assert problem.rule.identifier == "namespace-misspelled"
    assert key in problem.statement
    assert problem.example == right
    assert problem.format(f"{PROJECT}:").startswith(f"{PROJECT}: ")
    assert "secret-value" not in problem.format()


@pytest.mark.parametrize(
    "namespace",
    [
        *("azure-native", "azure", "azuread", "aws", "gcp", "kubernetes", "random", "pulumi", "docker", "command"),
        *("azure-nextgen", "azure-native-v2", "azure-native_network_v20240501", "azure-static-website", "azapi"),
        *("azuredevops", "aws-native", "google-native", "pulumiservice", "pulumi-std", "tls", "terraform", "cloudinit"),
        *("logic-apps-standard", "logic-apps-network", "container-apps-environment", "web-apps-environment"),
        *("environment", "app-environment", "integration-service-environment", "ise", "apps", "fabrikam"),
    ],
)
@pytest.mark.parametrize("key", ["location", "protect", "whatever"])
def test_keys_of_another_namespace_are_ignored(namespace: str, key: str) -> None:
    assert problems_with({f"{namespace}:{key}": "x"}) == []


# ---- None and null ----

ENVIRONMENT = {
    "resourceGroupName": "Fabrikam-RG",
    **{key: VALID[key] for key in ("location", "name", "sku", "endpoint", "network", "certificates", "identity")},
    **{key: VALID[key] for key in ("encryptionKey", "managedConnectors", "integrationAccounts", "tags")},
}
NETWORK = {
    **VALID["network"],
    "resourceGroupName": "Fabrikam-RG",
    "location": "westus2",
    "tags": {},
    "endpoint": "External",
    "environmentName": "Fabrikam-ISE",
    "skuName": "Premium",
}


def fields_below(model: type[Model], values: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, bool]]:
    """The path of every field of a model and of those inside, and whether it is required."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield (*path, key), field.is_required()
        inner = inner_model(model, name)
        if inner is None or key not in values:
            continue
        assert issubclass(inner, Model)
        items = values[key]
        if field_type(model, name).collection is None:
            yield from fields_below(inner, items, (*path, key))
        else:
            for step, item in items.items() if isinstance(items, dict) else enumerate(items):
                if isinstance(item, dict):
                    yield from fields_below(inner, item, (*path, key, step))


def replaced(values: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of nested values with another value at ``path``; without it when the value is ``...``."""
    copied: Any = dict(values) if isinstance(values, dict) else list(values)
    if len(path) > 1:
        copied[path[0]] = replaced(values[path[0]], path[1:], value)
    elif value is ...:
        copied.pop(path[0], None)
    else:
        copied[path[0]] = value
    return copied


IN_CODE = [
    *(
        (IntegrationServiceEnvironmentArgs, ENVIRONMENT, *each)
        for each in fields_below(IntegrationServiceEnvironmentArgs, ENVIRONMENT)
    ),
    *((EnvironmentNetworkArgs, NETWORK, *each) for each in fields_below(EnvironmentNetworkArgs, NETWORK)),
]


def outcome(model: type[Model], values: dict[str, Any]) -> Any:
    """The model, or the problems that it has instead."""
    try:
        return model.checked(values)
    except ArgumentsError as error:
        return error.problems


@pytest.mark.parametrize(
    ("model", "values", "path", "is_required"), IN_CODE, ids=[".".join(map(str, path)) for _, _, path, _ in IN_CODE]
)
def test_none_in_code_means_that_the_value_is_omitted(
    model: type[Model], values: dict[str, Any], path: tuple[str | int, ...], is_required: bool
) -> None:
    found = outcome(model, replaced(values, path, None))
    assert found == outcome(model, replaced(values, path, ...))
    if is_required:
        assert any(problem.rule.identifier == "missing-value" for problem in found)


def test_null_from_another_language_means_that_the_value_is_omitted() -> None:
    values = ENVIRONMENT | {"tags": None}
    made, problems = validate(IntegrationServiceEnvironmentArgs, values, OTHER_LANGUAGES, PLAIN)
    assert problems == []
    assert made.tags == {}


def test_none_means_omitted_in_the_classes_of_arguments_too() -> None:
    """As config.get_object("tags") returns it where a stack has no tags."""
    values: dict[str, Any] = {"name": "vnet", "addressSpace": ["10.0.0.0/24"], "dnsServers": None, "subnets": None}
    made = IntegrationServiceEnvironmentArgs(
        **{**ENVIRONMENT, "network": values, "tags": None, "certificates": None, "managedConnectors": None}
    )
    assert (made.tags, made.certificates, made.managed_connectors) == ({}, {}, ())
    assert made.network.dns_servers == ()


IN_STACK_FILES = [path for path, _ in fields_below(StackConfiguration, VALID)]


@pytest.mark.parametrize("path", IN_STACK_FILES, ids=[".".join(map(str, path)) for path in IN_STACK_FILES])
def test_null_in_a_stack_file_is_an_error_wherever_it_is(path: tuple[str | int, ...]) -> None:
    # The engine passes null for a key as an empty string.
    values = replaced(VALID, path, "" if len(path) == 1 else None)
    problems = [problem for problem in problems_with(values) if problem.path == path]
    assert problems
    if len(path) > 1:
        assert problems[0].statement.startswith("null is not valid: expected ")


def test_a_model_stays_a_model_of_pydantic_for_programs_that_build_on_it() -> None:
    class Settings(BaseModel):
        sku: SkuArgs

    settings = Settings.model_validate({"sku": {"name": "Premium", "capacity": None}})
    assert settings.model_dump(mode="json") == {"sku": {"name": "Premium", "capacity": 0}}
    with pytest.raises(ArgumentsError, match=r"SkuArgs\.capacity: 11 is not valid"):
        Settings.model_validate({"sku": {"name": "Premium", "capacity": 11}})
