"""The schema of the component package, from which Pulumi generates the packages for other languages.

Its format is Pulumi's ("Pulumi package schema", Pulumi documentation). Arguments that do not accept an ``Output`` are
``plain`` in it.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_type_hints

import pulumi
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from logic_apps_environment.azure.outputs import WithOutputs
from logic_apps_environment.validation.annotations import ArgumentType, argument_type
from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.setting import setting_of

_LANGUAGES: Mapping[str, Mapping[str, Any]] = {
    "csharp": {},
    # Without it, Pulumi's generator (v3.274.1, codegen/go/gen.go) omits the Args of a type that occurs only in plain
    # mappings, such as that of certificates, and the package does not compile.
    "go": {"generateExtraInputTypes": True},
    "java": {},
    "nodejs": {},
    "python": {},
}
"""Further options of Pulumi's generators, by language."""


def package_schema(
    name: str, version: str, description: str, components: Mapping[type[WithOutputs], type[Model]]
) -> dict[str, Any]:
    """Return the schema of a package with these components and the models of their arguments."""
    types = _Types(name)
    resources = {
        type_token(name, component): _component(component, arguments, types)
        for component, arguments in components.items()
    }
    return {
        "name": name,
        "version": version,
        "description": description,
        "resources": resources,
        "types": dict(sorted(types.known.items())),
        # Each language's package gets the version of this schema.
        "language": {language: {"respectSchemaVersion": True, **more} for language, more in _LANGUAGES.items()},
    }


def type_token(package: str, component: type[WithOutputs]) -> str:
    """Return the type token of a component."""
    return f"{package}:index:{component.__name__}"


def _component(component: type[WithOutputs], arguments: type[Model], types: _Types) -> dict[str, Any]:
    outputs = _outputs(component, types)
    return {
        "isComponent": True,
        "description": inspect.getdoc(component),
        "inputProperties": _properties(arguments, types),
        "requiredInputs": _required(arguments),
        "properties": outputs,
        "required": sorted(
            to_camel(name)
            for name, annotation in _declared_outputs(component).items()
            if not argument_type(annotation).is_optional
        ),
    }


def _properties(model: type[Model], types: _Types) -> dict[str, Any]:
    return {
        field.alias or name: types.of(field.annotation) | {"description": _description(model, name, field)}
        for name, field in model.model_fields.items()
    }


def _required(model: type[Model]) -> list[str]:
    return sorted(field.alias or name for name, field in model.model_fields.items() if field.is_required())


def _description(model: type[Model], name: str, field: FieldInfo) -> str:
    details = setting_of(model, name)
    text = [field.description or "", f"Allowed: {details.allowed}.", f"Example: `{details.example}`."]
    if details.change:
        text.append(f"Changing it: {details.change}")
    return "\n".join(text)


def _outputs(component: type[WithOutputs], types: _Types) -> dict[str, Any]:
    meanings = _attribute_docstrings(component)
    return {
        to_camel(name): types.of(annotation, is_plain=False) | {"description": meanings[name]}
        for name, annotation in _declared_outputs(component).items()
    }


def _declared_outputs(component: type[WithOutputs]) -> dict[str, Any]:
    # The annotations of other attributes may name what is imported for type checkers only.
    annotations = {name: component.__annotations__[name] for name in component.output_names()}
    return get_type_hints(type("Outputs", (), {"__annotations__": annotations}), globalns={"pulumi": pulumi})


def _attribute_docstrings(owner: type) -> dict[str, str]:
    """Return the docstring of each annotated attribute of a class, which exists only in the source."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101
    return {
        attribute.target.id: inspect.cleandoc(text.value.value)
        for attribute, text in zip(definition.body, definition.body[1:], strict=False)
        if isinstance(attribute, ast.AnnAssign)
        and isinstance(attribute.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


class _Types:
    """The object and enumeration types of a package, collected from annotations."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.known: dict[str, dict[str, Any]] = {}

    def of(self, annotation: Any, *, is_plain: bool = True) -> dict[str, Any]:  # noqa: ANN401 - any annotation
        """Return the type of an annotation; inside an ``Output``, nothing is plain."""
        type_ = argument_type(annotation)
        is_plain = is_plain and not type_.takes_output
        if type_.collection:
            inside = "additionalProperties" if type_.collection is Mapping else "items"
            spec = {"type": type_.name, inside: self.of(type_.element, is_plain=is_plain)}
        elif type_.model or type_.enumeration:
            spec = {"$ref": f"#/types/{self._named(type_)}"}
        else:
            spec = {"type": type_.name}
        return spec | {"plain": True} if is_plain else spec

    def _named(self, type_: ArgumentType) -> str:
        # The languages append Args to the types of arguments by themselves.
        token = f"{self._package}:index:{type_.base.__name__.removesuffix('Args')}"
        if token not in self.known:
            self.known[token] = self._object(type_.model) if type_.model else self._enumeration(type_.base)
        return token

    def _enumeration(self, choices: type[StrEnum]) -> dict[str, Any]:
        return {
            "type": "string",
            "description": inspect.getdoc(choices),
            "enum": [{"name": member.value, "value": member.value} for member in choices],
        }

    def _object(self, model: type[Model]) -> dict[str, Any]:
        return {
            "type": "object",
            "description": inspect.getdoc(model),
            "properties": _properties(model, self),
            "required": _required(model),
        }
