"""Plots as SVG, by hand: two plain forms do not make up for a plotting library with its dependencies."""

from __future__ import annotations

from html import escape
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 720, 280, 30, 26, 40
_COLOURS = ("#0b6bcb", "#c2410c", "#3f7d20", "#7c3aed")


def ranges(title: str, unit: str, samples: Mapping[str, Sequence[float]]) -> str:
    """A line for each series: a bar from minimum to maximum, a dot for each sample, a stroke at the median."""
    highest = max(max(series) for series in samples.values())
    bottom = _TOP + _ROW * len(samples)

    def x(value: float) -> float:
        return _LEFT + value / highest * (_WIDTH - _LEFT - _RIGHT)

    drawn = _scale(x, highest, bottom, unit)
    for row, (name, series) in enumerate(samples.items()):
        y, colour = _TOP + _ROW * (row + 0.5), _COLOURS[row % len(_COLOURS)]
        drawn.append(_text(_LEFT - 8, y + 4, name, "end"))
        drawn.append(
            f'<line x1="{x(min(series)):.1f}" x2="{x(max(series)):.1f}" y1="{y}" y2="{y}" stroke="{colour}" '
            'stroke-width="6" stroke-opacity="0.25"/>'
        )
        drawn += [f'<circle cx="{x(value):.1f}" cy="{y}" r="2.5" fill="{colour}"/>' for value in series]
        middle = x(median(series))
        drawn.append(
            f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{y - 8}" y2="{y + 8}" stroke="{colour}" stroke-width="2"/>'
        )
    return _document(title, bottom + 40, drawn)


def growth(title: str, horizontal: str, unit: str, series: Mapping[str, Mapping[int, float]]) -> str:
    """Straight lines through the points of each series, from zero, over a linear number of things."""
    widest = max(count for points in series.values() for count in points)
    highest = max(value for points in series.values() for value in points.values())
    left, bottom = 70, 300

    def x(count: float) -> float:
        return left + count / widest * (_WIDTH - left - 160)

    def y(value: float) -> float:
        return bottom - value / highest * (bottom - _TOP)

    drawn = [
        f'<line x1="{left}" x2="{x(widest):.1f}" y1="{bottom}" y2="{bottom}" stroke="#888"/>',
        f'<line x1="{left}" x2="{left}" y1="{bottom}" y2="{_TOP}" stroke="#888"/>',
        _text(x(widest / 2), bottom + 34, horizontal, "middle"),
        _text(left - 6, _TOP + 4, f"{highest:.3g} {unit}", "end"),
        _text(left - 6, bottom, "0", "end"),
    ]
    for number, (name, points) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in sorted(points.items()))
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for count, value in points.items():
            drawn.append(f'<circle cx="{x(count):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>')
        last = max(points)
        drawn.append(_text(x(last) + 8, y(points[last]) + 4, name, "start", colour))
    drawn += [
        _text(x(count), bottom + 16, str(count), "middle") for count in sorted({c for p in series.values() for c in p})
    ]
    return _document(title, bottom + 50, drawn)


def _scale(x: Callable[[float], float], highest: float, bottom: float, unit: str) -> list[str]:
    drawn = []
    for part in range(5):
        value = highest * part / 4
        at = x(value)
        drawn.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{bottom}" stroke="#ddd"/>')
        drawn.append(_text(at, bottom + 18, f"{value:.3g}{f' {unit}' if part == 4 else ''}", "middle"))  # noqa: PLR2004
    return drawn


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _document(title: str, height: float, drawn: Iterable[str]) -> str:
    body = "\n".join(drawn)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" font-family="sans-serif" font-size="12">
<title>{escape(title)}</title>
<rect width="100%" height="100%" fill="white"/>
<text x="12" y="20" font-size="14" fill="#111">{escape(title)}</text>
{body}
</svg>
"""
