"""Commands that ran in turns as comparisons: by the clock on the wall, and by the processors' time that they took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .samples import Comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .workspace import Finished

SECONDS, PROCESSOR_SECONDS = "s", "CPU s"


def compared(
    what: str, against: str, mine: Sequence[Finished], theirs: Sequence[Finished], at_most: float | None = None
) -> tuple[Comparison, Comparison]:
    """A comparison by each clock; the aim is about the one on the wall."""
    return (
        Comparison(what, against, SECONDS, seconds_of(mine), seconds_of(theirs), at_most),
        Comparison(
            what,
            against,
            PROCESSOR_SECONDS,
            [each.processor_seconds for each in mine],
            [each.processor_seconds for each in theirs],
        ),
    )


def seconds_of(commands: Sequence[Finished]) -> list[float]:
    """How long each took."""
    return [each.seconds for each in commands]
