"""azure-mgmt-logic: integration accounts and workflows, placed in an integration service environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.mgmt.logic import models

from logic_apps_sandbox import arm
from tests.logic_apps_sandbox.clients.conftest import GROUP, ISE, LOCATION, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.logic_apps_sandbox.clients.conftest import Clients

DEFINITION = {
    "$schema": "https://schema.management.azure.com/schemas/2016-06-01/Microsoft.Logic.json",
    "contentVersion": "1.0.0.0",
    "triggers": {},
    "actions": {},
}


def account(environment_id: str | None, sku: str = "Standard") -> models.IntegrationAccount:
    """An integration account in an ISE, or in none."""
    placed = models.ResourceReference(id=environment_id) if environment_id else None
    return models.IntegrationAccount(
        location=LOCATION, sku=models.IntegrationAccountSku(name=sku), integration_service_environment=placed
    )


def workflow(environment_id: str | None, account_id: str | None = None) -> models.Workflow:
    """A workflow in an ISE, or in none, that uses an integration account, or none."""
    return models.Workflow(
        location=LOCATION,
        definition=DEFINITION,
        integration_service_environment=models.ResourceReference(id=environment_id) if environment_id else None,
        integration_account=models.ResourceReference(id=account_id) if account_id else None,
    )


def test_an_integration_account_lives_from_creation_to_deletion(clients: Clients) -> None:
    environment_id = clients.create_environment()
    accounts = clients.logic.integration_accounts
    created = accounts.create_or_update(GROUP, "account", account(environment_id))
    assert (created.name, created.sku.name, created.state) == ("account", "Standard", "Enabled")
    assert created.integration_service_environment.name == ISE
    assert accounts.get(GROUP, "account").id == created.id
    changed = accounts.update(GROUP, "account", models.IntegrationAccount(tags={"a": "1"}))
    assert (changed.tags, changed.integration_service_environment.id) == ({"a": "1"}, environment_id)
    assert [found.name for found in accounts.list_by_resource_group(GROUP)] == ["account"]
    assert [found.name for found in accounts.list_by_subscription()] == ["account"]
    accounts.delete(GROUP, "account")
    with pytest.raises(ResourceNotFoundError):
        accounts.get(GROUP, "account")


def test_a_workflow_lives_from_creation_to_deletion(clients: Clients) -> None:
    environment_id = clients.create_environment()
    account_id = clients.logic.integration_accounts.create_or_update(GROUP, "account", account(environment_id)).id
    workflows = clients.logic.workflows
    created = workflows.create_or_update(GROUP, "orders", workflow(environment_id, account_id))
    assert (created.name, created.provisioning_state, created.state) == ("orders", "Succeeded", "Enabled")
    assert created.definition == DEFINITION
    assert created.integration_account.id == account_id
    assert created.created_time is not None
    environment = clients.logic.integration_service_environments.get(GROUP, ISE)
    assert created.endpoints_configuration == environment.properties.endpoints_configuration
    again = workflows.create_or_update(GROUP, "orders", workflow(environment_id, account_id))
    assert (again.created_time, again.version != created.version) == (created.created_time, True)
    assert workflows.update(GROUP, "orders").version == again.version
    workflows.disable(GROUP, "orders")
    assert workflows.get(GROUP, "orders").state == "Disabled"
    workflows.enable(GROUP, "orders")
    assert workflows.get(GROUP, "orders").state == "Enabled"
    assert [found.name for found in workflows.list_by_resource_group(GROUP)] == ["orders"]
    assert [found.name for found in workflows.list_by_subscription(top=1)] == ["orders"]
    workflows.delete(GROUP, "orders")
    assert list(workflows.list_by_subscription()) == []


def test_a_workflow_and_its_account_are_in_the_same_environment(clients: Clients) -> None:
    environment_id = clients.create_environment()
    outside = clients.logic.integration_accounts.create_or_update(GROUP, "outside", account(None)).id
    with pytest.raises(HttpResponseError) as raised:
        clients.logic.workflows.create_or_update(GROUP, "orders", workflow(environment_id, outside))
    assert raised.value.status_code == 400
    assert refusal(raised)[0] == "WorkflowNotInSameIntegrationServiceEnvironmentAsIntegrationAccount"
    assert "outside" in refusal(raised)[1]
    assert clients.logic.workflows.create_or_update(GROUP, "orders", workflow(None, outside)).name == "orders"


def test_a_premium_environment_takes_standard_accounts_only(clients: Clients) -> None:
    environment_id = clients.create_environment("Premium")
    for sku in ("Free", "Basic"):
        with pytest.raises(HttpResponseError, match="cannot be in a Premium"):
            clients.logic.integration_accounts.create_or_update(GROUP, "account", account(environment_id, sku))


def test_a_developer_environment_accepts_one_free_account_and_twenty_accounts_in_total(clients: Clients) -> None:
    environment_id = clients.create_environment("Developer")
    accounts = clients.logic.integration_accounts
    accounts.create_or_update(GROUP, "free", account(environment_id, "Free"))
    with pytest.raises(ResourceExistsError) as raised:
        accounts.create_or_update(GROUP, "free-2", account(environment_id, "Free"))
    assert "already has a Free integration account" in refusal(raised)[1]
    for number in range(19):
        accounts.create_or_update(GROUP, f"account-{number}", account(environment_id))
    with pytest.raises(ResourceExistsError) as raised:
        accounts.create_or_update(GROUP, "one-too-many", account(environment_id))
    assert "at most 20 are allowed" in refusal(raised)[1]


def test_an_environment_with_contained_resources_cannot_be_deleted(clients: Clients) -> None:
    environment_id = clients.create_environment()
    clients.logic.workflows.create_or_update(GROUP, "orders", workflow(environment_id))
    with pytest.raises(ResourceExistsError) as raised:
        clients.logic.integration_service_environments.delete(GROUP, ISE)
    assert "workflows/orders" in refusal(raised)[1]
    clients.logic.workflows.delete(GROUP, "orders")
    clients.logic.integration_service_environments.delete(GROUP, ISE)


def test_deleting_a_group_deletes_an_environment_with_its_contained_resources(clients: Clients, tmp_path: Path) -> None:
    environment_id = clients.create_environment()
    account_id = clients.logic.integration_accounts.create_or_update(GROUP, "account", account(environment_id)).id
    clients.logic.workflows.create_or_update(GROUP, "orders", workflow(environment_id, account_id))
    arm.control_of(tmp_path / "arm").change_settings(subnet_hold_hours=0)
    clients.resources.resource_groups.begin_delete(GROUP).result()
    assert clients.resources.resource_groups.check_existence(GROUP) is False
