"""Pulumi commands on one environment, against the program written by hand and one that only imports Pulumi."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from .plots import ranges
from .samples import in_turns
from .sections import Section, comparison_table, verdict
from .timing import SECONDS, compared, seconds_of
from .workspace import PROGRAM_OF_THE_PROJECT, PROGRAMS, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .effort import Effort
    from .workspace import Finished, Workspace

BY_HAND = "hand-written program"
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
                "mine": lambda: mine.pulumi("preview"),
                BY_HAND: lambda: by_hand.pulumi("preview"),
                ONLY_PULUMI: lambda: nothing.pulumi("preview"),
            },
        )
        ups = in_turns(effort.commands, {"mine": _up_from_nothing(mine), BY_HAND: _up_from_nothing(by_hand)})
    preview, up = "`pulumi preview` of one environment", "`pulumi up` without simulated time"
    comparisons = [
        *compared(preview, BY_HAND, previews["mine"], previews[BY_HAND], 1.10),
        *compared(preview, ONLY_PULUMI, previews["mine"], previews[ONLY_PULUMI]),
        *compared(
            "`pulumi preview` of the hand-written program", ONLY_PULUMI, previews[BY_HAND], previews[ONLY_PULUMI]
        ),
        *compared(up, BY_HAND, ups["mine"], ups[BY_HAND], 1.10),
    ]
    plot = ranges(
        "Commands on one environment: each sample, and the median",
        "s",
        {
            "preview, this project": seconds_of(previews["mine"]),
            f"preview, {BY_HAND}": seconds_of(previews[BY_HAND]),
            f"preview, {ONLY_PULUMI}": seconds_of(previews[ONLY_PULUMI]),
            "up, this project": seconds_of(ups["mine"]),
            f"up, {BY_HAND}": seconds_of(ups[BY_HAND]),
        },
    )
    text = (
        f"{effort.commands} alternating rounds of the stack `test`. The hand-written program "
        "(`bench/programs/by_hand.py`) uses azure-native only, reads the same configuration and creates the same "
        "resources; a test compares the registrations. `up` runs with `--skip-preview` on an empty stack. On a shared "
        "machine CPU time is more significant; it includes the engine and the provider."
    )
    return Section(
        "One environment",
        f"{text}\n\n{comparison_table(comparisons)}\n\n![Commands on one environment](benchmarks/commands.svg)",
        [verdict(each) for each in comparisons if each.unit == SECONDS],
        {"commands.svg": plot},
    )


def _up_from_nothing(project: Workspace) -> Callable[[], Finished]:
    def sample() -> Finished:
        finished = project.pulumi("up")
        project.pulumi("destroy")
        return finished

    return sample
