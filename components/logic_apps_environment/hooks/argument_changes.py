"""Compares the registered inputs of a component before and now: what is replaced, and what is only respelled.

Pure functions on the inputs of registered_inputs.py. What the change of a key replaces is in the key's ``Setting``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from logic_apps_environment.hooks.registered_inputs import is_known
from logic_apps_environment.network.args import INSTEAD_OF
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.validation.annotations import inner_model, is_mapping
from logic_apps_environment.validation.change_effects import NETWORK_REBUILT, Effect, Part
from logic_apps_environment.validation.setting import Setting, setting_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from logic_apps_environment.validation.change_effects import Change

Path = tuple[str | int, ...]
Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A changed key that replaces resources.

    Attributes:
        path: the key.
        old: its registered value before; None where it was not given.
        new: its registered value now, likewise.
        parts: what is replaced, or deleted without a successor.
    """

    path: Path
    old: Any
    new: Any
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Respelling:
    """A name or id that differs from an existing one in letter case only.

    Attributes:
        path: the key.
        old: the existing spelling.
        new: the spelling that is given now.
    """

    path: Path
    old: str
    new: str


def replacements(model: type[BaseModel], old: Inputs, new: Inputs) -> list[Replacement]:
    """The changed keys that replace something, in the order of the model's fields.

    Args:
        model: the model of the arguments.
        old: the inputs of the last update; empty where it registered none.
        new: the inputs of now.
    """
    network = () if issubclass(model, EnvironmentNetworkArgs) else ("network",)
    old_network, new_network = (inputs.get("network") or {} if network else inputs for inputs in (old, new))
    form, new_form = _form(old_network), _form(new_network)
    if form is None or new_form is None:
        return []
    found = [
        Replacement((*path, key), before, now, _of_form(form, _replaced(setting, before), (*path, key), network))
        for path, key, setting, before, now in _differences(model, old, new, ())
        if key not in _MOVE_RANGES and (form == new_form or not _is_of_form((*path, key), network))
    ]
    if form == new_form:
        found += _moved_ranges(old_network, new_network, network, form)
    else:
        field = next(name for name, each in EnvironmentNetworkArgs.model_fields.items() if each.alias == new_form)
        changes = setting_of(EnvironmentNetworkArgs, field).changes
        parts = _reported(each for each in changes if each.when == INSTEAD_OF[form])
        found.append(Replacement((*network, new_form), None, new_network[new_form], parts))
    group, new_group = old.get("resourceGroup") or {}, new.get("resourceGroup") or {}
    absent = {Part.ENVIRONMENT} if not network else set()
    if not group.get("create") or (not new_group.get("create") and _is_same(group["name"], new_group.get("name"))):
        # The group is not the stack's, or the stack releases it.
        absent.add(Part.GROUP)
    with_network = _replaced_with_network(old_network)
    made = [
        replace(
            each,
            parts=tuple(
                part
                for part in (*each.parts, *(with_network if Part.NETWORK in each.parts else ()))
                if part not in absent
            ),
        )
        for each in found
    ]
    return [each for each in made if each.parts]


def _replaced_with_network(network: Inputs) -> tuple[Part, ...]:
    """What the stack created for the subnets, and replaces with a virtual network of its own (docs/changes.md)."""
    keys = {"securityGroup": Part.SECURITY_GROUP, "routeTable": Part.ROUTE_TABLE}
    return tuple(part for key, part in keys.items() if "name" in (network.get(key) or {}))


def respellings(model: type[BaseModel], old: Inputs, new: Inputs) -> list[Respelling]:
    """The names and ids that differ from existing ones in letter case only.

    Names in a list are compared with all of the list before, so that a new order does not hide a new spelling.

    Args:
        model: the model of the arguments.
        old: the inputs of the last update.
        new: the inputs of now.
    """
    return list(_respellings(model, [old], new, ()))


_MOVE_RANGES = ("addressSpace", "addressPrefix")
"""The keys that _moved_ranges is about; a route's addressPrefix replaces nothing."""

_CONNECTORS = "managedConnectors"

_OF_FORM = ("name", "virtualNetworkId", "subnetIds", "subnets")
"""The keys of a network that mean something else in each of its forms."""


def _form(network: Inputs) -> str | None:
    """The key by which a network is given; None in inputs that have no network."""
    return next((key for key in ("subnetIds", "virtualNetworkId", "name") if key in network), None)


def _is_of_form(path: Path, network: Path) -> bool:
    return path[: len(network)] == network and path[len(network)] in _OF_FORM


def _moved_ranges(old: Inputs, new: Inputs, network: Path, form: str) -> list[Replacement]:
    """The keys that move ranges of subnets: those of single subnets, or the address space where ranges are planned."""
    ranges, new_ranges = old.get("subnetRanges") or [], new.get("subnetRanges") or []
    if ranges == new_ranges or not ranges or not new_ranges:
        return []
    all_of_it: tuple[Part, ...] = NETWORK_REBUILT.parts
    given = [each.get("subnets") or [] for each in (old, new)]
    if not any(subnet.get("addressPrefix") for subnets in given for subnet in subnets):
        return [Replacement((*network, "addressSpace"), old.get("addressSpace"), new.get("addressSpace"), all_of_it)]
    parts = all_of_it if form == "name" else (Part.ENVIRONMENT, Part.SUBNET)
    return [
        Replacement((*network, "subnets", position, "addressPrefix"), before, now, parts)
        for position, (before, now) in enumerate(zip(ranges, new_ranges, strict=False))
        if before != now
    ]


def _replaced(setting: Setting, before: object) -> tuple[Part, ...]:
    """What a change of a key replaces while the network is given in the same way."""
    changes = [each for each in setting.changes if each.when not in INSTEAD_OF.values()]
    if before is None or (isinstance(before, Mapping) and "id" in before):
        # What is added deletes nothing, and what is given by its id belongs to somebody else.
        changes = [each for each in changes if each.effect is not Effect.DELETED]
    return _reported(changes)


def _of_form(form: str, parts: tuple[Part, ...], path: Path, network: Path) -> tuple[Part, ...]:
    """What is replaced of these parts where the network is given in this form: none of what is somebody else's."""
    if form == "name":
        return parts
    others = {Part.NETWORK}
    if path[: len(network) + 1] not in ((*network, "subnets"), (*network, "virtualNetworkId")):
        others |= {Part.SUBNET, Part.SUBNETS}
    return tuple(part for part in parts if part not in others)


def _reported(changes: Iterable[Change]) -> tuple[Part, ...]:
    """What these changes replace or delete, in the order of :class:`Part`."""
    changes = list(changes)
    found = [part for each in changes if each.effect in (Effect.REPLACED, Effect.DELETED) for part in each.parts]
    if Part.PREDECESSOR in found:
        found += [part for each in changes if each.effect is Effect.CREATED for part in each.parts]
    return tuple(part for part in Part if part in found and part is not Part.PREDECESSOR)


def _differences(
    model: type[BaseModel], old: Inputs, new: Inputs, path: Path
) -> Iterator[tuple[Path, str, Setting, Any, Any]]:
    """The innermost keys, each with the path of its object, whose known values differ by more than letter case.

    A connector is known by its name, so that a list in which only the order differs, or that is longer, is no
    difference. An entry of a mapping that is removed is a key by itself.
    """
    for name, field in model.model_fields.items():
        key = field.alias or name
        before, now = old.get(key), new.get(key)
        if _is_same(before, now):
            continue
        olds, news = _objects(model, name, before), _objects(model, name, now)
        below = inner_model(model, name)
        setting = setting_of(model, name)
        if key == _CONNECTORS:
            if not _lower_names(before) <= _lower_names(now):
                yield path, key, setting, before, now
        elif below and is_mapping(model, name):
            kept = {str(step).lower(): inner for (step,), inner in news.items()}
            for (step,), inner in olds.items():
                successor = kept.get(str(step).lower())
                if successor is None:
                    yield (*path, key), str(step), setting, inner, None
                else:
                    yield from _differences(below, inner, successor, (*path, key, step))
        elif below and olds and olds.keys() == news.keys():
            for steps, inner in news.items():
                yield from _differences(below, olds[steps], inner, (*path, key, *steps))
        else:
            yield path, key, setting, before, now


def _respellings(model: type[BaseModel], olds: Sequence[Inputs], new: Inputs, path: Path) -> Iterator[Respelling]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        befores, now = [old.get(key) for old in olds], new.get(key)
        if setting_of(model, name).is_name:
            existing = {each for before in befores for each in _names(before).values()}
            for step, given in _names(now).items():
                meant = [each for each in sorted(existing - {given}) if each.lower() == given.lower()]
                if meant and given not in existing:
                    yield Respelling((*path, key, *step), meant[0], given)
        if below := inner_model(model, name):
            objects = [each for before in befores for each in _objects(model, name, before).values()]
            for step, inner in _objects(model, name, now).items():
                yield from _respellings(below, objects, inner, (*path, key, *step))


def _lower_names(connectors: Any) -> set[str]:  # noqa: ANN401 - a registered value
    """The names of registered connectors, without their letter case."""
    return {each["name"].lower() for each in connectors or ()}


def _objects(model: type[BaseModel], name: str, value: Any) -> dict[Path, Inputs]:  # noqa: ANN401 - a registered value
    """The objects in the value of a field that holds models, by the steps that lead to them."""
    if inner_model(model, name) is None or not is_known(value):
        return {}
    if isinstance(value, list):
        return {(position,): each for position, each in enumerate(value)}
    if not isinstance(value, Mapping):
        return {}
    return {(key,): each for key, each in value.items()} if is_mapping(model, name) else {(): value}


def _names(value: Any) -> dict[Path, str]:  # noqa: ANN401 - a registered value
    """The known names in a value, by the steps that lead to them: itself, its items, or its keys."""
    if isinstance(value, Mapping):
        names: dict[Path, Any] = {(key,): key for key in value}
    elif isinstance(value, list):
        names = {(position,): each for position, each in enumerate(value)}
    else:
        names = {(): value}
    return {step: name for step, name in names.items() if isinstance(name, str) and is_known(name)}


def _is_same(old: Any, new: Any) -> bool:  # noqa: ANN401 - registered values
    """Whether two values mean the same, as far as they are known."""
    if not is_known(old) or not is_known(new):
        return True
    if isinstance(old, str) and isinstance(new, str):
        return old.lower() == new.lower()
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return all(map(_is_same, old, new))
    return bool(old == new)
