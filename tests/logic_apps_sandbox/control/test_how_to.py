"""The how-to for the SDKs for Python and the examples of docs/sandbox.md work unchanged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from logic_apps_sandbox import arm
from logic_apps_sandbox.commands.connection import announced, settings_as_exports
from tests.support.azure import Azure, azure_in

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[3] / "docs"
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_"))}


def examples(page: str, language: str) -> list[str]:
    """The blocks of a language in a page of the documentation."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), flags=re.DOTALL)


@pytest.fixture
def exports(tmp_path: Path) -> Iterator[tuple[str, Azure]]:
    """What `logic-apps-sandbox settings` prints for a simulator that is served, and a client of it."""
    with azure_in(tmp_path / "arm", pace=0) as azure, announced(tmp_path / "arm", azure.simulator):
        yield settings_as_exports(tmp_path / "arm"), azure


def test_the_program_of_the_how_to_runs_with_the_printed_settings(exports: tuple[str, Azure], tmp_path: Path) -> None:
    (program,) = examples("how-to/use-python-sdks.md", "python")
    (tmp_path / "program.py").write_text(program)
    script = f'{exports[0]}\nexec "{sys.executable}" "{tmp_path}/program.py"'
    ran = subprocess.run(["/bin/sh", "-c", script], env=PLAIN, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("['demo']\n[]\n", "")


def test_the_curl_example_injects_a_fault(exports: tuple[str, Azure]) -> None:
    (block,) = (block for block in examples("sandbox.md", "console") if "faults/requests" in block)
    lines = block.removeprefix('$ eval "$(logic-apps-sandbox settings)"\n').replace("\n$ ", "\n").removeprefix("$ ")
    script = f"set -e\nPATH={Path(sys.executable).parent}:$PATH\n{exports[0]}\n{lines}"
    ran = subprocess.run(["/bin/sh", "-c", script], env=PLAIN, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (fault,) = exports[1].http.get("/sandbox/faults/requests").json()["value"]
    assert (fault["status"], fault["code"], fault["retryAfter"]) == (429, "TooManyRequests", 2)


def test_the_python_example_of_the_control_interface_runs(tmp_path: Path) -> None:
    (program,) = examples("sandbox.md", "python")
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env={**PLAIN, "PYTHONPATH": str(DOCS.parent)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    assert ran.stdout.startswith("127.0.0.1:")


def test_the_command_that_shortens_terraforms_wait_releases_subnets_at_once(tmp_path: Path) -> None:
    (block,) = (block for block in examples("how-to/use-terraform.md", "console") if "subnet_hold_hours" in block)
    command = block.removeprefix("$ ").replace("python", f"{sys.executable}", 1)
    (tmp_path / ".sandbox").mkdir()
    environment = {**PLAIN, "PYTHONPATH": str(DOCS.parent)}
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, env=environment, check=True)
    assert arm.control_of(tmp_path / ".sandbox" / "arm").settings().subnet_hold_hours == 0
