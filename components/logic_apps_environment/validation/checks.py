"""What models declare: the rules of values and the checks of several fields, which see the valid values only.

Validation replaces an invalid item of a collection by :data:`INVALID`; reading an invalid field of a model raises
:class:`NotValidError`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any, Final, TypeVar, cast, overload

import pulumi
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from logic_apps_environment.validation.rule import Problem

Result = TypeVar("Result")
Item = TypeVar("Item")


class _Invalid:
    """The type of :data:`INVALID`."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = _Invalid()
"""Replaces an invalid item of a collection."""


class NotValidError(AttributeError):
    """A rule reads a value that is invalid or missing, so the rule does not apply."""


class ProblemsFound(ValueError):  # noqa: N818 - internal
    """Passes problems of a single value through pydantic, which collects only ``ValueError``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.statement for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules about a single value, or about the items of a collection together, as metadata of ``Annotated``.

    Attributes:
        check: takes the value, or the collection with :data:`INVALID` in place of invalid items, and returns problems.
        schema: what the rules mean in a JSON Schema, for editors, as far as it can express them. It may accept invalid
            values, and must not reject valid ones.
    """

    check: Callable[[Any], Iterable[Problem]]
    schema: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add :attr:`schema` to the JSON Schema of the value."""
        return {**handler(schema), **self.schema}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's signature
        """Apply the rules to a single value; the context of the validation is the list of its warnings."""

        def apply(value: object, info: ValidationInfo) -> object:
            problems = list(self.check(value))
            raise_errors(problems)
            warnings: list[Problem] = cast("list[Problem]", info.context)
            warnings += problems
            return value

        return core_schema.with_info_after_validator_function(apply, handler(source))


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return the errors among ``problems``."""
    return [problem for problem in problems if problem.is_error]


def raise_errors(problems: Iterable[Problem]) -> None:
    """Reject a single value with errors; warnings are accepted.

    Raises:
        ProblemsFound: with the errors among ``problems``, if there are any.
    """
    if errors := errors_of(problems):
        raise ProblemsFound(errors)


Check = TypeVar("Check", bound=Callable[[Any], Iterable["Problem"]])


def check(method: Check) -> Check:
    """Mark a method of a model as a rule about several fields.

    The method returns problems with paths inside the model. It can read fields as if all were valid; reading an invalid
    one ends the method. Independent conditions therefore need separate methods.
    """
    method.is_check = True  # type: ignore[attr-defined]
    return method


@overload
def valid(items: Mapping[str, Item | pulumi.Output[Item]]) -> dict[str, Item]: ...
@overload
def valid(items: Mapping[str, Item], of: Callable[[Item], Result | pulumi.Output[Result]]) -> dict[str, Result]: ...
@overload
def valid(items: Sequence[Item | pulumi.Output[Item]]) -> dict[int, Item]: ...
@overload
def valid(items: Sequence[Item], of: Callable[[Item], Result | pulumi.Output[Result]]) -> dict[int, Result]: ...
def valid(items: Any, of: Callable[[Any], Any] = lambda item: item) -> dict[Any, Any]:
    """Return the valid items of a collection by key or position, or the results of ``of`` for them, if valid.

    Items that are an ``Output``, or have one as the result, are left out: each is validated when it resolves.
    """
    found = {}
    for step, item in items.items() if isinstance(items, Mapping) else enumerate(items):
        if item is INVALID:
            continue
        try:
            result = of(item)
        except NotValidError:
            continue
        if not isinstance(result, pulumi.Output):
            found[step] = result
    return found


def problems_of_checks(model: BaseModel) -> Iterable[Problem]:
    """Yield the problems that the rules of a model find in its valid fields."""
    for name in _names_of_checks(type(model)):
        try:
            yield from getattr(model, name)()
        except NotValidError:
            continue


@cache
def _names_of_checks(model: type[BaseModel]) -> list[str]:
    """Return the names of a model's rules, those of base classes first."""
    members = {name: member for owner in reversed(model.__mro__) for name, member in vars(owner).items()}
    return [
        name for name, member in members.items() if isinstance(member, FunctionType) and hasattr(member, "is_check")
    ]
