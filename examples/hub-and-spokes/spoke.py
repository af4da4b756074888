"""A component around the environment, with the company's policy: internal, tagged, and routed to the hub's firewall."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import network, resources

from logic_apps_environment import (
    IntegrationServiceEnvironment,
    IntegrationServiceEnvironmentArgs,
    NetworkArgs,
    RouteArgs,
    RouteTableArgs,
    SkuArgs,
    SkuName,
)

# They change when the other side of the peering is created. A refresh would store them as inputs.
SERVICE_FILLED = ["peeringState", "peeringSyncLevel"]


class Spoke(pulumi.ComponentResource):
    """An environment in a resource group and a virtual network of its own, which is peered with the hub."""

    environment: IntegrationServiceEnvironment

    def __init__(
        self,
        name: str,
        *,
        location: str,
        address_space: str,
        sku: SkuName,
        hub_id: pulumi.Input[str],
        hub_address_space: str,
        firewall_address: str,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("platform:index:Spoke", name, {}, opts)
        group = resources.ResourceGroup(
            name,
            resource_group_name=f"rg-spoke-{name}",
            location=location,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.environment = IntegrationServiceEnvironment(
            name,
            IntegrationServiceEnvironmentArgs(
                resource_group_name=group.name,
                location=location,
                name=f"ise-{name}",
                sku=SkuArgs(name=sku),
                endpoint="Internal",
                network=NetworkArgs(
                    name=f"vnet-{name}",
                    address_space=[address_space],
                    route_table=RouteTableArgs(
                        name=f"rt-{name}",
                        routes={
                            "hub": RouteArgs(
                                address_prefix=hub_address_space,
                                next_hop_type="VirtualAppliance",
                                next_hop_ip_address=firewall_address,
                            )
                        },
                    ),
                ),
                tags={"workload": name, **tags},
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        network.VirtualNetworkPeering(
            f"{name}-to-hub",
            resource_group_name=group.name,
            virtual_network_name=self.environment.virtual_network_name,
            virtual_network_peering_name="hub",
            remote_virtual_network=network.SubResourceArgs(id=hub_id),
            allow_forwarded_traffic=True,
            # Azure accepts one write to a virtual network at a time.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[self.environment.network], ignore_changes=SERVICE_FILLED
            ),
        )
        self.register_outputs({"environment": self.environment})
