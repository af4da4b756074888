"""`python -m bench`: measures everything and writes the page; see `make bench`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from logic_apps_sandbox.layout import CODE_ROOT

from . import commands, imports, judging, machine, many_environments, page, request_counts, setting_up, throughput
from .effort import QUICK, WHOLE
from .workspace import CommandFailedError

MEASUREMENTS = {
    "commands": commands.measure,
    "requests": request_counts.measure,
    "environments": many_environments.measure,
    "imports": imports.measure,
    "judging": judging.measure,
    "simulator": throughput.measure,
    "set-up": setting_up.measure,
}

PAGE = CODE_ROOT / "docs" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Measures, writes the page, and answers with the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions and no set-up: some two minutes")
    parser.add_argument("--only", choices=MEASUREMENTS, action="append", help="measure this alone; several times")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.only and options.page == PAGE:
        parser.error(f"--only measures a part, and {PAGE.name} has everything: name another page with --page")
    begin, load = time.monotonic(), machine.load()
    sections = []
    for name in options.only or MEASUREMENTS:
        sys.stderr.write(f"{time.monotonic() - begin:5.0f} s  {name}\n")
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            try:
                sections.append(MEASUREMENTS[name](Path(folder), QUICK if options.quick else WHOLE))
            except CommandFailedError as error:
                sys.stderr.write(f"error: {error}\n")
                return 1
        # After each, so that a run that is broken off leaves what it measured.
        seconds = time.monotonic() - begin
        how = page.circumstances(machine.described(), load, machine.load(), seconds, quick=options.quick)
        page.write(options.page, sections, how)
    sys.stderr.write(f"{seconds:5.0f} s  written: {options.page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
