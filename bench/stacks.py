"""Measures Pulumi commands: one environment, their requests, many environments, imports, and set-up."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.report import Goal, Section, alternate, box_plot, compare, line_plot, number, spread, table
from bench.workspace import (
    PROGRAM_OF_THE_PROJECT,
    PROGRAMS,
    PYTHON,
    STACK,
    Finished,
    Workspace,
    pulumi_cli,
    run,
    sandbox_of,
    workspace,
)
from logic_apps_sandbox.layout import CODE_ROOT, HOME_VARIABLE, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.__main__ import Effort

MINE, BY_HAND, ONLY_PULUMI = "this project", "hand-written program", "a program that only imports pulumi"

MINIMUM = {
    "up": (3 + 6 * 5, "resource group: GET, PUT, GET; six others: GET, PUT, status, GET by poller, GET by provider"),
    "second up": (0, "the engine only compares with its state"),
    "refresh": (7, "one GET for each resource"),
    "destroy": (6 * 2 + 1, "resource group, network, subnets: DELETE, status; environment: DELETE completes at once"),
}
"""The minimum of requests (azure-native provider source, crud.go, client_azcore.go; Azure SDK for Go, azcore)."""

USED = (
    "network.VirtualNetwork, network.Subnet, network.AddressSpaceArgs, network.DelegationArgs, "
    "resources.ResourceGroup, resources.Resource, resources.SkuArgs"
)
LIBRARY, SDK = "`import logic_apps_environment`", "`import pulumi` and the azure-native classes in use"
LIBRARY_AND_SDK = "`import logic_apps_environment` and the azure-native classes in use"
IMPORTS = {
    LIBRARY: "import logic_apps_environment",
    LIBRARY_AND_SDK: f"import logic_apps_environment; from pulumi_azure_native import network, resources; {USED}",
    SDK: f"import pulumi; from pulumi_azure_native import network, resources; {USED}",
}


def one_environment(folder: Path, effort: Effort) -> Section:
    """Compare ``preview`` and ``up`` with the hand-written program."""
    programs = {
        MINE: PROGRAM_OF_THE_PROJECT,
        BY_HAND: PROGRAMS / "by_hand.py",
        ONLY_PULUMI: PROGRAMS / "only_pulumi.py",
    }
    with ExitStack() as stack:
        projects = {
            name: stack.enter_context(workspace(folder / program.stem, program)) for name, program in programs.items()
        }
        for project in projects.values():
            project.pulumi("preview")  # creates the stack and compiles
        previews = alternate(effort.rounds, {name: partial(each.pulumi, "preview") for name, each in projects.items()})
        ups = alternate(effort.rounds, {name: partial(_up, projects[name]) for name in (MINE, BY_HAND)})
    preview, up = "`pulumi preview` of one environment", "`pulumi up` without simulated time"
    runs = {
        f"{command}, {name}": each for command, by in (("preview", previews), ("up", ups)) for name, each in by.items()
    }
    return Section(
        "One environment",
        f"{effort.rounds} alternating rounds of the stack `{STACK}`. The hand-written program "
        "(`bench/programs/by_hand.py`) creates the same resources with azure-native only, from the same configuration. "
        "`up` runs with `--skip-preview` on an empty stack.",
        [
            _compare(preview, BY_HAND, previews[MINE], previews[BY_HAND], 1.10),
            _compare(preview, ONLY_PULUMI, previews[MINE], previews[ONLY_PULUMI]),
            _compare(up, BY_HAND, ups[MINE], ups[BY_HAND], 1.10),
        ],
        {"commands.svg": box_plot("Commands on one environment", "s", _seconds(runs))},
    )


def requests(folder: Path, _effort: Effort) -> Section:
    """Count the requests of each command."""
    with workspace(folder / "counted", PROGRAM_OF_THE_PROJECT) as mine:
        counts, seen = {}, 0
        for command in MINIMUM:
            mine.pulumi(command.removeprefix("second "))
            total = len(mine.requests())
            counts[command], seen = total - seen, total
    return Section(
        "Requests",
        "Counted in the simulator's request log, without the three sign-in requests of each start of the provider. The "
        "minimum follows from the source of the provider (crud.go) and of azcore's poller.\n\n"
        + table(
            ("Command", "Requests", "Minimum", "Requests of the minimum"),
            [(f"`{command}`", counts[command], *minimum) for command, minimum in MINIMUM.items()],
        ),
        [
            Goal(
                f"Requests of `{command}`",
                "minimum of the real provider",
                f"equal: {minimum}",
                f"{counts[command]}",
                counts[command] == minimum,
            )
            for command, (minimum, _) in MINIMUM.items()
        ],
    )


def many_environments(folder: Path, effort: Effort) -> Section:
    """Measure time and memory for different numbers of environments in one program."""
    seconds: dict[str, dict[int, list[float]]] = {"preview": {}, "up": {}}
    memory: dict[int, list[float]] = {}
    for count, rounds in effort.environments.items():
        for number_of_round in range(rounds):
            home = folder / f"{count}-{number_of_round}"
            with workspace(home, PROGRAMS / "environments.py") as project:
                variables = {"BENCH_ENVIRONMENTS": str(count), "BENCH_MEMORY_FILE": str(home / "memory")}
                project.pulumi("preview", **{**variables, "BENCH_ENVIRONMENTS": "0"})  # creates the stack and compiles
                for command, by_count in seconds.items():
                    by_count.setdefault(count, []).append(project.pulumi(command, **variables).seconds)
                memory.setdefault(count, []).append(int((home / "memory").read_text()) / 1e6)
    few, *_, many = sorted(memory)
    more_memory = _each_more(memory, few, many)
    rows = [
        (count, len(series), spread(seconds["preview"][count]), spread(seconds["up"][count]), spread(series))
        for count, series in memory.items()
    ]
    medians = {command: {n: median(each) for n, each in by_count.items()} for command, by_count in seconds.items()}
    return Section(
        "Many environments in one program",
        "`bench/programs/environments.py`: each environment has its own resource group and network. Columns: minimum, "
        "median, maximum; memory is the peak resident memory of the program.\n\n"
        + table(("Environments", "Rounds", "`preview`, s", "`up`, s", "Memory, MB"), rows),
        [
            *(_growth(command, by_count) for command, by_count in seconds.items()),
            Goal(
                f"Memory of the program, {few} to {many} environments",
                "linear",
                "at most 20 MB for each additional one",
                f"{number(more_memory)} MB for each additional one",
                more_memory <= 20,  # noqa: PLR2004
            ),
        ],
        {"environments.svg": line_plot("Seconds by the number of environments", "environments", "s", medians)},
    )


def imports(_folder: Path, effort: Effort) -> Section:
    """Compare the import of the library with that of the classes that it uses."""
    samples = alternate(
        effort.rounds + 1,
        {name: partial(run, (str(PYTHON), "-c", code), CODE_ROOT, os.environ) for name, code in IMPORTS.items()},
    )
    # The first round reads from disk and may compile.
    runs = {name: series[1:] for name, series in samples.items()}
    return Section(
        "Imports",
        "Each sample is a complete Python process. The SDK loads a module of resources when it is first used, so the "
        "second comparison, which loads the same modules, is the significant one.",
        [
            _compare(LIBRARY, SDK, runs[LIBRARY], runs[SDK], 1.2),
            _compare(LIBRARY_AND_SDK, SDK, runs[LIBRARY_AND_SDK], runs[SDK], 1.2),
        ],
        {
            "imports.svg": box_plot(
                "Imports", "s", _seconds({name.replace("`", ""): each for name, each in runs.items()})
            )
        },
    )


def set_up(folder: Path, effort: Effort) -> Section:
    """Compare ``make preview`` with ``pulumi preview`` in an open sandbox, and measure the set-up of a clone."""
    make, pulumi = f"make preview STACK={STACK}", f"pulumi preview --stack {STACK}"
    layout = Layout(project=CODE_ROOT, home=folder / "home")
    with sandbox_of(layout) as sandbox:
        outside = {**os.environ, HOME_VARIABLE: str(layout.home)}
        sandbox.pulumi("preview")
        runs = alternate(
            effort.rounds,
            {
                make: partial(run, tuple(make.split()), CODE_ROOT, outside),
                pulumi: partial(sandbox.pulumi, "preview"),
            },
        )
    more = median(one.seconds - other.seconds for one, other in zip(*runs.values(), strict=True))
    goals = [
        Goal(
            "`make preview` after set-up",
            "`pulumi preview` in an open sandbox",
            "at most 1 s more",
            f"{number(more)} s more",
            more <= 1,
        )
    ]
    if effort.set_up:
        for way, on_path in (("with a CLI on PATH", True), ("without a CLI", False)):
            seconds = _set_up_clone(folder / way.replace(" ", "-"), on_path=on_path)
            goals.append(Goal(f"Set-up of a clone, {way}", "-", "none", f"{seconds:.0f} s"))
    return Section(
        "Set-up",
        f"{effort.rounds} alternating rounds. `make preview` also starts and stops the simulator. A clone is set up "
        "once each, with full caches of pip and Go; without a CLI on PATH or a release archive, the CLI is built.",
        goals,
        {"make.svg": box_plot("Previews", "s", _seconds(runs))},
    )


def _set_up_clone(clone: Path, *, on_path: bool) -> float:
    """Return the seconds of the set-up of a new clone, with the CLI of this repository on PATH or with none."""
    run(("git", "clone", "--quiet", str(CODE_ROOT), str(clone)), CODE_ROOT, os.environ)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    folders = [str(pulumi_cli().executable.parent)] * on_path + [
        each for each in path if not (Path(each) / "pulumi").exists()
    ]
    variables = {**os.environ, "PATH": os.pathsep.join(folders)}
    variables.pop(HOME_VARIABLE, None)
    python = Path(sys.base_prefix) / "bin" / "python3"
    return run((str(python), "-m", "logic_apps_sandbox.toolchain"), clone, variables).seconds


def _up(project: Workspace) -> Finished:
    finished = project.pulumi("up")
    project.pulumi("destroy")
    return finished


def _seconds(runs: Mapping[str, Sequence[Finished]]) -> dict[str, list[float]]:
    return {name: [each.seconds for each in series] for name, series in runs.items()}


def _compare(
    what: str, other: str, mine: Sequence[Finished], theirs: Sequence[Finished], at_most: float | None = None
) -> Goal:
    """Return the ratio of elapsed time."""
    return compare(what, other, [each.seconds for each in mine], [each.seconds for each in theirs], at_most)


def _growth(command: str, seconds: Mapping[int, Sequence[float]]) -> Goal:
    """Return the time of each additional environment between successive numbers of environments."""
    counts = sorted(seconds)
    costs = {pair: _each_more(seconds, *pair) for pair in itertools.pairwise(counts)}
    first, last = costs[counts[0], counts[1]], costs[counts[-2], counts[-1]]
    return Goal(
        f"`{command}` of {', '.join(map(str, counts))} environments in one program",
        "linear",
        "time for each additional one rises by at most 10% (noise)",
        ", ".join(f"{number(cost)} s from {low} to {high}" for (low, high), cost in costs.items()),
        last <= first * 1.1 if len(costs) > 1 else None,
    )


def _each_more(samples: Mapping[int, Sequence[float]], low: int, high: int) -> float:
    return (median(samples[high]) - median(samples[low])) / (high - low)
