"""Report the replacements that a change of arguments causes, and reject changes of letter case.

The engine calls the hook when the inputs of a component change, in previews and updates and in every language, before
it processes the component's children (docs/decisions/0010-protection.md). The engine itself refuses to replace
protected resources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi
from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions, ResourceOptions
from pulumi.resource import DependencyResource

from logic_apps_environment.azure import names as name_rules
from logic_apps_environment.changes.comparison import ComparedModel, Replacement, case_changes
from logic_apps_environment.changes.registered_inputs import is_empty
from logic_apps_environment.hooks.deployment import register_once
from logic_apps_environment.validation.change_effects import Part, enumerate_parts
from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.notation import PLAIN, Notation
from logic_apps_environment.validation.rule import KeyPath

HOW_TO = (
    'the guide "Replace or delete an environment" (docs/how-to/replace-or-delete.md in the repository of '
    "logic-apps-environment)"
)

_UNKNOWN = "(unknown until the update)"

_LOST = {
    Part.CONNECTOR: "connections that use the connector, which stop working",
    Part.ACCOUNT: "schemas, maps, partners, agreements and certificates in the integration account, and the links of "
    "workflows to it",
    Part.ENVIRONMENT: "the environment's IP addresses, and all workflows, connections, run history, schemas and maps "
    "in it and its integration accounts",
    Part.NETWORK: "other subnets and peerings of the virtual network",
    Part.SECURITY_GROUP: "security rules that were added to the security group outside of this program",
    Part.ROUTE_TABLE: "routes that were added to the route table outside of this program",
    Part.GROUP: "all other resources in the resource group",
}
"""What is lost with each part and not created again."""


def with_replacement_report(
    opts: ResourceOptions | None, resource_type: str, name: str, args: ComparedModel
) -> ResourceOptions:
    """Return options with a hook that reports the replacements that a change of a component's arguments causes."""
    hook_name = f"logic-apps-environment-replacement:{resource_type.rpartition(':')[2]}:{name}"
    hook = register_once(
        hook_name,
        lambda: ResourceHook(
            hook_name,
            lambda change: report(change, args),
            ResourceHookOptions(on_dry_run=True),
        ),
    )
    return ResourceOptions.merge(opts, ResourceOptions(hooks=ResourceHookBinding(before_update=[hook])))


def report(change: ResourceHookArgs, args: ComparedModel) -> None:
    """Log a warning about the replacements that a change of a component's inputs causes.

    The arguments show which inputs are set but unknown in a preview.

    Raises:
        ArgumentsError: names or IDs change only in letter case; the error lists each of them.
    """
    old, new = change.old_inputs or {}, change.new_inputs or {}
    if renamed := case_changes(type(args), old, new):
        raise args.notation.error(name_rules.name_respelled(each.old, each.new).within(*each.path) for each in renamed)
    # The engine leaves unknown inputs out.
    found = [
        replace(each, new=_UNKNOWN) if each.new is None and _is_set(args, each.path) else each
        for each in args.replacements(old, new)
    ]
    if found:
        pulumi.log.warn(describe(found, args.notation), DependencyResource(change.urn))


def _is_set(value: object, path: KeyPath) -> bool:
    """Whether the arguments have a value at ``path``; what an Output contains counts as set."""
    for step in path:
        if isinstance(value, Model):
            value = value.members_to_register().get(str(step))
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            break
    return not is_empty(value)


def describe(found: Sequence[Replacement], notation: Notation = PLAIN) -> str:
    """Return the message with the changed keys, the replaced resources, what is lost, and what to do."""
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
            "   The environment cannot be created again: Azure has created no new environments since November 1, 2022."
        )
    lines.append(f"   What to do: restore the old values, or follow {HOW_TO}.")
    return "\n".join(lines)
