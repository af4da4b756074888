"""Problems of arguments that are missing, unknown or of the wrong type, in the terms of stack files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from logic_apps_environment.validation.annotations import ArgumentType, has_outputs, keys_of
from logic_apps_environment.validation.rule import KeyPath, Problem, describe
from logic_apps_environment.validation.schema_rules import MISSING_VALUE, UNKNOWN_KEY, WRONG_KIND
from logic_apps_environment.validation.setting import Setting
from logic_apps_environment.validation.suggestions import did_you_mean, nearest
from logic_apps_environment.validation.texts import check_text, quoted

# pydantic's error types that say more than that a value has another type.
_EXPECTED = {"string_unicode": "a string of valid characters", "int_parsing_size": "a smaller number"}

_TYPES = {
    "array": "a list",
    "object": "an object",
    "boolean": "true or false",
    "integer": "a whole number",
    "string": "a string",
}

# pydantic's error types for a value that is not among the choices, and its notation of a choice.
_CHOICE_ERRORS = ("enum", "literal_error")
_CHOICE = re.compile("'([^']*)'")


def missing(setting: Setting, path: KeyPath) -> Problem:
    """Return the problem that a required value is not set."""
    return MISSING_VALUE.violation("is required, but is not set.", setting.allowed, setting.example, path=path)


def unknown_key(path: KeyPath, known: list[str], *, is_twice: bool = False) -> Problem:
    """Return the problem that a key is unknown, or is set twice in two spellings."""
    if is_twice:
        statement = "is given twice: in snake_case and in camelCase."
        return UNKNOWN_KEY.violation(statement, remedy="Remove one of the two.", path=path)
    meant = nearest(str(path[-1]), known)
    return UNKNOWN_KEY.violation(f"is not a known key.{did_you_mean(meant)}", allowed=", ".join(known), path=path)


def needs_plain_value(type_: ArgumentType, setting: Setting, path: KeyPath) -> Problem:
    """Return the problem that the value is an ``Output`` although a preview has to know it, or its size or keys."""
    statement = (
        f"An Output is not valid: expected {expected(type_)}; values in it may be Outputs."
        if has_outputs(type_)
        else "An Output is not valid: expected a plain value, because it must be known during a preview."
    )
    return WRONG_KIND.violation(statement, setting.allowed, setting.example, path=path)


def wrong_type(given: object, expected: str, setting: Setting, path: KeyPath) -> Problem:
    """Return the problem that a value does not have the type ``expected``."""
    statement = f"{_shown(given, setting)} is not valid: expected {expected}."
    remedy = quoted(given) if expected == "a string" and isinstance(given, bool | int | float) else ""
    return WRONG_KIND.violation(statement, setting.allowed, setting.example, remedy, path)


def of_secret(problem: Problem, path: KeyPath) -> Problem:
    """Return a problem of the secret value at ``path`` without anything that the value contains."""
    statement = f"The secret value violates this rule: {problem.rule.statement}"
    return problem.rule.violation(statement, path=path)


def expected(type_: ArgumentType) -> str:
    """Return the expected type of a value in words."""
    return _TYPES[type_.name]


def of_item(setting: Setting, element: ArgumentType) -> Setting:
    """Return the setting of an item of a collection from that of the collection."""
    allowed = f"an object with {', '.join(keys_of(element.model))}" if element.model else expected(element)
    return replace(setting, allowed=allowed, example="")


def problems_of_key(key: object) -> list[Problem]:
    """Check a key of a mapping, which the caller chooses."""
    if isinstance(key, str):
        return check_text(key)
    return [
        WRONG_KIND.violation(
            f"{describe(key)} is not valid as a key: expected a string.", "a string", remedy=quoted(key)
        )
    ]


def problems_of(error: ValidationError, type_: ArgumentType, setting: Setting, path: KeyPath) -> list[Problem]:
    """Return the problems that a rule raised for a single value, or a problem for pydantic's first error."""
    details = error.errors()[0]
    raised = details.get("ctx", {}).get("error")
    problems: Iterable[Problem] | None = getattr(raised, "problems", None)
    if problems is not None:
        return [problem.within(*path) for problem in problems]
    given: Any = details["input"]
    if details["type"] in _CHOICE_ERRORS and isinstance(given, str):
        known = _CHOICE.findall(details["ctx"]["expected"])
        meant = nearest(given, known) if len(known) > 1 else None
        choices = details["ctx"]["expected"].replace("'", "")
        statement = f"{_shown(given, setting)} is not valid: expected {choices}.{did_you_mean(meant)}"
        return [setting.rule.violation(statement, setting.allowed, setting.example, path=path)]
    return [wrong_type(given, _EXPECTED.get(details["type"], expected(type_)), setting, path)]


def _shown(given: object, setting: Setting) -> str:
    return "The value" if setting.confidential and given is not None else describe(given)
