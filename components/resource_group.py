"""The resource group of a stack: made by it, or one that exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_azure_native import resources

from .errors import ArgumentsError
from .external_settings import shows_external_settings
from .look_up import says_that_nothing_is_there
from .outputs import after
from .rules import settings as setting_rules

if TYPE_CHECKING:
    from .configuration import StackConfiguration
    from .model import Input


def stack_resource_group(name: str, configuration: StackConfiguration) -> Input[str]:
    """The name of the resource group, once it is there.

    A group that exists is read and not only named: of a group that the stack made before, the engine lets go when the
    program reads the same one, and deletes it when the program says nothing of it
    (docs/decisions/0009-existing-resource-group.md).

    Args:
        name: logical name of the resource group.
        configuration: the stack's.

    Raises:
        ArgumentsError: the group shall exist and does not.
        RunError: Azure does not let it be read.
    """
    group = configuration.resource_group
    if group.create:
        made = resources.ResourceGroup(
            name,
            resource_group_name=_existing_spelling(group.name),
            location=configuration.location,
            tags=configuration.tags or None,
            opts=pulumi.ResourceOptions(protect=configuration.protect, hooks=shows_external_settings(name, None)),
        )
        # Not the output `name`, which a preview that creates the group does not know. A URN is always known, and an
        # Output that is made from it depends on the group like any other.
        return after(group.name, made.urn)
    try:
        found = resources.get_resource_group(resource_group_name=group.name)
    except Exception as error:
        if says_that_nothing_is_there(error):
            problem = setting_rules.resource_group_not_found(group.name)
            raise ArgumentsError(
                "The configuration of this stack", [problem], prefix=f"{pulumi.get_project()}:"
            ) from None
        raise pulumi.RunError(f"The resource group {group.name} could not be looked up: {error}") from error
    resources.ResourceGroup.get(name, found.id)
    return str(found.name)


def _existing_spelling(name: str) -> str:
    """The name of a resource group as Azure spells it; ``name`` itself where no such group can be read.

    Azure ignores the letter case of names; Pulumi would replace the group, with all that is in it.
    """
    try:
        found = str(resources.get_resource_group(resource_group_name=name).name)
    except Exception:  # noqa: BLE001 - who may not read the group learns that from its creation or update
        return name
    return found if found.lower() == name.lower() else name
