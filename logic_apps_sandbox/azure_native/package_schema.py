"""The package schema of the plugin (GetSchema), with its resource types.

Source: Pulumi documentation, "Pulumi Package Schema".
"""

import json
from collections.abc import Mapping
from typing import Any

from logic_apps_sandbox.azure_native import PACKAGE, VERSION
from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES, ResourceType
from logic_apps_sandbox.azure_native.schema import Property, Type, object_properties, object_type_names


def package_schema() -> str:
    """Return the package schema as JSON text."""
    return json.dumps(
        {
            "name": PACKAGE,
            "version": VERSION,
            "resources": {token: _resource(resource) for token, resource in RESOURCE_TYPES.items()},
            "types": {
                _token(name): {"type": "object", **_declared(object_properties(name))}
                for name in sorted(object_type_names())
            },
        }
    )


def _resource(resource: ResourceType) -> dict[str, Any]:
    inputs = _declared(resource.inputs)
    return {
        "properties": _declared(resource.outputs)["properties"],
        "inputProperties": inputs["properties"],
        "requiredInputs": inputs["required"],
    }


def _declared(properties: Mapping[str, Property]) -> dict[str, Any]:
    return {
        "properties": {name: _type(facts.type) for name, facts in properties.items()},
        "required": sorted(name for name, facts in properties.items() if facts.required),
    }


def _type(declared: Type) -> dict[str, Any]:
    match declared.kind:
        case "any":
            return {"$ref": "pulumi.json#/Any"}
        case "object":
            return {"$ref": f"#/types/{_token(declared.name)}"}
        case "array":
            return {"type": "array", "items": _type(declared.items)}
        case "map":
            return {"type": "object", "additionalProperties": _type(declared.items)}
        case scalar:
            return {"type": scalar}


def _token(type_name: str) -> str:
    return f"{PACKAGE}:{type_name.removesuffix('Args')}"
