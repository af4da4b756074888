"""Treat outputs of resources that were never created as unknown, in every language.

``pulumi destroy --run-program`` runs the program without creating resources. A resource that is not in the state then
has no outputs. Python's SDK treats them as unknown, but the language host of YAML passes null for a property and an
empty string for an ID (seen with pulumi-yaml 1.25). Validating them as values would
make the destroy fail.
"""

from __future__ import annotations

from typing import Any

import pulumi


def unknown_where_not_created(inputs: pulumi.Inputs) -> dict[str, Any]:
    """Return ``inputs``, with unknowns for null and empty outputs of resources that the engine has not created.

    During an update, the engine creates a resource before its outputs are used, so all values stay the same.
    """
    return {name: _replaced(value) for name, value in inputs.items()}


def _replaced(value: Any) -> Any:  # noqa: ANN401 - any argument's value
    match value:
        case dict():
            return {key: _replaced(inner) for key, inner in value.items()}
        case list():
            return [_replaced(inner) for inner in value]
        case pulumi.Output():
            return value.apply(lambda known: _known_or_unknown(known, value))
        case _:
            return value


async def _known_or_unknown(known: Any, source: pulumi.Output[Any]) -> Any:  # noqa: ANN401 - any argument's value
    if known is not None and known != "":
        return known
    urns = [await resource.urn.future() for resource in await source.resources()]
    return pulumi.UNKNOWN if any([urn and await _is_not_created(urn) for urn in urns]) else known


async def _is_not_created(urn: str) -> bool:
    """Whether the engine has a provider's resource with this URN, but without ID and outputs."""
    try:
        # As Pulumi's SDKs do when a resource is passed by reference (pkg/resource/deploy/builtins.go).
        found = await pulumi.runtime.invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    except Exception:  # noqa: BLE001 - the SDK raises no narrower error
        return False
    return bool(found["provider"]) and not found["id"] and not found["state"]
