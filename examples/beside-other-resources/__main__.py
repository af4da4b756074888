"""An environment, and a jump host subnet with a network security group in the environment's virtual network."""

import pulumi
from pulumi_azure_native import network, resources

from logic_apps_environment import IntegrationServiceEnvironment

group = resources.ResourceGroup("orders", resource_group_name="rg-orders")

environment = IntegrationServiceEnvironment(
    "orders",
    {
        "resource_group_name": group.name,
        "location": group.location,
        "name": "ise-orders",
        "sku": {"name": "Developer"},
        "endpoint": "Internal",
        "network": {"name": "vnet-orders", "address_space": ["10.20.0.0/24"]},
    },
    # For trying it out. Without the option, the environment and its network are protected.
    pulumi.ResourceOptions(protect=False),
)

security_group = network.NetworkSecurityGroup(
    "jump-host",
    resource_group_name=group.name,
    network_security_group_name="nsg-jump-host",
)

# The environment's subnets are the first four /27 ranges of the address space.
jump_host = network.Subnet(
    "jump-host",
    resource_group_name=group.name,
    virtual_network_name=environment.virtual_network_name,
    subnet_name="snet-jump-host",
    address_prefix="10.20.0.192/27",
    network_security_group=network.NetworkSecurityGroupArgs(id=security_group.id),
    # Azure accepts one write to a virtual network at a time, so this subnet waits for the environment's. Depending on a
    # component means depending on all of its children.
    opts=pulumi.ResourceOptions(depends_on=[environment.network]),
)

pulumi.export("environment_id", environment.environment_id)
pulumi.export("access_addresses", environment.workflow_access_endpoint_ip_addresses)
pulumi.export("jump_host_subnet_id", jump_host.id)
