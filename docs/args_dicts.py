"""Writes ``args_dicts.py`` of the library: the types in which callers write the arguments.

Types and descriptions come from the models. ``make docs`` writes the module; a test reports when it is stale.
"""

from __future__ import annotations

import json
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic_core import PydanticUndefined

import logic_apps_environment
from logic_apps_environment.validation.annotations import ArgumentType, argument_type, field_type
from logic_apps_environment.validation.model import Model

LINE_LENGTH = 120

_MODULE = '''\
"""The types in which callers write the arguments: one ``TypedDict`` for each model, with its descriptions.

Type checkers and editors read them in the constructors of the models and components; the models validate the values.
``make docs`` generates this module from the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
{imports}


{classes}'''


def args_models() -> list[type[Model]]:
    """The models that callers construct; a base before the models that extend it."""
    public = (getattr(logic_apps_environment, name) for name in logic_apps_environment.__all__)
    models = [each for each in public if isinstance(each, type) and issubclass(each, Model) and _is_args(each)]
    return sorted(models, key=lambda model: (_base(model) is not None, model.__name__))


def args_dicts() -> str:
    """The text of the module."""
    imports = _Imports()
    classes = "\n\n".join(_typed_dict(model, imports) for model in args_models())
    return _MODULE.format(imports=textwrap.indent(imports.text(), "    "), classes=classes)


class _Imports:
    """What the module has to import."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)

    def name(self, imported: type) -> str:
        """The name of a class, which is imported unless it is built in."""
        if imported.__module__ != "builtins":
            # The public module of classes that the standard library defines in a private one.
            self._names[imported.__module__.removesuffix("._local")].add(imported.__name__)
        return imported.__name__

    def text(self) -> str:
        """The statements, sorted as ruff does."""
        ours = {module for module in self._names if module.startswith("logic_apps_environment.")}
        groups = [sorted(self._names.keys() - ours), ["pulumi"], sorted(ours)]
        return "\n\n".join("\n".join(map(self._statement, group)) for group in groups)

    def _statement(self, module: str) -> str:
        names = sorted(self._names[module])
        return f"from {module} import {', '.join(names)}" if names else f"import {module}"


def _typed_dict(model: type[Model], imports: _Imports) -> str:
    base = _base(model)
    inherited = base.model_fields if base else {}
    fields = [_field(model, name, imports) for name in model.model_fields if name not in inherited]
    summary = (model.__doc__ or "").splitlines()[0]
    bases = f"{base.__name__}Dict" if base else "TypedDict"
    return "\n".join([f"class {model.__name__}Dict({bases}):", f'    """{summary}"""', "", *fields])


def _base(model: type[Model]) -> type[Model] | None:
    """The model that ``model`` extends, of those that callers construct."""
    return next((each for each in model.__mro__[1:] if issubclass(each, Model) and _is_args(each)), None)


def _is_args(model: type[Model]) -> bool:
    return model.__name__.endswith("Args")


def _field(model: type[Model], name: str, imports: _Imports) -> str:
    field = model.model_fields[name]
    written = _type(field_type(model, name), imports)
    # None means that an optional argument is not given.
    declared = written if field.is_required() else f"NotRequired[{written} | None]"
    description = textwrap.fill(f'"""{field.description}"""', LINE_LENGTH - 4)
    return textwrap.indent(f"{name}: {declared}\n{description}\n", "    ")


def _type(type_: ArgumentType, imports: _Imports) -> str:
    """The type of the values that a caller writes, where the annotation is that of the validated value."""
    declared = [each.json_schema_input_type for each in type_.metadata if isinstance(each, BeforeValidator)]
    accepted = next((each for each in declared if each is not PydanticUndefined), type_.base)
    branches = get_args(accepted) if get_origin(accepted) in (Union, UnionType) else (accepted,)
    written = " | ".join(_branch(branch, imports) for branch in branches)
    return f"pulumi.Input[{written}]" if type_.takes_output else written


def _branch(accepted: Any, imports: _Imports) -> str:  # noqa: ANN401 - any annotation
    type_ = argument_type(accepted)
    if type_.collection:
        element = _type(argument_type(type_.element), imports)
        of = f"str, {element}" if type_.collection is Mapping else element
        return f"{imports.name(Mapping if type_.collection is Mapping else Sequence)}[{of}]"
    if type_.model:
        name = imports.name(type_.model)
        return f"{name} | {name}Dict"
    if get_origin(accepted) is Literal:
        return _literal(get_args(accepted))
    name = imports.name(type_.base)
    return f"{name} | {_literal(tuple(type_.base))}" if issubclass(type_.base, StrEnum) else name


def _literal(choices: tuple[str, ...]) -> str:
    return f"Literal[{', '.join(json.dumps(choice) for choice in choices)}]"
