"""The component package validates and creates the components of a program in another language, through the real CLI.

The folder components/ is copied alone: the package needs nothing else of this repository.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.end_to_end.conftest import REPOSITORY, Project, copy_of_an_example

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The text in place of a private key; no message may repeat it.
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"


@pytest.fixture
def program(tmp_path: Path, toolchain: Path) -> Project:
    """The example in YAML, with the folder that it takes the package from."""
    project = copy_of_an_example("in-yaml", tmp_path / "examples" / "in-yaml", toolchain)
    ignored = shutil.ignore_patterns("__pycache__", ".venv")
    shutil.copytree(REPOSITORY / "components", tmp_path / "components", ignore=ignored)
    (tmp_path / "components" / ".venv").symlink_to(REPOSITORY / ".venv")
    return project


def edit(project: Project, replacements: Mapping[str, str]) -> None:
    """Replaces lines of the program, without their indentation; each has to be there."""
    file = project.folder / "Pulumi.yaml"
    text = file.read_text()
    for line, replacement in replacements.items():
        assert f" {line}\n" in text, f"the example has no line {line!r}"
        text = text.replace(f" {line}\n", f" {replacement}\n")
    file.write_text(text)


def test_a_program_in_yaml_adds_the_package_and_creates_keeps_and_destroys_an_environment(program: Project) -> None:
    # A file is looked for in the program's folder, not in that of the package.
    shutil.copy(REPOSITORY / "certificates/root-authority.pem", program.folder / "root.pem")
    edit(program, {"endpoint: Internal": "endpoint: Internal\n      certificates: {root: {file: root.pem}}"})
    file = program.folder / "Pulumi.yaml"
    document = yaml.safe_load(file.read_text())
    packages = document.pop("packages")
    file.write_text(yaml.safe_dump(document))
    added = program.run("pulumi", "package", "add", packages["logic-apps-environment"])
    assert added.returncode == 0, added.stderr
    assert yaml.safe_load(file.read_text())["packages"] == packages
    program.up()
    outputs = program.outputs()
    assert outputs["environmentId"].endswith("/integrationServiceEnvironments/ise-orders")
    assert len(outputs["accessAddresses"]) == 1
    sent: Any = next(each.body for each in program.requests() if each.method == "PUT" and "/ise-orders" in each.path)
    assert sent["sku"] == {"name": "Premium", "capacity": 1}
    assert sent["tags"] == {"team": "orders"}
    assert list(sent["properties"]["certificates"]) == ["root"]
    program.expect_an_empty_preview()
    program.destroy()
    assert program.resources() == []


def test_two_components_of_a_program_in_yaml_are_protected_by_default_and_name_what_replaces(program: Project) -> None:
    file = program.folder / "Pulumi.yaml"
    document = yaml.safe_load(file.read_text())
    resources = document["resources"]
    del resources["environment"]["options"]
    place = {"resourceGroupName": "${group.name}", "location": "westus2"}
    resources["network"] = {
        "type": "logic-apps-environment:EnvironmentNetwork",
        "properties": place | {"name": "vnet-other", "addressSpace": ["10.71.0.0/24"]},
    }
    file.write_text(yaml.safe_dump(document))
    program.up()
    protected = {each["urn"].rpartition("::")[2] for each in program.state() if each.get("protect")}
    subnets = {f"{name}-subnet-{number}" for name in ("environment", "network") for number in range(1, 5)}
    assert protected == {"environment-ise", "environment-vnet", "network-vnet"} | subnets

    before = len(program.requests())
    resources["environment"]["properties"]["endpoint"] = "External"
    resources["network"]["properties"]["name"] = "vnet-renamed"
    file.write_text(yaml.safe_dump(document))
    refusal = program.fail("up", "--yes", "--non-interactive")
    for words in ("endpoint: Internal -> External", "name: vnet-other -> vnet-renamed", "marked for protection"):
        assert words in refusal
    resources["environment"]["properties"] |= {"endpoint": "Internal", "name": "ISE-orders"}
    file.write_text(yaml.safe_dump(document))
    rejection = program.fail("preview", "--non-interactive")
    assert 'name: "ISE-orders" differs only in letter case from the existing "ise-orders"' in rejection
    assert program.writes(before) == []

    # A destroy that runs the program uses its current arguments.
    resources["environment"]["properties"]["name"] = "ise-orders"
    resources["network"]["properties"]["name"] = "vnet-other"
    for component in ("environment", "network"):
        resources[component]["options"] = {"protect": False}
    file.write_text(yaml.safe_dump(document))
    program.succeed("destroy", "--run-program", "--yes", "--non-interactive")
    assert program.resources() == []


def test_invalid_arguments_are_reported_as_in_python_together_and_without_a_traceback(program: Project) -> None:
    # In a file: the sandbox itself rejects a program with a private key in it.
    (program.folder / "root.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----\n")
    edit(
        program,
        {
            "capacity: 1": "capacity: 11",
            "addressSpace: [10.70.0.0/24]": "addressSpace: [10.70.0.0/29]",
            "endpoint: Internal": "endpoint: Internal\n      certificates: {root: {file: root.pem}}",
        },
    )
    printed = program.fail("preview", "--non-interactive")
    assert "environment has 3 problems; no resource of this component was created or changed." in printed
    assert (
        "1. environment: sku.capacity: 11 is not valid: the Premium SKU supports 0 to 10 scale units. [sku-capacity]"
        in printed
    )
    assert "2. environment: network.addressSpace: 10.70.0.0/29 has no room for four /27 subnets." in printed
    assert "3. environment: certificates.root.file: " in printed
    assert "[certificate-private-key]" in printed
    assert KEY not in printed
    assert "Traceback" not in printed
    assert 'File "' not in printed


def test_an_output_that_resolves_to_an_invalid_value_is_reported_without_a_traceback(program: Project) -> None:
    edit(
        program,
        {
            "resourceGroupName: rg-orders-yaml": "resourceGroupName: rg(orders)",
            "name: ise-orders": "name: ${group.name}",
        },
    )
    printed = program.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert "has a problem: environment has 1 problem; resources that" in printed
    assert '1. environment: name: "rg(orders)" is not a valid name for an environment. [environment-name]' in printed
    assert "<class" not in printed
    assert "Traceback" not in printed
    assert 'File "' not in printed


def test_null_is_rejected_during_an_update(program: Project) -> None:
    edit(program, {"name: ise-orders": "name: ${group.managedBy}"})
    printed = program.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert "1. environment: name: null is not valid: expected a string. [wrong-kind]" in printed
    assert not any("/integrationServiceEnvironments/" in request.path for request in program.requests())


@pytest.mark.parametrize(
    "network",
    [
        "network: {name: vnet-orders, addressSpace: [10.70.0.0/24]}",
        # The language host hands over an empty text for an id.
        "network: {subnetIds: ['${group.id}', '${group.id}', '${group.id}', '${group.id}']}",
    ],
)
def test_destroy_needs_no_values_of_resources_that_were_never_created(program: Project, network: str) -> None:
    file = program.folder / "Pulumi.yaml"
    document = yaml.safe_load(file.read_text())
    resources = document["resources"]
    resources["environment"]["properties"] |= yaml.safe_load(network)
    resources["environment"]["options"] = {"dependsOn": ["${made}"]}
    resources["made"] = {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": "rg-made"}}
    resources["group"] |= {"options": {"dependsOn": ["${made}"]}}
    # Azure takes no name that ends in a period.
    resources["group"]["properties"]["resourceGroupName"] = "rg-orders."
    file.write_text(yaml.safe_dump(document))
    program.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert [each.rsplit("/", 1)[1] for each in program.resources()] == ["rg-made"]

    program.succeed("destroy", "--run-program", "--yes", "--non-interactive", "--skip-preview")
    assert program.resources() == []
    assert program.succeed("stack", "--show-ids").count("azure-native:") == 0


def test_the_cli_reads_the_checked_in_schema_from_the_folder(program: Project) -> None:
    finished = program.run("pulumi", "package", "get-schema", "../../components")
    assert finished.returncode == 0, finished.stderr
    read, checked_in = json.loads(finished.stdout), json.loads((REPOSITORY / "components/schema.json").read_text())
    assert (read["name"], read["version"]) == ("logic-apps-environment", checked_in["version"])
    assert read["resources"].keys() == checked_in["resources"].keys()
    assert read["types"].keys() == checked_in["types"].keys()


def test_the_package_ends_silently_when_the_engine_interrupts_it() -> None:
    # The engine's address: nothing is asked of it here.
    command = [sys.executable, str(REPOSITORY / "components"), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as package:
        assert package.stdout is not None
        assert package.stdout.readline().strip().isdecimal(), "it serves on no port"
        package.send_signal(signal.SIGINT)
        assert package.communicate(timeout=60) == ("", "")
    assert package.returncode == 0
