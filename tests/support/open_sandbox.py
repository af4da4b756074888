"""A sandbox whose simulator runs in this process, for several commands."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from logic_apps_sandbox import arm
from logic_apps_sandbox.commands.cli import PYTHON
from logic_apps_sandbox.home import prepare_home
from logic_apps_sandbox.process_environment import command_environment
from logic_apps_sandbox.toolchain.record import recorded_cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from logic_apps_sandbox.layout import Layout


@contextmanager
def open_sandbox(layout: Layout, variables: Mapping[str, str], *, pace: float = 0) -> Iterator[dict[str, str]]:
    """Run the simulator of a sandbox, and yield the environment variables of commands in the sandbox.

    Args:
        layout: the folders of the sandbox, which has a toolchain.
        variables: the environment variables outside the sandbox.
        pace: real seconds for each simulated hour; with 0, operations complete at once.
    """
    cli = recorded_cli(layout.toolchain)
    assert cli is not None, f"there is no Pulumi CLI in {layout.toolchain}"
    prepare_home(layout, python=PYTHON, cli=cli.executable)
    with arm.serving(layout.arm, pace=pace) as simulator:
        yield command_environment(
            variables,
            layout=layout,
            python=PYTHON,
            cli=cli.executable,
            address=simulator.address,
            settings=simulator.settings,
        )
