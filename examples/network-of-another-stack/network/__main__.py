"""The network team's stack: a virtual network with a security group and four subnets for an environment."""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import EnvironmentNetwork

group = resources.ResourceGroup("orders-network", resource_group_name="rg-orders-network")

network = EnvironmentNetwork(
    "orders",
    {
        "resource_group_name": group.name,
        "location": group.location,
        "name": "vnet-orders",
        "address_space": ["10.60.0.0/24"],
        # Opens the ports that an environment with this endpoint and SKU needs, and no others.
        "security_group": {"name": "nsg-orders"},
        "endpoint": "Internal",
        "sku_name": "Developer",
    },
    # For trying it out. Without the option, the network is protected.
    pulumi.ResourceOptions(protect=False),
)

# In the order in which the environment uses them.
pulumi.export("environment_subnet_ids", network.ordered_subnet_ids)
