"""What somebody most likely meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_COMPARED = 100
"""Comparing takes time that grows with the square of the length, and no key is mistyped into a hundred characters."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known word that ``given`` was most likely meant to be, ignoring case; None when nothing is near."""
    if len(given) > _LONGEST_COMPARED:
        return None
    by_lower_case = {word.lower(): word for word in known}
    matches = difflib.get_close_matches(given.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[matches[0]] if matches else None
