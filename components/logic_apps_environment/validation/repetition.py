"""The check that the values of a collection are unique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from logic_apps_environment.validation.rule import describe

if TYPE_CHECKING:
    from logic_apps_environment.validation.rule import Problem, Rule

Step = TypeVar("Step", int, str)


def check_unique(rule: Rule, values: Mapping[Step, str], statement: str, allowed: str, *path: str) -> list[Problem]:
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
            problems.append(rule.violation(text, allowed, path=(step, *path)))
    return problems
