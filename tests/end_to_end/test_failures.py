"""A failing or throttling service: an update ends in success or in one clear message; nothing is lost or made twice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from tests.end_to_end.conftest import another_client_of

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Project

EVERYTHING = [
    "rg-logic-apps-dev",
    "vnet-logic-apps-dev",
    *(f"subnet-{number}" for number in range(1, 5)),
    "ise-logic-apps-dev",
]


def order(project: Project, fault: arm.RequestFault | arm.OperationFault) -> None:
    arm.control_of(project.home / "arm").inject(fault)


def expect_each_resource_once(project: Project) -> None:
    assert sorted(identity.rsplit("/", 1)[1] for identity in project.resources()) == sorted(EVERYTHING)
    project.succeed("preview", "--non-interactive", "--expect-no-changes")


def test_failed_creations_show_azures_message_and_the_next_update_repairs_them_with_ids_in_azures_spelling(
    project: Project,
) -> None:
    """azure-native keeps the path of its request as the id of what failed (its source, defaultCreate)."""
    project.configure(managedConnectors=["sql"], integrationAccounts={"partners": {"sku": "Standard"}})
    words = "The API Management part could not be reached on port 3443."
    for failing in ("*/integrationserviceenvironments/ise-logic-apps-dev", "*/managedapis/sql"):
        order(
            project,
            arm.OperationFault(resource=failing, kind="Create", status="Failed", code="NetworkNotReady", message=words),
        )
        printed = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
        cause = f'Azure could not create the resource: Status=200 Code="NetworkNotReady" Message="{words}"'
        assert printed.index(cause) < printed.index("NoRegisteredProviderFound")
        assert "Traceback" not in printed
        assert ("usually within 2 h, sometimes 4 h. Ctrl-C is safe" in printed) == ("ise-" in failing)
    project.up()
    project.expect_an_empty_preview()
    project.refresh()
    project.expect_an_empty_preview()

    state = {each["urn"].rsplit("::", 1)[1]: each["id"] for each in project.state() if "id" in each}
    assert "//" in state["logic-apps-ise"], "nothing failed after it was accepted"
    assert "/resourcegroups/" in state["logic-apps-connector-sql"]
    outputs = project.outputs()
    exported = [
        *(outputs[name] for name in ("resource_group_id", "virtual_network_id", "environment_id")),
        *(
            each
            for name in ("subnet_ids", "connector_ids", "integration_account_ids")
            for each in outputs[name].values()
        ),
    ]
    assert sorted(exported) == sorted(project.resources())
    with another_client_of(project) as azure:
        account = azure.get(outputs["integration_account_ids"]["partners"]).json()
    assert account["properties"]["integrationServiceEnvironment"]["id"] == outputs["environment_id"]
    healthy = project.run(sys.executable, "-m", "logic_apps_environment.commands", "health", outputs["environment_id"])
    assert healthy.returncode == 0, healthy.stderr
    project.destroy()
    assert project.resources() == []


@pytest.mark.faults
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_transient_error_at_every_request_only_causes_a_retry(status: int, project: Project) -> None:
    """Every third request fails; a client that keeps to Retry-After gets through."""
    order(project, arm.RequestFault(path="*/resourcegroups/*", status=status, every=3, times=8, retry_after=0.01))
    project.up()
    assert len([r for r in project.requests() if r.status == status]) == 8
    expect_each_resource_once(project)


def test_an_update_waits_for_another_operation_in_progress(project: Project) -> None:
    fault = arm.RequestFault(
        method="PUT", path="*/subnets/*", status=409, code="AnotherOperationInProgress", times=2, retry_after=0.01
    )
    order(project, fault)
    project.up()
    expect_each_resource_once(project)


@pytest.mark.faults
def test_a_connection_that_breaks_after_the_request_of_the_environment_creates_no_second_one(project: Project) -> None:
    """azure-native waits twenty seconds before it tries again when Azure gives no hint."""
    order(project, arm.RequestFault(method="PUT", path="*/integrationserviceenvironments/*", connection="broken-after"))
    project.up()
    expect_each_resource_once(project)


def test_a_permanent_error_ends_in_one_message_and_the_next_update_continues(project: Project) -> None:
    order(
        project,
        arm.RequestFault(
            method="PUT", path="*/subnets/subnet-3", status=403, code="AuthorizationFailed", message="No access."
        ),
    )
    printed = project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert 'Code="AuthorizationFailed"' in printed
    assert "Traceback" not in printed
    before = len(project.requests())
    project.up()
    assert project.writes(before) == ["PUT subnet-3", "PUT subnet-4", "PUT ise-logic-apps-dev"]
    expect_each_resource_once(project)


def test_destroy_needs_no_values_of_resources_that_a_failed_update_did_not_create(project: Project) -> None:
    """From other languages: test_component_package.py."""
    order(project, arm.RequestFault(method="PUT", path="*/virtualNetworks/*", status=403, code="AuthorizationFailed"))
    project.fail("up", "--yes", "--non-interactive", "--skip-preview")
    assert [identity.rsplit("/", 1)[1] for identity in project.resources()] == ["rg-logic-apps-dev"]
    project.succeed("destroy", "--run-program", "--yes", "--non-interactive", "--skip-preview")
    assert project.resources() == []
