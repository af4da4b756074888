"""Problems of one component that are found while the deployment resolves its values, reported together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pulumi

from logic_apps_environment.validation.rule import Problem

Result = TypeVar("Result")

_MAX_WAIT = 2.0
"""The maximum time in seconds that a problem waits for values that might have problems too.

A value can depend on the value that is wrong and then never resolves.
"""

_MAX_LOOKUP_TIME = 30.0
"""The maximum time in seconds that a problem waits for look-ups."""

_UNTIL_LOOKUPS_START = 0.05
"""The time in seconds in which a look-up starts after its values have resolved."""


@dataclass(slots=True)
class LateProblems:
    """The late problems of one component.

    Attributes:
        is_superseded: whether another error has rejected the component. Its late problems would hide that error.
    """

    is_superseded: bool = False
    _found: list[Problem] = field(default_factory=list)
    _values: list[pulumi.Output[Any]] = field(default_factory=list)
    _lookups: list[asyncio.Future[Any]] = field(default_factory=list)
    _all_found: asyncio.Future[None] | None = None

    def expect(self, value: pulumi.Output[Any]) -> None:
        """Wait for ``value``, which is validated when it resolves, before problems are reported."""
        self._values.append(value)

    async def expect_lookup(self, lookup: Coroutine[Any, Any, Result]) -> Result:
        """Run a look-up, and wait for its end before problems are reported."""
        task = asyncio.ensure_future(lookup)
        self._lookups.append(task)
        return await task

    async def together_with(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Add problems, and return them with all that are found at about the same time."""
        self._found += problems
        if self._all_found is None:
            self._all_found = asyncio.ensure_future(self._wait())
        await asyncio.shield(self._all_found)
        return tuple(dict.fromkeys(self._found))

    async def _wait(self) -> None:
        await _wait_for([asyncio.ensure_future(each.future()) for each in self._values], _MAX_WAIT)
        await asyncio.sleep(_UNTIL_LOOKUPS_START)
        await _wait_for(self._lookups, _MAX_LOOKUP_TIME)


async def _wait_for(tasks: Iterable[asyncio.Future[Any]], seconds: float) -> None:
    """Wait until all tasks have ended or failed, but not longer than some seconds."""
    await asyncio.wait([asyncio.gather(*tasks, return_exceptions=True)], timeout=seconds)
