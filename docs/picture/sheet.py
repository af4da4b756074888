"""An SVG document with boxes, lines and text.

A page of a Git host shows an SVG as an image, with the fonts of the reader's machine and without the colors of the
page. The document therefore has its own background, a light and a dark theme, and monospaced text, which has about the
same width everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

CHARACTER_WIDTH = 0.61
"""The maximum width of a character of a monospaced font, relative to the font size."""

TEXT_SIZE = 12
LINE_HEIGHT = 17

Kind = Literal["paper", "environment", "network", "subnet", "free", "traffic"]
"""The meaning of a box or a line, which determines its colors."""

STYLE = """
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
.strong { font-weight: bold; }
.muted { fill: #59636e; }
.paper { fill: #ffffff; stroke: #d1d9e0; }
.environment { fill: #ddf4ff; stroke: #0969da; }
.network { fill: #f6f8fa; stroke: #818b98; }
.subnet { fill: #dafbe1; stroke: #1a7f37; }
.free { fill: none; stroke: #818b98; stroke-dasharray: 4 3; }
.traffic { fill: #fff8c5; stroke: #9a6700; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .muted { fill: #9198a1; }
  .paper { fill: #0d1117; stroke: #3d444d; }
  .environment { fill: #121d2f; stroke: #4493f8; }
  .network { fill: #151b23; stroke: #656c76; }
  .subnet { fill: #12261e; stroke: #3fb950; }
  .free { stroke: #656c76; }
  .traffic { fill: #272115; stroke: #d29922; }
}
"""


def width_of(text: str) -> float:
    """Return the maximum width of a text."""
    return len(text) * TEXT_SIZE * CHARACTER_WIDTH


@dataclass
class Sheet:
    """A document. Lengths are pixels at full size, from the upper left corner."""

    width: int
    title: str
    _marks: list[Element] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, kind: Kind) -> Element:
        """Draw a rectangle over earlier ones, and return it, for a height that its content determines."""
        return self._draw("rect", kind, x=x, y=y, width=width, height=height, rx=3)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: Kind, *, thickness: int = 1) -> None:
        """Draw a straight line."""
        self._draw("line", kind, x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke-width": thickness})

    def text(
        self, x: float, y: float, text: str, look: str = "", *, anchor: Literal["start", "middle", "end"] = "start"
    ) -> None:
        """Draw a line of text. ``x`` is its start, middle or end, and ``y`` its baseline."""
        self._draw("text", look, x=x, y=y, **{} if anchor == "start" else {"text-anchor": anchor}).text = text

    def finished(self, height: float) -> str:
        """Return the SVG document with this height."""
        root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {self.width} {height:g}",
                "width": str(self.width),
                "height": f"{height:g}",
                "role": "img",
            },
        )
        SubElement(root, "title").text = self.title
        SubElement(root, "style").text = STYLE
        ground = {"width": str(self.width - 1), "height": f"{height - 1:g}", "rx": "6", "class": "paper"}
        SubElement(root, "rect", {"x": "0.5", "y": "0.5"} | ground)
        root.extend(self._marks)
        indent(root)
        return tostring(root, encoding="unicode") + "\n"

    def _draw(self, tag: str, look: str, **places: float | str) -> Element:
        spelled = {key: value if isinstance(value, str) else f"{value:g}" for key, value in places.items()}
        mark = Element(tag, spelled | ({"class": look} if look else {}))
        self._marks.append(mark)
        return mark
