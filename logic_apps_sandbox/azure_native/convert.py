"""Conversion between the three forms of a resource: inputs, ARM's JSON, and outputs.

Only declared properties are converted; others are dropped without a message at every depth, as in the real plugin. A
property of type any (``properties`` of the generic resource) is unchanged.

Source: azure-native provider source, convert/: sdkInputsToRequestBody.go, responseBodyToSdkOutputs.go,
sdkOutputsToSdkInputs.go and previewOutputs.go.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from logic_apps_sandbox.azure_native.resource_types import ResourceType
from logic_apps_sandbox.azure_native.schema import Property, Type, object_properties
from logic_apps_sandbox.azure_native.values import UNKNOWN, Properties, PropertyValue
from logic_apps_sandbox.azure_native.wrapped_types import inside_properties

_Walk: TypeAlias = Callable[[str, Mapping[str, Property], Properties], Properties]


# Sets of strings: the SDK takes a list, ARM a map with these keys and empty objects (azure-native provider source,
# convert: properties that its metadata marks as string sets).
_STRING_SETS = frozenset({"userAssignedIdentities"})


def request_body(resource: ResourceType, inputs: Properties) -> dict[str, Any]:
    """Return the JSON body of the PUT that creates or updates the resource."""
    return _to_arm(resource.type_name, resource.body_inputs, inputs)


def converted_outputs(resource: ResourceType, response: Mapping[str, Any]) -> Properties:
    """Return ARM's JSON in the form of the SDK's outputs."""
    return _from_arm(resource.type_name, resource.outputs, dict(response))


def outputs_from_response(resource: ResourceType, response: Mapping[str, Any]) -> Properties:
    """Return the outputs of a resource for the engine from ARM's JSON."""
    return {**converted_outputs(resource, response), "azureApiVersion": resource.api_version}


def preview_outputs(resource: ResourceType, inputs: Properties) -> Properties:
    """Return the outputs in a preview: the inputs of the same name; all others are unknown."""
    outputs = _preview(resource.type_name, resource.outputs, inputs)
    return {**outputs, "azureApiVersion": resource.api_version}


def project_to_inputs(resource: ResourceType, outputs: Properties) -> Properties:
    """Return the outputs that can be inputs of the body."""
    return _select(resource.type_name, resource.body_inputs, outputs)


def imported_inputs(resource: ResourceType, identifier: str, outputs: Properties) -> Properties:
    """Return the inputs of an imported resource: its path and the writable properties.

    Raises:
        ProviderError: the id does not fit the resource type.
    """
    projected = project_to_inputs(resource, outputs)
    written = {name: value for name, value in projected.items() if name != "id" and value not in ({}, [])}
    # Check adds the api-version to a program's inputs; without it here, each import would be followed by an update.
    return {**written, **resource.path_values(identifier), "azureApiVersion": resource.api_version}


def refreshed_inputs(
    resource: ResourceType, old_inputs: Properties, old_outputs: Properties, new_outputs: Properties
) -> Properties:
    """Return the old inputs with the changes in ARM since the old outputs.

    Old and new outputs are both projected to inputs, and only the difference is applied: what the service had added
    before never shows as drift. Sub-resources that the program does not set are left out of the comparison.
    """
    unset = [name for name in resource.sub_resources if name not in _around(resource, name, old_inputs)]
    before, now = (
        _without(resource, unset, project_to_inputs(resource, outputs)) for outputs in (old_outputs, new_outputs)
    )
    return _apply_changes(old_inputs, before, now)


def _around(resource: ResourceType, name: str, inputs: Properties) -> Properties:
    """Return the inputs that contain a sub-resource: those of the resource, or their ``properties`` in the SDK."""
    return inputs if name in resource.inputs else inputs.get("properties") or {}


def _without(resource: ResourceType, names: Iterable[str], inputs: Properties) -> Properties:
    for name in names:
        _around(resource, name, inputs).pop(name, None)
    return inputs


def _apply_changes(base: Properties, before: Properties, now: Properties) -> Properties:
    changed = {
        name: _apply_change(base.get(name), before.get(name), value)
        for name, value in now.items()
        if name not in before or before[name] != value
    }
    kept = {name: value for name, value in base.items() if name in now or name not in before}
    return {**kept, **changed}


def _apply_change(base: PropertyValue, before: PropertyValue, now: PropertyValue) -> PropertyValue:
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(now, dict):
        return _apply_changes(base, before, now)
    if isinstance(base, list) and isinstance(before, list) and isinstance(now, list):
        known = min(len(base), len(before))
        return [_apply_change(base[i], before[i], item) if i < known else item for i, item in enumerate(now)]
    return base if before == now else now


def _to_arm(type_name: str, declared: Mapping[str, Property], values: Properties) -> Properties:
    body: Properties = {}
    for name, value in values.items():
        if name in declared:
            place = body.setdefault("properties", {}) if inside_properties(type_name, name) else body
            if name in _STRING_SETS and isinstance(value, list):
                place[name] = {str(item): {} for item in value}
            else:
                place[name] = _walk(declared[name].type, value, _to_arm)
    return body


def _from_arm(type_name: str, declared: Mapping[str, Property], body: Properties) -> Properties:
    values: Properties = {}
    for name, facts in declared.items():
        place = (body.get("properties") or {}) if inside_properties(type_name, name) else body
        if place.get(name) is not None:
            values[name] = _walk(facts.type, place[name], _from_arm)
    return values


def _select(_type_name: str, declared: Mapping[str, Property], values: Properties) -> Properties:
    return {
        name: list(value)
        if name in _STRING_SETS and isinstance(value, dict)
        else _walk(declared[name].type, value, _select)
        for name, value in values.items()
        if name in declared
    }


def _preview(_type_name: str, declared: Mapping[str, Property], values: Properties) -> Properties:
    return {
        # What becomes of a set of strings is known only afterwards: ARM fills in an object for each.
        name: _walk(facts.type, values[name], _preview) if name in values and name not in _STRING_SETS else UNKNOWN
        for name, facts in declared.items()
    }


def _walk(declared: Type, value: PropertyValue, convert: _Walk) -> PropertyValue:
    """Convert the objects inside a value; values of another than the declared type are not changed."""
    if declared.kind == "object" and isinstance(value, dict):
        return convert(declared.name, object_properties(declared.name), value)
    if declared.kind == "array" and isinstance(value, list):
        return [_walk(declared.items, item, convert) for item in value]
    if declared.kind == "map" and isinstance(value, dict):
        return {name: _walk(declared.items, item, convert) for name, item in value.items()}
    return value
