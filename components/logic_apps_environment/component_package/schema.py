"""The schema of the component package: what programs in other languages know of the components.

It is made from the components and their argument models, so an argument that is added there is in every language. Its
form is Pulumi's package schema ("Pulumi package schema", Pulumi documentation). An argument that takes no ``Output`` is
``plain`` there: the languages then take a value only.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pulumi
from pydantic.alias_generators import to_camel

from logic_apps_environment.validation.model import Model
from logic_apps_environment.validation.setting import setting_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from logic_apps_environment.azure.outputs import WithOutputs

_NAMES_OF_KINDS = {str: "string", IPv4Network: "string", bool: "boolean", int: "integer"}
_LANGUAGES: Mapping[str, Mapping[str, Any]] = {
    "csharp": {},
    # Without it, Pulumi's generator (v3.274.1, codegen/go/gen.go) leaves out the Args of a type that stands in plain
    # mappings only, such as that of certificates, and the package does not compile.
    "go": {"generateExtraInputTypes": True},
    "java": {},
    "nodejs": {},
    "python": {},
}
"""What Pulumi's generators are told beside the version, by language."""


def package_schema(
    name: str, version: str, description: str, components: Mapping[type[WithOutputs], type[Model]]
) -> dict[str, Any]:
    """The schema of a package.

    Args:
        name: the package's name, the first part of its type tokens.
        version: its semantic version.
        description: what it is.
        components: the components, each with the model of its arguments.
    """
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
    """The type of a component as programs and states name it."""
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
            to_camel(name) for name, kind in _declared_outputs(component).items() if not _may_be_none(kind)
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
        to_camel(name): types.of(kind) | {"description": meanings[name]}
        for name, kind in _declared_outputs(component).items()
    }


def _declared_outputs(component: type[WithOutputs]) -> dict[str, Any]:
    # The annotations of other attributes may name what is imported for type checkers only.
    annotations = {name: component.__annotations__[name] for name in component.output_names()}
    return get_type_hints(type("Outputs", (), {"__annotations__": annotations}), globalns={"pulumi": pulumi})


def _may_be_none(output: Any) -> bool:  # noqa: ANN401 - any annotation
    (value,) = get_args(output)
    return type(None) in get_args(value)


def _attribute_docstrings(owner: type) -> dict[str, str]:
    """The text that stands below each annotated attribute of a class; it exists in the source only."""
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
    """The object and enumeration types of a package, found on the way through annotations."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.known: dict[str, dict[str, Any]] = {}

    def of(self, annotation: Any) -> dict[str, Any]:  # noqa: ANN401, PLR0911 - any annotation; one for each kind
        """The type that an annotation stands for."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self.of(arguments[0])
        if origin is pulumi.Output:
            return _without_plain(self.of(arguments[0]))
        if origin is Literal:
            return {"type": "string", "plain": True}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1]), "plain": True}
        if origin in (tuple, list):
            return {"type": "array", "items": self.of(arguments[0]), "plain": True}
        if arguments:
            return self._of_union(arguments)
        if annotation in _NAMES_OF_KINDS:
            return {"type": _NAMES_OF_KINDS[annotation], "plain": True}
        return {"$ref": f"#/types/{self._named(annotation)}", "plain": True}

    def _of_union(self, branches: tuple[Any, ...]) -> dict[str, Any]:
        """A value or an ``Output`` of one, or a value or nothing; this library's arguments have no other unions."""
        values = [each for each in branches if each is not type(None) and get_origin(each) is not pulumi.Output]
        if len(values) != 1:
            raise TypeError(f"an argument that takes one of {values} cannot be told to other languages")
        takes_output = any(get_origin(each) is pulumi.Output for each in branches)
        return _without_plain(self.of(values[0])) if takes_output else self.of(values[0])

    def _named(self, kind: type) -> str:
        # The languages append Args to the types of arguments by themselves.
        token = f"{self._package}:index:{kind.__name__.removesuffix('Args')}"
        if token not in self.known:
            self.known[token] = self._enumeration(kind) if issubclass(kind, StrEnum) else self._object(kind)
        return token

    def _enumeration(self, kind: type[StrEnum]) -> dict[str, Any]:
        return {
            "type": "string",
            "description": inspect.getdoc(kind),
            "enum": [{"name": member.value, "value": member.value} for member in kind],
        }

    def _object(self, model: type) -> dict[str, Any]:
        if not issubclass(model, Model):
            raise TypeError(f"an argument of type {model.__name__} cannot be told to other languages")
        return {
            "type": "object",
            "description": inspect.getdoc(model),
            "properties": _properties(model, self),
            "required": _required(model),
        }


def _without_plain(spec: dict[str, Any]) -> dict[str, Any]:
    """A type whose values may also be Outputs, as its items may then be."""
    return {
        key: _without_plain(value) if key in ("items", "additionalProperties") else value
        for key, value in spec.items()
        if key != "plain"
    }
