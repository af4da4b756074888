"""The one error that users of the components see when their arguments are invalid, and how problems are listed."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import pulumi

from logic_apps_environment.validation.rule import format_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logic_apps_environment.validation.rule import Problem


NOT_REQUESTED = "what depends on it was not requested"
"""The consequence of a problem that shows only during the deployment, when other resources may exist already."""

MOST_LINES = 200
"""About how many lines a message has at most."""

_MOST_OF_ONE_KIND = 10
"""Mistakes that differ only in the given values are listed one by one up to this number."""
_MOST_PATHS = 5


class ArgumentsError(pulumi.RunError):
    """The arguments are invalid; the message lists every problem with its path and what to do.

    It is a ``RunError``, which Pulumi prints without a traceback.

    Attributes:
        problems: all problems, one for each path, in the order of the arguments.
    """

    def __init__(
        self,
        subject: str,
        problems: Iterable[Problem],
        *,
        prefix: str = "",
        consequence: str = "nothing was created or changed because of it",
    ) -> None:
        """The error of these problems.

        Args:
            subject: what has the problems, as a sentence begins.
            problems: at least one.
            prefix: stands before each path.
            consequence: what that means for the deployment, as a sentence ends.
        """
        self.problems = tuple(problems)
        listed = summaries(self.problems, prefix)
        count = len(listed)
        lines = [f"{subject} has {count} problem{'s' if count > 1 else ''}; {consequence}."]
        for number, summary in enumerate(listed, start=1):
            added = ["", *f"{number}. {summary}".splitlines()]
            if len(lines) + len(added) > MOST_LINES - 2:
                lines += ["", f"{count - number + 1} more problems are not shown. Solve these first."]
                break
            lines += added
        super().__init__("\n".join(lines))


def summaries(problems: Iterable[Problem], prefix: str = "") -> list[str]:
    """Problems as a person reads them. The same mistake at several paths is listed once, with the paths.

    So are more than ten mistakes that differ only in the given values.

    Args:
        problems: the problems, one for each path.
        prefix: stands before each path.
    """
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, path=()), []).append(problem)
    kinds: dict[tuple[object, ...], list[list[Problem]]] = {}
    for group in groups.values():
        kinds.setdefault(_kind(group[0]), []).append(group)
    listed = []
    for group in groups.values():
        alike = kinds[_kind(group[0])]
        # Problems of one place say different things about it, such as the destinations that one security group blocks.
        is_one_place = len({problem.path for each in alike for problem in each}) == 1
        if len(alike) <= _MOST_OF_ONE_KIND or is_one_place:
            listed.append(_summary(group, "Also at", prefix))
        elif group is alike[0]:
            listed.append(_summary([problem for each in alike for problem in each], "Similar at", prefix))
    return listed


def _kind(problem: Problem) -> tuple[object, ...]:
    """What problems have in common that differ only in the values that were given, such as in the items of a list."""
    return problem.rule.identifier, problem.allowed, problem.path[:1] if len(problem.path) > 1 else ()


def _summary(alike: Sequence[Problem], others: str, prefix: str) -> str:
    """The first problem as a person reads it, with the paths of the others, and how many there are."""
    text = alike[0].format(prefix)
    if len(alike) == 1:
        return text
    return f"{text}\n   {others}: {_some_paths(alike[1:], prefix)} ({len(alike)} in all)"


def _some_paths(problems: Sequence[Problem], prefix: str) -> str:
    shown = ", ".join(f"{prefix}{format_path(problem.path)}" for problem in islice(problems, _MOST_PATHS))
    return shown if len(problems) <= _MOST_PATHS else f"{shown} and {len(problems) - _MOST_PATHS} more"
