"""Compare the registered inputs of a component before and after a change, with pure functions.

What the change of a key replaces is in the key's ``Setting``; a :class:`ComparedModel`, whose keys depend on each
other, compares its inputs itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from logic_apps_environment.changes.registered_inputs import is_known
from logic_apps_environment.validation.annotations import inner_model, is_mapping
from logic_apps_environment.validation.change_effects import Change, Effect, Part
from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.rule import KeyPath
from logic_apps_environment.validation.setting import setting_of

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A changed key that replaces resources, or deletes them without a successor.

    The old or new value is None if the key was or is not set.
    """

    path: KeyPath
    old: Any
    new: Any
    parts: tuple[Part, ...]

    def within(self, *path: str | int) -> Replacement:
        """Return the same replacement with ``path`` before its path."""
        return replace(self, path=(*path, *self.path))


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A name or ID that differs from an existing one, ``old``, in letter case only."""

    path: KeyPath
    old: str
    new: str


class ComparedModel(Model):
    """A model of arguments that compares its registered inputs itself; a subclass overrides :meth:`replacements`."""

    if TYPE_CHECKING:
        # pydantic's plugin for mypy would derive one from the fields, and this class has none.
        def __init__(self, /, **values: Any) -> None: ...  # noqa: ANN401 - as in Model

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """Return the changed keys that replace resources, in the order of the model's fields.

        ``old`` has the inputs of the last update, which are empty if it registered none.
        """
        return [each for name in cls.model_fields for each in _replacements_in_field(cls, name, old, new)]


def replaced_parts(changes: Iterable[Change], *, instead_of: str = "") -> tuple[Part, ...]:
    """Return what the changes of a setting replace or delete, in the order of :class:`Part`.

    ``instead_of`` is the key that was set in place of the setting before; empty if the value of the setting changes.
    """
    changes = [each for each in changes if each.instead_of == instead_of]
    found = {part for each in changes if each.effect in (Effect.REPLACED, Effect.DELETED) for part in each.parts}
    if Part.PREVIOUS in found:
        found |= {part for each in changes if each.effect is Effect.CREATED for part in each.parts}
    return tuple(part for part in Part if part in found and part is not Part.PREVIOUS)


def exclude_parts(found: Iterable[Replacement], *parts: Part) -> list[Replacement]:
    """Return the replacements without these parts; replacements with no other part are omitted."""
    remaining = [replace(each, parts=tuple(part for part in each.parts if part not in parts)) for each in found]
    return [each for each in remaining if each.parts]


def case_changes(model: type[BaseModel], old: Inputs, new: Inputs) -> list[CaseChange]:
    """Return the names and IDs that differ from those of the last update in letter case only.

    Names in a list are compared with all names of the previous list, whose order can be another one.
    """
    return list(_case_changes(model, [old], new, ()))


def _replacements_in_model(model: type[BaseModel], old: Inputs, new: Inputs) -> Iterable[Replacement]:
    if issubclass(model, ComparedModel):
        return model.replacements(old, new)
    return [each for name in model.model_fields for each in _replacements_in_field(model, name, old, new)]


def _replacements_in_field(model: type[BaseModel], name: str, old: Inputs, new: Inputs) -> Iterator[Replacement]:
    """Yield a replacement for each innermost key whose value changed by more than letter case."""
    key = model.model_fields[name].alias or name
    before, now = old.get(key), new.get(key)
    if is_same(before, now):
        return
    changes, below = setting_of(model, name).changes, inner_model(model, name)
    olds, news = _objects(model, name, before), _objects(model, name, now)
    if setting_of(model, name).is_unordered:
        if not _lower_names(before) <= _lower_names(now):
            yield from _replacement((key,), before, now, changes)
    elif below and is_mapping(model, name):
        # A removed entry counts as a change of its key.
        successors = {str(step).lower(): inner for (step,), inner in news.items()}
        for (step,), inner in olds.items():
            successor = successors.get(str(step).lower())
            if successor is None:
                yield from _replacement((key, step), inner, None, changes)
            else:
                yield from (each.within(key, step) for each in _replacements_in_model(below, inner, successor))
    elif below and olds and olds.keys() == news.keys():
        for steps, inner in news.items():
            yield from (each.within(key, *steps) for each in _replacements_in_model(below, olds[steps], inner))
    else:
        yield from _replacement((key,), before, now, changes)


def _replacement(path: KeyPath, before: object, now: object, changes: Iterable[Change]) -> Iterator[Replacement]:
    """Yield the replacement that the change of a value causes, if it replaces or deletes anything."""
    if before is None or (isinstance(before, Mapping) and "id" in before):
        # Adding a value deletes nothing; a resource referenced by ID is not part of the stack.
        changes = [each for each in changes if each.effect is not Effect.DELETED]
    if parts := replaced_parts(changes):
        yield Replacement(path, before, now, parts)


def _case_changes(model: type[BaseModel], olds: Sequence[Inputs], new: Inputs, path: KeyPath) -> Iterator[CaseChange]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        befores, now = [old.get(key) for old in olds], new.get(key)
        if setting_of(model, name).is_name:
            existing = {each for before in befores for each in _names(before).values()}
            for step, given in _names(now).items():
                meant = [each for each in sorted(existing - {given}) if each.lower() == given.lower()]
                if meant and given not in existing:
                    yield CaseChange((*path, key, *step), meant[0], given)
        if below := inner_model(model, name):
            objects = [each for before in befores for each in _objects(model, name, before).values()]
            for step, inner in _objects(model, name, now).items():
                yield from _case_changes(below, objects, inner, (*path, key, *step))


def _lower_names(connectors: Any) -> set[str]:  # noqa: ANN401 - a registered value
    """Return the names of registered connectors in lower case."""
    return {each["name"].lower() for each in connectors or ()}


def _objects(model: type[BaseModel], name: str, value: Any) -> dict[KeyPath, Inputs]:  # noqa: ANN401 - a registered value
    """Return the objects in the value of a field of models, by their paths in the value."""
    if inner_model(model, name) is None or not is_known(value):
        return {}
    if isinstance(value, list):
        return {(position,): each for position, each in enumerate(value)}
    if not isinstance(value, Mapping):
        return {}
    return {(key,): each for key, each in value.items()} if is_mapping(model, name) else {(): value}


def _names(value: Any) -> dict[KeyPath, str]:  # noqa: ANN401 - a registered value
    """Return the known names in a value by their paths: the value itself, its items, or its keys."""
    if isinstance(value, Mapping):
        names: dict[KeyPath, Any] = {(key,): key for key in value}
    elif isinstance(value, list):
        names = {(position,): each for position, each in enumerate(value)}
    else:
        names = {(): value}
    return {step: name for step, name in names.items() if isinstance(name, str) and is_known(name)}


def is_same(old: Any, new: Any) -> bool:  # noqa: ANN401 - registered values
    """Whether two values are the same in any letter case; unknown values count as the same."""
    if not is_known(old) or not is_known(new):
        return True
    if isinstance(old, str) and isinstance(new, str):
        return old.lower() == new.lower()
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return all(map(is_same, old, new))
    return bool(old == new)
