"""The program with the component, which keeps the resources of the earlier program."""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

EARLIER_NAMES = {
    "orders-vnet": "network",
    "orders-subnet-1": "subnet0",
    "orders-subnet-2": "subnet1",
    "orders-subnet-3": "subnet2",
    "orders-subnet-4": "subnet3",
    "orders-ise": "environment",
}


def keep_earlier_resources(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    """Give a child of the component an alias for the logical name that its resource had in the earlier program."""
    if args.name not in EARLIER_NAMES:
        return None
    added = pulumi.ResourceOptions(
        aliases=[pulumi.Alias(name=EARLIER_NAMES[args.name], parent=pulumi.ROOT_STACK_RESOURCE)],
        # The earlier delegation has another name, and the subnet is in use.
        ignore_changes=["delegations"] if args.name == "orders-subnet-1" else None,
    )
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, added))


group = resources.ResourceGroup("group", resource_group_name="rg-orders-adopted")

environment = IntegrationServiceEnvironment(
    "orders",
    {
        "resource_group_name": group.name,
        "location": group.location,
        "name": "ise-orders",
        "sku": {"name": "Premium", "capacity": 1},
        "endpoint": "Internal",
        "network": {
            "name": "vnet-orders",
            "address_space": ["10.80.0.0/24"],
            # In the environment's order.
            "subnets": [
                {"name": f"snet-{number}", "address_prefix": f"10.80.0.{32 * number}/27"} for number in range(4)
            ],
        },
    },
    # protect=False is for trying it out. Without it, the environment and its network are protected.
    pulumi.ResourceOptions(transformations=[keep_earlier_resources], protect=False),
)

pulumi.export("environment_id", environment.environment_id)
