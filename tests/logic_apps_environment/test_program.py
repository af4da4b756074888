"""``__main__.py`` with every committed stack file, and the names that deployed stacks depend on."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pulumi
import pytest

from logic_apps_environment import ArgumentsError, IntegrationServiceEnvironment
from tests.support.recording import (
    ENVIRONMENT_COMPONENT,
    GET_RESOURCE_GROUP,
    RESOURCE_GROUP,
    SUBSCRIPTION,
    Recording,
    Refusal,
    record,
)
from tests.support.stack_files import REPOSITORY, STACKS, configuration_of

NAMESPACE = "logic-apps-environment"

# Deployed stacks have resources with these names. A line that changes here deletes and replaces an environment
# somewhere; give the resource an alias instead.
_WHOLE = "logic-apps-environment:index:IntegrationServiceEnvironment"
_NETWORK = f"{_WHOLE}$logic-apps-environment:index:EnvironmentNetwork"
URNS = (
    "azure-native:resources:ResourceGroup::logic-apps-rg",
    f"{_WHOLE}::logic-apps",
    f"{_NETWORK}::logic-apps",
    f"{_NETWORK}$azure-native:network:VirtualNetwork::logic-apps-vnet",
    f"{_NETWORK}$azure-native:network:Subnet::logic-apps-subnet-1",
    f"{_NETWORK}$azure-native:network:Subnet::logic-apps-subnet-2",
    f"{_NETWORK}$azure-native:network:Subnet::logic-apps-subnet-3",
    f"{_NETWORK}$azure-native:network:Subnet::logic-apps-subnet-4",
    f"{_WHOLE}$azure-native:resources:Resource::logic-apps-ise",
)

# Physical names: group, network, subnets, environment.
PHYSICAL_NAMES = {
    "dev": [
        "rg-logic-apps-dev",
        "vnet-logic-apps-dev",
        "subnet-1",
        "subnet-2",
        "subnet-3",
        "subnet-4",
        "ise-logic-apps-dev",
    ],
    "test": [
        "rg-logic-apps-test",
        "vnet-logic-apps-test",
        "snet-logic-apps",
        "snet-app-service",
        "snet-api-management",
        "snet-redis",
        "ise-logic-apps-test",
    ],
    "prod": ["Fabrikam-RG", "Fabrikam-VNET", "subnet-1", "subnet-2", "subnet-3", "subnet-4", "Fabrikam-ISE"],
}


def run(
    stack: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    preview: bool = False,
    functions: dict[str, Any] | None = None,
    **changes: Any,
) -> Recording:
    """The program of a stack; None removes a key, values other than text are JSON."""
    monkeypatch.chdir(REPOSITORY)
    values = configuration_of(stack)
    for key, value in changes.items():
        values.pop(f"{NAMESPACE}:{key}", None)
        if value is not None:
            values[f"{NAMESPACE}:{key}"] = value if isinstance(value, str) else json.dumps(value)

    def program() -> None:
        runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__")

    return record(program, preview=preview, stack=stack, configuration=values, functions=functions)


@pytest.mark.parametrize("stack", STACKS)
def test_urns_and_physical_names_stay_as_they_are(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = run(stack, monkeypatch)
    prefix = f"urn:pulumi:{stack}::{NAMESPACE}::"
    assert {r.urn.removeprefix(prefix) for r in recording.registrations} == set(URNS)
    environment = recording["logic-apps-ise"].inputs["resourceName"]
    network = [recording[name].inputs for name in ("logic-apps-vnet", *(f"logic-apps-subnet-{n}" for n in range(1, 5)))]
    names = [inputs.get("subnetName", inputs["virtualNetworkName"]) for inputs in network]
    assert [recording["logic-apps-rg"].inputs["resourceGroupName"], *names, environment] == PHYSICAL_NAMES[stack]


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_previews_with_unknown_ids(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = run(stack, monkeypatch, preview=True)
    assert len(recording.registrations) == len(URNS)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_exports_the_outputs_of_the_component_under_their_names(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = run(stack, monkeypatch).stack_outputs
    # What has no value is no output: no certificates in dev; no identity, security group and route table in any.
    optional = {"principal_id", "security_group_id", "route_table_id"}
    optional |= {"next_certificate_expiry"} if stack == "dev" else set()
    assert outputs.keys() | optional == set(IntegrationServiceEnvironment.output_names())


def test_dev_is_a_developer_environment_reachable_from_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = run("dev", monkeypatch)["logic-apps-ise"].inputs
    assert inputs["sku"] == {"name": "Developer", "capacity": 0}
    assert inputs["properties"]["networkConfiguration"]["accessEndpoint"] == {"type": "Internal"}


def test_test_is_premium_without_scale_units(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("test", monkeypatch)["logic-apps-ise"].inputs["sku"] == {"name": "Premium", "capacity": 0}


@pytest.mark.parametrize("stack", ["dev", "test"])
def test_stacks_for_trials_protect_nothing(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(r.request.protect for r in run(stack, monkeypatch).registrations)


def test_a_stack_protects_by_default_what_azure_cannot_recreate_and_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = run(
        "dev",
        monkeypatch,
        protect=None,
        managedConnectors=["sql"],
        integrationAccounts={"partners": {"sku": "Free"}},
    )
    protected = {r.name for r in recording.registrations if r.request.protect}
    subnets = {f"logic-apps-subnet-{number}" for number in range(1, 5)}
    assert protected == {"logic-apps-rg", "logic-apps-vnet", "logic-apps-ise"} | subnets


def test_a_protected_group_is_registered_after_the_component_without_depending_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pulumi stops at a protected group that it would replace; the component's hook has to name the keys before."""
    recording = run("dev", monkeypatch, protect=None)
    component = recording.component(ENVIRONMENT_COMPONENT)
    group = recording["logic-apps-rg"]
    assert recording.registrations.index(component) < recording.registrations.index(group)
    assert list(group.request.dependencies) == []
    assert list(component.request.dependencies) == []
    assert "logic-apps-rg" in recording.dependencies("logic-apps-vnet")


def test_everything_waits_for_the_resource_group_that_the_program_creates(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = run("dev", monkeypatch)
    assert "logic-apps-rg" in recording.dependencies("logic-apps-vnet")
    assert "logic-apps-rg" in recording.dependencies("logic-apps-ise")
    assert recording["logic-apps-rg"].inputs["tags"] == {"environment": "dev"}
    assert recording["logic-apps-rg"].inputs["location"] == "westus2"


THEIRS = {"name": "theirs", "create": False}


def test_an_existing_resource_group_is_read_and_not_created(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine releases a created group when the program reads it under the same URN (deploy/step_generator.go)."""
    identity = f"{SUBSCRIPTION}/resourceGroups/theirs"
    found = {GET_RESOURCE_GROUP: {"id": identity, "name": "theirs", "location": "westus2"}}
    recording = run("dev", monkeypatch, resourceGroup=THEIRS, functions=found)
    assert recording.read == [(RESOURCE_GROUP, "logic-apps-rg", identity)]
    assert [r.name for r in recording.registrations if r.type == RESOURCE_GROUP] == []
    assert recording["logic-apps-ise"].inputs["resourceGroupName"] == "theirs"
    assert recording["logic-apps-vnet"].inputs["resourceGroupName"] == "theirs"


def test_a_resource_group_that_does_not_exist_is_an_error_before_any_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else everything in the old group would be deleted before Azure refuses the new one."""
    nothing = {GET_RESOURCE_GROUP: Refusal('Status=404 Code="ResourceGroupNotFound"')}
    with pytest.raises(ArgumentsError) as refusal:
        run("dev", monkeypatch, resourceGroup=THEIRS, functions=nothing)
    assert 'logic-apps-environment:resourceGroup.name: "theirs" does not exist' in str(refusal.value)
    assert "[resource-group-found]" in str(refusal.value)
    assert "without --run-program" in str(refusal.value)


def test_a_resource_group_without_read_permission_is_an_error_with_azures_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbidden = {GET_RESOURCE_GROUP: Refusal('Status=403 Code="AuthorizationFailed"')}
    with pytest.raises(pulumi.RunError, match=r"The resource group theirs could not be read: .*AuthorizationFailed"):
        run("dev", monkeypatch, resourceGroup=THEIRS, functions=forbidden)


def test_a_mistyped_key_is_an_error_that_names_the_nearest_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ArgumentsError, match=r'logic-apps-environment:endpiont: is not a known key. Did you mean "endpoint"\?'
    ):
        run("dev", monkeypatch, endpiont="Internal")


def test_keys_of_other_namespaces_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"azure-native:location": "somewhere", "other:endpiont": "x"}))
    assert run("dev", monkeypatch)["logic-apps-ise"].inputs["location"] == "westus2"


def test_a_configuration_error_is_one_that_pulumi_prints_without_a_traceback() -> None:
    assert issubclass(ArgumentsError, pulumi.RunError)


def warned(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records if record.levelname == "WARNING")


def test_a_preview_against_azure_warns_that_azure_rejects_new_environments(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("ARM_METADATA_HOSTNAME", raising=False)
    run("dev", monkeypatch, preview=True)
    assert "Azure has created no new integration service environments since November 1, 2022" in warned(caplog)
    assert "Use Azure Logic Apps (Standard) instead" in warned(caplog)
    assert "To hide this warning: pulumi config set acknowledgeRetirement true --stack dev" in warned(caplog)


@pytest.mark.parametrize("elsewhere", ["environment", "configuration", "acknowledged"])
def test_the_retirement_is_not_reported_for_another_cloud_or_after_the_acknowledgement(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("ARM_METADATA_HOSTNAME", raising=False)
    if elsewhere == "environment":
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", "127.0.0.1:8443")
    if elsewhere == "configuration":
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"azure-native:metadataHost": "127.0.0.1:8443"}))
    run("dev", monkeypatch, preview=True, acknowledgeRetirement=elsewhere == "acknowledged")
    assert "service-retired" not in warned(caplog)


def test_the_committed_stacks_have_no_other_warnings(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for stack in STACKS:
        run(stack, monkeypatch, acknowledgeRetirement=True)
    assert warned(caplog) == ""
