"""Validate arguments and collect every problem, so that one invalid value does not hide other problems.

pydantic describes the models and validates single values. This module traverses models and collections, so that rules
about several values run on all valid ones. Errors reject the arguments; each model keeps its warnings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pulumi
from pydantic import BaseModel, BeforeValidator, TypeAdapter, ValidationError

from logic_apps_environment.validation import wording
from logic_apps_environment.validation.annotations import ArgumentType, FixedLength, argument_type, field_type, keys_of
from logic_apps_environment.validation.checks import INVALID, ProblemsFound, Rules, errors_of, problems_of_checks
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import KeyPath, Problem
from logic_apps_environment.validation.setting import Setting, setting_of
from logic_apps_environment.validation.texts import check_surrounding_space, check_text

if TYPE_CHECKING:
    from logic_apps_environment.validation.model import Model


_ABSENT = object()


@dataclass(frozen=True, slots=True)
class InputFormat:
    """The format in which a caller provides arguments.

    Attributes:
        in_snake_case: whether names in snake_case are accepted too, as in Python.
        null_is_absent: whether None means that an optional argument is not set.
    """

    in_snake_case: bool
    null_is_absent: bool


STACK_FILE = InputFormat(in_snake_case=False, null_is_absent=False)
PYTHON = InputFormat(in_snake_case=True, null_is_absent=True)
OTHER_LANGUAGES = InputFormat(in_snake_case=False, null_is_absent=True)

M = TypeVar("M", bound="Model")

Validated: TypeAlias = tuple[Any, list[Problem]]
"""The valid value, or INVALID, and all problems."""


def validate(model: type[M], values: object, input_format: InputFormat, notation: Notation) -> tuple[M, list[Problem]]:
    """Create a model from ``values``, a mapping of arguments or an instance of the model, and validate it.

    The fields of the model are all declared with :func:`~.setting.setting`. The notation is that of messages about
    values that resolve during the deployment.

    Returns:
        The model with its warnings, which is usable if there are no errors; and every error in the order of the fields,
        with its path in stack configuration.
    """
    described = Setting(f"an object with {', '.join(keys_of(model))}", "")
    result, problems = _Validation(input_format, notation).validate_model(model, values, (), described)
    return result, errors_of(problems)


class _Validation:
    """One traversal of arguments."""

    def __init__(self, input_format: InputFormat, notation: Notation) -> None:
        self._input_format = input_format
        self._notation = notation

    def validate_model(self, model: type[M], values: object, path: KeyPath, setting: Setting) -> Validated:
        if isinstance(values, model):
            if values.given is None:
                return values, [problem.within(*path) for problem in values.warnings]
            values = values.given
        if not isinstance(values, Mapping):
            expected = "an object; values in it may be Outputs" if isinstance(values, pulumi.Output) else "an object"
            return INVALID, [wording.wrong_type(values, expected, setting, path)]
        given, problems = self._match_fields(model, values, path)
        fields: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            value, found = self._validate_field(model, name, given.get(name, _ABSENT), (*path, field.alias or name))
            problems += found
            if value is not INVALID:
                fields[name] = value
        result = model.model_construct(_fields_set={name for name, value in given.items() if self._is_given(value)})
        # model_construct sets defaults. An invalid field has no value: to read it raises NotValidError (see Model).
        result.__dict__.clear()
        result.__dict__.update(fields)
        problems += [problem.within(*path) for problem in problems_of_checks(result)]
        problems = _in_order_of_fields(problems, model, len(path))
        _keep_warnings(result, problems, path)
        return result, problems

    def _match_fields(
        self, model: type[M], values: Mapping[Any, Any], path: KeyPath
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Return the values by the names of their fields."""
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        if self._input_format.in_snake_case:
            names |= {name: name for name in model.model_fields}
        given: dict[str, Any] = {}
        problems = []
        for key, value in values.items():
            name = names.get(key)
            if name is None or name in given:
                problems.append(wording.unknown_key((*path, str(key)), keys_of(model), is_twice=name is not None))
            else:
                given[name] = value
        return given, problems

    def _is_given(self, value: object) -> bool:
        return value is not _ABSENT and not (value is None and self._input_format.null_is_absent)

    def _validate_field(self, model: type[M], name: str, value: object, path: KeyPath) -> Validated:
        field, setting = model.model_fields[name], setting_of(model, name)
        if self._is_given(value):
            return self.validate_value(field_type(model, name), value, path, setting)
        if field.is_required():
            return INVALID, [wording.missing(setting, path)]
        default = field.get_default(call_default_factory=True)
        return (None, []) if default is None else self.validate_value(field_type(model, name), default, path, setting)

    def validate_value(self, type_: ArgumentType, value: object, path: KeyPath, setting: Setting) -> Validated:
        """Validate the value of a field or the item of a collection."""
        if isinstance(value, pulumi.Output):
            if not type_.takes_output:
                return INVALID, [wording.needs_plain_value(type_, setting, path)]
            lengths = [each.length for each in type_.metadata if isinstance(each, FixedLength)]
            if not lengths:
                return self._validate_late(type_, value, path, setting), []
            value = self._split_output(value, lengths[0], path, setting)
        if value is None:
            return INVALID, [wording.wrong_type(None, wording.expected(type_), setting, path)]
        if type_.model or type_.collection:
            return self._validate_structure(type_, value, path, setting)
        return _validate_single_value(type_, value, path, setting)

    def _validate_structure(self, type_: ArgumentType, value: object, path: KeyPath, setting: Setting) -> Validated:
        converters: list[Any] = [each.func for each in type_.metadata if isinstance(each, BeforeValidator)]
        is_short_form = isinstance(value, str)
        try:
            for convert in converters:
                value = convert(value)
        except ProblemsFound as found:
            return INVALID, [problem.within(*path) for problem in found.problems]
        if value is None:
            return None, []
        if type_.model:
            result, problems = self.validate_model(type_.model, value, path, setting)
            if is_short_form and result is not INVALID:
                # A short form has no keys, so the path of its problems is that of the value.
                problems = [replace(problem, path=path) for problem in problems]
                _keep_warnings(result, problems, path)
            return result, problems
        if type_.collection is Mapping:
            return self._validate_mapping(type_, value, path, setting)
        return self._validate_sequence(type_, value, path, setting)

    def _validate_mapping(self, type_: ArgumentType, value: object, path: KeyPath, setting: Setting) -> Validated:
        if not isinstance(value, Mapping):
            return INVALID, [wording.wrong_type(value, "an object", setting, path)]
        element = argument_type(type_.element)
        described = wording.of_item(setting, element)
        items: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, item in value.items():
            of_key = [problem.within(*path, str(key)) for problem in wording.problems_of_key(key)]
            result, of_item = self.validate_value(element, item, (*path, str(key)), described)
            problems += of_key + of_item
            if not of_key:
                items[key] = result
        return items, problems + _check_items(type_, items, path)

    def _validate_sequence(self, type_: ArgumentType, value: object, path: KeyPath, setting: Setting) -> Validated:
        if isinstance(value, str | bytes | Mapping | BaseModel) or not isinstance(value, Iterable):
            return INVALID, [wording.wrong_type(value, "a list", setting, path)]
        element = argument_type(type_.element)
        described = wording.of_item(setting, element)
        results = [
            self.validate_value(element, item, (*path, position), described) for position, item in enumerate(value)
        ]
        items = tuple(result for result, _ in results)
        problems = [problem for _, of_item in results for problem in of_item]
        return items, problems + _check_items(type_, items, path)

    def _split_output(
        self, late: pulumi.Output[Any], length: int, path: KeyPath, setting: Setting
    ) -> list[pulumi.Output[Any]]:
        """Return each item of a sequence that is an ``Output``, or a problem in its place."""

        def item(position: int, known: object) -> object:
            if isinstance(known, Sequence) and not isinstance(known, str) and len(known) == length:
                return known[position]
            return wording.wrong_type(known, f"a list of {length} values", setting, path)

        return [late.apply(partial(item, position)) for position in range(length)]

    def _validate_late(
        self, type_: ArgumentType, late: pulumi.Output[Any], path: KeyPath, setting: Setting
    ) -> pulumi.Output[Any]:
        """Return an Output of the validated value of ``late``, which fails with every late problem of the arguments."""
        self._notation.late.expect(late)

        async def report(problems: list[Problem]) -> None:
            if await late.is_secret() and not setting.confidential:
                problems = [wording.of_secret(problem, path) for problem in problems]
            await self._notation.report_late(problems)

        def validated(known: object) -> object:
            if isinstance(known, Problem):
                return report([known])
            value, problems = self.validate_value(type_, known, path, setting)
            if errors_of(problems):
                return report(problems)
            return _after(report(problems), value) if problems else value

        return late.apply(validated)


async def _after(report: Awaitable[None], value: object) -> object:
    await report
    return value


def _keep_warnings(result: Model, problems: Iterable[Problem], path: KeyPath) -> None:
    """Store the warnings of the model at ``path`` in it, with paths inside it."""
    found = (replace(problem, path=problem.path[len(path) :]) for problem in problems if not problem.is_error)
    result._warnings = tuple(found)  # noqa: SLF001 - of the same package


def _check_items(type_: ArgumentType, items: object, path: KeyPath) -> list[Problem]:
    """Return the problems that the rules of a collection find in its items."""
    rules = [each for each in type_.metadata if isinstance(each, Rules)]
    return [found.within(*path) for each in rules for found in each.check(items)]


def _validate_single_value(type_: ArgumentType, value: object, path: KeyPath, setting: Setting) -> Validated:
    shown = "The value" if setting.confidential else None
    of_text = check_text(value, shown) if isinstance(value, str) and not setting.free_text else []
    # For a private key in the wrong place, the rules of the field are more helpful than one about line breaks.
    if of_text and isinstance(value, str) and "PRIVATE KEY" not in value:
        return INVALID, [problem.within(*path) for problem in of_text]
    warnings: list[Problem] = []
    try:
        result = _adapter(type_.plain).validate_python(value, context=warnings)
    except ValidationError as error:
        if isinstance(value, str) and _is_valid(type_, value.strip()):
            return INVALID, [problem.within(*path) for problem in check_surrounding_space(value)]
        return INVALID, wording.problems_of(error, type_, setting, path)
    if of_text:
        return INVALID, [problem.within(*path) for problem in of_text]
    return result, [problem.within(*path) for problem in warnings]


def _is_valid(type_: ArgumentType, value: str) -> bool:
    try:
        _adapter(type_.plain).validate_python(value, context=[])
    except ValidationError:
        return False
    return True


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    return TypeAdapter(annotation)


def _in_order_of_fields(problems: list[Problem], model: type[BaseModel], depth: int) -> list[Problem]:
    """Sort problems by field: problems of the model as a whole first, those of unknown keys last."""
    order = {key: number for number, key in enumerate(keys_of(model))}

    def position(problem: Problem) -> int:
        return order.get(str(problem.path[depth]), len(order)) if len(problem.path) > depth else -1

    return sorted(problems, key=position)
