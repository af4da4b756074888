"""Comparing what a program asks for with what Azure says, and completing the one from the other.

Inputs come from a state or a preview, outputs are in the provider's form (`resource_types.outputs`).
"""

from __future__ import annotations

from typing import Any, TypeAlias

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
    if is_unknown(inputs):
        return inputs if outputs is None else outputs
    if isinstance(inputs, dict):
        given = outputs if isinstance(outputs, dict) else {}
        return {name: completed(value, given.get(name)) for name, value in inputs.items()}
    if isinstance(inputs, list):
        items = outputs if isinstance(outputs, list) else []
        return [completed(value, items[at] if at < len(items) else None) for at, value in enumerate(inputs)]
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
    if shown is None or _is_special(wanted) or is_unknown(wanted):
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
    return [] if _same(name, wanted, shown) else [path]


def _adjusted(name: str, wanted: Value, shown: Value) -> Value:
    if not _differences(name, name, wanted, shown):
        return wanted
    if isinstance(wanted, dict) and isinstance(shown, dict):
        known = {key: value for key, value in wanted.items() if key in shown or name not in {"tags", "certificates"}}
        return {key: _adjusted(key, value, shown.get(key)) for key, value in known.items()}
    if isinstance(wanted, list) and isinstance(shown, list) and len(wanted) == len(shown):
        return [_adjusted(name, *pair) for pair in zip(wanted, shown, strict=True)]
    return shown


def _same(name: str, wanted: Value, shown: Value) -> bool:
    if name in _CASELESS and isinstance(wanted, str) and isinstance(shown, str):
        return wanted.replace(" ", "").lower() == shown.replace(" ", "").lower()
    return bool(wanted == shown)


def _is_special(value: Value) -> bool:
    return isinstance(value, dict) and _SIGNATURE_KEY in value


def _leaves(value: Value) -> list[Value]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
