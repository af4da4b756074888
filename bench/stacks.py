"""Measures Pulumi commands: one environment, their requests, many environments, imports, and set-up."""

from __future__ import annotations

import json
import os
import sys
import tempfile
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
    Workspace,
    pulumi_cli,
    run,
    sandbox_of,
    workspace,
)
from logic_apps_sandbox.layout import CODE_ROOT, HOME_VARIABLE, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.__main__ import Effort

MOST_TIMES = 1.1
"""The goal of comparisons with the hand-written program."""

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
            compare(preview, BY_HAND, previews[MINE], previews[BY_HAND], MOST_TIMES),
            compare(preview, ONLY_PULUMI, previews[MINE], previews[ONLY_PULUMI]),
            compare(up, BY_HAND, ups[MINE], ups[BY_HAND], MOST_TIMES),
        ],
        {"commands.svg": box_plot("Commands on one environment", "s", runs)},
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
    """Compare CPU time and memory of programs with different numbers of environments."""
    programs = {MINE: "environments.py", BY_HAND: "environments_by_hand.py"}
    cpu: dict[str, dict[int, list[float]]] = {name: {} for name in programs}
    memory: dict[str, dict[int, list[float]]] = {name: {} for name in programs}
    for count, rounds in effort.environments.items():
        usages = alternate(
            rounds, {name: partial(_usage, folder, PROGRAMS / program, count) for name, program in programs.items()}
        )
        for name, series in usages.items():
            cpu[name][count], memory[name][count] = map(list, zip(*series, strict=True))
    counts = sorted(effort.environments)
    few, many = counts[0], counts[-1]
    head = [f"{what}, {name}" for what in ("CPU s", "MB") for name in programs]
    rows = [(count, *(spread(by[name][count]) for by in (cpu, memory) for name in programs)) for count in counts]
    means = {name: {count: median(series) for count, series in by.items()} for name, by in cpu.items()}
    return Section(
        "Many environments in one program",
        "`bench/programs/environments.py` and the same resources in components that are written by hand "
        "(`environments_by_hand.py`), without validation and hooks; each environment has its own resource group and "
        "network. CPU time and peak resident memory of the program alone, during `up`: minimum, median, maximum.\n\n"
        + table(("Environments", *head), rows),
        [
            _each_more(f"CPU time of each additional environment, {few} to {many}", "s", cpu, few, many),
            _each_more(f"Memory of each additional environment, {few} to {many}", "MB", memory, few, many),
        ],
        {"environments.svg": line_plot("CPU time of the program", "environments", "s", means)},
    )


def _usage(folder: Path, program: Path, count: int) -> tuple[float, float]:
    """Return the CPU time in seconds and the memory in MB of a program that creates a number of environments."""
    with tempfile.TemporaryDirectory(dir=folder) as home, workspace(Path(home) / "project", program) as project:
        file = Path(home) / "usage"
        variables = {"PYTHONPATH": str(CODE_ROOT), "BENCH_USAGE_FILE": str(file)}
        project.pulumi("preview", **variables, BENCH_ENVIRONMENTS="0")  # creates the stack and compiles
        project.pulumi("up", **variables, BENCH_ENVIRONMENTS=str(count))
        seconds, size = json.loads(file.read_text())
    return seconds, size / 1e6


def _each_more(what: str, unit: str, samples: Mapping[str, Mapping[int, list[float]]], few: int, many: int) -> Goal:
    """Compare what each additional environment takes in this project and by hand."""
    mine, by_hand = (
        (median(samples[name][many]) - median(samples[name][few])) / (many - few) for name in (MINE, BY_HAND)
    )
    result = f"{mine / by_hand:.2f} times: {number(mine)} {unit} and {number(by_hand)} {unit}"
    return Goal(what, "components written by hand", "at most 1.10 times", result, mine / by_hand <= MOST_TIMES)


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
            compare(LIBRARY, SDK, runs[LIBRARY], runs[SDK], 1.2),
            compare(LIBRARY_AND_SDK, SDK, runs[LIBRARY_AND_SDK], runs[SDK], 1.2),
        ],
        {"imports.svg": box_plot("Imports", "s", {name.replace("`", ""): each for name, each in runs.items()})},
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
    more = median(one - other for one, other in zip(*runs.values(), strict=True))
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
        {"make.svg": box_plot("Previews", "s", runs)},
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
    return run((str(python), "-m", "logic_apps_sandbox.toolchain"), clone, variables)


def _up(project: Workspace) -> float:
    seconds = project.pulumi("up")
    project.pulumi("destroy")
    return seconds
