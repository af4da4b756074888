"""The base of all argument models: how values are taken, and how findings become problems that name their place.

Arguments are written in two spellings: camelCase in stack configuration (as Azure and Pulumi's configuration do) and
snake_case in Python. A field takes a plain value or, where it says :data:`Input`, an ``Output`` of one. Plain values
are checked at once; the value of an ``Output`` is checked by the same rules when it arrives, which is before any
resource that uses it is requested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, Union, cast, get_args, get_origin

import pulumi
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError, ValidationInfo
from pydantic._internal._model_construction import ModelMetaclass  # it has no public name
from pydantic.alias_generators import to_camel, to_snake
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from .changes import Change, in_words
from .errors import NOT_REQUESTED, ArgumentsError
from .rules.near import nearest
from .rules.rule import spell_given
from .rules.shapes import MISSING_VALUE, UNKNOWN_KEY, WRONG_KIND

if TYPE_CHECKING:
    from .rules import Problem, Rule

T = TypeVar("T")

_LATE = "A value that became known during the deployment"

# How pydantic names a value outside a list of choices, and how it spells each choice.
_CHOICE_ERRORS = ("enum", "literal_error")
_CHOICE = re.compile("'([^']*)'")

# pydantic's words name Python types; these name what stands in a stack file.
_REASONS = dict.fromkeys(
    ("model_type", "model_attributes_type", "mapping_type", "dict_type"), "An object should stand here."
) | {
    "tuple_type": "A list should stand here.",
    "string_type": "A text should stand here.",
    "string_unicode": "A text of valid characters should stand here.",
    "bool_type": "true or false should stand here.",
    "int_type": "A whole number should stand here.",
    "int_parsing": "A whole number should stand here.",
    "int_from_float": "A whole number should stand here.",
    "int_parsing_size": "A smaller number should stand here.",
    "path_type": "A text should stand here.",
}


class ProblemsFound(ValueError):  # noqa: N818 - no error that anybody sees
    """Carries problems from a rule through pydantic, which collects ``ValueError`` only, to where all are collected."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.statement for problem in self.problems))


def refuse_errors(problems: Iterable[Problem]) -> None:
    """Stops the validation of a value in which rules found errors; warnings let it pass.

    Raises:
        ProblemsFound: with the errors among ``problems``, if there are any.
    """
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise ProblemsFound(errors)


class _OutputAware:
    """Lets an ``Output`` pass where a plain value is described, and has its value checked when it arrives."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        branches = tuple(branch for branch in get_args(source) if get_origin(branch) is not pulumi.Output)
        plain: Any = Union[branches]  # noqa: UP007 - built at run time
        adapter: TypeAdapter[Any] | None = None

        def check_on_arrival(value: Any, field: str) -> Any:  # noqa: ANN401 - any argument's value
            nonlocal adapter
            adapter = adapter or TypeAdapter(plain)
            try:
                return adapter.validate_python(value)
            except ValidationError as error:
                problems = [problem.within(field) for problem in problems_of(error, None)]
                raise ArgumentsError(_LATE, problems, consequence=NOT_REQUESTED) from None

        def validate(value: Any, plain_handler: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - pydantic's signature
            if isinstance(value, pulumi.Output):
                return value.apply(lambda known: check_on_arrival(known, to_camel(info.field_name or "")))
            return plain_handler(value)

        return core_schema.with_info_wrap_validator_function(validate, handler.generate_schema(plain))


Input = Annotated[Union[T, pulumi.Output[T]], _OutputAware()]  # noqa: UP007 - mypy wants the old form here
"""A value of ``T`` or an ``Output`` of one. (``pulumi.Input`` itself cannot be the type of a pydantic field.)"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader needs to know of a field beyond its type. docs/configuration.md and the messages are made from it.

    Attributes:
        allowed: the values that are accepted, in words, with units and ranges.
        example: an accepted value as it is written in a stack file.
        rule: the rule that a value outside of the field's choices breaks.
        changes: what changing the value does to a stack that exists, line by line as in docs/changes.md; none where
            the fields inside say it.
    """

    allowed: str
    example: str
    rule: Rule = WRONG_KIND
    changes: tuple[Change, ...] = ()

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
    **options: Any,  # noqa: ANN401 - as pydantic.Field
) -> Any:  # noqa: ANN401 - the type of the field
    """A pydantic field with the :class:`Setting` that explains it; ``options`` are those of ``pydantic.Field``."""
    details = Setting(allowed, example, rule, (change,) if isinstance(change, Change) else tuple(change))
    # The extra never meets a JSON schema: these models are not rendered as one.
    return Field(description=description, json_schema_extra={"setting": details}, **options)  # type: ignore[dict-item]


def setting_of(model: type[BaseModel], field: str) -> Setting:
    """The :class:`Setting` of a field of ``model``. Every field of an argument model has one (tested)."""
    extra = model.model_fields[field].json_schema_extra
    assert isinstance(extra, dict), f"{model.__name__}.{field} was not declared with setting()"  # noqa: S101 - a slip of this library
    details = extra["setting"]
    assert isinstance(details, Setting)  # noqa: S101
    return details


class _ModelType(ModelMetaclass):
    """Calls of the classes themselves, ``SkuArgs(…)``, raise this library's error instead of pydantic's.

    pydantic does not come here for models within models: the outermost call collects what is wrong in mappings below.
    """

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805 - any model; cls is the class called
        try:
            return super().__call__(*args, **kwargs)
        except ValidationError as error:
            raise _error_for_callers(cast("type[Model]", cls), error) from None


class Model(BaseModel, metaclass=_ModelType):
    """Base of argument models: frozen; takes camelCase and snake_case; refuses unknown names; echoes nothing."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """A model made of ``values``: the arguments by name, in either spelling.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise _error_for_callers(cls, error) from None


def problems_of(error: ValidationError, model: type[Model] | None) -> list[Problem]:
    """Every problem in what pydantic found, in the order of the model's fields, spelled as in stack configuration."""
    return [problem for details in error.errors() for problem in _as_problems(details, model)]


def _error_for_callers(model: type[Model], error: ValidationError) -> ArgumentsError:
    """The error for callers in code, who write snake_case."""
    spelled = [_in_python(problem, model) for problem in problems_of(error, model)]
    return ArgumentsError(model.__name__, spelled, prefix=f"{model.__name__}.")


def _in_python(problem: Problem, model: type[Model]) -> Problem:
    problem = replace(problem, place=_python_place(model, problem.place))
    if problem.rule is not UNKNOWN_KEY:
        return problem
    statement = re.sub('"([^"]+)"', lambda meant: f'"{to_snake(meant[1])}"', problem.statement)
    return replace(problem, statement=statement, allowed=", ".join(map(to_snake, problem.allowed.split(", "))))


def _python_place(root: type[Model], place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """``place`` with the names of fields as Python spells them; keys that are the caller's own stay as they are."""
    return tuple(
        to_snake(part) if isinstance(part, str) and part in known_keys(root, place[:position]) else part
        for position, part in enumerate(place)
    )


def _as_problems(details: ErrorDetails, root: type[Model] | None) -> list[Problem]:
    """The problems in one finding of pydantic: those that a rule of ours raised, or one in pydantic's own words."""
    raised = details.get("ctx", {}).get("error")
    if isinstance(raised, ProblemsFound):
        return [problem.within(*_configured(details["loc"], root)) for problem in raised.problems]
    return [_as_problem(details, root)]


def _configured(place: tuple[str | int, ...], root: type[Model] | None) -> tuple[str | int, ...]:
    """``place`` as stack configuration spells it: pydantic names a field that took its default as Python does."""
    return tuple(
        to_camel(part) if isinstance(part, str) and to_camel(part) in known_keys(root, place[:position]) else part
        for position, part in enumerate(place)
    )


def _as_problem(details: ErrorDetails, root: type[Model] | None) -> Problem:
    place = details["loc"]
    if details["type"] == "extra_forbidden":
        return _unknown_key(place, known_keys(root, place[:-1]))
    inner = known_keys(root, place)
    described = _setting_at(root, place) or Setting("", "")
    inner = known_keys(root, place)
    allowed = (
        f"an object with {', '.join(inner)}"
        if inner and not (place and isinstance(place[-1], str))
        else described.allowed
    )
    if details["type"] == "missing":
        return MISSING_VALUE.broken("is required and was not given.", allowed, described.example, place=place)
    # Certificates are the one place where somebody could paste a private key: nothing given there is ever repeated.
    given = "What was given" if place[:1] == ("certificates",) else spell_given(details["input"])
    rule, reason = WRONG_KIND, _REASONS.get(details["type"], details["msg"] + ".")
    if isinstance(details["input"], pulumi.Output):
        reason = "A plain value is needed: it decides which resources exist, and a preview has to know it."
    if details["type"] in _CHOICE_ERRORS and isinstance(details["input"], str):
        meant = nearest(details["input"], _CHOICE.findall(details["ctx"]["expected"]))
        rule, reason = described.rule, f'Did you mean "{meant}"?' if meant else ""
    return rule.broken(f"{given} cannot be used. {reason}".rstrip(), allowed, described.example, place=place)


def _unknown_key(place: tuple[str | int, ...], known: list[str]) -> Problem:
    meant = nearest(str(place[-1]), known)
    statement = "is not a known key." + (f' Did you mean "{meant}"?' if meant else "")
    return UNKNOWN_KEY.broken(statement, allowed=", ".join(known), place=place)


def known_keys(root: type[Model] | None, place: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at ``place``, in the spelling of stack configuration; none where any key may stand."""
    model = _model_at(root, place)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def kind_of(model: type[Model], key: str) -> str:
    """The configuration type of a field, in the words of ``Pulumi.yaml``: string, boolean, integer, array or object."""
    field = model.model_fields.get(to_snake(key))
    kind = _inner(field.annotation) if field else str
    collection = get_origin(kind)
    if isinstance(collection, type):
        return "object" if issubclass(collection, Mapping) else "array"
    if isinstance(kind, type) and issubclass(kind, Model):
        return "object"
    return {bool: "boolean", int: "integer"}.get(kind, "string")


def inner_model(model: type[Model], field: str) -> type[Model] | None:
    """The model that a field holds, by itself or in a collection; None for plain values."""
    kind = _inner(model.model_fields[field].annotation)
    if isinstance(get_origin(kind), type):
        kind = _inner(_element(kind))
    return kind if isinstance(kind, type) and issubclass(kind, Model) else None


def is_mapping(model: type[Model], field: str) -> bool:
    """Whether a field holds values under names of the caller's choice."""
    collection = get_origin(_inner(model.model_fields[field].annotation))
    return isinstance(collection, type) and issubclass(collection, Mapping)


def _setting_at(root: type[Model] | None, place: tuple[str | int, ...]) -> Setting | None:
    """The description of the innermost field that ``place`` leads through."""
    for length in range(len(place), 0, -1):
        model, last = _model_at(root, place[: length - 1]), place[length - 1]
        if model and isinstance(last, str) and (name := to_snake(last)) in model.model_fields:
            return setting_of(model, name)
    return None


def _model_at(root: type[Model] | None, place: tuple[str | int, ...]) -> type[Model] | None:
    """The model whose fields stand at ``place``; None when a plain value or a free mapping stands there."""
    kind: Any = root
    for part in place:
        if isinstance(kind, type) and issubclass(kind, Model):
            field = kind.model_fields.get(to_snake(str(part)))
            kind = _inner(field.annotation) if field else None
        else:
            kind = None if kind is None else _inner(_element(kind))
    return kind if isinstance(kind, type) and issubclass(kind, Model) else None


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - any annotation
    """The model or collection in an annotation, freed of ``Annotated``, ``None`` and ``Output``."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    branches = [
        branch
        for branch in get_args(annotation)
        if branch is not type(None) and get_origin(branch) is not pulumi.Output
    ]
    collection = get_origin(annotation)
    is_collection = isinstance(collection, type) and issubclass(collection, Mapping | tuple | list)
    return annotation if is_collection or not branches else _inner(branches[0])


def _element(collection: Any) -> Any:  # noqa: ANN401 - any annotation
    """What a collection holds: the values of a mapping, the items of a sequence."""
    arguments = [argument for argument in get_args(collection) if argument is not Ellipsis]
    return arguments[-1] if arguments else None
