"""How a caller writes the arguments: full configuration keys in a stack, attributes and literals in Python.

Rules and settings use the keys and examples of stack files. A :class:`Notation` turns them into what the caller writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml
from pydantic.alias_generators import to_snake

from logic_apps_environment.validation.annotations import inner_model, known_keys
from logic_apps_environment.validation.errors import ArgumentsError, summaries
from logic_apps_environment.validation.rule import format_path
from logic_apps_environment.validation.schema_rules import UNKNOWN_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from logic_apps_environment.validation.rule import Problem

Path = tuple[str | int, ...]

_NOTHING_DONE = "nothing was created or changed because of it"

_QUOTED = re.compile(r'("[^"]*")')

# What stack files call a value, and what Python calls it.
_PYTHON_TERMS = {
    r"\bnull\b": "None",
    r"\btrue\b": "True",
    r"\bfalse\b": "False",
    r"\ban object\b": "a mapping",
    r"\ban empty object\b": "an empty mapping",
    r"\bobjects\b": "mappings",
}

# Advice about YAML, and what helps in Python.
_PYTHON_ADVICE = {
    r"Put what was written in quotes, such as (\"[^\"]*\")\. In YAML, .*": r"Give a str, such as \1.",
    r"Put it in quotes: ": "Give the original text: ",
    r" that YAML converted\.": " that was converted to text.",
}


@dataclass(frozen=True, slots=True)
class Notation:
    """How the caller writes the arguments.

    Attributes:
        prefix: stands before each path, such as ``logic-apps-environment:`` in a stack.
        root: the model whose attributes a caller in Python writes; None where keys are written as in stack files.
        moved: paths in the caller's arguments of keys that a component passes to another one under its own names.
    """

    prefix: str = ""
    root: type[BaseModel] | None = None
    moved: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def of_python(cls, model: type[BaseModel]) -> Notation:
        """The notation of a caller in Python who writes the arguments of ``model``."""
        return cls(f"{model.__name__}.", model)

    def path(self, path: Path) -> str:
        """The path of a key of the arguments, as the caller writes it."""
        return f"{self.prefix}{format_path(self._caller_path(path))}"

    def key(self, text: str) -> str:
        """A key as the documentation of an environment spells it, such as ``network.addressSpace``."""
        first, separator, rest = re.split(r"([.:\[]|$)", text.removeprefix("network."), maxsplit=1)
        return f"{self.path((first,))}{separator}{_snake_keys(rest, self._keys())}"

    def value(self, value: object) -> str:
        """A registered value, as the caller writes it. None of those that replace something is a secret."""
        if value is None:
            return "(not given)"
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
        """The problems with the paths and words of the caller."""
        return [self._problem(problem) for problem in problems]

    def summaries(self, problems: Iterable[Problem]) -> list[str]:
        """The problems as the caller reads them; see :func:`~.errors.summaries`."""
        return summaries(self.problems(problems), self.prefix)

    def error(self, subject: str, problems: Iterable[Problem], consequence: str = _NOTHING_DONE) -> ArgumentsError:
        """The error of these problems; the arguments are those of :class:`~.errors.ArgumentsError`."""
        return ArgumentsError(subject, self.problems(problems), prefix=self.prefix, consequence=consequence)

    def _caller_path(self, path: Path) -> Path:
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
            # The suggestion in quotes is a key, and no given value.
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
"""Keys as in stack files, without a prefix: that of the component package, for programs in other languages."""


def _keys_below(model: type[BaseModel]) -> frozenset[str]:
    """The keys of a model and of the models in it that Python writes in another way."""
    keys = {info.alias for name, info in model.model_fields.items() if info.alias and info.alias != name}
    below = [inner for name in model.model_fields if (inner := inner_model(model, name))]
    return frozenset(keys).union(*map(_keys_below, below))


def _in_python(text: str, keys: frozenset[str]) -> str:
    """A sentence in the terms of Python. What is in quotes was given by the caller and stays."""
    for pattern, advice in _PYTHON_ADVICE.items():
        text = re.sub(pattern, advice, text)
    parts = _QUOTED.split(text)
    return "".join(part if number % 2 else _python_terms(_snake_keys(part, keys)) for number, part in enumerate(parts))


def _python_terms(text: str) -> str:
    for pattern, term in _PYTHON_TERMS.items():
        text = re.sub(pattern, term, text)
    return text


def _snake_keys(text: str, keys: frozenset[str]) -> str:
    return re.sub(r"\b[a-z]+(?:[A-Z][a-z]*)+\b", lambda word: to_snake(word[0]) if word[0] in keys else word[0], text)


def _python_example(example: str, keys: frozenset[str]) -> str:
    """An example in the notation of stack files, YAML, as a literal of Python; a single text stays without quotes."""
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
        # The marks of what an example leaves out.
        return value if value.startswith("…") else f'"{value}"'
    return str(value)
