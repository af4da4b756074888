"""The generator of ``sdk_types.json``: the property names and types that the installed azure-native SDK declares.

Run ``python -m logic_apps_sandbox.azure_native.generate_sdk_types`` after adding a resource type to
:mod:``logic_apps_sandbox.azure_native.resource_types`` or after changing the SDK's version. The SDK's sources are
read, not imported: its classes carry the types only as annotations in text form.
"""

import ast
import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES
from logic_apps_sandbox.azure_native.schema import SDK_TYPES_FILE

_SCALARS = {
    "_builtins.str": "string",
    "_builtins.int": "integer",
    "_builtins.float": "number",
    "_builtins.bool": "boolean",
}


class UnsupportedTypeError(Exception):
    """The SDK declares a property with a type that this generator cannot express."""


def _sdk_directory() -> Path:
    found = importlib.util.find_spec("pulumi_azure_native")
    if found is None or found.origin is None:
        raise SystemExit(
            "pulumi_azure_native is not installed in this environment; "
            "run `make set-up-for-tests` or install requirements.txt"
        )
    return Path(found.origin).parent


@cache
def _classes(file: Path) -> dict[str, ast.ClassDef]:
    parsed = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: node for node in parsed.body if isinstance(node, ast.ClassDef)}


class _Generator:
    """Collects resource types and all object types that they refer to."""

    def __init__(self) -> None:
        self.sdk = _sdk_directory()
        self.types: dict[str, dict[str, Any]] = {}

    def resource(self, token: str) -> dict[str, Any]:
        _, module, name = token.split(":")
        classes = _classes(self.sdk / module / f"{_snake_case(name)}.py")
        arguments = next(node for class_name, node in classes.items() if class_name.endswith("Args"))
        outputs = self._getters(classes[name])
        return {
            "inputs": self._arguments(module, arguments),
            "outputs": {name: {"type": self._type(module, annotation)} for name, annotation in outputs.items()},
        }

    def _object(self, module: str, name: str) -> str:
        reference = f"{module}:{name}"
        if reference not in self.types:
            self.types[reference] = {}  # first, because types may refer to themselves
            if name.endswith("Args"):
                declared = self._arguments(module, _classes(self.sdk / module / "_inputs.py")[name])
            else:
                getters = self._getters(_classes(self.sdk / module / "outputs.py")[name])
                declared = {key: {"type": self._type(module, annotation)} for key, annotation in getters.items()}
            self.types[reference] = declared
        return f"#{reference}"

    @staticmethod
    def _getters(node: ast.ClassDef) -> dict[str, ast.expr]:
        """Return the wire names of the properties of a class and their annotations."""
        found = {}
        for function in node.body:
            if not isinstance(function, ast.FunctionDef) or function.returns is None:
                continue
            if any(ast.unparse(decorator) == "_builtins.property" for decorator in function.decorator_list):
                found[_wire_name(function)] = function.returns
        return found

    def _arguments(self, module: str, node: ast.ClassDef) -> dict[str, dict[str, Any]]:
        functions = [item for item in node.body if isinstance(item, ast.FunctionDef)]
        constructor = next(function for function in functions if function.name == "__init__")
        wire_names = {function.name: _wire_name(function) for function in functions if function.returns is not None}
        defaults = _defaults(constructor)
        declared = {}
        parameters = zip(constructor.args.kwonlyargs, constructor.args.kw_defaults, strict=True)
        for parameter, absent in parameters:
            assert parameter.annotation is not None, parameter.arg  # noqa: S101 (generated code annotates all)
            facts: dict[str, Any] = {"type": self._type(module, parameter.annotation)}
            if absent is None:
                facts["required"] = True
            if parameter.arg in defaults:
                facts["default"] = defaults[parameter.arg]
            declared[wire_names[parameter.arg]] = facts
        return declared

    def _type(self, module: str, annotation: ast.expr) -> str:
        match annotation:
            case ast.Subscript(value=generic, slice=argument):
                return self._generic_type(module, ast.unparse(generic), argument)
            case ast.Constant(value=str(name)):
                if name.startswith("outputs."):
                    return self._object(module, name.removeprefix("outputs."))
                # What is quoted and is no object type is an enumeration, and those are strings.
                return self._object(module, name) if name.endswith("Args") else "string"
            case _:
                name = ast.unparse(annotation)
                if name == "Any":
                    return "any"
                if name in _SCALARS:
                    return _SCALARS[name]
                raise UnsupportedTypeError(name)

    def _generic_type(self, module: str, generic: str, argument: ast.expr) -> str:
        match generic, argument:
            case (("pulumi.Input" | "pulumi.Output" | "Optional"), _):
                return self._type(module, argument)
            case "Sequence", _:
                return f"[{self._type(module, argument)}]"
            case "Mapping", ast.Tuple(elts=[_, value]):
                return f"{{{self._type(module, value)}}}"
            # A string, or one of the enumeration's members.
            case "Union", ast.Tuple(elts=[ast.Attribute() as scalar, ast.Constant()]):
                return self._type(module, scalar)
            case _:
                raise UnsupportedTypeError(f"{generic}[{ast.unparse(argument)}]")


def _wire_name(function: ast.FunctionDef) -> str:
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(keywords=[ast.keyword(arg="name", value=ast.Constant(value=str(name)))]):
                return name
    return function.name


def _defaults(constructor: ast.FunctionDef) -> dict[str, Any]:
    """Return the defaults of the constructor: ``if x is None: x = 1``."""
    found = {}
    for statement in constructor.body:
        match statement:
            case ast.If(body=[ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value))]):
                found[name] = value
    return found


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def generate() -> str:
    """Return the text of ``sdk_types.json`` for the installed SDK.

    Raises:
        UnsupportedTypeError: the SDK declares a type that cannot be expressed.
    """
    generator = _Generator()
    resources = {token: generator.resource(token) for token in RESOURCE_TYPES}
    return json.dumps({"resources": resources, "types": generator.types}, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    SDK_TYPES_FILE.write_text(generate(), encoding="utf-8")
