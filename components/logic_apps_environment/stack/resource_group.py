"""The resource group of a stack of this project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import resources

from logic_apps_environment.azure.lookups import says_that_nothing_is_there
from logic_apps_environment.azure.outputs import after
from logic_apps_environment.environment import rules as setting_rules
from logic_apps_environment.hooks.external_settings import shows_external_settings
from logic_apps_environment.stack.configuration import STACK_CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from logic_apps_environment.stack.configuration import StackConfiguration
    from logic_apps_environment.validation.model import Input


class StackResourceGroup:
    """The resource group of a stack: the stack creates it or reads an existing one.

    The group is registered after the component, so that the component's hook reports what a change of the location or
    of the group's name replaces before Pulumi refuses to replace a protected group (replacement.py).

    An existing group is read and not only named: Pulumi releases a group that the stack created when the program reads
    the same one, and deletes it when the program no longer registers it
    (docs/decisions/0009-existing-resource-group.md).

    Attributes:
        name: the name of the group. Resources that use it wait for the group.
    """

    name: Input[str]

    def __init__(self, logical_name: str, configuration: StackConfiguration) -> None:
        """Looks up an existing group; a group that the stack creates is not requested before :meth:`register`.

        Args:
            logical_name: logical name of the resource group.
            configuration: the stack's.

        Raises:
            ArgumentsError: ``resourceGroup.create`` is false and the group does not exist.
            RunError: the group cannot be read.
        """
        self._logical_name = logical_name
        self._configuration = configuration
        self._existing_id: str | None = None
        self._resolve_name: Callable[[pulumi.Output[str]], None]
        if configuration.resource_group.create:
            self.name, self._resolve_name = pulumi.deferred_output()
        else:
            found = _existing_group(configuration)
            self._existing_id, self.name = found.id, str(found.name)

    def register(self, component: pulumi.Resource) -> None:
        """Registers the group once ``component`` is registered.

        Args:
            component: the component whose resources are in the group.
        """
        if self._existing_id is not None:
            resources.ResourceGroup.get(self._logical_name, self._existing_id)
            return
        configuration = self._configuration
        created = resources.ResourceGroup(
            self._logical_name,
            resource_group_name=_existing_spelling(configuration.resource_group.name),
            location=pulumi.Output.from_input(_when_registered(component, configuration.location)),
            tags=configuration.tags or None,
            opts=pulumi.ResourceOptions(
                protect=configuration.protect,
                hooks=shows_external_settings(self._logical_name, None, configuration.notation),
            ),
        )
        # Not the output `name`, which a preview that creates the group does not know. A URN is always known, and an
        # Output that is made from it depends on the group like any other.
        self._resolve_name(after(configuration.resource_group.name, created.urn))


async def _when_registered(component: pulumi.Resource, value: Input[str]) -> Any:  # noqa: ANN401 - see below
    """``value``, after the registration of ``component``.

    An awaitable and no Output: it has no dependencies. The resources in the component depend on the group, so a group
    that depended on the component would wait for itself.
    """
    await component.urn.future()
    return value


def _existing_group(configuration: StackConfiguration) -> resources.AwaitableGetResourceGroupResult:
    name = configuration.resource_group.name
    try:
        return resources.get_resource_group(resource_group_name=name)
    except Exception as error:
        if says_that_nothing_is_there(error):
            problem = setting_rules.resource_group_not_found(name)
            raise configuration.notation.error(STACK_CONFIGURATION, [problem]) from None
        raise pulumi.RunError(f"The resource group {name} could not be looked up: {error}") from error


def _existing_spelling(name: str) -> str:
    """The name of a resource group as Azure spells it; ``name`` itself where no such group can be read.

    Azure ignores the letter case of names; Pulumi would replace the group, with all that is in it.
    """
    try:
        found = str(resources.get_resource_group(resource_group_name=name).name)
    except Exception:  # noqa: BLE001 - who may not read the group learns that from its creation or update
        return name
    return found if found.lower() == name.lower() else name
