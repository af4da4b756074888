"""A hub network, and an environment for each workload in the configuration, in a spoke with its region's provider."""

from typing import TypedDict

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import network, resources
from spoke import SERVICE_FILLED, Spoke

from logic_apps_environment import SkuName


class Settings(TypedDict):
    """A spoke in the configuration."""

    location: str
    addressSpace: str
    sku: str


HUB_ADDRESS_SPACE = "10.90.0.0/24"

spokes: dict[str, Settings] = pulumi.Config().require_object("spokes")
# With subscription_id=…, each region or workload can have a subscription of its own.
providers = {
    location: azure_native.Provider(location, location=location)
    for location in sorted({"westus2", *(each["location"] for each in spokes.values())})
}
in_hub = pulumi.ResourceOptions(provider=providers["westus2"])

group = resources.ResourceGroup("hub", resource_group_name="rg-hub", opts=in_hub)
hub = network.VirtualNetwork(
    "hub",
    resource_group_name=group.name,
    virtual_network_name="vnet-hub",
    address_space=network.AddressSpaceArgs(address_prefixes=[HUB_ADDRESS_SPACE]),
    opts=in_hub,
)

peerings: list[network.VirtualNetworkPeering] = []
for name, settings in spokes.items():
    spoke = Spoke(
        name,
        location=settings["location"],
        address_space=settings["addressSpace"],
        sku=SkuName(settings["sku"]),
        hub_id=hub.id,
        hub_address_space=HUB_ADDRESS_SPACE,
        firewall_address="10.90.0.4",
        tags={"stack": pulumi.get_stack()},
        # protect=False is for trying it out. Without it, the environments and their networks are protected.
        opts=pulumi.ResourceOptions(providers=[providers[settings["location"]]], protect=False),
    )
    peerings.append(
        network.VirtualNetworkPeering(
            f"hub-to-{name}",
            resource_group_name=group.name,
            virtual_network_name=hub.name,
            virtual_network_peering_name=name,
            remote_virtual_network=network.SubResourceArgs(id=spoke.environment.virtual_network_id),
            # One after the other, because Azure accepts one write to a virtual network at a time.
            opts=pulumi.ResourceOptions(
                provider=providers["westus2"], depends_on=peerings[-1:], ignore_changes=SERVICE_FILLED
            ),
        )
    )
    pulumi.export(name, spoke.environment.environment_id)
