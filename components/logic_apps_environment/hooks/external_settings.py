"""Read a resource before its update, and warn about external settings that the update removes.

External settings are those that were made outside of the program. Previews read resources too, but only those that will
be updated (docs/decisions/0011-external-settings.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from typing import Any

import pulumi
from pulumi.resource import DependencyResource
from pulumi.runtime import invoke_async
from pydantic.alias_generators import to_snake

from logic_apps_environment.azure.ids import in_azure_spelling
from logic_apps_environment.azure.lookups import is_not_found
from logic_apps_environment.hooks.deployment import register_once
from logic_apps_environment.hooks.external_settings_rules import SETTINGS, check_update
from logic_apps_environment.hooks.interruption import InterruptedWaitError, Interruptible
from logic_apps_environment.validation.notation import PLAIN, Notation

_HOOK = "logic-apps-environment-external-settings"

_GENERIC = "azure-native:resources:Resource"


def external_settings_hook(
    name: str, component: pulumi.Resource | None, notation: Notation | None = None
) -> pulumi.ResourceHookBinding:
    """Return the binding of a hook that warns about external settings that an update of a resource removes.

    The provider of the component, None outside of components, reads the resource with this logical name. Without a
    notation, that of the component is used.
    """
    hook, external_settings = register_once(_HOOK, _register_hook)
    of_component: Notation = getattr(component, "notation", PLAIN)
    external_settings.components[name].append((component, notation or of_component))
    return pulumi.ResourceHookBinding(before_update=[hook])


def _register_hook() -> tuple[pulumi.ResourceHook, ExternalSettingsCheck]:
    check = ExternalSettingsCheck()
    return pulumi.ResourceHook(_HOOK, check.warn, pulumi.ResourceHookOptions(on_dry_run=True)), check


class ExternalSettingsCheck:
    """The hook and the components whose resources it reads."""

    def __init__(self) -> None:
        self.components: defaultdict[str, list[tuple[pulumi.Resource | None, Notation]]] = defaultdict(list)
        """Components by the logical names of their resources; several components can use the same name."""

    async def warn(self, update: pulumi.ResourceHookArgs) -> None:
        """Log a warning about the settings that an update removes; never fail the update."""
        old, new = update.old_inputs or {}, update.new_inputs or {}
        settings = SETTINGS.get(_type_in_azure(old) if update.type == _GENERIC else update.type)
        if settings is None:
            return
        resource = DependencyResource(update.urn)
        for component, notation in self.components[update.name]:
            try:
                with Interruptible() as interruptible:
                    found = await interruptible.run(_read(update.type, old, component))
            except InterruptedWaitError:
                return
            except Exception as error:  # noqa: BLE001 - the update reports the error
                if not is_not_found(error):
                    pulumi.log.warn(
                        f"{update.name}: could not be read, so it was not checked whether the update removes settings "
                        f"that were made outside of this program: {error}",
                        resource,
                    )
                continue
            if _is_same_resource(found, update.id):
                for problem in check_update(update.name, settings, found, old, new, notation.key):
                    pulumi.log.warn(problem.format(), resource)
                return


async def _read(resource_type: str, inputs: Mapping[str, Any], component: pulumi.Resource | None) -> Mapping[str, Any]:
    """Read a resource by the function of its type, such as getVirtualNetwork.

    The arguments of the function are inputs of the resource, those in its ID.
    """
    namespace, _, name = resource_type.rpartition(":")
    sdk = import_module(namespace.replace("azure-native:", "pulumi_azure_native."))
    parameters = signature(getattr(sdk, f"get_{to_snake(name)}")).parameters
    arguments = {each: value for each, value in inputs.items() if to_snake(each) in parameters}
    options = pulumi.InvokeOptions(parent=component, version=version("pulumi-azure-native"))
    found: Mapping[str, Any] = await invoke_async(f"{namespace}:get{name}", arguments, options)
    return found


def _type_in_azure(inputs: Mapping[str, Any]) -> str:
    """Return the type of a generic resource; the path of the parent contains types and names alternately."""
    parents = str(inputs.get("parentResourcePath") or "").split("/")[::2]
    types = [*filter(None, parents), inputs.get("resourceType")]
    return f"{inputs.get('resourceProviderNamespace')}/{'/'.join(map(str, types))}"


def _is_same_resource(found: Mapping[str, Any], identity: str) -> bool:
    """Whether ``found`` is the resource with this ID."""
    return str(found.get("id")).casefold() == in_azure_spelling(identity).casefold()
