"""Reports what a change of arguments replaces, and rejects changes of letter case, before anything is deleted.

The engine calls the hook when the inputs of a component change: in previews and updates, in every language, before it
looks at the component's children (docs/decisions/0010-protection.md). Refusing to replace what is protected is left to
the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi import ResourceHook, ResourceHookBinding, ResourceHookOptions, ResourceOptions
from pulumi.resource import DependencyResource

from logic_apps_environment.azure import names as name_rules
from logic_apps_environment.changes.comparison import respellings
from logic_apps_environment.hooks.deployment import once_in_deployment
from logic_apps_environment.validation.change_effects import Part, enumerate_parts
from logic_apps_environment.validation.notation import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi import ResourceHookArgs

    from logic_apps_environment.changes.comparison import ComparedModel, Replacement
    from logic_apps_environment.validation.notation import Notation

HOW_TO = "docs/how-to/replace-or-delete.md"

_LOST = {
    Part.CONNECTOR: "what others created with the connector: connections, which no longer work",
    Part.ACCOUNT: "what others created in the integration account: schemas, maps, partners, agreements and "
    "certificates; workflows lose their link to it",
    Part.ENVIRONMENT: "the environment's IP addresses, and what others created in it and in its integration accounts: "
    "workflows, connections, run history, schemas and maps",
    Part.NETWORK: "what others created in the virtual network or connected to it: further subnets, peerings",
    Part.SECURITY_GROUP: "security rules that others added to the security group",
    Part.ROUTE_TABLE: "routes that others added to the route table",
    Part.GROUP: "everything that others created in the resource group",
}
"""What is lost with each part and not created again."""


def reports_replacements(
    opts: ResourceOptions | None, resource_type: str, name: str, args: ComparedModel
) -> ResourceOptions:
    """Options that also let a component report what a change of its arguments replaces.

    Args:
        opts: the component's options.
        resource_type: its type.
        name: its logical name.
        args: its arguments, as the caller writes them.
    """
    hook_name = f"logic-apps-environment-replacement:{resource_type.rpartition(':')[2]}:{name}"
    hook = once_in_deployment(
        hook_name,
        lambda: ResourceHook(
            hook_name, lambda change: report(type(args), change, args.notation), ResourceHookOptions(on_dry_run=True)
        ),
    )
    return ResourceOptions.merge(opts, ResourceOptions(hooks=ResourceHookBinding(before_update=[hook])))


def report(model: type[ComparedModel], change: ResourceHookArgs, notation: Notation = PLAIN) -> None:
    """Warns of what a change of a component's inputs replaces.

    Args:
        model: the model of the component's arguments.
        change: the old and new inputs.
        notation: that of the arguments.

    Raises:
        ArgumentsError: a name or id changes in letter case only; it names each of them.
    """
    old, new = change.old_inputs or {}, change.new_inputs or {}
    respelled = respellings(model, old, new)
    if respelled:
        raise notation.error(
            "The change of names",
            [name_rules.name_respelled(each.old, each.new).within(*each.path) for each in respelled],
            "nothing of this component was changed because of it",
        )
    found = model.replacements(old, new)
    if found:
        pulumi.log.warn(describe(found, notation), DependencyResource(change.urn))


def describe(found: Sequence[Replacement], notation: Notation = PLAIN) -> str:
    """The keys that replace something, what they replace, what is lost, and where to read on."""
    parts = tuple(part for part in Part if any(part in each.parts for each in found))
    lines = [f"This change deletes or replaces {enumerate_parts(parts)}:"]
    lines += [
        f"   {notation.path(each.path)}: {notation.value(each.old)} -> {notation.value(each.new)}" for each in found
    ]
    lost = [_LOST[part] for part in parts if part in _LOST]
    if lost:
        lines.append(f"   Lost: {'; '.join(lost)}.")
    if Part.ENVIRONMENT in parts:
        lines.append(
            "   Azure has created no new environments since 1 November 2022: the environment cannot be created again."
        )
    lines.append(f"   What to do: restore the old values, or follow {HOW_TO}.")
    return "\n".join(lines)
