"""The parts of the page: text, rows of the table of goals, plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .samples import Comparison


@dataclass(frozen=True)
class Verdict:
    """A row of the table of goals.

    Attributes:
        what: what was measured, and on what.
        against: what it is compared with.
        aim: the goal in words.
        result: the result in words.
        is_met: None without a goal.
    """

    what: str
    against: str
    aim: str
    result: str
    is_met: bool | None


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        title: its heading.
        text: Markdown below it.
        verdicts: its rows of the table of goals.
        plots: SVG documents by the names of their files.
    """

    title: str
    text: str
    verdicts: Sequence[Verdict]
    plots: Mapping[str, str] = field(default_factory=dict)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def comparison_table(comparisons: Iterable[Comparison]) -> str:
    """Minimum, median and maximum of both halves of each comparison, and the ratio."""
    return table(
        (
            "Measurement",
            "Compared with",
            "Unit",
            "Minimum, median, maximum",
            "Of the comparison",
            "Median of the ratios",
        ),
        (
            (
                each.what,
                each.against,
                each.unit,
                spread(each.samples),
                spread(each.baseline),
                f"{each.ratio:.2f}",
            )
            for each in comparisons
        ),
    )


def spread(samples: Sequence[float]) -> str:
    """Minimum, median and maximum, to three significant digits."""
    return " · ".join(number(value) for value in (min(samples), median(samples), max(samples)))


def number(value: float) -> str:
    """Format a number with three significant digits and no exponent."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def verdict(comparison: Comparison) -> Verdict:
    """Return the row of a comparison in the table of goals."""
    aim = "none" if comparison.at_most is None else f"at most {comparison.at_most:.2f} times"
    return Verdict(comparison.what, comparison.against, aim, f"{comparison.ratio:.2f} times", comparison.is_met)
