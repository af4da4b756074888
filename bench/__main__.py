"""``python -m bench``: runs the benchmarks and writes the page; see ``make bench``."""

import datetime as dt
import os
import platform
import tempfile
import time
from pathlib import Path

import click
import psutil

from bench import pulumi_commands, report, simulator, validation
from bench.report import PAGE
from bench.samples import COMPLETE, QUICK, Effort
from logic_apps_sandbox.layout import CODE_ROOT
from logic_apps_sandbox.toolchain.record import PulumiCli, recorded_cli

BENCHMARKS = {
    "commands": pulumi_commands.one_environment,
    "requests": pulumi_commands.requests,
    "environments": pulumi_commands.many_environments,
    "imports": pulumi_commands.imports,
    "validation": validation.validation,
    "simulator": simulator.throughput,
    "set-up": pulumi_commands.set_up,
}


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Few repetitions: about two minutes.")
@click.option("--only", type=click.Choice(list(BENCHMARKS)), multiple=True, help="Run only this benchmark; repeatable.")
@click.option("--page", type=click.Path(path_type=Path), default=PAGE, help="The page to write.", show_default=True)
def main(page: Path, only: tuple[str, ...], *, quick: bool) -> None:
    """Run the benchmarks and write the page."""
    if only and page == PAGE:
        raise click.UsageError(f"--only runs a part of the benchmarks of {PAGE.name}: name another page with --page")
    cli = recorded_cli(CODE_ROOT / ".sandbox" / "toolchain")
    if cli is None:
        raise click.ClickException("the Pulumi CLI is not installed. Run: make bench")
    effort = QUICK if quick else COMPLETE
    begin, load, results = time.monotonic(), os.getloadavg()[0], {}
    for name in only or BENCHMARKS:
        click.echo(f"{time.monotonic() - begin:5.0f} s  {name}", err=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            results[name] = BENCHMARKS[name](Path(folder), effort)
        # After each benchmark, so that an interrupted run keeps its results.
        report.write(page, _circumstances(cli, effort, time.monotonic() - begin, load), results)
    click.echo(f"{time.monotonic() - begin:5.0f} s  written: {page}", err=True)


def _circumstances(cli: PulumiCli, effort: Effort, seconds: float, load: float) -> str:
    """Return date, duration, machine in general terms, and repetitions."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{dt.datetime.now(dt.UTC).date()}, {seconds / 60:.0f} minutes on a shared machine: {os.cpu_count()} "
        f"processors ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}; Python "
        f"{platform.python_version()}, Pulumi {cli.version} ({cli.origin}). Load average: {load:.1f} at the beginning, "
        f"{os.getloadavg()[0]:.1f} at the end. Repetitions: {effort.rounds} rounds, {effort.validations} validations, "
        f"{effort.bursts} bursts of {simulator.BURST} requests"
        f"{' in a **quick** run (`make bench ARGS=--quick`)' if effort is QUICK else ''}."
    )


if __name__ == "__main__":
    main()
