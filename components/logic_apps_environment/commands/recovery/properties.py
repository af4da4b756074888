"""Comparing what a program asks for with what Azure says, and completing the one from the other.

Inputs come from a state or a preview, outputs are in the provider's form (`resource_types.outputs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from logic_apps_environment.azure.locations import normalise_location
from logic_apps_environment.commands.recovery.azure_ids import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value: TypeAlias = Any
"""None, bool, int, float, str, or a list or dict of these."""

Properties: TypeAlias = dict[str, Any]

# Pulumi SDK for Go, sdk/go/common/resource/plugin/rpc.go: how values that are not known yet are spelled, by kind.
_UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)

# The same, sdk/go/common/resource/sig: the key that makes an object in a state a secret, an asset and so on.
_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"

# What `pulumi preview --json` prints in place of a secret.
_HIDDEN = "[secret]"

_CASELESS = frozenset({"id", "location"})


def is_unknown(value: Value) -> bool:
    """Whether a value is one that only an update will know."""
    return isinstance(value, str) and value in _UNKNOWN


def has_unknown(value: Value) -> bool:
    """Whether there is an unknown value anywhere inside."""
    return any(is_unknown(leaf) for leaf in _leaves(value))


def has_hidden(value: Value) -> bool:
    """Whether a preview has hidden a secret anywhere inside."""
    return any(leaf == _HIDDEN for leaf in _leaves(value))


def completed(inputs: Value, outputs: Value) -> Value:
    """The inputs with each unknown value taken from the same place in the outputs; it stays unknown if they lack it."""
    return _filled(inputs, outputs, is_unknown)


def with_hidden_of(inputs: Value, known: Value) -> Value:
    """The inputs of a preview with each hidden secret taken from the same place in the inputs of the state."""
    return _filled(inputs, known, lambda value: value == _HIDDEN)


def _filled(inputs: Value, source: Value, is_missing: Callable[[Value], bool]) -> Value:
    if is_missing(inputs):
        return inputs if source is None else source
    if isinstance(inputs, dict):
        given = source if isinstance(source, dict) else {}
        return {name: _filled(value, given.get(name), is_missing) for name, value in inputs.items()}
    if isinstance(inputs, list):
        items = source if isinstance(source, list) else []
        return [_filled(value, items[at] if at < len(items) else None, is_missing) for at, value in enumerate(inputs)]
    return inputs


def differences(inputs: Properties, outputs: Properties, names: frozenset[str]) -> list[str]:
    """The paths, such as `sku.name`, at which outputs say something else than the inputs called `names`.

    What the service added is no difference, and neither is what it does not show (the REST how-to names fields that are
    sent and never read). Ids and locations are compared as ARM does, without case; locations without blanks.
    """
    return [
        path
        for name in sorted(names & inputs.keys())
        for path in _differences(name, name, inputs[name], outputs.get(name, {} if name == "tags" else None))
    ]


def mismatches(wanted: Properties, other: Properties, shown: Properties, names: frozenset[str]) -> list[str]:
    """The paths at which outputs contradict the inputs `wanted`, of those at which `wanted` and `other` differ.

    This tells which of two versions of a resource exists: what only one of them has is there, or is not.
    """
    return [
        path
        for name in sorted(names & (wanted.keys() | other.keys()))
        for path in _mismatches(name, name, wanted.get(name), other.get(name), shown.get(name))
    ]


def presence_differences(inputs: Properties, outputs: Properties, paths: Iterable[str]) -> list[str]:
    """Those of the paths, such as `identity`, with an object or a list on one side and nothing on the other."""
    return [
        path
        for path in sorted(paths)
        for wanted, shown in [(_at(inputs, path), _at(outputs, path))]
        if isinstance(wanted or shown, dict | list)
        and not _is_special(wanted)
        and _is_something(wanted) != _is_something(shown)
    ]


def adjusted(inputs: Properties, outputs: Properties, names: frozenset[str]) -> Properties:
    """The inputs called `names` with Azure's value wherever it says something else; the other inputs as they are."""
    shown = {name: outputs.get(name, {} if name == "tags" else None) for name in names}
    return {name: _adjusted(name, value, shown.get(name)) for name, value in inputs.items()}


def with_secrets_of(outputs: Value, inputs: Value) -> Value:
    """The outputs with the inputs' secrets in their places: a state must never hold in clear what a program hides.

    The provider repeats inputs in outputs of the same name, and the engine marks those (provider_plugin.go,
    annotateSecrets).
    """
    if _is_special(inputs):
        return inputs
    if isinstance(outputs, dict) and isinstance(inputs, dict):
        return {name: with_secrets_of(value, inputs.get(name)) for name, value in outputs.items()}
    if isinstance(outputs, list) and isinstance(inputs, list):
        return [with_secrets_of(value, inputs[at] if at < len(inputs) else None) for at, value in enumerate(outputs)]
    return outputs


def _differences(path: str, name: str, wanted: Value, shown: Value) -> list[str]:
    if shown is None or _is_special(wanted) or is_unknown(wanted) or wanted == _HIDDEN:
        return []
    if isinstance(wanted, dict) and isinstance(shown, dict):
        # Maps from names that a user chose are complete; elsewhere a key that is not shown says nothing.
        missing = wanted.keys() - shown.keys() if name in {"tags", "certificates"} else set()
        inside = [
            found
            for key in sorted(wanted.keys() & shown.keys())
            for found in _differences(f"{path}.{key}", key, wanted[key], shown[key])
        ]
        return sorted([f"{path}.{key}" for key in missing] + inside)
    if isinstance(wanted, list) and isinstance(shown, list) and len(wanted) == len(shown):
        return [
            found
            for at, pair in enumerate(zip(wanted, shown, strict=True))
            for found in _differences(f"{path}[{at}]", name, *pair)
        ]
    if isinstance(wanted, list) and isinstance(shown, dict):
        # azure-native sends a list of ids, such as user-assigned identities, as an object, and so Azure returns it.
        return [] if {canonical(each) for each in wanted} == {canonical(each) for each in shown} else [path]
    return [] if _same(name, wanted, shown) else [path]


def _mismatches(path: str, name: str, wanted: Value, other: Value, shown: Value) -> list[str]:
    if wanted == other:
        return []
    if isinstance(wanted, dict) and isinstance(other, dict) and not (_is_special(wanted) or _is_special(other)):
        inside = shown if isinstance(shown, dict) else {}
        return [
            found
            for key in sorted(wanted.keys() | other.keys())
            for found in _mismatches(f"{path}.{key}", key, wanted.get(key), other.get(key), inside.get(key))
        ]
    if wanted is None and isinstance(other, dict | list):
        return [path] if _is_something(shown) and _is_something(other) else []
    if other is None and isinstance(wanted, dict | list) and not _is_something(shown):
        return [path] if _is_something(wanted) else []
    return [] if wanted is None else _differences(path, name, wanted, shown)


def _adjusted(name: str, wanted: Value, shown: Value) -> Value:
    if not _differences(name, name, wanted, shown):
        return wanted
    if isinstance(wanted, dict) and isinstance(shown, dict):
        known = {key: value for key, value in wanted.items() if key in shown or name not in {"tags", "certificates"}}
        return {key: _adjusted(key, value, shown.get(key)) for key, value in known.items()}
    if isinstance(wanted, list) and isinstance(shown, list) and len(wanted) == len(shown):
        return [_adjusted(name, *pair) for pair in zip(wanted, shown, strict=True)]
    if isinstance(wanted, list) and isinstance(shown, dict):
        return sorted(shown)
    return shown


def _same(name: str, wanted: Value, shown: Value) -> bool:
    if name in _CASELESS and isinstance(wanted, str) and isinstance(shown, str):
        return normalise_location(wanted) == normalise_location(shown)
    return bool(wanted == shown)


def _is_something(value: Value) -> bool:
    """Whether there is a value; Azure returns `{"type": "None"}` for a resource without an identity."""
    return value not in (None, {}, [], {"type": "None"})


def _at(properties: Value, path: str) -> Value:
    for name in path.split("."):
        if _is_special(properties):
            return properties
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def _is_special(value: Value) -> bool:
    return isinstance(value, dict) and _SIGNATURE_KEY in value


def _leaves(value: Value) -> list[Value]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
