"""Writes the types in which callers write the arguments: a ``TypedDict`` for each model, at the end of its module.

Types and descriptions come from the models. ``make docs`` writes them; a test reports when they are stale.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic_core import PydanticUndefined

import logic_apps_environment
from logic_apps_environment.validation.annotations import ArgumentType, argument_type, field_type
from logic_apps_environment.validation.model import Model

LINE_LENGTH = 120

MARKER = "# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.\n"


def with_args_dicts() -> dict[Path, str]:
    """Return the text of each module with models that callers construct, with their current dictionaries."""
    models: dict[Path, list[type[Model]]] = defaultdict(list)
    for name in sorted(logic_apps_environment.__all__):
        model = getattr(logic_apps_environment, name)
        if isinstance(model, type) and issubclass(model, Model) and _is_args(model):
            models[Path(inspect.getfile(model))].append(model)
    return {module: _with_args_dicts(module, each) for module, each in models.items()}


def _with_args_dicts(module: Path, models: list[type[Model]]) -> str:
    before = module.read_text().partition(MARKER)[0].rstrip()
    return "\n\n".join([f"{before}\n\n\n{MARKER}", *map(_typed_dict, models)])


def _typed_dict(model: type[Model]) -> str:
    base = _base(model)
    inherited = base.model_fields if base else {}
    fields = [_field(model, name) for name in model.model_fields if name not in inherited]
    summary = (model.__doc__ or "").splitlines()[0]
    bases = f"{base.__name__}Dict" if base else "TypedDict"
    return "\n".join([f"class {model.__name__}Dict({bases}):", f'    """{summary}"""', "", *fields])


def _base(model: type[Model]) -> type[Model] | None:
    """The model that ``model`` extends, of those that callers construct."""
    return next((each for each in model.__mro__[1:] if issubclass(each, Model) and _is_args(each)), None)


def _is_args(model: type[Model]) -> bool:
    return model.__name__.endswith("Args")


def _field(model: type[Model], name: str) -> str:
    field = model.model_fields[name]
    written = _type(field_type(model, name))
    # None means that an optional argument is not given.
    declared = written if field.is_required() else f"NotRequired[{written} | None]"
    description = textwrap.fill(f'"""{field.description}"""', LINE_LENGTH - 4)
    return textwrap.indent(f"{name}: {declared}\n{description}\n", "    ")


def _type(type_: ArgumentType) -> str:
    """The type of the values that a caller writes, where the annotation is that of the validated value."""
    declared = [each.json_schema_input_type for each in type_.metadata if isinstance(each, BeforeValidator)]
    accepted = next((each for each in declared if each is not PydanticUndefined), type_.base)
    branches = get_args(accepted) if get_origin(accepted) in (Union, UnionType) else (accepted,)
    written = " | ".join(_branch(branch) for branch in branches)
    return f"pulumi.Input[{written}]" if type_.takes_output else written


def _branch(accepted: Any) -> str:  # noqa: ANN401 - any annotation
    type_ = argument_type(accepted)
    if type_.collection:
        element = _type(argument_type(type_.element))
        return f"Mapping[str, {element}]" if type_.collection is Mapping else f"Sequence[{element}]"
    if type_.model:
        name = type_.model.__name__
        return f"{name} | {name}Dict"
    if get_origin(accepted) is Literal:
        return _literal(get_args(accepted))
    name = type_.base.__name__
    return f"{name} | {_literal(tuple(type_.base))}" if issubclass(type_.base, StrEnum) else name


def _literal(choices: tuple[str, ...]) -> str:
    return f"Literal[{', '.join(json.dumps(choice) for choice in choices)}]"
