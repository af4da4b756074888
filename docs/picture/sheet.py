"""A sheet to draw on, which becomes the text of an SVG file.

On a forge's page an SVG is an image: it has no fonts but those of the reader's machine and takes no colors from the
page around it. So a sheet has a ground of its own and both themes, and all text on it is monospaced, which is about
equally wide everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

CHARACTER_WIDTH = 0.61
"""Of a monospaced font, at most, in parts of its size."""

TEXT_SIZE = 12
LINE_HEIGHT = 17

Kind = Literal["paper", "environment", "network", "subnet", "free", "guard"]
"""What a box or a line stands for; gives its colors."""

STYLE = """
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
.strong { font-weight: bold; }
.muted { fill: #59636e; }
.paper { fill: #ffffff; stroke: #d1d9e0; }
.environment { fill: #ddf4ff; stroke: #0969da; }
.network { fill: #f6f8fa; stroke: #818b98; }
.subnet { fill: #dafbe1; stroke: #1a7f37; }
.free { fill: none; stroke: #818b98; stroke-dasharray: 4 3; }
.guard { fill: #fff8c5; stroke: #9a6700; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .muted { fill: #9198a1; }
  .paper { fill: #0d1117; stroke: #3d444d; }
  .environment { fill: #121d2f; stroke: #4493f8; }
  .network { fill: #151b23; stroke: #656c76; }
  .subnet { fill: #12261e; stroke: #3fb950; }
  .free { stroke: #656c76; }
  .guard { fill: #272115; stroke: #d29922; }
}
"""


def width_of(text: str) -> float:
    """How wide a text becomes, at most."""
    return len(text) * TEXT_SIZE * CHARACTER_WIDTH


@dataclass
class Sheet:
    """What is drawn so far; lengths are pixels at full size, from the upper left corner."""

    width: int
    title: str
    _marks: list[Element] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, kind: Kind) -> None:
        """Draws a rectangle; later ones lie on earlier ones."""
        self._draw("rect", kind, x=x, y=y, width=width, height=height, rx=3)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: Kind, *, thickness: int = 1) -> None:
        """Draws a straight line."""
        self._draw("line", kind, x1=x1, y1=y1, x2=x2, y2=y2, **{"stroke-width": thickness})

    def text(
        self, x: float, y: float, text: str, look: str = "", *, anchor: Literal["start", "middle", "end"] = "start"
    ) -> None:
        """Writes a line of text, of which ``x`` is the start, middle or end and ``y`` the baseline."""
        self._draw("text", look, x=x, y=y, **{} if anchor == "start" else {"text-anchor": anchor}).text = text

    def finished(self, height: float) -> str:
        """The SVG file, as high as told."""
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
