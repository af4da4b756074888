"""The schema of the component package says what the components take and give, and the checked-in copy is current.

Pulumi makes each language's types and documentation from it, and validates programs in YAML with it.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from logic_apps_environment import IntegrationServiceEnvironment, IntegrationServiceEnvironmentArgs
from logic_apps_environment.component_package.provider import schema
from logic_apps_environment.component_package.schema import package_schema
from logic_apps_environment.validation.model import Model, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def environment() -> dict[str, Any]:
    """What the schema says of the environment's component."""
    return dict(schema()["resources"]["logic-apps-environment:index:IntegrationServiceEnvironment"])


def type_of(name: str) -> dict[str, Any]:
    return dict(schema()["types"][f"logic-apps-environment:index:{name}"])


def properties(found: object) -> Iterator[dict[str, Any]]:
    """Every property in a schema, of components and of types, inputs and outputs."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("inputProperties", "properties"):
                yield from value.values()
            yield from properties(value)


def test_the_checked_in_schema_is_current() -> None:
    checked_in = json.loads((REPOSITORY / "components/schema.json").read_text())
    assert checked_in == schema(), "run `make docs`; whoever uses the package in another language sees this change"


def test_it_has_the_name_and_the_version_of_the_python_package() -> None:
    assert (schema()["name"], schema()["version"]) == (PROJECT["name"], PROJECT["version"])


def test_it_has_the_same_version_where_the_python_package_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", Mock(side_effect=importlib.metadata.PackageNotFoundError))
    assert schema()["version"] == PROJECT["version"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("docs/how-to/check-stack-files.md", "rev: v{}\n"),
        ("docs/how-to/compose-in-python.md", "@v{}'\n"),
        ("docs/how-to/use-other-languages.md", "/components@{}\n"),
        ("templates/python/requirements.txt", "@v{}\n"),
    ],
)
def test_files_that_users_copy_have_the_current_version(file: str, text: str) -> None:
    assert text.format(PROJECT["version"]) in (REPOSITORY / file).read_text()


def test_the_folder_requires_the_same_packages_as_the_python_package() -> None:
    lines = (REPOSITORY / "components/requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == PROJECT["dependencies"]


def test_every_argument_of_the_component_is_an_argument_in_every_language(environment: dict[str, Any]) -> None:
    assert {"name", "location", "sku", "endpoint", "network", "certificates", "tags", "resourceGroupName"} <= set(
        environment["inputProperties"]
    )
    fields = IntegrationServiceEnvironmentArgs.model_fields
    assert set(environment["inputProperties"]) == {field.alias for field in fields.values()}


def test_arguments_without_a_default_are_required(environment: dict[str, Any]) -> None:
    assert {"name", "location", "sku", "endpoint", "network", "resourceGroupName"} <= set(environment["requiredInputs"])
    assert not {"certificates", "tags"} & set(environment["requiredInputs"])
    assert type_of("Sku")["required"] == ["name"]


def test_an_argument_that_a_preview_must_know_accepts_only_a_plain_value(environment: dict[str, Any]) -> None:
    inputs = environment["inputProperties"]
    assert [inputs[name].get("plain", False) for name in ("resourceGroupName", "name", "location")] == [False] * 3
    assert [inputs[name]["plain"] for name in ("sku", "endpoint", "network")] == [True] * 3
    assert type_of("Network")["properties"]["addressSpace"]["plain"]


def test_the_entries_of_a_plain_mapping_may_be_outputs(environment: dict[str, Any]) -> None:
    certificates = environment["inputProperties"]["certificates"]
    assert (certificates["type"], certificates["plain"]) == ("object", True)
    assert "plain" not in type_of("Certificate")["properties"]["publicCertificate"]


def test_tags_and_subnet_ids_may_be_outputs_as_a_whole(environment: dict[str, Any]) -> None:
    tags, subnet_ids = environment["inputProperties"]["tags"], type_of("Network")["properties"]["subnetIds"]
    assert (tags["type"], tags["additionalProperties"]) == ("object", {"type": "string"})
    assert (subnet_ids["type"], subnet_ids["items"]) == ("array", {"type": "string"})
    assert "plain" not in tags
    assert "plain" not in subnet_ids


def test_choices_are_enumerations() -> None:
    assert [choice["value"] for choice in type_of("SkuName")["enum"]] == ["Developer", "Premium"]
    assert [choice["value"] for choice in type_of("EndpointType")["enum"]] == ["Internal", "External"]


def test_the_go_package_has_the_argument_types_of_plain_mappings() -> None:
    # Else `undefined: CertificateArgs` is what the Go compiler says of the package.
    assert schema()["language"]["go"]["generateExtraInputTypes"]


def test_a_number_is_an_integer_and_a_range_a_text() -> None:
    assert type_of("Sku")["properties"]["capacity"]["type"] == "integer"
    assert type_of("Subnet")["properties"]["addressPrefix"]["type"] == "string"


def test_outputs_have_the_names_that_the_components_attributes_have(environment: dict[str, Any]) -> None:
    names = {re.sub("_(.)", lambda at: at[1].upper(), name) for name in IntegrationServiceEnvironment.output_names()}
    assert set(environment["properties"]) == names
    assert environment["properties"]["subnetIds"]["additionalProperties"] == {"type": "string"}


def test_an_output_that_may_be_none_is_not_required(environment: dict[str, Any]) -> None:
    assert "environmentId" in environment["required"]
    assert "nextCertificateExpiry" not in environment["required"]


def test_everything_has_a_description() -> None:
    described = list(properties(schema()))
    assert len(described) > 30
    assert all(each["description"] for each in described)
    assert (
        "Example: `westus2`."
        in schema()["resources"]["logic-apps-environment:index:EnvironmentNetwork"]["inputProperties"]["location"][
            "description"
        ]
    )


def test_an_argument_that_no_schema_can_express_is_rejected_when_it_is_written() -> None:
    class Args(Model):
        choice: int | str = setting("Either.", allowed="a number or a text", example="1")

    with pytest.raises(TypeError, match="union of several types"):
        package_schema("package", "1.0.0", "", {IntegrationServiceEnvironment: Args})
