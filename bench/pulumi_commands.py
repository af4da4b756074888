"""Measures Pulumi commands: one environment, their requests, many environments, imports, and setup."""

import json
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

import pygal  # type: ignore[import-untyped]

from bench.report import Measurement, Results, number, plot, spread, table
from bench.samples import Effort, alternate, ratio
from bench.workspace import PROGRAM_OF_THE_PROJECT, PROGRAMS, STACK, Workspace, run, sandbox_of, workspace
from logic_apps_sandbox.layout import CODE_ROOT

MINE, BY_HAND, ONLY_PULUMI = "this project", "hand-written program", "a program that only imports pulumi"
GOAL_BY_HAND = ("at most", 1.1)
"""The goal of comparisons with programs and components that are written by hand."""

MINIMUM = {"up": 3 + 6 * 5, "second up": 0, "refresh": 7, "destroy": 6 * 2 + 1}
"""The minimum of requests of the real provider; docs/benchmarks.md lists them."""

USED = (
    "from pulumi_azure_native import network, resources; network.VirtualNetwork, network.Subnet, "
    "network.AddressSpaceArgs, network.DelegationArgs, resources.ResourceGroup, resources.Resource, resources.SkuArgs"
)
LIBRARY, SDK = "`import logic_apps_environment`", "`import pulumi` and the azure-native classes in use"
LIBRARY_AND_SDK = "`import logic_apps_environment` and the azure-native classes in use"
IMPORTS = {
    LIBRARY: "import logic_apps_environment",
    LIBRARY_AND_SDK: f"import logic_apps_environment; {USED}",
    SDK: f"import pulumi; {USED}",
}


def one_environment(folder: Path, effort: Effort) -> Results:
    """Compare ``preview`` and ``up`` with the hand-written program."""
    programs = {
        MINE: PROGRAM_OF_THE_PROJECT,
        BY_HAND: PROGRAMS / "by_hand.py",
        ONLY_PULUMI: PROGRAMS / "only_pulumi.py",
    }
    with ExitStack() as stack:
        projects = {name: stack.enter_context(workspace(folder, program)) for name, program in programs.items()}
        commands = {name: partial(project.pulumi, "preview") for name, project in projects.items()}
        previews = alternate(effort.rounds, commands, warm_up=True)
        ups = alternate(effort.rounds, {name: partial(_up, projects[name]) for name in (MINE, BY_HAND)})
    preview, up = "`pulumi preview` of one environment", "`pulumi up` without simulated time"
    runs = {f"preview, {name}": samples for name, samples in previews.items()}
    runs |= {f"up, {name}": samples for name, samples in ups.items()}
    return Results(
        [
            Measurement(preview, BY_HAND, ratio(previews[MINE], previews[BY_HAND]), "times", GOAL_BY_HAND),
            Measurement(preview, ONLY_PULUMI, ratio(previews[MINE], previews[ONLY_PULUMI]), "times"),
            Measurement(up, BY_HAND, ratio(ups[MINE], ups[BY_HAND]), "times", GOAL_BY_HAND),
        ],
        plot("Commands on one environment", "s", runs),
    )


def _up(project: Workspace) -> float:
    seconds = project.pulumi("up")
    project.pulumi("destroy")
    return seconds


def requests(folder: Path, _effort: Effort) -> Results:
    """Count the requests of each command."""
    counts = {}
    with workspace(folder, PROGRAM_OF_THE_PROJECT) as mine:
        for command in MINIMUM:
            before = len(mine.requests())
            mine.pulumi(command.removeprefix("second "))
            counts[command] = len(mine.requests()) - before
    return Results(
        [
            Measurement(
                f"Requests of `{command}`", "minimum of the real provider", count, "", ("equal:", MINIMUM[command])
            )
            for command, count in counts.items()
        ]
    )


def many_environments(folder: Path, effort: Effort) -> Results:
    """Compare CPU time and memory of programs with different numbers of environments."""
    programs = {MINE: PROGRAMS / "environments.py", BY_HAND: PROGRAMS / "environments_by_hand.py"}
    usages = {
        count: alternate(rounds, {name: partial(_usage, folder, program, count) for name, program in programs.items()})
        for count, rounds in effort.environments.items()
    }
    few, many = min(usages), max(usages)

    def samples(unit: str, name: str, count: int) -> list[float]:
        return [usage[unit] for usage in usages[count][name]]

    def each_more(what: str, unit: str) -> Measurement:
        """Compare what each additional environment takes in this project and by hand."""
        mine, by_hand = (
            (median(samples(unit, name, many)) - median(samples(unit, name, few))) / (many - few) for name in programs
        )
        what = f"{what} of each additional environment, {few} to {many}"
        details = f": {number(mine)} {unit} and {number(by_hand)} {unit}"
        return Measurement(what, "components written by hand", mine / by_hand, "times", GOAL_BY_HAND, details)

    head = [f"{column}, {name}" for column in ("CPU s", "MB") for name in programs]
    rows = [
        (count, rounds, *(spread(samples(unit, name, count)) for unit in ("s", "MB") for name in programs))
        for count, rounds in effort.environments.items()
    ]
    medians = {name: [(count, median(samples("s", name, count))) for count in usages] for name in programs}
    return Results(
        [each_more("CPU time", "s"), each_more("Memory", "MB")],
        plot("CPU time of the program", "s", medians, pygal.XY, x_title="environments"),
        table(("Environments", "Rounds", *head), rows),
    )


def _usage(folder: Path, program: Path, count: int) -> dict[str, float]:
    """Return the CPU time ``s`` and the memory ``MB`` of a program that creates a number of environments."""
    with workspace(folder, program) as project:
        project.pulumi("preview", BENCH_ENVIRONMENTS="0")  # creates the stack and compiles
        project.pulumi("up", BENCH_ENVIRONMENTS=str(count))
        usage: dict[str, float] = json.loads((project.layout.project / "usage.json").read_text())
    return usage


def imports(_folder: Path, effort: Effort) -> Results:
    """Compare the import of the library with that of the classes that it uses."""
    processes = {name: partial(run, sys.executable, "-c", code) for name, code in IMPORTS.items()}
    runs = alternate(effort.rounds, processes, warm_up=True)
    return Results(
        [
            Measurement(library, SDK, ratio(runs[library], runs[SDK]), "times", ("at most", 1.2))
            for library in (LIBRARY, LIBRARY_AND_SDK)
        ],
        plot("Imports", "s", {name.replace("`", ""): samples for name, samples in runs.items()}),
    )


def set_up(folder: Path, effort: Effort) -> Results:
    """Measure the setup of a clone, and compare ``make preview`` in it with ``pulumi preview`` in an open sandbox."""
    clone = folder / "clone"
    run("git", "clone", "--quiet", str(CODE_ROOT), str(clone))
    seconds = run("make", "set-up", folder=clone)
    make, pulumi = f"make preview STACK={STACK}", f"pulumi preview --stack {STACK}"
    with sandbox_of(clone) as sandbox:
        previews = {make: partial(run, *make.split(), folder=clone), pulumi: partial(sandbox.pulumi, "preview")}
        runs = alternate(effort.rounds, previews, warm_up=True)
    more = median(one - other for one, other in zip(runs[make], runs[pulumi], strict=True))
    in_open_sandbox = "`pulumi preview` in an open sandbox"
    return Results(
        [
            Measurement("`make preview` after setup", in_open_sandbox, more, "s more", ("at most", 1)),
            Measurement("Setup of a clone, with full caches", "-", seconds, "s"),
        ],
        plot("Previews", "s", runs),
    )
