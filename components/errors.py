"""The one error that users of the components see when their arguments are invalid, and how problems are listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import pulumi

from .rules.rule import spell_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .rules import Problem


NOT_REQUESTED = "what depends on it was not requested"
"""The consequence of a problem that shows only during the deployment, when other resources may exist already."""

MOST_LINES = 200
"""About how many lines a message has at most."""

_MOST_OF_ONE_KIND = 10
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

    Args:
        problems: the problems, one for each path.
        prefix: stands before each path.
    """
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, place=()), []).append(problem)
    listed: list[str] = []
    counts: Counter[tuple[str | int, ...]] = Counter()
    rest: dict[tuple[str | int, ...], list[Problem]] = {}
    for group in groups.values():
        kind = (group[0].rule.identifier, *group[0].place[:1])
        counts[kind] += 1
        if counts[kind] <= _MOST_OF_ONE_KIND:
            listed.append(_summary(group, prefix))
        else:
            rest.setdefault(kind, []).extend(group)
    return listed + [_summary_of_rest(each, prefix) for each in rest.values()]


def _summary(group: Sequence[Problem], prefix: str) -> str:
    text = group[0].spelled(prefix)
    if len(group) == 1:
        return text
    return f"{text}\n   Also at: {_some_paths(group[1:], prefix)} ({len(group)} in all)"


def _summary_of_rest(rest: Sequence[Problem], prefix: str) -> str:
    """One entry for the problems of a rule in one argument beyond those that are listed one by one."""
    more = f"{len(rest)} more problem{'s' if len(rest) > 1 else ''} of this kind"
    return f"{_some_paths(rest, prefix)}: {more}. [{rest[0].rule.identifier}]"


def _some_paths(problems: Sequence[Problem], prefix: str) -> str:
    shown = ", ".join(f"{prefix}{spell_place(problem.place)}" for problem in islice(problems, _MOST_PATHS))
    return shown if len(problems) <= _MOST_PATHS else f"{shown} and {len(problems) - _MOST_PATHS} more"
