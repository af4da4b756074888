"""The resources of ``environments.py``, created by components without arguments, validation and hooks."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import resources

from bench.programs.by_hand import create_environment, create_network
from bench.programs.measured import COUNT, LOCATION, write_usage


class Network(pulumi.ComponentResource):
    """A virtual network with four subnets."""

    def __init__(self, name: str, group: resources.ResourceGroup, parent: pulumi.ComponentResource) -> None:
        super().__init__("bench:index:Network", name, {}, pulumi.ResourceOptions(parent=parent))
        subnets = [{"name": f"subnet-{number + 1}", "addressPrefix": f"10.0.0.{32 * number}/27"} for number in range(4)]
        common = {"location": LOCATION, "addressSpace": ["10.0.0.0/24"]}
        self.subnet_ids = create_network(name, group, {"name": f"vnet-{name}", "subnets": subnets, **common}, self)
        self.register_outputs({"subnet_ids": self.subnet_ids})


class Environment(pulumi.ComponentResource):
    """An environment in its network."""

    def __init__(self, name: str, group: resources.ResourceGroup) -> None:
        super().__init__("bench:index:Environment", name, {})
        subnet_ids = Network(name, group, self).subnet_ids
        sku = {"name": "Developer", "capacity": 0}
        settings = {"location": LOCATION, "name": f"ise-{name}", "sku": sku, "endpoint": "Internal", "properties": {}}
        self.environment_id = create_environment(name, group, subnet_ids, settings, self)
        self.outputs = {"environment_id": self.environment_id, "subnet_ids": subnet_ids}
        self.register_outputs(self.outputs)


environments = []
for number in range(COUNT):
    group = resources.ResourceGroup(f"{number}", resource_group_name=f"rg-{number}", location=LOCATION)
    environment = Environment(f"{number}", group)
    environments.append(environment.environment_id)
    pulumi.export(f"{number}", environment.outputs)

pulumi.Output.all(*environments).apply(write_usage)
