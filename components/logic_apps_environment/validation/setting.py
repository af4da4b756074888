"""What an argument means to its reader: docs/configuration.md and the messages are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from logic_apps_environment.validation.change_effects import Change, in_words
from logic_apps_environment.validation.schema_rules import WRONG_KIND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from logic_apps_environment.validation.rule import Rule


@dataclass(frozen=True, slots=True)
class Setting:
    """What a field means to its reader.

    Attributes:
        allowed: the values that are accepted, in words, with units and ranges.
        example: an accepted value as it is written in a stack file.
        rule: the rule that a value outside of the field's choices breaks.
        changes: what changing the value does to a stack that exists, line by line as in docs/changes.md; none where
            the fields inside say it.
        confidential: whether messages never repeat the value, because it could be a key.
        free_text: whether the text may contain line breaks and other control characters.
        is_name: whether the value, of a mapping its keys, is a name or id in Azure, which ignores letter case.
        is_unordered: whether the items of a list are identified by their names, so that their order has no meaning.
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
        """What changing the value does, in sentences."""
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
    """A pydantic field with the :class:`Setting` that explains it; ``options`` are those of ``pydantic.Field``.

    ``schema`` has further members of the field's JSON Schema, which editors use; they validate nothing here.
    """
    changes = (change,) if isinstance(change, Change) else tuple(change)
    details = Setting(allowed, example, rule, changes, confidential, free_text, is_name, is_unordered, is_registered)
    extra: dict[str, Any] = {"setting": details, **(schema or {})}
    return Field(description=description, json_schema_extra=extra, **options)


def setting_of(model: type[BaseModel], field: str) -> Setting:
    """The :class:`Setting` of a field of ``model``. Every field of an argument model has one (tested)."""
    extra = model.model_fields[field].json_schema_extra
    assert isinstance(extra, dict), f"{model.__name__}.{field} was not declared with setting()"  # noqa: S101 - a slip of this library
    details = extra["setting"]
    assert isinstance(details, Setting)  # noqa: S101
    return details
