"""The base of all argument models.

Names of arguments are in camelCase in stack configuration, as in Azure and Pulumi, and in snake_case in Python. A field
accepts a plain value or, if its type is :data:`Input`, an ``Output``. Plain values are validated at once. The value of
an ``Output`` is validated by the same rules when it resolves, before any resource that uses it is requested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, PrivateAttr
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from logic_apps_environment.validation.annotations import Input
from logic_apps_environment.validation.checks import INVALID, NotValidError
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.setting import setting, setting_of
from logic_apps_environment.validation.validate import PYTHON, validate

__all__ = ["Input", "Model", "setting"]


class Model(BaseModel):
    """Base class of argument models.

    Instances are immutable, accept camelCase and snake_case names, reject unknown names; messages contain no secrets.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, arbitrary_types_allowed=True
    )

    _notation: Notation | None = PrivateAttr(default=None)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    def __init__(self, /, **values: Any) -> None:  # noqa: ANN401 - any argument
        """Create a model from the arguments ``values``. None means that an optional argument is not set.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        # A constructor cannot return another instance: take over the state of the validated one.
        self.__setstate__(self.checked(values).__getstate__())

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
        return self._warnings

    def has(self, field: str) -> bool:
        """Whether a field has a value other than None, valid or not."""
        return getattr(self, field, INVALID) is not None

    @classmethod
    def checked(cls, values: object) -> Self:
        """Return a model of ``values``: a mapping of arguments by name, or an instance of this model.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        result, problems = validate(cls, values, PYTHON)
        if problems:
            raise Notation.of_python(cls).error(cls.__name__, problems)
        return result

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's signature
        """Validate as the constructor does, wherever pydantic uses this model."""
        return core_schema.no_info_wrap_validator_function(lambda value, _: cls.checked(value), handler(source))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute
            """Raise the error for a field without a value, which is invalid."""
            if name in type(self).model_fields:
                raise NotValidError(name)
            return super().__getattr__(name)

    def members_to_register(self) -> dict[str, Any]:
        """Return the values that a component registers for these arguments, by configuration key."""
        return {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if setting_of(type(self), name).is_registered
        }
