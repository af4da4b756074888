"""Pulumi commands on one environment, against the program written by hand and one that only imports Pulumi."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from .plots import ranges
from .samples import Comparison, in_turns
from .sections import Section, comparison_table, verdict
from .workspace import PROGRAM_OF_THE_PROJECT, PROGRAMS, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .effort import Effort
    from .workspace import Workspace

BY_HAND = "by hand with azure-native"
ONLY_PULUMI = "a program that only imports pulumi"


def measure(folder: Path, effort: Effort) -> Section:
    """`preview` and `up` of one environment, each from nothing to everything."""
    with ExitStack() as open_ones:
        mine = open_ones.enter_context(workspace(folder / "components", PROGRAM_OF_THE_PROJECT))
        by_hand = open_ones.enter_context(workspace(folder / "by-hand", PROGRAMS / "by_hand.py"))
        nothing = open_ones.enter_context(workspace(folder / "only-pulumi", PROGRAMS / "only_pulumi.py"))
        for each in (mine, by_hand, nothing):
            each.pulumi("preview")  # makes the stack, and compiles
        previews = in_turns(
            effort.commands,
            {
                "mine": lambda: mine.seconds("preview"),
                BY_HAND: lambda: by_hand.seconds("preview"),
                ONLY_PULUMI: lambda: nothing.seconds("preview"),
            },
        )
        ups = in_turns(effort.commands, {"mine": _up_from_nothing(mine), BY_HAND: _up_from_nothing(by_hand)})
    comparisons = [
        Comparison("`pulumi preview` of one environment", BY_HAND, "s", previews["mine"], previews[BY_HAND], 1.10),
        Comparison("`pulumi preview` of one environment", ONLY_PULUMI, "s", previews["mine"], previews[ONLY_PULUMI]),
        Comparison("`pulumi preview` by hand", ONLY_PULUMI, "s", previews[BY_HAND], previews[ONLY_PULUMI]),
        Comparison("`pulumi up`, simulated time at once", BY_HAND, "s", ups["mine"], ups[BY_HAND], 1.10),
    ]
    plot = ranges(
        "Commands on one environment: each sample, and the median",
        "s",
        {
            "preview, this project": previews["mine"],
            f"preview, {BY_HAND}": previews[BY_HAND],
            f"preview, {ONLY_PULUMI}": previews[ONLY_PULUMI],
            "up, this project": ups["mine"],
            f"up, {BY_HAND}": ups[BY_HAND],
        },
    )
    text = (
        f"{effort.commands} rounds, in turns, of the stack `test`. The program by hand (`bench/programs/by_hand.py`) "
        "reads the same configuration and makes the same resources; a test compares what both register. `up` runs "
        "with `--skip-preview`, on nothing."
    )
    return Section(
        "One environment",
        f"{text}\n\n{comparison_table(comparisons)}\n\n![Commands on one environment](benchmarks/commands.svg)",
        [verdict(each) for each in comparisons],
        {"commands.svg": plot},
    )


def _up_from_nothing(project: Workspace) -> Callable[[], float]:
    def sample() -> float:
        seconds = project.seconds("up")
        project.pulumi("destroy")
        return seconds

    return sample
