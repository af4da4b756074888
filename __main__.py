"""Deploys the integration service environment that the configuration of the stack describes."""

import pulumi

from logic_apps_environment import StackConfiguration, deploy_environment

configuration = StackConfiguration.load()
environment = deploy_environment("logic-apps", configuration)

for name, value in environment.outputs.items():
    pulumi.export(name, value)
