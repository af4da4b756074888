"""Rules, and the problems that they find."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TypeVar

KeyPath = tuple[str | int, ...]
"""The keys and positions that lead to a value, such as ``("network", "subnets", 1, "name")``."""


class Severity(StrEnum):
    """The consequence of violating a rule."""

    ERROR = "error"
    """A source states that Azure rejects the value or that it is unusable. Nothing is requested."""

    WARNING = "warning"
    """The value might be a mistake. The deployment continues."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement of Azure, or of this library, for the arguments of an environment.

    Attributes:
        identifier: the permanent name of the rule in messages and documentation.
        statement: the rule as a sentence about valid arguments.
        source: the document and section that state the rule; see references.py for titles.
        severity: the consequence of violating the rule.
    """

    identifier: str
    statement: str
    source: str
    severity: Severity = Severity.ERROR

    def violation(
        self,
        statement: str,
        allowed: str = "",
        example: str = "",
        remedy: str = "",
        path: Sequence[str | int] = (),
    ) -> Problem:
        """Return the problem that the value at ``path`` violates this rule."""
        return Problem(self, statement, allowed, example, remedy, tuple(path))


@dataclass(frozen=True, slots=True)
class Problem:
    """A violation of a rule: an error or a warning, with all information that is needed to correct it.

    Attributes:
        rule: the rule that the value violates.
        statement: what is wrong, as a sentence that names the value.
        allowed: the allowed values.
        example: an allowed value; empty if there is none.
        remedy: what to do, if it is more than setting an allowed value; empty otherwise.
        path: the path from the root of the arguments to the value.
    """

    rule: Rule
    statement: str
    allowed: str = ""
    example: str = ""
    remedy: str = ""
    path: KeyPath = ()

    @property
    def is_error(self) -> bool:
        """Whether the problem makes the arguments invalid."""
        return self.rule.severity is Severity.ERROR

    def within(self, *path: str | int) -> Problem:
        """Return the same problem with ``path`` before its path."""
        return replace(self, path=(*path, *self.path))

    def format(self, prefix: str = "") -> str:
        """Return the problem as a message, with ``prefix`` before its path."""
        subject = f"{prefix}{format_path(self.path)}" if self.path else prefix.rstrip(".: ")
        details = format_details(
            self.rule.severity, self.statement, self.allowed, example=self.example, remedy=self.remedy
        )
        return "\n".join([f"{subject}: {self.statement} [{self.rule.identifier}]", *details])


def format_details(severity: str, statement: str, allowed: str, *, example: str, remedy: str) -> list[str]:
    """Return the lines below the statement of a message, without those that only repeat what is above them."""
    if example == allowed or " Did you mean " in statement:
        example = ""
    if f" expected {allowed}." in statement:
        allowed = ""
    # A warning forbids nothing.
    label = "Allowed" if severity == Severity.ERROR else "Expected"
    details = {label: allowed, "Example": example, "What to do": remedy}
    return [f"   {label}: {text}" for label, text in details.items() if text]


def format_path(path: Sequence[str | int]) -> str:
    """Return a path as Pulumi writes it for configuration values: ``network.subnets[1].addressPrefix``.

    A key that is not a plain word is quoted, as ``pulumi config set --path`` expects it: ``certificates["my.root"]``.
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif could_be_secret(part):
            text += "[…]"
        elif part.isascii() and part.replace("_", "").replace("-", "").isalnum():
            text += f".{redact(part)}" if text else redact(part)
        else:
            text += f'["{redact(part)}"]'
    return text


_MAX_SHOWN_LENGTH = 60
_MAX_SHOWN = 5

_RESOURCE_ID = re.compile(
    r"/?subscriptions/[0-9a-f-]{36}/resourceGroups/[^/\s]{1,90}/providers/Microsoft\.[A-Za-z]{1,40}", re.IGNORECASE
)
# Text that could be a key in the wrong place: markers of PEM text, a run of characters as long as a line of it, and the
# signature of a shared access signature.
_SECRET = re.compile(r"-----BEGIN|PRIVATE KEY|[?&]sig=|[A-Za-z0-9+/=_-]{64}")


def could_be_secret(text: str) -> bool:
    """Whether ``text`` could contain a key; messages then repeat no part of it.

    Resource IDs are excepted: they are as long as keys, but users have to see them to correct them.
    """
    return _SECRET.search(_RESOURCE_ID.sub("", text)) is not None


def redact(text: str) -> str:
    """Return the beginning of ``text`` without control characters; only an ellipsis for text that could be a key."""
    if could_be_secret(text):
        return "…"
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:_MAX_SHOWN_LENGTH]
    )
    return shown if len(text) <= _MAX_SHOWN_LENGTH else f"{shown}…"


def describe(value: object) -> str:  # noqa: PLR0911 - one for each type
    """Return a value as messages show it: text in quotes and redacted; only the type of objects and lists."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            long = len(value) > _MAX_SHOWN_LENGTH or could_be_secret(value)
            return f'"{redact(value)}"' + (f" ({len(value)} characters)" if long else "")
        case dict():
            return "an object" if value else "an empty object"
        case list() | tuple():
            return f"a list of {len(value)}" if value else "an empty list"
        case int() | float():
            return redact(str(value))
        case _:
            return f"a value of type {type(value).__name__}"


def some_of(items: Collection[object]) -> str:
    """Return the first items of a collection and the number of the others, for a sentence."""
    shown = ", ".join(str(item) for item in islice(items, _MAX_SHOWN))
    return shown if len(items) <= _MAX_SHOWN else f"{shown} and {len(items) - _MAX_SHOWN} more"


Step = TypeVar("Step", int, str)


def check_unique(rule: Rule, values: Mapping[Step, str], statement: str, remedy: str, *path: str) -> list[Problem]:
    """Check that the values of a collection are unique, ignoring letter case as Azure does.

    The values have their positions in a list or their keys in a mapping, and ``path`` has the keys from an item of the
    collection to its value. In the statement, ``{value}`` is the repeated value and ``{earlier}`` the key that has it
    first.
    """
    first: dict[str, Step] = {}
    problems = []
    for step, value in values.items():
        earlier = first.setdefault(value.lower(), step)
        if earlier != step:
            text = statement.format(value=describe(value), earlier=describe(earlier))
            problems.append(rule.violation(text, remedy=remedy, path=(step, *path)))
    return problems
