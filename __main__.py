"""The program of a stack: configuration, a resource group if the stack makes one, the environment, outputs."""

import os
from pathlib import Path

import pulumi
from pulumi.runtime import config

from logic_apps_environment import IntegrationServiceEnvironment, StackConfiguration
from logic_apps_environment.stack.resource_group import StackResourceGroup

NAME = "logic-apps"

# pulumi.Config only answers for keys that are asked for; a mistyped key shows among all of them.
values = config.get_config_env() | config.CONFIG.get()
secret_keys = [key for key in values if config.is_config_secret(key)]
stack_file = Path(f"Pulumi.{pulumi.get_stack()}.yaml")
written = stack_file.read_text(encoding="utf-8", errors="replace") if stack_file.is_file() else ""
configuration = StackConfiguration.read(pulumi.get_project(), values, secret_keys, stack_file=written)
metadata_host = values.get("azure-native:metadataHost") or os.environ.get("ARM_METADATA_HOSTNAME")
for warning in configuration.notation.summaries(configuration.stack_warnings(metadata_host)):
    pulumi.log.warn(warning)

resource_group = StackResourceGroup(f"{NAME}-rg", configuration)
environment = IntegrationServiceEnvironment(
    NAME,
    configuration.environment_args(resource_group.name),
    # Without an option the component protects what Azure cannot create again, and nothing else.
    opts=pulumi.ResourceOptions(protect=None if configuration.protect else False),
)
resource_group.register(environment)

for name, value in environment.outputs.items():
    pulumi.export(name, value)
