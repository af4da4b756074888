"""Reflection over argument models: the type of an annotation, and the models and keys inside a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Network
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import pulumi
from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from logic_apps_environment.validation.rule import KeyPath

if TYPE_CHECKING:
    from logic_apps_environment.validation.model import Model

_TYPE_NAMES = {str: "string", IPv4Network: "string", bool: "boolean", int: "integer"}

T = TypeVar("T")

Input = Union[T, pulumi.Output[T]]  # noqa: UP007 - mypy wants the old form here
"""A value of ``T`` or an ``Output`` of one. (``pulumi.Input`` itself cannot be the type of a pydantic field.)"""


@dataclass(frozen=True, slots=True)
class FixedLength:
    """Metadata of a sequence of ``length`` items: an ``Output`` of it stands for an ``Output`` of each item."""

    length: int


@dataclass(frozen=True, slots=True)
class ArgumentType:
    """What an annotation describes.

    Attributes:
        base: the model, the collection with its elements, or the type of a single value.
        metadata: what ``Annotated`` adds to it, innermost first.
        is_optional: whether None is accepted.
        takes_output: whether an ``Output`` of a value is accepted.
    """

    base: Any
    metadata: tuple[Any, ...]
    is_optional: bool
    takes_output: bool

    @property
    def plain(self) -> Any:  # noqa: ANN401 - any annotation
        """The annotation of a plain value, with its validators."""
        return Annotated[self.base, *self.metadata] if self.metadata else self.base

    @property
    def model(self) -> type[Model] | None:
        """The model; None for everything else."""
        is_model = isinstance(self.base, type) and issubclass(self.base, BaseModel)
        return cast("type[Model]", self.base) if is_model else None

    @property
    def enumeration(self) -> type[StrEnum] | None:
        """The enumeration; None for everything else."""
        return self.base if isinstance(self.base, type) and issubclass(self.base, StrEnum) else None

    @property
    def collection(self) -> type | None:
        """``Mapping`` or ``tuple``; None for what is no collection."""
        origin = get_origin(self.base)
        if not isinstance(origin, type):
            return None
        return Mapping if issubclass(origin, Mapping) else tuple if issubclass(origin, tuple | list) else None

    @property
    def name(self) -> str:
        """The type in stack configuration and in Pulumi's schemas: string, boolean, integer, array or object.

        Raises:
            TypeError: arguments have no values of this type.
        """
        if self.model or self.collection:
            return "array" if self.collection is tuple else "object"
        if self.enumeration or get_origin(self.base) is Literal:
            return "string"
        if self.base not in _TYPE_NAMES:
            raise TypeError(f"{self.base} is not a type of arguments")
        return _TYPE_NAMES[self.base]

    @property
    def element(self) -> Any:  # noqa: ANN401 - any annotation
        """The annotation of the elements of a collection: the values of a mapping, or the items of a sequence."""
        return [argument for argument in get_args(self.base) if argument is not Ellipsis][-1]


@cache
def argument_type(annotation: Any) -> ArgumentType:  # noqa: ANN401 - any annotation
    """Return the type that ``annotation`` describes.

    Raises:
        TypeError: it is a union of types other than None and ``Output``.
    """
    metadata: tuple[Any, ...] = ()
    is_optional = takes_output = False
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation, metadata = arguments[0], (*arguments[1:], *metadata)
            takes_output = takes_output or any(isinstance(each, FixedLength) for each in arguments)
        elif origin is pulumi.Output:
            annotation, takes_output = arguments[0], True
        elif origin in (Union, UnionType):
            outputs = [branch for branch in arguments if get_origin(branch) is pulumi.Output]
            is_optional = is_optional or NoneType in arguments
            takes_output = takes_output or bool(outputs)
            types = [each for each in arguments if each is not NoneType and each not in outputs]
            if len(types) != 1:
                raise TypeError(f"{annotation} is a union of several types")
            annotation = types[0]
        else:
            return ArgumentType(annotation, metadata, is_optional, takes_output)


def field_type(model: type[BaseModel], name: str) -> ArgumentType:
    """Return the type of the field ``name`` of ``model``."""
    field = model.model_fields[name]
    annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return argument_type(annotation)


def has_outputs(type_: ArgumentType) -> bool:
    """Whether values in a model or collection may be Outputs."""
    if type_.model:
        inner = [field_type(type_.model, name) for name in type_.model.model_fields]
    else:
        inner = [argument_type(type_.element)] if type_.collection else []
    return any(each.takes_output or has_outputs(each) for each in inner)


def configuration_type(model: type[BaseModel], key: str) -> str:
    """Return the type of a key, see :attr:`ArgumentType.name`; that of an unknown key is string."""
    name = to_snake(key)
    return field_type(model, name).name if name in model.model_fields else "string"


def inner_model(model: type[BaseModel], field: str) -> type[Model] | None:
    """Return the model in a field, by itself or in a collection; None for other values."""
    type_ = field_type(model, field)
    return (argument_type(type_.element) if type_.collection else type_).model


def is_mapping(model: type[BaseModel], field: str) -> bool:
    """Whether a field is a mapping whose keys the caller chooses."""
    return field_type(model, field).collection is Mapping


def known_keys(root: type[BaseModel] | None, path: KeyPath) -> list[str]:
    """Return the allowed keys at ``path`` in stack configuration; an empty list if all keys are allowed."""
    type_: ArgumentType | None = ArgumentType(root, (), is_optional=False, takes_output=False) if root else None
    for step in path:
        if type_ is None:
            return []
        if type_.model:
            name = to_snake(str(step))
            type_ = field_type(type_.model, name) if name in type_.model.model_fields else None
        else:
            type_ = argument_type(type_.element) if type_.collection else None
    return keys_of(type_.model) if type_ and type_.model else []


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys of a model in stack configuration."""
    return [field.alias or name for name, field in model.model_fields.items()]
