"""The resource group, the virtual network and the four subnets of the earlier programs."""

import pulumi
from pulumi_azure_native import network, resources

group = resources.ResourceGroup("group", resource_group_name="rg-orders-adopted")

virtual_network = network.VirtualNetwork(
    "network",
    resource_group_name=group.name,
    virtual_network_name="vnet-orders",
    address_space=network.AddressSpaceArgs(address_prefixes=["10.80.0.0/24"]),
)

subnets: list[network.Subnet] = []
for number in range(4):
    delegation = network.DelegationArgs(name="ise", service_name="Microsoft.Logic/integrationServiceEnvironments")
    subnets.append(
        network.Subnet(
            f"subnet{number}",
            resource_group_name=group.name,
            virtual_network_name=virtual_network.name,
            subnet_name=f"snet-{number}",
            address_prefix=f"10.80.0.{32 * number}/27",
            delegations=[delegation] if number == 0 else None,
            opts=pulumi.ResourceOptions(depends_on=subnets[-1:]),
        )
    )
