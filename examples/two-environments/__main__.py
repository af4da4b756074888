"""Two environments in one program, each in its own region, resource group and virtual network.

The configuration lists the regions and address spaces. To add a region, add a line.
"""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import (
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
    NetworkArgs,
    SkuArgs,
)

regions: dict[str, str] = pulumi.Config().require_object("regions")

for region, address_space in regions.items():
    group = resources.ResourceGroup(region, resource_group_name=f"rg-orders-{region}", location=region)
    environment = IntegrationServiceEnvironment(
        region,
        IntegrationServiceEnvironmentArgs(
            resource_group_name=group.name,
            location=region,
            name=f"ise-orders-{region}",
            sku=SkuArgs(name="Developer"),
            endpoint="Internal",
            network=NetworkArgs(name=f"vnet-orders-{region}", address_space=[address_space]),
        ),
        # For trying it out. Without the option, the environment and its network are protected.
        pulumi.ResourceOptions(protect=False),
    )
    pulumi.export(region, environment.outputs)
