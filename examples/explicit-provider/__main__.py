"""An environment with an explicit provider, for example for another subscription.

A component passes its provider on to all of its children.
"""

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

orders = azure_native.Provider(
    "orders",
    location="westus2",
    subscription_id=pulumi.Config().get("subscriptionId"),
)

group = resources.ResourceGroup(
    "orders",
    resource_group_name="rg-orders-provider",
    opts=pulumi.ResourceOptions(provider=orders),
)

environment = IntegrationServiceEnvironment(
    "orders",
    {
        "resource_group_name": group.name,
        "location": "westus2",
        "name": "ise-orders",
        "sku": {"name": "Developer"},
        "endpoint": "Internal",
        "network": {"name": "vnet-orders", "address_space": ["10.40.0.0/24"]},
    },
    # protect=False is for trying it out. Without it, the environment and its network are protected.
    opts=pulumi.ResourceOptions(providers=[orders], protect=False),
)

pulumi.export("environment_id", environment.environment_id)
