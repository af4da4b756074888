"""The earlier program, with the environment as the typed resource of azure-native."""

import pulumi
from earlier_network import group, subnets
from pulumi_azure_native import logic

environment = logic.IntegrationServiceEnvironment(
    "environment",
    integration_service_environment_name="ise-orders",
    resource_group=group.name,
    location=group.location,
    sku=logic.IntegrationServiceEnvironmentSkuArgs(name="Premium", capacity=1),
    properties=logic.IntegrationServiceEnvironmentPropertiesArgs(
        network_configuration=logic.NetworkConfigurationArgs(
            access_endpoint=logic.IntegrationServiceEnvironmentAccessEndpointArgs(type="Internal"),
            subnets=[logic.ResourceReferenceArgs(id=subnet.id) for subnet in subnets],
        )
    ),
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="6h")),
)

pulumi.export("environment_id", environment.id)
