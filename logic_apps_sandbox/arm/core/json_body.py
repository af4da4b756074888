"""Validation of request bodies: JSON of any shape becomes typed values or ARM's 400.

Logic and ARM report an invalid body as ``InvalidRequestContent``, Network as ``InvalidRequestFormat``: the caller
passes a function that creates the error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
V = TypeVar("V")

# Deeper than any documented body; keeps later walks over the value far from Python's recursion limit.
_DEEPEST = 64


def parse_json_object(content: bytes) -> dict[str, Any]:
    """Parse a body that must be a JSON object; raises ``ArmError`` 400 InvalidRequestContent for anything else."""
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_number, parse_float=_finite)
        _check_storable(value, 0)
    except (ValueError, RecursionError):
        # The parser's own message is left out: it may quote what was sent.
        raise invalid_request_content("it could not be parsed as JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise invalid_request_content("a JSON object is expected.")
    return value


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without members that are null, as ARM reads each body; null items of arrays stay.

    Source: terraform-provider-azurerm sends null for an empty member and expects no member in the response.
    """
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse_number(text)
    return number


def _refuse_number(_text: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _check_storable(value: object, depth: int) -> None:
    """Reject valid JSON that cannot be stored: lone surrogates and very deep nesting."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, list):
        for item in value:
            _check_storable(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            name.encode()
            _check_storable(item, depth + 1)


def camel_case(name: str) -> str:
    """Return the name of a field in ARM and the control interface: ``retryAfter`` for ``retry_after``."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class JsonObject:
    """A JSON object with its path; every getter returns a value of its type or raises ArmError 400.

    Members that are null count as absent. Names are case-sensitive.
    """

    def __init__(
        self, value: dict[str, Any], path: str = "", refuse: Callable[[str], ArmError] = invalid_request_content
    ) -> None:
        self.value = value
        self.path = path
        self.refuse = refuse

    def where(self, name: str) -> str:
        """Return the path of a member for error messages."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Return whether the member is present and not null."""
        return self.value.get(name) is not None

    def missing(self, name: str) -> ArmError:
        """Return the error for a member that must be present."""
        return self.refuse(f"the property '{self.where(name)}' is required.")

    def text(self, name: str) -> str | None:
        """Return a string member; None if absent."""
        return self._typed(name, str, "a string")

    def required_text(self, name: str) -> str:
        """Return a string member that must be present and not empty."""
        text = self.text(name)
        if not text:
            raise self.missing(name)
        return text

    def one_of(self, name: str, allowed: Iterable[str], default: str = "", *, ignore_case: bool = False) -> str:
        """Return a string member that must be one of these values, in their spelling; required without a default."""
        given = (self.text(name) or default) if default else self.required_text(name)
        values = {value.lower() if ignore_case else value: value for value in allowed}
        found = values.get(given.lower() if ignore_case else given)
        if found is None:
            raise self.refuse(
                f"'{self.where(name)}' is '{given[:40]}', but must be one of {', '.join(values.values())}."
            )
        return found

    def flag(self, name: str) -> bool | None:
        """Return a boolean member; None if absent."""
        return self._typed(name, bool, "true or false")

    def integer(self, name: str) -> int | None:
        """Return an integer member; None if absent. 1.0 is an integer, because JSON has one number type."""
        value = self.value.get(name)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, bool):
            raise self._wrong_type(name, "an integer")
        return self._typed(name, int, "an integer")

    def number(self, name: str) -> float | None:
        """Return a number; None if absent."""
        value = self.value.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise self._wrong_type(name, "a number")
        try:
            return None if value is None else float(value)
        except OverflowError:
            raise self.refuse(f"the property '{self.where(name)}' is too large a number.") from None

    def read(self, model: type[T]) -> T:
        """Return a dataclass of texts and numbers, whose fields are the object's members in camel case.

        A member that is null has its default value, unless the field allows None.
        """
        members = {field.name: camel_case(field.name) for field in fields(model)}
        self.refuse_unknown(members.values())
        read = {
            "str": self.text,
            "int": self.integer,
            "int | None": self.integer,
            "float": self.number,
            "float | None": self.number,
        }
        given = {}
        for field in fields(model):
            member = members[field.name]
            is_required = field.default is MISSING
            value = self.required_text(member) if is_required else read[str(field.type)](member)
            if value is not None or (member in self.value and "None" in str(field.type)):
                given[field.name] = value
        return model(**given)

    def member(self, name: str) -> JsonObject | None:
        """Return an object member; None if absent."""
        value = self._typed(name, dict, "an object")
        return None if value is None else JsonObject(value, self.where(name), self.refuse)

    def required_member(self, name: str) -> JsonObject:
        """Return an object member that must be present."""
        found = self.member(name)
        if found is None:
            raise self.missing(name)
        return found

    def objects(self, name: str) -> list[JsonObject] | None:
        """Return an array of objects; None if absent."""
        items = self._typed(name, list, "an array")
        return None if items is None else [self._item(name, i, v) for i, v in enumerate(items)]

    def texts(self, name: str) -> list[str] | None:
        """Return an array of strings; None if absent."""
        items = self._typed(name, list, "an array")
        for index, item in enumerate(items or ()):
            if not isinstance(item, str):
                raise self._wrong_type(f"{name}[{index}]", "a string")
        return items

    def entries(self) -> Iterator[tuple[str, JsonObject]]:
        """Return the members of a map from names to objects."""
        for name in self.value:
            yield name, self.required_member(name)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Reject members that the resource type does not have."""
        for name in self.value:
            if name not in known:
                raise self.refuse(
                    f"could not find member '{name[:80]}' at '{self.path or 'the top level'}'. Known members are: "
                    f"{', '.join(sorted(known))}."
                )

    def _item(self, name: str, index: int, value: object) -> JsonObject:
        if not isinstance(value, dict):
            raise self._wrong_type(f"{name}[{index}]", "an object")
        return JsonObject(value, f"{self.where(name)}[{index}]", self.refuse)

    def _typed(self, name: str, kind: type[V], called: str) -> V | None:
        value: object = self.value.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise self._wrong_type(name, called)

    def _wrong_type(self, name: str, called: str) -> ArmError:
        return self.refuse(f"the property '{self.where(name)}' must be {called}.")
