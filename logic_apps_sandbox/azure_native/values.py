"""Pulumi property values as plain Python values, and back.

The engine sends properties as protobuf structs. A value that is known only after an update arrives as one of seven
well-known strings, one per kind of value. Because the emulator, like the real plugin, accepts neither secrets nor
resource references nor outputs, only plain values and these strings arrive.

Source: Pulumi SDK for Go, sdk/go/common/resource/plugin/rpc.go.
"""

from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]

from logic_apps_sandbox.azure_native.errors import ProviderError


class Unknown:
    """The type of :data:``UNKNOWN``."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""A value that is unknown until the update."""

PropertyValue: TypeAlias = Any
"""None, bool, int, float, str, :data:``UNKNOWN``, or a list or dict of these."""

Properties: TypeAlias = dict[str, Any]
"""Property values by property name."""

_UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        _UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
# An object with this key is a secret, an asset, an archive or a resource reference.
_SPECIAL_OBJECT_KEY = "4dabf18193072939515e22adb298388d"


def decode(struct: Struct) -> Properties:
    """Turn a struct from the engine into plain values; entries that are null are left out, at every depth.

    Whole numbers become ``int``: protobuf has only doubles, and ARM's JSON has ``0``, not ``0.0``.

    Raises:
        ProviderError: the struct contains an asset, an archive or a resource reference.
    """
    decoded = {name: _decode_value(value) for name, value in struct.fields.items()}
    return {name: value for name, value in decoded.items() if value is not None}


def _decode_value(value: Value) -> PropertyValue:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWN_SENTINELS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode_value(item) for item in value.list_value.values]
        case "struct_value":
            if _SPECIAL_OBJECT_KEY in value.struct_value.fields:
                raise ProviderError(
                    "azure-native takes no assets, archives or resource references as property values; "
                    "give the plain value instead, for example the resource's id."
                )
            return decode(value.struct_value)
        case _:
            return None


def encode(properties: Properties) -> Struct:
    """Turn plain values into a struct for the engine."""
    struct = Struct()
    struct.update(_with_sentinels(properties))
    return struct


def _with_sentinels(value: PropertyValue) -> PropertyValue:
    if value is UNKNOWN:
        return _UNKNOWN_STRING
    if isinstance(value, dict):
        return {name: _with_sentinels(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_sentinels(item) for item in value]
    return value
