"""The base of all argument models.

Names of arguments are in camelCase in stack configuration, as in Azure and Pulumi, and in snake_case in Python. A field
accepts a plain value or, if its type is :data:`Input`, an ``Output``. Plain values are validated at once. The value of
an ``Output`` is validated by the same rules when it resolves, before any resource that uses it is requested.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, cast

import pulumi
from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from logic_apps_environment.validation.annotations import Input
from logic_apps_environment.validation.checks import INVALID, NotValidError
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem, describe
from logic_apps_environment.validation.setting import setting, setting_of
from logic_apps_environment.validation.validate import PYTHON, validate

__all__ = ["Input", "Model", "setting"]


class Model(BaseModel):
    """Base class of argument models.

    Instances are immutable, accept camelCase and snake_case names, reject unknown names; messages contain no secrets.

    The constructor keeps the arguments. They are validated with all other arguments of the component that uses them, so
    that one error has all problems, or when the first of them is read.
    """

    # Only docs/stack_schema.py uses the schemas that pydantic would otherwise build when the models are imported.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        defer_build=True,
    )

    _given: Mapping[str, Any] | None = PrivateAttr(default=None)
    """The arguments of the constructor; None for a model that was made by validation."""
    _notation: Notation | None = PrivateAttr(default=None)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    def __init__(self, /, **values: Any) -> None:  # noqa: ANN401 - any argument
        """Keep the arguments ``values``. None means that an optional argument is not set."""
        self.__setstate__(type(self).model_construct().__getstate__())
        self.__dict__.clear()
        self._given = {name: _reusable(value) for name, value in values.items()}

    @classmethod
    def checked(cls, values: object, notation: Notation | None = None) -> Self:
        """Return a validated model of ``values``, a mapping of arguments by name or an instance of this model.

        Messages about these arguments are in the notation, by default that of Python.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        notation = notation or Notation.of_python(cls)
        result, problems = validate(cls, _reusable(values), PYTHON, notation)
        if problems:
            raise notation.error(problems)
        return result.set_notation(notation)

    @classmethod
    def of_component(cls, name: str, values: object) -> Self:
        """Return the validated arguments of the component with the logical name ``name``; see :meth:`checked`."""
        if isinstance(values, cls) and values.given is None:
            return values
        return cls.checked(values, Notation.of_component(name, cls))

    @property
    def given(self) -> Mapping[str, Any] | None:
        """The arguments of the constructor; None for a model that was made by validation."""
        return self._given

    @property
    def notation(self) -> Notation:
        """The notation of the caller: that of Python, unless set by :meth:`set_notation`."""
        return self._notation or Notation.of_python(type(self))

    def set_notation(self, notation: Notation) -> Self:
        """Set the notation of messages about these arguments, and return them."""
        self._notation = notation
        return self

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings about these arguments, with paths inside them in the notation of stack configuration."""
        return self._validated()._warnings  # noqa: SLF001 - of the same class

    def has(self, field: str) -> bool:
        """Whether a field has a value other than None, valid or not."""
        return getattr(self, field, INVALID) is not None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values, which are validated like those of the constructor."""
        if self._given is None:
            return super().model_copy(update=update, deep=deep)
        return type(self)(**{**self._given, **(update or {})})

    @model_serializer(mode="wrap")
    def _serialize(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        members: dict[str, Any] = serialize(self._validated())
        return members

    def __repr__(self) -> str:
        """Return the arguments as messages show them, without validating them."""
        if self._given is None:
            return super().__repr__()
        return f"{type(self).__name__}({', '.join(f'{key}={describe(value)}' for key, value in self._given.items())})"

    def __eq__(self, other: object) -> bool:
        """Compare the values of all fields; arguments that are not validated yet are validated for it."""
        return type(self) is type(other) and self._validated().__dict__ == cast("Self", other)._validated().__dict__

    def __hash__(self) -> int:
        """Return the same number for all arguments of a class, which can contain values without a hash."""
        return hash(type(self))

    def _validated(self) -> Self:
        return self if self._given is None else self.checked(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's signature
        """Validate as the constructor does, wherever pydantic uses this model."""
        return core_schema.no_info_wrap_validator_function(lambda value, _: cls.checked(value), handler(source))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute
            """Return a field of arguments that are not validated yet; raise the error for an invalid field."""
            if name not in type(self).model_fields:
                return super().__getattr__(name)
            if self._given is None:
                raise NotValidError(name)
            self.__dict__.update(self._validated().__dict__)
            return self.__dict__[name]

    def members_to_register(self) -> dict[str, Any]:
        """Return the values that a component registers for these arguments, by configuration key."""
        return {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if setting_of(type(self), name).is_registered
        }


def _reusable(value: Any) -> Any:  # noqa: ANN401 - any argument
    """Return the value of an argument, of which a later change has no effect and that can be read more than once."""
    match value:
        case Mapping():
            return {key: _reusable(inner) for key, inner in value.items()}
        case list() | tuple() | Iterator():
            return [_reusable(item) for item in value]
        case Awaitable():
            return pulumi.Output.from_input(value)
        case _:
            return value
