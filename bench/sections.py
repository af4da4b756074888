"""What a measurement hands to the page: a part of text, lines for the table of aims, plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .samples import Comparison


@dataclass(frozen=True)
class Verdict:
    """A line of the table of aims.

    Attributes:
        what: what was measured, and on what.
        against: what it is compared with.
        aim: the aim in words.
        result: the result in words.
        is_met: None where there is no aim.
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
        verdicts: its lines of the table of aims.
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
        ("What", "Against", "Unit", "Minimum, median, maximum", "Of what it is compared with", "Median of the ratios"),
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
    """A number as people read it: three significant digits, no exponent."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def verdict(comparison: Comparison) -> Verdict:
    """The line of a comparison in the table of aims."""
    aim = "stated" if comparison.at_most is None else f"at most {comparison.at_most:.2f} times"
    return Verdict(comparison.what, comparison.against, aim, f"{comparison.ratio:.2f} times", comparison.is_met)
