"""What stands before a command: `make`'s look whether all is set up, and the set-up from nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from logic_apps_sandbox.layout import CODE_ROOT, HOME_VARIABLE, Layout

from .plots import ranges
from .samples import in_turns
from .sections import Section, Verdict, number, spread, table
from .workspace import STACK, pulumi_cli, run, sandbox_of

if TYPE_CHECKING:
    from .effort import Effort

MAKE, BY_HAND = f"make preview STACK={STACK}", f"pulumi preview --stack {STACK}"
MOST_MORE = 1.0
"""Seconds that `make preview` may take more than `pulumi preview` (the aim)."""

BASE_PYTHON = Path(sys.base_prefix) / "bin" / "python3"
"""The interpreter that virtual environments are made from."""


def measure(folder: Path, effort: Effort) -> Section:
    """`make preview` against `pulumi preview` in an open sandbox; and the set-up of a clone, where it is asked for."""
    layout = Layout(project=CODE_ROOT, home=folder / "home")
    with sandbox_of(layout) as open_sandbox:
        outside = {**os.environ, HOME_VARIABLE: str(layout.home)}
        open_sandbox.pulumi("preview")
        samples = in_turns(
            effort.commands,
            {
                MAKE: lambda: run(("make", "preview", f"STACK={STACK}"), CODE_ROOT, outside).seconds,
                BY_HAND: lambda: open_sandbox.seconds("preview"),
            },
        )
    differences = [mine - theirs for mine, theirs in zip(samples[MAKE], samples[BY_HAND], strict=True)]
    middle = median(differences)
    rows = [(f"`{name}`", spread(each)) for name, each in samples.items()]
    rows.append(("Difference of each pair", spread(differences)))
    text = (
        "`make preview` checks the set-up, starts the simulator, runs the command and stops the simulator; "
        f"`pulumi preview` runs in an open sandbox (`make shell`). {effort.commands} alternating rounds."
    )
    parts = [
        text,
        table(("Command", "Minimum, median, maximum, s"), rows),
    ]
    verdicts = [
        Verdict(
            "`make preview` after set-up",
            "`pulumi preview` in an open sandbox",
            f"at most {MOST_MORE:.0f} s more",
            f"{number(middle)} s more",
            middle <= MOST_MORE,
        )
    ]
    if effort.set_up:
        ways = {"with a CLI on PATH": True, "without a CLI": False}
        seconds = {way: set_up_from_nothing(folder / way.replace(" ", "-"), on_path=ways[way]) for way in ways}
        verdicts += [
            Verdict(f"Set-up of a clone, {way}", "-", "none", f"{value:.0f} s", None) for way, value in seconds.items()
        ]
        parts.append(
            "The set-up of a clone (`python3 -m logic_apps_sandbox.toolchain`), once each, with full caches of pip and "
            "Go. The CLI on PATH is that of this repository's sandbox. Without a CLI, set-up tries the release archive "
            "first; if it is unavailable, set-up builds the CLI."
        )
    plot = ranges("Previews: each sample, and the median", "s", samples)
    parts.append("![Previews](benchmarks/make.svg)")
    return Section("Set-up", "\n\n".join(parts), verdicts, {"make.svg": plot})


def set_up_from_nothing(clone: Path, *, on_path: bool) -> float:
    """The seconds that set-up takes in a new clone of the repository.

    Args:
        clone: the folder to clone into.
        on_path: whether the CLI of this repository's sandbox is on PATH; otherwise none is.
    """
    run(("git", "clone", "--quiet", str(CODE_ROOT), str(clone)), CODE_ROOT, os.environ)
    folders = [
        each for each in os.environ.get("PATH", os.defpath).split(os.pathsep) if not (Path(each) / "pulumi").exists()
    ]
    if on_path:
        folders.insert(0, str(pulumi_cli().executable.parent))
    variables = {**os.environ, "PATH": os.pathsep.join(folders)}
    variables.pop(HOME_VARIABLE, None)
    return run((str(BASE_PYTHON), "-m", "logic_apps_sandbox.toolchain"), clone, variables).seconds
