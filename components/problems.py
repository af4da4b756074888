"""What is wrong with given arguments, said so that the reader can mend it without opening the source.

A :class:`Problem` is one mistake; :class:`ArgumentsError` carries all mistakes of one set of arguments, so that a
preview names every one of them at once. Pulumi prints a ``RunError`` without a traceback, and so it prints this one.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST_GIVEN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the arguments.

    Attributes:
        statement: what is wrong, as a sentence that names what was given.
        allowed: what would be right.
        example: a value that is accepted in this place; empty when there is none.
        remedy: what to do when it is more than writing an allowed value; empty otherwise.
        place: the way from the root of the arguments to the value, such as ``("network", "subnets", 1, "name")``.
    """

    statement: str
    allowed: str = ""
    example: str = ""
    remedy: str = ""
    place: tuple[str | int, ...] = ()

    def within(self, place: Sequence[str | int]) -> Problem:
        """The same problem seen from an outer level, where ``place`` leads to the level at which it was found."""
        return Problem(self.statement, self.allowed, self.example, self.remedy, (*place, *self.place))


class ProblemsFound(ValueError):  # noqa: N818 - no error that anybody sees
    """Carries problems from a rule through pydantic, which collects ``ValueError`` only, to where all are collected."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.statement for problem in self.problems))


class ArgumentsError(pulumi.RunError):
    """The arguments cannot be used; the message lists every problem with its place and what to do.

    Attributes:
        problems: all problems, in the order of the message.
    """

    def __init__(self, subject: str, problems: Iterable[Problem], *, prefix: str = "") -> None:
        """``subject`` is what has the problems, as a sentence begins; ``prefix`` stands before each place."""
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [
            f"{subject} has {count} problem{'s' if count > 1 else ''}; nothing was created or changed because of it."
        ]
        for number, problem in enumerate(self.problems, start=1):
            lines += ["", f"{number}. {prefix}{spell_place(problem.place)}: {problem.statement}"]
            details = {"Allowed": problem.allowed, "Example": problem.example, "What to do": problem.remedy}
            lines += [f"   {label}: {text}" for label, text in details.items() if text]
        super().__init__("\n".join(lines))


def spell_place(place: Sequence[str | int]) -> str:
    """The place as Pulumi spells the path of a configuration value: ``network.subnets[1].addressPrefix``.

    A key that is not a plain word is quoted as ``pulumi config set --path`` wants it: ``certificates["my.root"]``.
    """
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "").replace("-", "").isalnum():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def spell_given(value: object) -> str:
    """What was given, for a sentence: text is quoted and shortened, of a structure only its kind is said."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return (
            f'"{value}"' if len(value) <= _LONGEST_GIVEN else f'"{value[:_LONGEST_GIVEN]}…" ({len(value)} characters)'
        )
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    return str(value)[:_LONGEST_GIVEN]


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known word that ``given`` was most likely meant to be, ignoring case; None when nothing is near."""
    by_lower_case = {word.lower(): word for word in known}
    matches = difflib.get_close_matches(given.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[matches[0]] if matches else None
