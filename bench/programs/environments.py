"""Many environments in one program, each with its own resource group and network.

BENCH_ENVIRONMENTS is their number. After their creation, the program writes its peak memory in bytes to the file
BENCH_MEMORY_FILE.
"""

import os
import resource
import sys
from pathlib import Path

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment import IntegrationServiceEnvironment

LOCATION = "westus2"


def write_memory(_environments: object) -> None:
    """Write the peak resident memory of this process."""
    # macOS counts bytes, Linux units of 1024 (getrusage(2)).
    unit = 1 if sys.platform == "darwin" else 1024
    Path(os.environ["BENCH_MEMORY_FILE"]).write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit))


environments = []
for number in range(int(os.environ["BENCH_ENVIRONMENTS"])):
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

pulumi.Output.all(*environments).apply(write_memory)
