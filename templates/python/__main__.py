"""An integration service environment with its virtual network, in its own resource group."""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

config = pulumi.Config()
name = config.require("name")

group = resources.ResourceGroup("group", resource_group_name=f"rg-{name}", location=config.require("location"))

environment = IntegrationServiceEnvironment(
    "environment",
    {
        "resource_group_name": group.name,
        "location": config.require("location"),
        "name": name,
        "sku": {"name": "Premium", "capacity": 0},
        "endpoint": "Internal",
        "network": {"name": f"vnet-{name}", "address_space": [config.require("addressSpace")]},
    },
)

for output, value in environment.outputs.items():
    pulumi.export(output, value)
