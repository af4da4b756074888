"""The integration team's stack: an environment in the subnets of the network team's stack.

Each preview looks up the subnets and reports, before anything is requested, why they cannot be used.
"""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

network = pulumi.StackReference(pulumi.Config().require("networkStack"))

group = resources.ResourceGroup("orders", resource_group_name="rg-orders-environment")

environment = IntegrationServiceEnvironment(
    "orders",
    {
        "resource_group_name": group.name,
        "location": group.location,
        "name": "ise-orders",
        "sku": {"name": "Developer"},
        "endpoint": "Internal",
        "network": {"subnet_ids": network.require_output("environment_subnet_ids")},
    },
    # For trying it out. Without the option, the environment and its network are protected.
    pulumi.ResourceOptions(protect=False),
)

pulumi.export("environment_id", environment.environment_id)
