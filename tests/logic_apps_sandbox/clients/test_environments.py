"""azure-mgmt-logic: the life of an integration service environment and of its managed APIs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.mgmt.logic import models

from logic_apps_sandbox import arm
from tests.logic_apps_sandbox.clients.conftest import GROUP, ISE, SUBNETS, VNET, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.logic_apps_sandbox.clients.conftest import Clients


def test_an_environment_lives_from_creation_to_deletion(clients: Clients) -> None:
    environments = clients.logic.integration_service_environments
    environment_id = clients.create_environment()
    created = environments.get(GROUP, ISE)
    assert (created.id, created.location, created.sku.name) == (environment_id, "westus2", "Premium")
    assert created.properties.provisioning_state == "Succeeded"
    assert created.properties.state == "Enabled"
    listed = created.properties.network_configuration.subnets
    assert [subnet.name for subnet in listed] == [f"{VNET}/{name}" for name in SUBNETS]
    assert created.properties.endpoints_configuration.workflow.access_endpoint_ip_addresses[0].address == "10.0.0.6"

    change = models.IntegrationServiceEnvironment(
        tags={"a": "1"}, sku=models.IntegrationServiceEnvironmentSku(name="Premium", capacity=2)
    )
    updated = environments.begin_update(GROUP, ISE, change).result()
    assert (updated.tags, updated.sku.capacity) == ({"a": "1"}, 2)

    environments.restart(GROUP, ISE)
    environments.delete(GROUP, ISE)
    with pytest.raises(ResourceNotFoundError) as raised:
        environments.get(GROUP, ISE)
    assert refusal(raised)[0] == "ResourceNotFound"
    clients.network.virtual_networks.begin_delete(GROUP, VNET).result()


def test_environments_are_listed_by_group_and_by_subscription_in_pages(clients: Clients) -> None:
    clients.create_environment()
    for number in (1, 2):
        vnet = clients.network.virtual_networks.begin_create_or_update(
            GROUP, f"vnet-{number}", complete_network()
        ).result()
        body = clients.logic.integration_service_environments.get(GROUP, ISE)
        body.properties.network_configuration.subnets = [models.ResourceReference(id=s.id) for s in vnet.subnets]
        clients.logic.integration_service_environments.begin_create_or_update(GROUP, f"ise-{number}", body).result()

    environments = clients.logic.integration_service_environments
    for listing in (environments.list_by_resource_group(GROUP, top=2), environments.list_by_subscription(top=2)):
        assert [[found.name for found in page] for page in listing.by_page()] == [[ISE, "ise-1"], ["ise-2"]]


def test_skus_are_those_of_the_documentation(clients: Clients) -> None:
    clients.create_environment()
    skus = clients.logic.integration_service_environment_skus.list(GROUP, ISE)
    assert [(s.sku.name, s.capacity.minimum, s.capacity.maximum, s.capacity.scale_type) for s in skus] == [
        ("Premium", 0, 10, "Automatic"),
        ("Developer", 0, 0, "None"),
    ]


def test_network_health_is_a_map_by_subnet_name(clients: Clients) -> None:
    clients.create_environment()
    health = clients.logic.integration_service_environment_network_health
    found = health.get(GROUP, ISE)
    assert list(found) == list(SUBNETS)
    assert {subnet.network_dependency_health_state for subnet in found.values()} == {"Healthy"}
    assert {subnet.outbound_network_health.state for subnet in found.values()} == {"Healthy"}
    sql = next(d for d in found[SUBNETS[0]].outbound_network_dependencies if d.category == "SQL")
    assert (sql.endpoints[0].ports, sql.endpoints[0].accessibility) == (["1433"], "Available")

    group = {"location": "westus2"}
    nsg = clients.network.network_security_groups.begin_create_or_update(GROUP, "nsg", group).result()
    clients.create_subnet(2, networkSecurityGroup={"id": nsg.id})
    found = health.get(GROUP, ISE)
    assert {name: subnet.network_dependency_health_state for name, subnet in found.items()} == {
        SUBNETS[0]: "Healthy",
        SUBNETS[1]: "Healthy",
        SUBNETS[2]: "Unhealthy",
        SUBNETS[3]: "Healthy",
    }
    reasons = [detail.message for detail in found[SUBNETS[2]].outbound_network_health.error.details]
    assert any("connector deployment" in reason and "DenyAllInBound" in reason for reason in reasons)


def test_a_rejected_environment_raises_code_and_message(clients: Clients) -> None:
    subnet_ids = clients.create_network()
    with pytest.raises(HttpResponseError) as raised:
        clients.create_environment(subnet_ids=subnet_ids[:3])
    assert raised.value.status_code == 400
    assert refusal(raised)[0] == "InvalidRequestContent"
    assert "exactly 4 subnets" in refusal(raised)[1]


def test_a_conflict_raises_the_conflict_error_of_the_client(clients: Clients) -> None:
    clients.create_environment()
    body = clients.logic.integration_service_environments.get(GROUP, ISE)
    body.sku.name = "Developer"
    body.sku.capacity = 0
    with pytest.raises(ResourceExistsError) as raised:
        clients.logic.integration_service_environments.begin_create_or_update(GROUP, ISE, body)
    assert refusal(raised)[0] == "PropertyChangeNotAllowed"


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_a_failed_creation_ends_the_poller_with_the_services_error(
    clients: Clients, tmp_path: Path, status: str
) -> None:
    subnet_ids = clients.create_network()
    ending = arm.OperationFault("*/integrationServiceEnvironments/*", status, kind="Create", code="CacheFailed")
    arm.control_of(tmp_path / "arm").inject(ending)
    with pytest.raises(HttpResponseError) as raised:
        clients.create_environment(subnet_ids=subnet_ids)
    assert refusal(raised)[0] == "CacheFailed"
    environment = clients.logic.integration_service_environments.get(GROUP, ISE)
    assert environment.properties.provisioning_state == status
    clients.create_environment(subnet_ids=subnet_ids)
    environment = clients.logic.integration_service_environments.get(GROUP, ISE)
    assert environment.properties.provisioning_state == "Succeeded"


def test_a_managed_api_lives_from_creation_to_deletion(clients: Clients) -> None:
    environment_id = clients.create_environment()
    apis = clients.logic.integration_service_environment_managed_apis
    assert list(apis.list(GROUP, ISE)) == []
    body = models.IntegrationServiceEnvironmentManagedApi(
        location="westus2", deployment_parameters=models.IntegrationServiceEnvironmentManagedApiDeploymentParameters()
    )
    assert apis.begin_put(GROUP, ISE, "servicebus", body).result().provisioning_state == "Succeeded"
    found = apis.get(GROUP, ISE, "servicebus")
    assert (found.name, found.provisioning_state, found.location) == ("servicebus", "Succeeded", "westus2")
    assert found.integration_service_environment.id == environment_id
    assert found.general_information.display_name == "Service Bus"
    assert [api.name for api in apis.list(GROUP, ISE)] == ["servicebus"]
    operations = clients.logic.integration_service_environment_managed_api_operations
    assert list(operations.list(GROUP, ISE, "servicebus")) == []
    apis.begin_delete(GROUP, ISE, "servicebus").result()
    assert list(apis.list(GROUP, ISE)) == []


def test_tags_on_a_managed_api_are_rejected_with_the_code_as_azure_spells_it(clients: Clients) -> None:
    clients.create_environment()
    tagged = models.IntegrationServiceEnvironmentManagedApi(location="westus2", tags={"a": "1"})
    with pytest.raises(HttpResponseError) as raised:
        clients.logic.integration_service_environment_managed_apis.begin_put(GROUP, ISE, "servicebus", tagged)
    assert refusal(raised)[0] == "IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported"
    assert "servicebus" in refusal(raised)[1]


def test_pollers_wait_for_long_running_operations(clients: Clients, tmp_path: Path) -> None:
    subnet_ids = clients.create_network()
    arm.control_of(tmp_path / "arm").set_pace(0.1)
    clients.create_environment(subnet_ids=subnet_ids)
    recorded = arm.recorded_requests(tmp_path / "arm")
    creating = next(r for r in recorded if r.method == "PUT" and r.path.partition("?")[0].endswith(ISE))
    looks = [request for request in recorded if "/operationStatuses/" in request.path]
    assert looks[-1].simulated_time - creating.simulated_time >= timedelta(hours=2)
    environment = clients.logic.integration_service_environments.get(GROUP, ISE)
    assert environment.properties.provisioning_state == "Succeeded"


def complete_network() -> dict[str, Any]:
    """The body of a network with the four subnets of an ISE inside."""
    delegation = {"name": "ise", "properties": {"serviceName": "Microsoft.Logic/integrationServiceEnvironments"}}
    subnets = [
        {
            "name": f"subnet-{number}",
            "properties": {
                "addressPrefix": f"10.0.0.{32 * number}/27",
                "delegations": [] if number else [delegation],
            },
        }
        for number in range(4)
    ]
    properties = {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}, "subnets": subnets}
    return {"location": "westus2", "properties": properties}
