"""Deploy a stack of this project: an environment in a resource group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment.azure.lookups import is_not_found
from logic_apps_environment.azure.outputs import known_after
from logic_apps_environment.environment import rules as setting_rules
from logic_apps_environment.environment.component import IntegrationServiceEnvironment
from logic_apps_environment.hooks.external_settings import external_settings_hook
from logic_apps_environment.stack.configuration import StackConfiguration
from logic_apps_environment.validation.model import Input


def deploy_environment(name: str, configuration: StackConfiguration) -> IntegrationServiceEnvironment:
    """Register the environment of a stack and its resource group ``{name}-rg``, which the stack creates or reads.

    A protected group is registered after the component, so that the component's hook reports what a change of the
    location or of the group's name replaces before Pulumi refuses to replace the group
    (docs/decisions/0010-protection.md).

    An existing group is read and not only named: Pulumi releases a group that the stack created when the program reads
    the same one, and deletes it when the program no longer registers it
    (docs/decisions/0009-existing-resource-group.md).

    Raises:
        ArgumentsError: ``resourceGroup.create`` is false and the group does not exist.
        RunError: the existing group cannot be read.
    """

    def component(resource_group_name: Input[str]) -> IntegrationServiceEnvironment:
        # None, not True: the component then protects only what Azure cannot recreate.
        opts = pulumi.ResourceOptions(protect=None if configuration.protect else False)
        return IntegrationServiceEnvironment(name, configuration.environment_args(resource_group_name), opts)

    if not configuration.resource_group.create:
        existing = _existing_group(configuration)
        environment = component(str(existing.name))
        resources.ResourceGroup.get(f"{name}-rg", existing.id)
        return environment
    group_name: pulumi.Output[str]
    resolve_group_name: Callable[[pulumi.Output[str]], None]
    group_name, resolve_group_name = pulumi.deferred_output()
    environment = component(group_name)
    location: Input[str] = configuration.location
    if configuration.protect:
        location = pulumi.Output.from_input(_when_registered(environment, location))
    group = resources.ResourceGroup(
        f"{name}-rg",
        resource_group_name=configuration.resource_group.name,
        location=location,
        tags=configuration.tags or None,
        opts=pulumi.ResourceOptions(
            protect=configuration.protect,
            hooks=external_settings_hook(f"{name}-rg", None, configuration.notation),
        ),
    )
    # Not the output `name`, which is unknown in a preview that creates the group. The URN is always known, and an
    # Output of it depends on the group too.
    resolve_group_name(known_after(configuration.resource_group.name, group.urn))
    return environment


async def _when_registered(component: pulumi.Resource, value: Input[str]) -> Any:  # noqa: ANN401 - see below
    """Return ``value`` after the registration of ``component``.

    An awaitable has no dependencies, in contrast to an Output: the resources in the component depend on the group, so
    the group cannot depend on the component.
    """
    await component.urn.future()
    return value


def _existing_group(configuration: StackConfiguration) -> resources.AwaitableGetResourceGroupResult:
    name = configuration.resource_group.name
    try:
        return resources.get_resource_group(resource_group_name=name)
    except Exception as error:
        if is_not_found(error):
            problem = setting_rules.resource_group_not_found(name)
            raise configuration.notation.error([problem]) from None
        raise pulumi.RunError(f"The resource group {name} could not be read: {error}") from error
