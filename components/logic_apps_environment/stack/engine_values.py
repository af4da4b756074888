"""Read a stack file as Pulumi's engine does, and find the lines of its values.

The engine reads YAML with Go's yaml.v3: ``yes`` is text, ``0123`` is an octal number, a date without quotes becomes a
timestamp. It hands each value to the program as text, objects and lists as JSON (pulumi/pulumi v3.274.1,
sdk/go/common/workspace/loaders.go and sdk/go/common/resource/config/object.go; gopkg.in/yaml.v3, resolve.go).
"""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf, isfinite, isnan, nan
from typing import Any, cast

import yaml

from logic_apps_environment.validation.rule import KeyPath

_ENCRYPTED = "encrypted"
"""Replaces an encrypted value, which only the engine can decrypt."""

_INTEGERS = 2**64

_FEW_VALUES = 1000
"""Aliases in a file with at most this many values have no limit."""

_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
}

_TAG = "tag:yaml.org,2002:"
_TIMESTAMP, _BINARY = f"{_TAG}timestamp", f"{_TAG}binary"
_CONVERTING_TAGS = {f"{_TAG}{name}" for name in ("int", "float", "bool", "null")}


class StackFileError(Exception):
    """The engine cannot read the file.

    Attributes:
        line: the line of the error, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class EngineValues:
    """The configuration of a stack file.

    Attributes:
        values: every value by its full key, as the engine hands it to the program.
        encrypted: the paths of encrypted values, which begin with the full key.
        has_environment: whether the file also takes values from environments of Pulumi ESC.
        lines: the line of each value by its path; that of the section ``config`` by the empty path.
    """

    values: dict[str, str] = field(default_factory=dict)
    encrypted: list[KeyPath] = field(default_factory=list)
    has_environment: bool = False
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line_of(self, path: KeyPath) -> int:
        """Return the line of a value; of a value that is not in the file, that of the innermost object around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_engine_values(text: str, project: str) -> EngineValues:
    """Read the configuration in the text of a stack file. The project is the namespace of keys without one.

    Raises:
        StackFileError: the text is not YAML, or not a stack file.
    """
    try:
        return _read(text, project)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or ""
        if problem.startswith("but "):
            problem = f"{error.context}, {problem}"
        raise StackFileError(f"is not YAML: {problem}.", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError:
        raise StackFileError("is not YAML: it contains a character that YAML does not allow.", 1) from None
    except RecursionError:
        raise StackFileError("cannot be read: its values are nested too deeply, or contain themselves.", 1) from None


def _read(text: str, project: str) -> EngineValues:
    read = EngineValues()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return read
    _check_aliases(root)
    for section, node in _members(root, "a stack file is an object with the section config"):
        if section.value == "environment":
            read.has_environment = True
        if section.value != "config" or _scalar(node) is None:
            continue
        read.lines[()] = section.start_mark.line + 1
        for key, value in _members(node, "the section config is an object"):
            full_key = key.value if ":" in key.value else f"{project}:{key.value}"
            read.lines[full_key,] = key.start_mark.line + 1
            plain = _value(value, (full_key,), read)
            read.values[full_key] = plain if isinstance(plain, str) else json.dumps(plain)
    return read


def _check_aliases(root: yaml.Node) -> None:
    """Check that aliases do not repeat too many values, before they are expanded.

    Raises:
        StackFileError: they do; yaml.v3 has about the same limit (decode.go, allowedAliasRatio).
        RecursionError: a value contains itself.
    """
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        found = sizes.get(id(node))
        if found == 0:
            raise RecursionError
        if found is None:
            sizes[id(node)] = 0
            parts = itertools.chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
            found = 1 if isinstance(node, yaml.ScalarNode) else 1 + sum(map(size, parts))
            sizes[id(node)] = found
        return found

    expanded = size(root)
    share_above_limit = min(max((expanded - 400_000) / 3_600_000, 0), 1)
    if expanded > _FEW_VALUES and 1 - len(sizes) / expanded > 0.99 - 0.89 * share_above_limit:
        raise StackFileError("cannot be read: its aliases repeat too many values (excessive aliasing).", 1)


def _members(node: yaml.Node, expected: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Return the keys and values of a mapping, those of merged mappings (``<<``) included.

    Raises:
        StackFileError: the node is not a mapping, or a key is there twice or not a single value.
    """
    if not isinstance(node, yaml.MappingNode):
        raise StackFileError(f"cannot be read: {expected}.", node.start_mark.line + 1)
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise StackFileError("cannot be read: a key is an object or a list.", line)
        if key.value in lines:
            raise StackFileError(f"cannot be read: this key is already defined in line {lines[key.value]}.", line)
        lines[key.value] = line
    yaml.SafeLoader("").flatten_mapping(node)
    # The keys of merged mappings come first, and a key of the mapping itself wins.
    return list({key.value: (key, value) for key, value in node.value}.values())


def _value(node: yaml.Node, path: KeyPath, read: EngineValues) -> Any:  # noqa: ANN401 - any value of YAML
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            read.lines[*path, position] = item.start_mark.line + 1
        return [_value(item, (*path, position), read) for position, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        value = _scalar(node)
        if isinstance(value, float) and not isfinite(value):
            # The engine passes values as JSON, which has no such numbers.
            raise StackFileError(
                f'cannot be read: {node.value} is not a finite number. Enclose it in quotes: "{node.value}".',
                node.start_mark.line + 1,
            )
        return value
    members = _members(node, "expected an object")
    if len(members) == 1 and members[0][0].value == "secure" and isinstance(_scalar(members[0][1]), str):
        read.encrypted.append(path)
        return _ENCRYPTED
    values = {}
    for key, value in members:
        name = _as_text(_scalar(key))
        read.lines[*path, name] = key.start_mark.line + 1
        values[name] = _value(value, (*path, name), read)
    return values


def _scalar(node: yaml.Node) -> Any:  # noqa: ANN401 - any scalar
    """Return the value of a scalar; of any other node, the node."""
    if not isinstance(node, yaml.ScalarNode):
        return node
    if node.tag == _BINARY:
        return _binary(node)
    if node.tag == _TIMESTAMP:
        return _go_time(cast("Any", yaml.SafeLoader("").construct_yaml_timestamp(node)))
    resolver: Any = yaml.SafeLoader("")
    has_tag = node.tag != resolver.resolve(yaml.ScalarNode, node.value, (not node.style, bool(node.style)))
    is_text = node.tag not in _CONVERTING_TAGS if has_tag else bool(node.style)
    return node.value if is_text else plain_scalar(node.value)


def _binary(node: yaml.ScalarNode) -> str:
    try:
        return base64.b64decode(node.value).decode("utf-8", "replace")
    except ValueError:
        raise StackFileError(
            "cannot be read: the value with !!binary is not base64.", node.start_mark.line + 1
        ) from None


def plain_scalar(text: str) -> bool | float | str | None:
    """Return the value of text without quotes, dates excepted."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "")
    unsigned = digits.lstrip("+-")
    is_octal = len(unsigned) > 1 and unsigned.startswith("0") and unsigned.isdigit()
    try:
        integer = int(digits, 8 if is_octal else 0)
    except ValueError:
        integer = _INTEGERS
    if abs(integer) < _INTEGERS:
        return integer
    # A decimal integer of more than 64 bits is a floating-point number, and a number that is too large is a string.
    number = float(digits) if _FLOAT.fullmatch(digits) else inf
    if not isfinite(number):
        return text
    # The number 1.0 arrives as 1.
    return int(number) if abs(number) < _INTEGERS and number == int(number) else number


def _as_text(value: object) -> str:
    """Return the key of an object: the engine's keys are text."""
    if value is None:
        return "<nil>"
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
    return value if isinstance(value, str) else json.dumps(value)


def _go_time(value: Any) -> str:  # noqa: ANN401 - a date or a datetime
    """Return a date as Go's ``time.Time.String`` formats it, which is what the program receives."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    offset = moment.strftime("%z") or "+0000"
    zone = "UTC" if moment.utcoffset() in (None, timedelta(0)) else offset
    fraction = f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {offset} {zone}"


def project_defaults(declarations: Mapping[str, Any], project: str) -> dict[str, str]:
    """Return the values that a project file gives to keys that a stack file does not have.

    ``declarations`` is the section ``config`` of ``Pulumi.yaml``.
    """
    found = {}
    for key, declaration in declarations.items():
        is_declaration = isinstance(declaration, dict) and {"default", "value"} & declaration.keys()
        if isinstance(declaration, dict) and not is_declaration:
            continue
        value = declaration.get("default", declaration.get("value")) if isinstance(declaration, dict) else declaration
        full_key = key if ":" in key else f"{project}:{key}"
        found[full_key] = value if isinstance(value, str) else json.dumps(value)
    return found
