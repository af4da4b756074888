"""Writes docs/benchmarks.md and its plots. What stands outside of the two comments in it is written by people."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from .sections import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .sections import Section

BEGIN, END = "<!-- generated: measurements -->", "<!-- /generated -->"
_MET = {True: "met", False: "**missed**", None: "-"}

_NEW_PAGE = f"""\
# Speed and size

`make bench` measures the project in the sandbox and writes this page.

{BEGIN}
{END}
"""


def write(page: Path, sections: Sequence[Section], circumstances: str) -> None:
    """Update the measurements in the page, and the plots in the folder with the page's name.

    Args:
        page: the Markdown file; created if it does not exist.
        sections: the measurements.
        circumstances: date, duration and machine.
    """
    text = page.read_text() if page.exists() else _NEW_PAGE
    renewed = f"{BEGIN}\n{_measurements(sections, circumstances)}\n{END}"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: renewed, text, flags=re.DOTALL))
    plots = page.with_suffix("")
    plots.mkdir(exist_ok=True)
    for section in sections:
        for name, drawn in section.plots.items():
            (plots / name).write_text(drawn)


def circumstances(machine: str, load: str, load_at_end: str, seconds: float, *, quick: bool) -> str:
    """Return the sentence about date, duration and machine."""
    today = dt.datetime.now(dt.UTC).date()
    quickly = " A **quick** run (`make bench ARGS=--quick`): few repetitions, no set-up." if quick else ""
    return (
        f"{today}, {seconds / 60:.0f} minutes on a shared machine: {machine}. Load average: {load} at the beginning, "
        f"{load_at_end} at the end.{quickly}"
    )


def _measurements(sections: Sequence[Section], circumstances: str) -> str:
    head = ("Measurement", "Compared with", "Goal", "Result", "")
    verdicts = [each for section in sections for each in section.verdicts]
    lines = [
        circumstances,
        "",
        "## Goals",
        "",
        table(head, ((each.what, each.against, each.aim, each.result, _MET[each.is_met]) for each in verdicts)),
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.text]
    return "\n".join(lines)
