"""Defaults and validation of inputs.

Source: azure-native provider source, provider.go (Check, validateType, validateProperty).
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from logic_apps_sandbox.azure_native.resource_types import ResourceType
from logic_apps_sandbox.azure_native.schema import Property, Type, object_properties
from logic_apps_sandbox.azure_native.values import Properties, PropertyValue

CREATE_BEFORE_DELETE = "__createBeforeDelete"
"""The input that tells Diff that a replacement can create first, because the new name is different."""

_HEX_DIGITS = 8


class AutonamingMode(Enum):
    """The engine's ``autonaming`` configuration of a resource."""

    PROPOSE = "propose"
    ENFORCE = "enforce"
    DISABLE = "disable"


@dataclass(frozen=True)
class Naming:
    """The values from which names are generated.

    Attributes:
        logical_name: the resource's name in the program.
        random_seed: the engine's seed, the same for preview and update.
        mode: the engine's autonaming mode; None without one.
        proposed_name: the name for PROPOSE and ENFORCE.
    """

    logical_name: str
    random_seed: bytes
    mode: AutonamingMode | None = None
    proposed_name: str = ""


def with_defaults(
    resource: ResourceType,
    old_inputs: Properties,
    new_inputs: Properties,
    naming: Naming,
    locations: Callable[[PropertyValue], PropertyValue],
) -> Properties:
    """Return the new inputs with the defaults of name, location and API version.

    Args:
        resource: the resource's type.
        old_inputs: the inputs in the state, empty for a new resource.
        new_inputs: the program's inputs.
        naming: what a name may be made from.
        locations: returns the default location for the value of ``resourceGroupName`` (None where there is none): text,
            UNKNOWN, or None. Asked only when it is needed.
    """
    inputs = dict(new_inputs)
    if resource.name_input not in inputs:
        inputs |= _name(resource, old_inputs, naming)
    if "location" in resource.body_inputs and "location" not in inputs:
        location = old_inputs.get("location") or locations(inputs.get("resourceGroupName"))
        if location is not None:
            inputs["location"] = location
    inputs["azureApiVersion"] = resource.api_version
    return inputs


def _name(resource: ResourceType, old_inputs: Properties, naming: Naming) -> Properties:
    key = resource.name_input
    if key in old_inputs:
        kept = (key, CREATE_BEFORE_DELETE)
        return {name: old_inputs[name] for name in kept if name in old_inputs}
    if naming.mode is AutonamingMode.DISABLE:
        return {}
    if naming.mode is not None:
        return {key: naming.proposed_name, CREATE_BEFORE_DELETE: True}
    if resource.autoname == "copy":
        return {key: naming.logical_name}
    # Any digest will do: the engine only needs preview and update to give the same name.
    suffix = hashlib.sha256(naming.random_seed).hexdigest()[:_HEX_DIGITS]
    return {key: f"{naming.logical_name}{suffix}", CREATE_BEFORE_DELETE: True}


def failures(resource: ResourceType, inputs: Properties) -> list[str]:
    """Return all problems of the inputs, each with the path of its property.

    Undeclared properties are ignored, at every depth.
    """
    return [*_missing(resource, inputs), *_group_name_faults(resource, inputs), *_misfits("", resource.inputs, inputs)]


# Of these types alone does the API description limit the name (Microsoft.Resources 2024-03-01).
_LIMITED_GROUP_NAMES = frozenset({"azure-native:resources:ResourceGroup", "azure-native:resources:Resource"})
_MAX_GROUP_NAME_LENGTH = 90
_GROUP_NAME = r"^[-\w\._\(\)]+$"


def _group_name_faults(resource: ResourceType, inputs: Properties) -> Iterator[str]:
    name = inputs.get("resourceGroupName")
    if resource.token not in _LIMITED_GROUP_NAMES or not isinstance(name, str):
        return
    length = len(name.encode())
    if length < 1:
        yield f"'resourceGroupName' is too short ({length}): at least 1 characters required"
    if length > _MAX_GROUP_NAME_LENGTH:
        yield f"'resourceGroupName' is too long ({length}): at most {_MAX_GROUP_NAME_LENGTH} characters allowed"
    if not re.search(_GROUP_NAME, name, re.ASCII):
        yield f"'resourceGroupName' does not match expression '{_GROUP_NAME}'"


def _missing(resource: ResourceType, inputs: Properties) -> Iterator[str]:
    declared = {name for name, facts in resource.inputs.items() if facts.required}
    for name in sorted({*resource.path_inputs, *resource.required, *declared} - inputs.keys()):
        hint = ""
        if name == "location":
            hint = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
        yield f"missing required property '{name}'{hint}"


def _misfits(path: str, declared: Mapping[str, Property], values: Properties) -> Iterator[str]:
    for name, value in sorted(values.items()):
        if name in declared:
            yield from _misfit(f"{path}{name}", declared[name].type, value)


def _misfit(path: str, declared: Type, value: PropertyValue) -> Iterator[str]:
    """Return the problems of a value. Booleans, and objects without a declared object type, are not validated."""
    match value:
        case bool():
            return
        case dict() if declared.kind == "object":
            properties = object_properties(declared.name)
            for name, facts in properties.items():
                if facts.required and name not in value:
                    yield f"missing required property '{path}.{name}'"
            yield from _misfits(f"{path}.", properties, value)
        case list() if declared.kind == "array":
            for index, item in enumerate(value):
                yield from _misfit(f"{path}[{index}]", declared.items, item)
        case float() if declared.kind == "integer":
            yield f"'{path}' must be an integer but got {value:f}"
        case list() | str() | int() | float() if declared.kind not in _TAKEN_BY[type(value)]:
            yield f"'{path}' should be of type '{declared.kind}' but got {_SPELLED[type(value)]}"


_TAKEN_BY: dict[type, tuple[str, ...]] = {
    list: ("any",),
    str: ("any", "string"),
    int: ("any", "integer", "number"),
    float: ("any", "number"),
}
_SPELLED: dict[type, str] = {list: "an array", str: "a string", int: "a number", float: "a number"}
