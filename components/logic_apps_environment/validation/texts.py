"""Rules that hold for every text: names, tags, ids, paths, addresses."""

from __future__ import annotations

import re
import unicodedata

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

CONTROL_CHARACTER = Rule(
    "control-character",
    "Text contains no control characters and no invisible ones, such as line breaks, zero-width spaces and marks of "
    "direction.",
    Severity.ERROR,
    f"{sources.LIBRARY}: Azure refuses them in names; elsewhere nobody sees them, and what looks equal is not",
)
SURROUNDING_SPACE = Rule(
    "surrounding-space",
    "Names, ids and addresses have no spaces before or after them.",
    Severity.ERROR,
    f"{sources.LIBRARY}: Azure refuses them",
)
CONVERTED_VALUE = Rule(
    "converted-value",
    "Text is what was written in the stack file: YAML converts a date or a number that is not in quotes.",
    Severity.ERROR,
    "YAML 1.2.2, 10.3 Core Schema, and Pulumi's reading of it: the program receives the converted value",
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


def check_text(text: str, shown: str | None = None) -> list[Problem]:
    """Whether ``text`` is free of control characters, and is what was written in the stack file.

    Args:
        text: what was given.
        shown: how messages name it; itself when None.
    """
    converted = _check_converted(text)
    if converted:
        return converted
    for position, character in enumerate(text):
        if character == "\ufffd" or unicodedata.category(character) in _INVISIBLE:
            return [_control_character(shown or describe(text), len(text), position, character)]
    return []


def check_surrounding_space(text: str) -> list[Problem]:
    """Whether ``text``, which is not accepted as it is, has spaces before or after it."""
    if text == text.strip():
        return []
    side, inner = "begins" if text != text.lstrip() else "ends", text.strip()
    example = inner if redact(inner) == inner else ""
    return [SURROUNDING_SPACE.violation(f"{describe(text)} {side} with a space.", "text without it", example)]


def quoted(value: object) -> str:
    """What to do with a value that has to be text and is not."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return (
        f'Put what was written in quotes, such as "{redact(text)}". In YAML, a number without quotes is not text: '
        "1.10 becomes 1.1, and 0123 becomes 83."
    )


def _control_character(shown: str, length: int, position: int, character: str) -> Problem:
    # No form in which a lone surrogate could be shown is text.
    name = _NAMES.get(character) or f"the character {unicodedata.name(character, 'without a name')}"
    where = "ends with" if position == length - 1 else "contains"
    remedy = "Remove it. On Windows, `az … -o tsv` ends its output with one." if character == "\r" else "Remove it."
    at = "" if where == "ends with" else f" at position {position + 1}"
    return CONTROL_CHARACTER.violation(
        f"{shown} {where} {name} (U+{ord(character):04X}){at}.", "text without control characters", remedy=remedy
    )


def _check_converted(text: str) -> list[Problem]:
    date = _CONVERTED_DATE.fullmatch(text)
    if date:
        day, time, offset = date.groups()
        written = day if (time, offset) == ("00:00:00", "+0000") else f"{day}T{time}{offset[:3]}:{offset[3:]}"
        written = written.replace("+00:00", "Z")
        return [
            CONVERTED_VALUE.violation(
                f"{describe(text)} is a date that YAML converted.",
                "text",
                f'"{written}"',
                f'Put it in quotes: "{written}".',
            )
        ]
    if text == _CONVERTED_NULL:
        return [
            CONVERTED_VALUE.violation(
                f"{describe(text)} is a null that YAML converted.", "text", '"~"', 'Put it in quotes: "~".'
            )
        ]
    return []
