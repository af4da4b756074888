"""Compare the inputs of a resource with its outputs, and complete the one from the other.

Inputs come from a state or a preview. Outputs have the provider's form (``ResourceType.outputs``).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from logic_apps_environment.azure.locations import normalize_location
from logic_apps_environment.commands.recovery.azure_ids import canonical

Value: TypeAlias = Any
"""None, bool, int, float, str, or a list or dict of these."""

Properties: TypeAlias = dict[str, Any]

# Pulumi SDK for Go, sdk/go/common/resource/plugin/rpc.go: the placeholders of unknown values, by type.
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

# The same SDK, sdk/go/common/resource/sig: the key that marks an object in a state as a secret, an asset and so on.
_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"

_HIDDEN = "[secret]"
"""What ``pulumi preview --json`` prints in place of a secret."""

_CASELESS = frozenset({"id", "location"})

_COMPLETE_MAPS = frozenset({"tags", "certificates"})
"""Maps with keys that users choose. Azure returns all of their entries, so an entry that is missing was deleted."""


class _Difference(NamedTuple):
    keys: tuple[str | int, ...]
    value: Value
    """Azure's value; ``_DELETED`` if Azure does not have the entry."""

    @property
    def path(self) -> str:
        """The keys as a property path, such as ``sku.name`` or ``addressPrefixes[0]``."""
        return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.keys).lstrip(".")


_DELETED = object()


def is_unknown(value: Value) -> bool:
    """Whether a value is unknown until an update."""
    return isinstance(value, str) and value in _UNKNOWN


def has_unknown(value: Value) -> bool:
    """Whether a value contains an unknown value."""
    return any(is_unknown(leaf) for leaf in _leaves(value))


def has_hidden(value: Value) -> bool:
    """Whether a value contains a secret that a preview has hidden."""
    return any(leaf == _HIDDEN for leaf in _leaves(value))


def completed(inputs: Value, outputs: Value) -> Value:
    """Return the inputs with each unknown value replaced by the output at the same path, if there is one."""
    return _filled(inputs, outputs, is_unknown)


def with_hidden_of(inputs: Value, known: Value) -> Value:
    """Return the inputs of a preview with each hidden secret replaced by the value in the state's inputs."""
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
    """Return the paths, such as ``sku.name``, at which the outputs differ from the inputs called ``names``.

    Values that the service added, and inputs that it does not return, are not differences: the REST how-to has
    properties that are sent and never returned. IDs and locations are compared without letter case, like in Azure, and
    locations without spaces.
    """
    return [difference.path for difference in _differences(inputs, outputs, names)]


def adjusted(inputs: Properties, outputs: Properties, names: frozenset[str]) -> Properties:
    """Return the inputs with Azure's value at each of the differences."""
    result = copy.deepcopy(inputs)
    for (*path, last), value in _differences(inputs, outputs, names):
        container: Value = result
        for key in path:
            container = container[key]
        if value is _DELETED:
            del container[last]
        else:
            container[last] = value
    return result


def mismatches(wanted: Properties, other: Properties, shown: Properties, names: frozenset[str]) -> list[str]:
    """Return the paths at which the outputs ``shown`` contradict the inputs ``wanted``.

    Only the paths are compared at which the two versions ``wanted`` and ``other`` of a resource differ, to decide which
    of them exists. A value that only one of them has is expected to exist, or not to exist.
    """
    return [
        path
        for name in sorted(names & (wanted.keys() | other.keys()))
        for path in _mismatches((name,), wanted.get(name), other.get(name), shown.get(name))
    ]


def presence_differences(inputs: Properties, outputs: Properties, paths: Iterable[str]) -> list[str]:
    """Return those of the paths, such as ``identity``, with an object or a list on one side only."""
    return [
        path
        for path in sorted(paths)
        for wanted, shown in [(_at(inputs, path), _at(outputs, path))]
        if isinstance(wanted or shown, dict | list)
        and not _is_special(wanted)
        and _has_content(wanted) != _has_content(shown)
    ]


def with_secrets_of(outputs: Value, inputs: Value) -> Value:
    """Return the outputs with the secrets of the inputs, so that the state never contains them in plain text.

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


def _differences(inputs: Properties, outputs: Properties, names: frozenset[str]) -> Iterator[_Difference]:
    for name in sorted(names & inputs.keys()):
        # Azure leaves out empty tags.
        yield from _compare((name,), inputs[name], outputs.get(name, {} if name == "tags" else None))


def _compare(keys: tuple[str | int, ...], wanted: Value, shown: Value) -> Iterator[_Difference]:
    """Yield the innermost differences between two values at the path ``keys``."""
    name = next(key for key in reversed(keys) if isinstance(key, str))
    if shown is None or _is_hidden(wanted):
        return
    if isinstance(wanted, dict) and isinstance(shown, dict):
        for key in sorted(wanted):
            if key in shown:
                yield from _compare((*keys, key), wanted[key], shown[key])
            elif name in _COMPLETE_MAPS:
                yield _Difference((*keys, key), _DELETED)
    elif isinstance(wanted, list) and isinstance(shown, list) and len(wanted) == len(shown):
        for at, pair in enumerate(zip(wanted, shown, strict=True)):
            yield from _compare((*keys, at), *pair)
    elif not _is_same(name, wanted, shown):
        yield _Difference(keys, sorted(shown) if _is_list_as_object(wanted, shown) else shown)


def _mismatches(keys: tuple[str, ...], wanted: Value, other: Value, shown: Value) -> list[str]:
    if wanted == other:
        return []
    if isinstance(wanted, dict) and isinstance(other, dict) and not (_is_special(wanted) or _is_special(other)):
        inside = shown if isinstance(shown, dict) else {}
        return [
            path
            for key in sorted(wanted.keys() | other.keys())
            for path in _mismatches((*keys, key), wanted.get(key), other.get(key), inside.get(key))
        ]
    only, is_wanted = (other, False) if wanted is None else (wanted, True)
    if None in (wanted, other) and isinstance(only, dict | list) and _has_content(shown) != is_wanted:
        return [".".join(keys)] if _has_content(only) else []
    return [] if wanted is None else [difference.path for difference in _compare(keys, wanted, shown)]


def _is_list_as_object(wanted: Value, shown: Value) -> bool:
    """Whether Azure returned a list of IDs, such as user-assigned identities, as the keys of an object."""
    return isinstance(wanted, list) and isinstance(shown, dict)


def _is_same(name: str, wanted: Value, shown: Value) -> bool:
    if _is_list_as_object(wanted, shown):
        return {canonical(each) for each in wanted} == {canonical(each) for each in shown}
    if name in _CASELESS and isinstance(wanted, str) and isinstance(shown, str):
        return normalize_location(wanted) == normalize_location(shown)
    return bool(wanted == shown)


def _has_content(value: Value) -> bool:
    """Whether a value has content; Azure returns ``{"type": "None"}`` for a resource without an identity."""
    return value not in (None, {}, [], {"type": "None"})


def _at(properties: Value, path: str) -> Value:
    for name in path.split("."):
        if _is_special(properties):
            return properties
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def _is_special(value: Value) -> bool:
    return isinstance(value, dict) and _SIGNATURE_KEY in value


def _is_hidden(value: Value) -> bool:
    """Whether the state or the preview does not contain the plain value."""
    return _is_special(value) or is_unknown(value) or bool(value == _HIDDEN)


def _leaves(value: Value) -> list[Value]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
