"""Many environments in one program: time and memory must grow no faster than their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from .plots import growth
from .sections import Section, Verdict, number, spread, table
from .workspace import PROGRAMS, workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .effort import Effort

MEGABYTE = 1_000_000
MOST_MEMORY = 20.0
"""Megabytes that an environment more may cost (the aim)."""

NOISE = 1.10
"""What the cost of an environment may rise by before it counts as rising: a machine that others use is no steadier."""


@dataclass
class Samples:
    """What was measured with one number of environments: seconds, and megabytes of the program at most."""

    preview: list[float] = field(default_factory=list)
    up: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def measure(folder: Path, effort: Effort) -> Section:
    """`preview`, `up` and the memory of the program, each number of environments from nothing, in turns."""
    samples = {count: Samples() for count in effort.environments}
    for repetition in range(max(effort.environments.values())):
        for count, repetitions in effort.environments.items():
            if repetition < repetitions:
                _take(folder / f"{count}-environments-{repetition}", count, samples[count])
    few, *_, many = sorted(samples)
    rows = [
        (count, len(each.preview), spread(each.preview), spread(each.up), spread(each.memory))
        for count, each in samples.items()
    ]
    head = (
        "Environments",
        "Rounds",
        "`preview`, s: minimum, median, maximum",
        "`up`, s: minimum, median, maximum",
        "Memory of the program during `up`, MB",
    )
    memory = _each_more({count: each.memory for count, each in samples.items()}, few, many)
    text = (
        "`bench/programs/environments.py`: each environment has its own resource group and network, with seven "
        "resources and two components. Memory is the peak resident memory of the program's process."
    )
    plots = {
        "environments.svg": growth(
            "Seconds by the number of environments (medians)",
            "environments in one program",
            "s",
            {
                "preview": {count: median(each.preview) for count, each in samples.items()},
                "up": {count: median(each.up) for count, each in samples.items()},
            },
        )
    }
    verdicts = [
        _time_verdict("preview", {count: each.preview for count, each in samples.items()}),
        _time_verdict("up", {count: each.up for count, each in samples.items()}),
    ]
    verdicts.append(
        Verdict(
            f"Memory of the program, {few} to {many} environments",
            "linear",
            f"at most {MOST_MEMORY:.0f} MB for each additional one",
            f"{number(memory)} MB for each additional one",
            memory <= MOST_MEMORY,
        )
    )
    return Section(
        "Many environments in one program",
        f"{text}\n\n{table(head, rows)}\n\n![Seconds by the number of environments](benchmarks/environments.svg)",
        verdicts,
        plots,
    )


def _time_verdict(command: str, seconds: Mapping[int, Sequence[float]]) -> Verdict:
    """What an environment costs more, in the second half of the way against the first; only stated with two sizes."""
    few, *between, many = sorted(seconds)
    what = f"`{command}` of {', '.join(map(str, sorted(seconds)))} environments in one program"
    aim = f"time for each additional one rises by at most {NOISE - 1:.0%} (noise)"
    if not between:
        result = f"{number(_each_more(seconds, few, many))} s from {few} to {many}"
        return Verdict(what, "linear", aim, result, is_met=None)
    middle = between[0]
    first, second = _each_more(seconds, few, middle), _each_more(seconds, middle, many)
    result = f"{number(first)} s from {few} to {middle}, {number(second)} s from {middle} to {many}"
    return Verdict(what, "linear", aim, result, second <= first * NOISE)


def _each_more(samples: Mapping[int, Sequence[float]], low: int, high: int) -> float:
    """What one environment more costs between two numbers of them, from medians."""
    return (median(samples[high]) - median(samples[low])) / (high - low)


def _take(folder: Path, count: int, samples: Samples) -> None:
    with workspace(folder, PROGRAMS / "environments.py") as project:
        memory = folder / "memory"
        variables = {"BENCH_ENVIRONMENTS": str(count), "BENCH_MEMORY_FILE": str(memory)}
        # Makes the stack and compiles what the first program of all finds not compiled.
        project.pulumi("preview", **{**variables, "BENCH_ENVIRONMENTS": "0"})
        samples.preview.append(project.seconds("preview", **variables))
        samples.up.append(project.seconds("up", **variables))
        samples.memory.append(int(memory.read_text()) / MEGABYTE)
