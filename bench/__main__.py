"""``python -m bench``: runs the benchmarks and writes the page; see ``make bench``."""

from __future__ import annotations

import datetime as dt
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
import psutil

from bench import report, simulator, stacks, validation
from bench.workspace import CommandFailedError, pulumi_cli
from logic_apps_sandbox.layout import CODE_ROOT

BENCHMARKS = {
    "commands": stacks.one_environment,
    "requests": stacks.requests,
    "environments": stacks.many_environments,
    "imports": stacks.imports,
    "validation": validation.validation,
    "simulator": simulator.throughput,
    "set-up": stacks.set_up,
}

PAGE = CODE_ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Effort:
    """Numbers of repetitions and sizes."""

    rounds: int
    validations: int
    environments: dict[int, int]
    """The rounds for each number of environments in one program."""
    bursts: int
    resources: int
    """The larger number of resources in the simulator."""
    set_up: bool
    """Whether to measure the set-up of a clone, which downloads and builds."""


COMPLETE = Effort(7, 200, {1: 3, 10: 2, 100: 1}, bursts=11, resources=10_000, set_up=True)
QUICK = Effort(2, 20, {1: 1, 10: 1}, bursts=3, resources=1_000, set_up=False)


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Few repetitions and no set-up of a clone: about two minutes.")
@click.option("--only", type=click.Choice(list(BENCHMARKS)), multiple=True, help="Run only this benchmark; repeatable.")
@click.option("--page", type=click.Path(path_type=Path), default=PAGE, help="The page to write.", show_default=True)
def main(page: Path, only: tuple[str, ...], *, quick: bool) -> None:
    """Run the benchmarks and write the page."""
    if only and page == PAGE:
        raise click.UsageError(f"--only runs a part of the benchmarks of {PAGE.name}: name another page with --page")
    begin, load, sections = time.monotonic(), os.getloadavg()[0], []
    for name in only or BENCHMARKS:
        click.echo(f"{time.monotonic() - begin:5.0f} s  {name}", err=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            try:
                sections.append(BENCHMARKS[name](Path(folder), QUICK if quick else COMPLETE))
            except CommandFailedError as error:
                raise click.ClickException(str(error)) from error
        # After each benchmark, so that an interrupted run keeps its results.
        report.write(page, sections, _circumstances(time.monotonic() - begin, load, quick=quick))
    click.echo(f"{time.monotonic() - begin:5.0f} s  written: {page}", err=True)


def _circumstances(seconds: float, load: float, *, quick: bool) -> str:
    """Return date, duration and machine in general terms."""
    cli, memory = pulumi_cli(), psutil.virtual_memory().total / 2**30
    return (
        f"{dt.datetime.now(dt.UTC).date()}, {seconds / 60:.0f} minutes on a shared machine: {os.cpu_count()} "
        f"processors ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}; Python "
        f"{platform.python_version()}, Pulumi {cli.version} ({cli.origin}). Load average: {load:.1f} at the beginning, "
        f"{os.getloadavg()[0]:.1f} at the end."
        f"{' A **quick** run (`make bench ARGS=--quick`): few repetitions, no set-up.' if quick else ''}"
    )


if __name__ == "__main__":
    main()
