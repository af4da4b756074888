"""Many environments in one program, each with its own resource group and network."""

import pulumi
from pulumi_azure_native import resources

from bench.programs.measured import COUNT, LOCATION, write_usage
from logic_apps_environment import IntegrationServiceEnvironment

environments = []
for number in range(COUNT):
    group = resources.ResourceGroup(f"{number}", resource_group_name=f"rg-{number}", location=LOCATION)
    environment = IntegrationServiceEnvironment(
        f"{number}",
        {
            "resource_group_name": group.name,
            "location": LOCATION,
            "name": f"ise-{number}",
            "sku": {"name": "Developer"},
            "endpoint": "Internal",
            "network": {"name": f"vnet-{number}", "address_space": ["10.0.0.0/24"]},
        },
        # The benchmark destroys what it created.
        pulumi.ResourceOptions(protect=False),
    )
    environments.append(environment.environment_id)
    pulumi.export(f"{number}", environment.outputs)

pulumi.Output.all(*environments).apply(write_usage)
