"""The base of all argument models.

Arguments are written in two spellings: camelCase in stack configuration (as Azure and Pulumi's configuration do) and
snake_case in Python. A field takes a plain value or, where it says :data:`Input`, an ``Output`` of one. Plain values
are validated at once; the value of an ``Output`` is validated by the same rules when it arrives, which is before any
resource that uses it is requested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, PrivateAttr
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from logic_apps_environment.validation.annotations import Input
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.setting import setting, setting_of
from logic_apps_environment.validation.validate import INVALID, PYTHON, NotValidError, validate

__all__ = ["Input", "Model", "setting"]


class Model(BaseModel):
    """Base of argument models: frozen; takes camelCase and snake_case; rejects unknown names; repeats no secret."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, arbitrary_types_allowed=True
    )

    _notation: Notation | None = PrivateAttr(default=None)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    def __init__(self, /, **values: Any) -> None:  # noqa: ANN401 - any argument
        """A model of the arguments ``values``, in either spelling. None means that an optional argument is not given.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        self.__setstate__(self.checked(values).__getstate__())

    @property
    def notation(self) -> Notation:
        """How the caller writes these arguments: as attributes of this model, unless it was told otherwise."""
        return self._notation or Notation.of_python(type(self))

    def written_in(self, notation: Notation) -> Self:
        """These arguments, whose problems are told in this notation."""
        self._notation = notation
        return self

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings of the rules about these arguments, with paths inside them, as stack configuration has them."""
        return self._warnings

    def has(self, field: str) -> bool:
        """Whether a field has a value other than None, valid or not."""
        return getattr(self, field, INVALID) is not None

    @classmethod
    def checked(cls, values: object) -> Self:
        """A model of ``values``: a mapping of the arguments by name, in either spelling, or such a model.

        Raises:
            ArgumentsError: with every problem of ``values``.
        """
        made, problems = validate(cls, values, PYTHON)
        if problems:
            raise Notation.of_python(cls).error(cls.__name__, problems)
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's signature
        """Validates as the constructor does, wherever pydantic meets this model."""
        return core_schema.no_info_wrap_validator_function(lambda value, _: cls.checked(value), handler(source))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute
            """Raises the error for a field that is missing, which is one that is not valid."""
            if name in type(self).model_fields:
                raise NotValidError(name)
            return super().__getattr__(name)

    def members_to_register(self) -> dict[str, Any]:
        """The values that a component registers of these arguments, by their configuration keys."""
        return {
            field.alias or name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if setting_of(type(self), name).is_registered
        }
