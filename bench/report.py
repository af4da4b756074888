"""Goals, plots, and the generated parts of the page docs/benchmarks.md."""

import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pygal  # type: ignore[import-untyped]

from logic_apps_sandbox.layout import CODE_ROOT

PAGE = CODE_ROOT / "docs" / "benchmarks.md"

_COMPARISONS = {"at most": operator.le, "at least": operator.ge, "more than": operator.gt, "equal:": operator.eq}


@dataclass(frozen=True)
class Measurement:
    """A row of the table of goals.

    Attributes:
        what: what was measured.
        compared_with: what it was compared with.
        value: the result, in ``unit``.
        goal: a comparison of ``_COMPARISONS`` and the value that the result is compared with; None without a goal.
        details: text that follows the result.
    """

    what: str
    compared_with: str
    value: float
    unit: str
    goal: tuple[str, float] | None = None
    details: str = ""

    def row(self) -> tuple[str, ...]:
        """Return the cells of the row: measurement, compared with, goal, result, and whether the goal is met."""
        goal, met = "none", "-"
        if self.goal:
            comparison, limit = self.goal
            goal = f"{comparison} {number(limit)} {self.unit}".strip()
            met = "met" if _COMPARISONS[comparison](self.value, limit) else "**missed**"
        return self.what, self.compared_with, goal, f"{number(self.value)} {self.unit}{self.details}".strip(), met


@dataclass(frozen=True)
class Results:
    """What a benchmark found: rows of the table of goals, a plot, and a table of its own."""

    measurements: Sequence[Measurement]
    plot: Any = None
    """A chart of pygal, which has no types."""
    table: str = ""


def number(value: float) -> str:
    """Format an integer, or another number with about three significant digits and no exponent."""
    digits = 0 if isinstance(value, int) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def spread(samples: Sequence[float]) -> str:
    """Return minimum, median and maximum."""
    return " · ".join(map(number, (min(samples), median(samples), max(samples))))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (head, ["---"] * len(head), *rows))


def plot(
    title: str, unit: str, series: Mapping[str, Sequence[object]], chart: type = pygal.Box, **options: object
) -> Any:  # noqa: ANN401  # pygal has no types
    """Return a plot of each series; by default boxes with whiskers at minimum and maximum."""
    drawn = chart(box_mode="extremes", title=title, y_title=unit, width=720, height=420, js=(), **options)
    for name, samples in series.items():
        drawn.add(name, samples)
    return drawn


def write(page: Path, circumstances: str, results: Mapping[str, Results]) -> None:
    """Write the page with the present results, and its plots to a folder beside it.

    The generated parts have the names of the benchmarks. All other text is that of docs/benchmarks.md.
    """
    plots = page.parent / PAGE.stem
    plots.mkdir(parents=True, exist_ok=True)
    rows = [measurement.row() for result in results.values() for measurement in result.measurements]
    parts = {
        "circumstances": circumstances,
        "goals": table(("Measurement", "Compared with", "Goal", "Result", ""), rows),
    }
    for name, result in results.items():
        parts[name] = result.table
        if result.plot:
            result.plot.render_to_file(plots / f"{name}.svg")
            parts[name] += f"\n\n![{result.plot.config.title}]({plots.name}/{name}.svg)"

    def renew(part: re.Match[str]) -> str:
        return f"{part[1]}\n{parts.get(part[2], 'Not measured.').strip()}\n{part[3]}"

    generated = r"(<!-- generated: ([\w-]+) -->)\n.*?(<!-- /generated -->)"
    page.write_text(re.sub(generated, renew, PAGE.read_text(), flags=re.DOTALL))
