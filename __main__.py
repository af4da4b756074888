"""The program of a stack: configuration, a resource group if the stack makes one, the environment, outputs."""

import os

import pulumi
from pulumi.runtime import config
from pulumi_azure_native import resources

from components import IntegrationServiceEnvironment, StackConfiguration

NAME = "logic-apps"

# pulumi.Config only answers for keys that are asked for; a mistyped key shows among all of them.
values = config.get_config_env() | config.CONFIG.get()
secret_keys = [key for key in values if config.is_config_secret(key)]
configuration = StackConfiguration.read(pulumi.get_project(), values, secret_keys)
metadata_host = values.get("azure-native:metadataHost") or os.environ.get("ARM_METADATA_HOSTNAME")
for warning in configuration.stack_warnings(metadata_host):
    pulumi.log.warn(warning.spelled(f"{pulumi.get_project()}:"))

resource_group_name: str | pulumi.Output[str] = configuration.resource_group.name
if configuration.resource_group.create:
    resource_group_name = resources.ResourceGroup(
        f"{NAME}-rg",
        resource_group_name=configuration.resource_group.name,
        location=configuration.location,
        tags=configuration.tags or None,
        opts=pulumi.ResourceOptions(protect=configuration.protect),
    ).name

environment = IntegrationServiceEnvironment(
    NAME,
    configuration.environment_args(resource_group_name),
    opts=pulumi.ResourceOptions(protect=configuration.protect),
)

for name, value in environment.outputs.items():
    pulumi.export(name, value)
