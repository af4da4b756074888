"""Azure's own clients, which find the simulator only through their settings for other clouds.

They are an independent check of ARM's protocol: they are the published clients, without changes for the simulator.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.logic import LogicManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from logic_apps_sandbox import arm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from azure.core.exceptions import HttpResponseError

GROUP = "Fabrikam-RG"
VNET = "Fabrikam-VNET"
ISE = "Fabrikam-ISE"
SUBNETS = ("subnet-1", "subnet-2", "subnet-3", "subnet-4")
LOCATION = "westus2"


@dataclass(frozen=True)
class Clients:
    """The management clients of one subscription.

    They are declared as Any: their annotations make almost everything optional, and some are wrong.
    """

    simulator: arm.Simulator
    resources: Any
    network: Any
    logic: Any

    def create_group(self) -> None:
        """An empty resource group."""
        self.resources.resource_groups.create_or_update(GROUP, {"location": LOCATION})

    def create_network(self) -> list[str]:
        """The group, a network and its four subnets, the first delegated; returns the subnets' ids."""
        self.create_group()
        network = {"location": LOCATION, "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}}
        self.network.virtual_networks.begin_create_or_update(GROUP, VNET, network).result()
        return [self.create_subnet(number) for number in range(4)]

    def create_subnet(self, number: int, **properties: Any) -> str:
        """One of the four subnets; returns its id."""
        service = "Microsoft.Logic/integrationServiceEnvironments"
        delegation = {"name": "integrationServiceEnvironments", "properties": {"serviceName": service}}
        body = {
            "properties": {
                "addressPrefix": f"10.0.0.{32 * number}/27",
                "delegations": [delegation] if number == 0 else [],
                **properties,
            }
        }
        poller = self.network.subnets.begin_create_or_update(GROUP, VNET, SUBNETS[number], body)
        return str(poller.result().id)

    def create_environment(self, sku: str = "Premium", subnet_ids: list[str] | None = None) -> str:
        """An Internal ISE in four subnets of its own network, unless other ones are given; returns its id."""
        models = self.logic.integration_service_environments.models
        body = models.IntegrationServiceEnvironment(
            location=LOCATION,
            sku=models.IntegrationServiceEnvironmentSku(name=sku, capacity=0),
            properties=models.IntegrationServiceEnvironmentProperties(
                network_configuration=models.NetworkConfiguration(
                    access_endpoint=models.IntegrationServiceEnvironmentAccessEndpoint(type="Internal"),
                    subnets=[
                        models.ResourceReference(id=subnet_id) for subnet_id in subnet_ids or self.create_network()
                    ],
                )
            ),
        )
        environments = self.logic.integration_service_environments
        return str(environments.begin_create_or_update(GROUP, ISE, body).result().id)


def refusal(raised: pytest.ExceptionInfo[HttpResponseError]) -> tuple[str, str]:
    """Code and message of the service's error, as the client has read them."""
    error = raised.value.error
    assert error is not None
    return str(error.code), str(error.message)


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    """The clients of an empty simulator in which whatever is due is due at once."""
    with ExitStack() as stack:
        simulator = stack.enter_context(arm.serving(tmp_path / "arm", pace=0))
        endpoint = f"https://{simulator.address}"
        settings = simulator.settings
        verify = str(settings.ca_file)
        credential = stack.enter_context(
            ClientSecretCredential(
                settings.tenant_id,
                settings.client_id,
                settings.client_secret,
                authority=endpoint,
                disable_instance_discovery=True,
                connection_verify=verify,
            )
        )
        common: dict[str, Any] = {
            "base_url": endpoint,
            "credential_scopes": [f"{endpoint}/.default"],
            "connection_verify": verify,
        }
        yield Clients(
            simulator,
            stack.enter_context(ResourceManagementClient(credential, settings.subscription_id, **common)),
            stack.enter_context(NetworkManagementClient(credential, settings.subscription_id, **common)),
            stack.enter_context(LogicManagementClient(credential, settings.subscription_id, **common)),
        )
