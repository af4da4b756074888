"""Suggestions for misspelled names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MAX_COMPARED_LENGTH = 100
"""The time of a comparison grows with the square of the length."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most similar to ``given``, ignoring letter case; None if no word is similar."""
    if len(given) > _MAX_COMPARED_LENGTH:
        return None
    by_lower_case = {word.lower(): word for word in known}
    matches = difflib.get_close_matches(given.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[matches[0]] if matches else None


def did_you_mean(word: str | None) -> str:
    """Return the question that suggests ``word``, with a space before it; nothing without a word."""
    return f' Did you mean "{word}"?' if word else ""
