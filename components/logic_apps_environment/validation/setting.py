"""Descriptions of arguments, for docs/configuration.md, the schema and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from logic_apps_environment.validation.change_effects import Change, in_words
from logic_apps_environment.validation.rule import Rule
from logic_apps_environment.validation.schema_rules import WRONG_KIND


@dataclass(frozen=True, slots=True)
class Setting:
    """The description of a field.

    Attributes:
        allowed: the allowed values in words, with units and ranges.
        example: an allowed value, as written in a stack file.
        rule: the rule for a value that is not among the choices of the field.
        changes: the effects of changing the value in an existing stack; empty if the inner fields have effects.
        confidential: whether messages never repeat the value, because it could be a key.
        free_text: whether the text can contain line breaks and other control characters.
        is_name: whether the value, or the keys of a mapping, are case-insensitive names or IDs in Azure.
        is_unordered: whether the items of a list are identified by name, so that their order has no meaning.
        is_registered: whether components register the value as an input, which states, exports and policies contain.
    """

    allowed: str
    example: str
    rule: Rule = WRONG_KIND
    changes: tuple[Change, ...] = ()
    confidential: bool = False
    free_text: bool = False
    is_name: bool = False
    is_unordered: bool = False
    is_registered: bool = True

    @property
    def change(self) -> str:
        """The effects of changing the value, in sentences."""
        return in_words(self.changes)


def setting(
    description: str,
    *,
    allowed: str,
    example: str,
    change: Change | Iterable[Change] = (),
    rule: Rule = WRONG_KIND,
    confidential: bool = False,
    free_text: bool = False,
    is_name: bool = False,
    is_unordered: bool = False,
    is_registered: bool = True,
    schema: Mapping[str, Any] | None = None,
    **options: Any,  # noqa: ANN401 - as pydantic.Field
) -> Any:  # noqa: ANN401 - the type of the field
    """Return a pydantic field with the :class:`Setting` that explains it.

    ``schema`` has more members of the field's JSON Schema, which editors use; they validate nothing here. ``options``
    are those of ``pydantic.Field``. :class:`Setting` describes the others.
    """
    changes = (change,) if isinstance(change, Change) else tuple(change)
    details = Setting(allowed, example, rule, changes, confidential, free_text, is_name, is_unordered, is_registered)
    extra: dict[str, Any] = {"setting": details, **(schema or {})}
    return Field(description=description, json_schema_extra=extra, **options)


def setting_of(model: type[BaseModel], field: str) -> Setting:
    """Return the :class:`Setting` of a field of ``model``. Every field of an argument model has one."""
    extra = model.model_fields[field].json_schema_extra
    assert isinstance(extra, dict), f"{model.__name__}.{field} was not declared with setting()"  # noqa: S101 - an error in this library
    details = extra["setting"]
    assert isinstance(details, Setting)  # noqa: S101
    return details
