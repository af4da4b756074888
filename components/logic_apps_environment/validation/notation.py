"""Notations of the arguments: configuration keys in a stack, attributes and literals in Python.

Rules and settings use the keys and examples of stack files. A :class:`Notation` translates them for the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import yaml
from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from logic_apps_environment.validation.annotations import inner_model, known_keys
from logic_apps_environment.validation.errors import ArgumentsError, summaries
from logic_apps_environment.validation.late_problems import LateProblems
from logic_apps_environment.validation.rule import KeyPath, Problem, format_path
from logic_apps_environment.validation.schema_rules import UNKNOWN_KEY

_NOTHING_DONE = "nothing was created or changed"
_NOT_REGISTERED = "no resource of this component was created or changed"
_NOT_REQUESTED = "resources that depend on these values were not created or changed"

_QUOTED = re.compile(r'("[^"]*")')

# Terms of stack files, and those of Python.
_PYTHON_TERMS = {
    r"\bnull\b": "None",
    r"\btrue\b": "True",
    r"\bfalse\b": "False",
    r"\ban object\b": "a mapping",
    r"\ban empty object\b": "an empty mapping",
    r"\bobjects\b": "mappings",
}

# Remedies about YAML, and those for Python.
_PYTHON_ADVICE = {
    r"Enclose the original value in quotes, such as (\"[^\"]*\")\. YAML .*": r"Specify a str, such as \1.",
    r"Enclose it in quotes: ": "Specify the original text: ",
    r" that YAML converted\.": " that was converted to text.",
}


@dataclass(frozen=True, slots=True)
class Notation:
    """The notation of the arguments for a caller.

    Attributes:
        subject: the name of the arguments at the beginning of an error.
        label: the text before each path in an error or warning, such as the logical name of a component.
        prefix: the text before each key, such as ``logic-apps-environment:`` in a stack.
        root: the model of the arguments for a caller in Python; None for the keys of stack files.
        moved: the caller's paths of keys that a component passes to another component under other names.
        late: the problems of values that resolve during the deployment.
    """

    subject: str = "The configuration"
    label: str = ""
    prefix: str = ""
    root: type[BaseModel] | None = None
    moved: Mapping[str, KeyPath] = field(default_factory=dict)
    late: LateProblems = field(default_factory=LateProblems, compare=False)

    @classmethod
    def of_python(cls, model: type[BaseModel]) -> Notation:
        """Return the notation of arguments in Python that no component uses yet."""
        return cls(model.__name__, prefix=f"{model.__name__}.", root=model)

    @classmethod
    def of_component(cls, name: str, model: type[BaseModel] | None) -> Notation:
        """Return the notation of the arguments of the component with this logical name.

        ``model`` is the model of the arguments for a caller in Python; None for programs in other languages.
        """
        return cls(name, f"{name}: ", root=model)

    def path(self, path: KeyPath) -> str:
        """Return the path of a key in the notation of the caller."""
        return f"{self.prefix}{format_path(self._caller_path(path))}"

    def key(self, text: str) -> str:
        """Return a key of the documentation, such as ``network.addressSpace``, in the notation of the caller."""
        first, separator, rest = re.split(r"([.:\[]|$)", text.removeprefix("network."), maxsplit=1)
        return f"{self.path((first,))}{separator}{_snake_keys(rest, self._keys())}"

    def value(self, value: object) -> str:
        """Return a registered value in the notation of the caller. Values that cause replacements are no secrets."""
        if value is None:
            return "(not set)"
        if self.root is not None:
            return _python_literal(value, self._keys()) if isinstance(value, dict | list) else str(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key}: {self.value(inner)}' for key, inner in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.value, value))}]"
        return str(value)

    def problems(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems with the paths and terms of the caller."""
        return [self._problem(problem) for problem in problems]

    def summaries(self, problems: Iterable[Problem]) -> list[str]:
        """Return the messages of the problems for the caller; see :func:`~.errors.summaries`."""
        return summaries(self.problems(problems), f"{self.label}{self.prefix}")

    def error(self, problems: Iterable[Problem]) -> ArgumentsError:
        """Return the error of these problems, after which late problems are not reported."""
        self.late.is_superseded = True
        return self._error(self.problems(problems), _NOT_REGISTERED if self.label else _NOTHING_DONE)

    def warn(self, problems: Iterable[Problem], resource: pulumi.Resource | None = None) -> None:
        """Log warnings on a resource; see :func:`~.errors.summaries`."""
        for text in self.summaries(problems):
            pulumi.log.warn(text, resource)

    async def report_late(self, problems: Sequence[Problem], resource: pulumi.Resource | None = None) -> None:
        """Report problems that are found during the deployment; without errors, log the warnings on a resource.

        Raises:
            ArgumentsError: with all late problems of the component, if one of ``problems`` is an error. A component
                that was rejected before is not rejected again.
        """
        errors = [problem for problem in problems if problem.is_error]
        if not errors:
            self.warn(problems, resource)
        elif not self.late.is_superseded:
            raise self._error(await self.late.together_with(self.problems(errors)), _NOT_REQUESTED)

    def _error(self, problems: Iterable[Problem], consequence: str) -> ArgumentsError:
        return ArgumentsError(self.subject, problems, prefix=f"{self.label}{self.prefix}", consequence=consequence)

    def _caller_path(self, path: KeyPath) -> KeyPath:
        if path and path[0] in self.moved:
            path = (*self.moved[str(path[0])], *path[1:])
        if self.root is None:
            return path
        return tuple(
            to_snake(part) if isinstance(part, str) and part in known_keys(self.root, path[:position]) else part
            for position, part in enumerate(path)
        )

    def _problem(self, problem: Problem) -> Problem:
        problem = replace(problem, path=self._caller_path(problem.path))
        if self.root is None:
            return problem
        keys = self._keys()
        statement = _in_python(problem.statement, keys)
        if problem.rule is UNKNOWN_KEY:
            # The suggestion in quotes is a key, not a value.
            statement = _snake_keys(statement, keys)
        return replace(
            problem,
            statement=statement,
            allowed=_in_python(problem.allowed, keys),
            example=_python_example(problem.example, keys),
            remedy=_in_python(problem.remedy, keys),
        )

    def _keys(self) -> frozenset[str]:
        return _keys_below(self.root) if self.root else frozenset()


PLAIN = Notation()
"""The keys of stack files without a prefix."""


def _keys_below(model: type[BaseModel]) -> frozenset[str]:
    """Return the keys of a model, and of the models in it, whose names differ in Python."""
    keys = {info.alias for name, info in model.model_fields.items() if info.alias and info.alias != name}
    below = [inner for name in model.model_fields if (inner := inner_model(model, name))]
    return frozenset(keys).union(*map(_keys_below, below))


def _in_python(text: str, keys: frozenset[str]) -> str:
    """Return a sentence in the terms of Python. Text in quotes is the caller's and does not change."""
    parts = _QUOTED.split(_replaced(text, _PYTHON_ADVICE))
    parts[::2] = [_replaced(_snake_keys(part, keys), _PYTHON_TERMS) for part in parts[::2]]
    return "".join(parts)


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    for pattern, replacement in replacements.items():
        text = re.sub(pattern, replacement, text)
    return text


def _snake_keys(text: str, keys: frozenset[str]) -> str:
    return re.sub(r"\b[a-z]+(?:[A-Z][a-z]*)+\b", lambda word: to_snake(word[0]) if word[0] in keys else word[0], text)


def _python_example(example: str, keys: frozenset[str]) -> str:
    """Return an example in YAML as a literal of Python; a single string stays without quotes."""
    try:
        value = yaml.safe_load(example)
    except yaml.YAMLError:
        return example
    return _python_literal(value, keys) if isinstance(value, bool | dict | list) else example


def _python_literal(value: Any, keys: frozenset[str]) -> str:  # noqa: ANN401 - a value of YAML
    if isinstance(value, dict):
        members = (f'"{_snake_keys(str(key), keys)}": {_python_literal(each, keys)}' for key, each in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_python_literal(each, keys) for each in value)}]"
    if isinstance(value, str):
        # An ellipsis in an example is not a value.
        return value if value.startswith("…") else f'"{value}"'
    return str(value)
