"""The resources of ``environments.py``, created by components without arguments, validation and hooks."""

from __future__ import annotations

import pulumi
from pulumi import ComponentResource, CustomTimeouts, ResourceOptions
from pulumi_azure_native import network, resources

from bench.programs.measured import COUNT, LOCATION, write_usage


class Network(ComponentResource):
    """A virtual network with four subnets."""

    def __init__(self, name: str, group: resources.ResourceGroup, parent: ComponentResource) -> None:
        super().__init__("bench:index:Network", name, {}, ResourceOptions(parent=parent))
        created = network.VirtualNetwork(
            f"{name}-vnet",
            resource_group_name=group.name,
            virtual_network_name=f"vnet-{name}",
            location=LOCATION,
            address_space=network.AddressSpaceArgs(address_prefixes=["10.0.0.0/24"]),
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )
        delegation = network.DelegationArgs(
            name="integrationServiceEnvironments", service_name="Microsoft.Logic/integrationServiceEnvironments"
        )
        subnets: list[network.Subnet] = []
        for number in range(1, 5):
            options = ResourceOptions(
                parent=self,
                depends_on=subnets[-1:],
                replace_on_changes=["addressPrefix"],
                delete_before_replace=True,
            )
            subnet = network.Subnet(
                f"{name}-subnet-{number}",
                resource_group_name=group.name,
                virtual_network_name=created.name,
                subnet_name=f"subnet-{number}",
                address_prefix=f"10.0.0.{32 * number - 32}/27",
                delegations=[delegation] if number == 1 else None,
                opts=options,
            )
            subnets.append(subnet)
        self.subnet_ids = [subnet.id for subnet in subnets]
        self.register_outputs({"subnet_ids": self.subnet_ids})


class Environment(ComponentResource):
    """An environment in its network."""

    def __init__(self, name: str, group: resources.ResourceGroup) -> None:
        super().__init__("bench:index:Environment", name, {})
        subnet_ids = Network(name, group, self).subnet_ids
        created = resources.Resource(
            f"{name}-ise",
            api_version="2019-05-01",
            resource_provider_namespace="Microsoft.Logic",
            parent_resource_path="",
            resource_type="integrationServiceEnvironments",
            resource_name_=pulumi.Output.all(*subnet_ids).apply(lambda _: f"ise-{name}"),
            resource_group_name=group.name,
            location=LOCATION,
            sku=resources.SkuArgs(name="Developer", capacity=0),
            properties={
                "networkConfiguration": {
                    "accessEndpoint": {"type": "Internal"},
                    "subnets": [{"id": subnet_id} for subnet_id in subnet_ids],
                },
            },
            opts=ResourceOptions(
                parent=self,
                custom_timeouts=CustomTimeouts(create="6h", update="6h", delete="6h"),
                delete_before_replace=True,
            ),
        )
        self.environment_id = created.id
        self.outputs = {"environment_id": created.id, "subnet_ids": subnet_ids}
        self.register_outputs(self.outputs)


environments = []
for number in range(COUNT):
    group = resources.ResourceGroup(f"{number}", resource_group_name=f"rg-{number}", location=LOCATION)
    environment = Environment(f"{number}", group)
    environments.append(environment.environment_id)
    pulumi.export(f"{number}", environment.outputs)

pulumi.Output.all(*environments).apply(write_usage)
