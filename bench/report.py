"""Samples, goals, plots, and the page docs/benchmarks.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, TypeVar

import pygal  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

BEGIN, END = "<!-- generated: measurements -->", "<!-- /generated -->"
_MET = {True: "met", False: "**missed**", None: "-"}

Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Goal:
    """A row of the table of goals. ``is_met`` is None without a goal."""

    what: str
    compared_with: str
    goal: str
    result: str
    is_met: bool | None = None


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: the heading.
        text: the Markdown below the heading.
        goals: the rows of the table of goals.
        plots: SVG documents by file name.
    """

    title: str
    text: str
    goals: Sequence[Goal]
    plots: Mapping[str, str] = field(default_factory=dict)


def alternate(rounds: int, measured: Mapping[str, Callable[[], Sample]]) -> dict[str, list[Sample]]:
    """Take one sample of each function in every round, every second round in reverse order."""
    samples: dict[str, list[Sample]] = {name: [] for name in measured}
    for number in range(rounds):
        for name in list(measured)[:: -1 if number % 2 else 1]:
            samples[name].append(measured[name]())
    return samples


def ratio(samples: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the median of the ratios of pairs, so that the load of the machine affects both halves of a pair."""
    return median(one / other for one, other in zip(samples, baseline, strict=True))


def compare(
    what: str, compared_with: str, samples: Sequence[float], baseline: Sequence[float], at_most: float | None = None
) -> Goal:
    """Return the ratio of two series as a row of the table of goals."""
    found = ratio(samples, baseline)
    goal = "none" if at_most is None else f"at most {at_most:.2f} times"
    return Goal(what, compared_with, goal, f"{found:.2f} times", None if at_most is None else found <= at_most)


def number(value: float) -> str:
    """Format a number with about three significant digits and no exponent."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def spread(samples: Sequence[float]) -> str:
    """Return minimum, median and maximum."""
    return " · ".join(map(number, (min(samples), median(samples), max(samples))))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (head, ["---"] * len(head), *rows))


def box_plot(title: str, unit: str, samples: Mapping[str, Sequence[float]]) -> str:
    """Return a box plot of each series, with whiskers at minimum and maximum."""
    chart = pygal.Box(box_mode="extremes", title=title, y_title=unit, width=720, height=420, js=())
    for name, series in samples.items():
        chart.add(name, series)
    return str(chart.render(is_unicode=True))


def line_plot(title: str, x_title: str, y_title: str, series: Mapping[str, Mapping[int, float]]) -> str:
    """Return a line plot of each series."""
    chart = pygal.XY(title=title, x_title=x_title, y_title=y_title, width=720, height=420, js=())
    for name, points in series.items():
        chart.add(name, list(points.items()))
    return str(chart.render(is_unicode=True))


def write(page: Path, sections: Sequence[Section], circumstances: str) -> None:
    """Replace the generated part of a page, and write the plots to the folder with the name of the page."""
    goals = [
        (goal.what, goal.compared_with, goal.goal, goal.result, _MET[goal.is_met])
        for section in sections
        for goal in section.goals
    ]
    parts = [circumstances, "## Goals", table(("Measurement", "Compared with", "Goal", "Result", ""), goals)]
    for section in sections:
        plots = [f"![{section.title}]({page.stem}/{name})" for name in section.plots]
        parts += [f"## {section.title}", section.text, *plots]
    page.parent.mkdir(parents=True, exist_ok=True)
    text = page.read_text() if page.exists() else f"# Speed and size\n\n{BEGIN}\n{END}\n"
    generated = "\n".join([BEGIN, "\n\n".join(parts), END])
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: generated, text, flags=re.DOTALL))
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    for section in sections:
        for name, svg in section.plots.items():
            (folder / name).write_text(svg)
