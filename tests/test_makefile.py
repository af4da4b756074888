"""The targets of the Makefile, without running them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on PATH")


def test_a_make_in_a_recipe_does_not_inherit_the_arguments_of_the_outer_one(tmp_path: Path) -> None:
    """`make bench ARGS=--quick` runs `make preview`, whose Pulumi CLI does not have the flag."""
    nesting = tmp_path / "Makefile"
    nesting.write_text(f"include {REPOSITORY}/Makefile\nnesting:\n\t@make --dry-run preview example\n")
    command = ["make", "--file", str(nesting), "nesting", "ARGS=--quick", "EXAMPLE=two-environments"]
    finished = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "pulumi preview --stack dev" in finished.stdout
    for given in ("--quick", "two-environments"):
        assert given not in finished.stdout


@pytest.mark.parametrize(("stack", "is_known"), [("orders", True), ("dev", False), ("$(echo orders)", False)])
def test_a_stack_is_known_by_its_stack_file(stack: str, is_known: bool, tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    for name in ("Pulumi.yaml", "Pulumi.orders.yaml", "Pulumi.test.yaml"):
        (tmp_path / name).touch()
    command = ["make", "known-stack", f"STACK={stack.replace('$', '$$')}"]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (finished.returncode == 0) is is_known
    if not is_known:
        assert f"error: STACK={stack} has no stack file Pulumi.{stack}.yaml." in finished.stderr
        assert "The stacks of this project: orders test." in finished.stderr


@pytest.mark.parametrize(
    ("exported", "calls"),
    [
        ('{"deployment": {"manifest": {}}}', ["stack export --stack dev"]),
        (
            '{"resources": [{"urn": "urn:pulumi:dev::p::t::n"}]}',
            [
                "stack export --stack dev",
                "destroy --yes --run-program --suppress-outputs --stack dev --message it's gone",
            ],
        ),
    ],
)
def test_an_empty_stack_is_not_destroyed(exported: str, calls: list[str], tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    (tmp_path / "Pulumi.dev.yaml").touch()
    programs = {
        ".venv/bin/logic-apps-sandbox": 'shift 2; exec "$@"',
        "bin/pulumi": f"echo \"$*\" >> '{tmp_path}/calls'; [ $1 = destroy ] || echo '{exported}'",
    }
    for name, script in programs.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    variables = os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    command = ["make", "destroy", "PYTHON=true", 'ARGS=--message "it\'s gone"']
    finished = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "calls").read_text().splitlines() == calls
    assert ("The stack dev has no resources." in finished.stdout) is (len(calls) == 1)
