"""Values of resources that were never made: unknown, whatever the program's language takes them for.

`pulumi destroy --run-program` runs the program and makes nothing. A resource that is not in the state has no outputs
then; Python's SDK knows that they are unknown, the language host of YAML hands over null for a property and an empty
text for an id (pulumi-yaml 1.25, which is built with Pulumi's Go SDK 3.206). Judged as values, they would stop the
destruction of everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from pulumi import Inputs


def unknown_where_never_made(inputs: Inputs) -> dict[str, Any]:
    """``inputs`` with an unknown for every null and empty text of a resource that the engine knows, but has not made.

    During an update the engine makes a resource before anything that uses its outputs: all values stay as they are.
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
    return pulumi.UNKNOWN if any([urn and await _was_never_made(urn) for urn in urns]) else known


async def _was_never_made(urn: str) -> bool:
    """Whether the engine has a resource of a provider under ``urn`` that got neither an id nor outputs."""
    try:
        # What Pulumi's SDKs ask when a resource is handed over by reference (pkg/resource/deploy/builtins.go).
        found = await pulumi.runtime.invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    except Exception:  # noqa: BLE001 - the SDK raises nothing narrower; an engine that cannot tell changes nothing
        return False
    return bool(found["provider"]) and not found["id"] and not found["state"]
