"""The resource and object types of the azure-native SDK: property names and types at every level.

They are read from ``sdk_types.json``, which :mod:``logic_apps_sandbox.azure_native.generate_sdk_types`` writes from the
installed SDK: importing the SDK itself would cost each pulumi command seconds.
"""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SDK_TYPES_FILE = Path(__file__).with_name("sdk_types.json")

_SCALARS = ("string", "integer", "number", "boolean", "any")


@dataclass(frozen=True)
class Type:
    """The type of a property.

    Attributes:
        kind: ``string``, ``integer``, ``number``, ``boolean``, ``any``, ``array``, ``map`` or ``object``.
        element: the type of an array's items or of a map's values.
        name: the name of an object type, such as ``network:SubnetArgs``.
    """

    kind: str
    element: "Type | None" = None
    name: str = ""

    @property
    def items(self) -> "Type":
        """The type of the items of an array or of the values of a map."""
        assert self.element is not None, f"a {self.kind} has no items"  # noqa: S101 (a fault of this package, not of its input)
        return self.element


@dataclass(frozen=True)
class Property:
    """A property of a resource or of an object type.

    Attributes:
        type: its type.
        required: whether an input must be given.
        default: the value that the service takes when an input is not given, or None.
    """

    type: Type
    required: bool = False
    default: str | int | float | bool | None = None


def parse_type(text: str) -> Type:
    """Parse a type of ``sdk_types.json``.

    ``string``, ``integer``, ``number``, ``boolean`` and ``any`` are types, ``[T]`` is an array, ``{T}`` a map with
    string keys, ``#module:Name`` an object type.

    Raises:
        ValueError: the text is none of these.
    """
    if text in _SCALARS:
        return Type(text)
    if text.startswith("#"):
        return Type("object", name=text[1:])
    if match := re.fullmatch(r"\[(.+)\]", text):
        return Type("array", parse_type(match[1]))
    if match := re.fullmatch(r"\{(.+)\}", text):
        return Type("map", parse_type(match[1]))
    raise ValueError(f"not a property type: {text!r}")


@functools.cache
def _sdk_types() -> dict[str, Any]:
    types: dict[str, Any] = json.loads(SDK_TYPES_FILE.read_text(encoding="utf-8"))
    return types


def _properties(declared: dict[str, dict[str, Any]]) -> dict[str, Property]:
    return {
        name: Property(parse_type(facts["type"]), facts.get("required", False), facts.get("default"))
        for name, facts in declared.items()
    }


@functools.cache
def resource_inputs(token: str) -> dict[str, Property]:
    """Return the inputs of a resource type by name."""
    return _properties(_sdk_types()["resources"][token]["inputs"])


@functools.cache
def resource_outputs(token: str) -> dict[str, Property]:
    """Return the outputs of a resource type by name, without ``id``, which the engine keeps separately."""
    return _properties(_sdk_types()["resources"][token]["outputs"])


@functools.cache
def object_properties(name: str) -> dict[str, Property]:
    """Return the properties of the object type ``name``, such as ``network:SubnetArgs``."""
    return _properties(_sdk_types()["types"][name])


def object_type_names() -> frozenset[str]:
    """Return the names of all object types."""
    return frozenset(_sdk_types()["types"])
