"""The error for invalid arguments, and lists of problems."""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pulumi

from logic_apps_environment.validation.rule import Problem, format_path, some_of

MAX_LINES = 200
"""The approximate maximum number of lines in a message."""

_MAX_OF_ONE_KIND = 10
"""The maximum number of problems that are listed one by one although they differ only in their values."""

_LONG = 100
"""The number of characters from which on a list of allowed values is shown once only."""


def unless_shown(allowed: str, shown: set[str]) -> str:
    """Return a list of allowed values and add it to those that are shown; nothing if it is long and shown already."""
    if len(allowed) >= _LONG and allowed in shown:
        return ""
    shown.add(allowed)
    return allowed


class ArgumentsError(pulumi.RunError):
    """The arguments are invalid; the message lists every problem with its path and what to do.

    It is a ``RunError``, which Pulumi prints without a traceback.

    Attributes:
        problems: all problems, one for each path, in the order of the arguments.
    """

    def __init__(self, subject: str, problems: Iterable[Problem], *, prefix: str, consequence: str) -> None:
        """Create the error of at least one problem, with ``prefix`` before each path.

        The subject, the invalid object, begins a sentence; the consequence for the deployment ends it.
        """
        self.problems = tuple(problems)
        listed = summaries(self.problems, prefix)
        count = len(listed)
        lines = [f"{subject} has {count} problem{'s' if count > 1 else ''}; {consequence}."]
        for number, summary in enumerate(listed, start=1):
            added = ["", *f"{number}. {summary}".splitlines()]
            if len(lines) + len(added) > MAX_LINES - 2:
                lines += ["", f"{count - number + 1} more problems are not shown. Fix these first."]
                break
            lines += added
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle the message and the attributes, not the parameters of the constructor."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined] # not in its stub


def summaries(problems: Iterable[Problem], prefix: str = "") -> list[str]:
    """Return the messages of problems, with ``prefix`` before each path.

    The same problem at several paths is listed once, with all paths. The same applies to more than ten problems that
    differ only in their values.
    """
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, path=()), []).append(problem)
    kinds: dict[tuple[object, ...], list[list[Problem]]] = {}
    for group in groups.values():
        kinds.setdefault(_kind(group[0]), []).append(group)
    listed = []
    shown_lists: set[str] = set()
    for group in groups.values():
        alike = kinds[_kind(group[0])]
        # Problems with the same path are different, such as the traffic that one network security group blocks.
        is_one_place = len({problem.path for each in alike for problem in each}) == 1
        if len(alike) <= _MAX_OF_ONE_KIND or is_one_place:
            shown, others = group, "Also at"
        elif group is alike[0]:
            shown, others = [problem for each in alike for problem in each], "Similar at"
        else:
            continue
        first = replace(shown[0], allowed=unless_shown(shown[0].allowed, shown_lists))
        listed.append(_summary([first, *shown[1:]], others, prefix))
    return listed


def _kind(problem: Problem) -> tuple[object, ...]:
    """Return the properties that are equal for problems that differ only in their values, such as items of a list."""
    return problem.rule.identifier, problem.allowed, problem.path[:1] if len(problem.path) > 1 else ()


def _summary(alike: Sequence[Problem], others: str, prefix: str) -> str:
    """Return the message of the first problem, with the paths and the number of all."""
    text = alike[0].format(prefix)
    if len(alike) == 1:
        return text
    paths = [f"{prefix}{format_path(problem.path)}" for problem in alike[1:]]
    return f"{text}\n   {others}: {some_of(paths)} ({len(alike)} in all)"
