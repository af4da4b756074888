"""Find duplicates in a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Step = TypeVar("Step", int, str)


def repeated(values: Mapping[Step, str]) -> Iterator[tuple[Step, Step]]:
    """Yield each duplicate with the first key that has the same text, ignoring case as Azure does.

    Args:
        values: texts by their keys: positions in a list, or keys of a mapping.
    """
    first: dict[str, Step] = {}
    for step, value in values.items():
        earlier = first.setdefault(value.lower(), step)
        if earlier != step:
            yield step, earlier
