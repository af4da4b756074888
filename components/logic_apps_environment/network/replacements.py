"""What a change of a network's registered inputs replaces, by the source of the network (source.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from logic_apps_environment.changes.comparison import Inputs, Replacement, exclude_parts, replaced_parts
from logic_apps_environment.network.source import NetworkSource
from logic_apps_environment.validation.change_effects import NETWORK_REPLACED, Change, Part

_KEYS_OF_SOURCE = (*NetworkSource, "subnets")
"""The keys whose meaning depends on the source."""

_RANGES = ("addressSpace", "addressPrefix")


def network_replacements(
    found: Iterable[Replacement], old: Inputs, new: Inputs, changes_of: Callable[[str], Iterable[Change]]
) -> list[Replacement]:
    """Return the replacements in a network, considering its source and the ranges of its subnets.

    ``found`` has the replacements by each key on its own, ``changes_of`` returns the changes of a key.
    """
    source, new_source = _source(old), _source(new)
    if source is None or new_source is None:
        return []
    found = [each for each in found if each.path[-1] not in _RANGES]
    if source == new_source:
        return found + _moved_ranges(old, new, source)
    parts = replaced_parts(changes_of(new_source), instead_of=source)
    return [
        *(each for each in found if each.path[0] not in _KEYS_OF_SOURCE),
        Replacement((new_source,), None, new[new_source], parts),
    ]


def replaced_with_network(found: Iterable[Replacement], network: Inputs) -> list[Replacement]:
    """Return the replacements, with those that the virtual network causes, and without existing resources.

    ``network`` has the inputs of the network before.
    """
    source = _source(network)
    if source is None:
        return []
    of_network = [part for key, part in _REPLACED_WITH_NETWORK.items() if "name" in (network.get(key) or {})]
    adapted: list[Replacement] = []
    for each in found:
        if Part.NETWORK not in each.parts:
            adapted.append(each)
        elif source is NetworkSource.STACK:
            adapted.append(replace(each, parts=(*each.parts, *of_network)))
        else:
            adapted += exclude_parts([each], Part.NETWORK, Part.SUBNETS, Part.SUBNET)
    return adapted


_REPLACED_WITH_NETWORK = {"securityGroup": Part.SECURITY_GROUP, "routeTable": Part.ROUTE_TABLE}
"""The resources that are replaced with the virtual network (docs/changes.md), if the stack created them."""


def _source(network: Inputs) -> NetworkSource | None:
    """Return the source of the network; None if the inputs contain no network."""
    return next((source for source in NetworkSource if source in network), None)


def _moved_ranges(old: Inputs, new: Inputs, source: NetworkSource) -> list[Replacement]:
    """Return the keys that change ranges: those of single subnets, or the address space if ranges are planned."""
    ranges, new_ranges = old.get("subnetRanges") or [], new.get("subnetRanges") or []
    if ranges == new_ranges or not ranges or not new_ranges:
        return []
    given = [each.get("subnets") or [] for each in (old, new)]
    if not any(subnet.get("addressPrefix") for subnets in given for subnet in subnets):
        space, new_space = old.get("addressSpace"), new.get("addressSpace")
        return [Replacement(("addressSpace",), space, new_space, NETWORK_REPLACED.parts)]
    parts = NETWORK_REPLACED.parts if source is NetworkSource.STACK else (Part.ENVIRONMENT, Part.SUBNET)
    return [
        Replacement(("subnets", position, "addressPrefix"), before, now, parts)
        for position, (before, now) in enumerate(zip(ranges, new_ranges, strict=False))
        if before != now
    ]
