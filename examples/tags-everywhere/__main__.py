"""A transform that tags all resources of the stack that support tags, because azure-native has no default tags."""

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

TAGS = {"owner": "integration", "stack": pulumi.get_stack()}

# Parts of tagged resources, which have no tags in azure-native.
WITHOUT_TAGS = {
    "azure-native:network:Subnet",
    "azure-native:network:SecurityRule",
    "azure-native:network:Route",
}


def carries_tags(args: pulumi.ResourceTransformArgs) -> bool:
    """Whether a resource supports tags. Components are not Azure resources, and managed connectors reject tags."""
    is_connector = args.type_ == "azure-native:resources:Resource" and args.props.get("resourceType") == "managedApis"
    return args.type_.startswith("azure-native:") and args.type_ not in WITHOUT_TAGS and not is_connector


def add_tags(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Add the tags to a resource. The resource's own tags take precedence."""
    if not carries_tags(args):
        return None
    own = args.props.get("tags") or {}
    tags = pulumi.Output.all(TAGS, own).apply(lambda both: {**both[0], **both[1]})
    # None leaves the options unchanged (pulumi/pulumi, pkg/resource/deploy/source_eval.go), although the type does not
    # allow it. Returning args.opts fails for a resource with a replacement trigger, such as the environment's virtual
    # network: Pulumi's Python SDK (3.272) cannot send the trigger again.
    return pulumi.ResourceTransformResult({**args.props, "tags": tags}, opts=None)  # type: ignore[arg-type]


# Before the first resource: a transform applies only to resources registered after it.
pulumi.runtime.register_resource_transform(add_tags)

group = resources.ResourceGroup("orders", resource_group_name="rg-orders-tags")

environment = IntegrationServiceEnvironment(
    "orders",
    {
        "resource_group_name": group.name,
        "location": group.location,
        "name": "ise-orders",
        "sku": {"name": "Developer"},
        "endpoint": "Internal",
        "network": {
            "name": "vnet-orders",
            "address_space": ["10.50.0.0/24"],
            "security_group": {"name": "nsg-orders"},
            "route_table": {
                "name": "rt-orders",
                "routes": {"internet": {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet"}},
            },
        },
        "managed_connectors": ["sql"],
        "tags": {"owner": "orders"},
    },
    # For trying it out. Without the option, the environment and its network are protected.
    pulumi.ResourceOptions(protect=False),
)

pulumi.export("environment_id", environment.environment_id)
