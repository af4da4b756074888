"""The earlier program, with the environment as a generic resource."""

import pulumi
from earlier_network import group, subnets
from pulumi_azure_native import resources

environment = resources.Resource(
    "environment",
    api_version="2019-05-01",
    resource_provider_namespace="Microsoft.Logic",
    parent_resource_path="",
    resource_type="integrationServiceEnvironments",
    resource_name_="ise-orders",
    resource_group_name=group.name,
    location=group.location,
    sku=resources.SkuArgs(name="Premium", capacity=1),
    properties={
        "networkConfiguration": {
            "accessEndpoint": {"type": "Internal"},
            "subnets": [{"id": subnet.id} for subnet in subnets],
        }
    },
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="6h")),
)

pulumi.export("environment_id", environment.id)
