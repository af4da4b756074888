"""Rules for all text, such as names, tags, IDs, paths and addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, describe, redact

CONTROL_CHARACTER = Rule("control-character", "Text contains no control or invisible characters.", references.LIBRARY)
SURROUNDING_SPACE = Rule(
    "surrounding-space", "Names, IDs and addresses have no surrounding spaces.", references.LIBRARY
)
CONVERTED_VALUE = Rule(
    "converted-value",
    "Dates and null are in quotes where a string is expected.",
    "YAML 1.2.2, 10.3 Core Schema",
)

# Control characters, format characters (zero-width, direction), lone surrogates, line and paragraph separators.
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_NAMES = {
    "\0": "a null character",
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a carriage return",
    "\x1b": "an escape character",
    "\ufffd": "a character that could not be decoded",
}

# What Go's time.Time.String() returns; the engine is written in Go.
_CONVERTED_DATE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4}) (?:UTC|[+-]\d{4})")
_CONVERTED_NULL = "<nil>"

ORIGINAL_IN_QUOTES = "Enclose the original value in quotes"
"""The advice for a value whose original text only the stack file has."""


def check_text(text: str, shown: str | None = None) -> list[Problem]:
    """Check that ``text`` contains no control characters, and is not a value that YAML converted.

    Messages show the text in quotes, or ``shown``.
    """
    if converted := _converted(text):
        return [converted]
    for position, character in enumerate(text):
        if character == "\ufffd" or unicodedata.category(character) in _INVISIBLE:
            return [_control_character(shown or describe(text), len(text), position, character)]
    return []


def check_surrounding_space(text: str) -> Iterator[Problem]:
    """Check ``text``, which is invalid, for leading and trailing spaces."""
    if text == text.strip():
        return
    side, inner = "begins" if text != text.lstrip() else "ends", text.strip()
    example = inner if redact(inner) == inner else ""
    yield SURROUNDING_SPACE.violation(
        f"{describe(text)} {side} with a space.", "a value without leading and trailing spaces", example
    )


def quoted(value: object) -> str:
    """Return what to do with a value of another type where a string is expected."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return (
        f'{ORIGINAL_IN_QUOTES}, such as "{redact(text)}". YAML converts numbers that are not in '
        "quotes: 1.10 becomes 1.1, and 0123 becomes 83."
    )


def _control_character(shown: str, length: int, position: int, character: str) -> Problem:
    # A lone surrogate cannot be printed.
    name = _NAMES.get(character) or f"the character {unicodedata.name(character, 'without a name')}"
    where = "ends with" if position == length - 1 else "contains"
    remedy = "Remove it. On Windows, `az … -o tsv` ends its output with one." if character == "\r" else "Remove it."
    at = "" if where == "ends with" else f" at position {position + 1}"
    return CONTROL_CHARACTER.violation(
        f"{shown} {where} {name} (U+{ord(character):04X}){at}.", "a string without control characters", remedy=remedy
    )


def _converted(text: str) -> Problem | None:
    """Return the problem that YAML converted a date or null to ``text``, if it looks like that."""
    if text == _CONVERTED_NULL:
        what, written = "null", "~"
    elif date := _CONVERTED_DATE.fullmatch(text):
        day, time, offset = date.groups()
        written = day if (time, offset) == ("00:00:00", "+0000") else f"{day}T{time}{offset[:3]}:{offset[3:]}"
        what, written = "date", written.replace("+00:00", "Z")
    else:
        return None
    return CONVERTED_VALUE.violation(
        f"{describe(text)} is a {what} that YAML converted.",
        "a string",
        remedy=f'Enclose it in quotes: "{written}".',
    )
