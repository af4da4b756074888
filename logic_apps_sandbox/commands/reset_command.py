"""``logic-apps-sandbox reset``: an empty Azure and no stacks, with the same toolchain."""

import contextlib
import shutil
from pathlib import Path

import click

from logic_apps_sandbox.commands.command_options import Command, plain_store_errors
from logic_apps_sandbox.files import file_lock
from logic_apps_sandbox.layout import Layout, find_layout


@click.command(cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> None:
    """Delete all resources and the states of all stacks.

    The next command starts with an empty Azure. The toolchain, the passphrase and the files of the project remain. Stop
    running simulators first.

    Examples:
      logic-apps-sandbox reset
      logic-apps-sandbox reset --yes
    """
    with plain_store_errors():
        layout = find_layout(Path.cwd())
        click.echo(f"In {layout.home}, this deletes:\n{_contents(layout)}")
        if not yes:
            click.confirm("Continue?", abort=True)
        _delete(layout)
        click.echo("The sandbox is empty.")


def _contents(layout: Layout) -> str:
    stacks = sorted(_stacks(layout))
    states = f"the states of these stacks: {', '.join(stacks)}" if stacks else "the states of stacks (there are none)"
    return (
        f"  {_resources(layout)} of the simulated Azure, and its recorded requests, faults and settings\n"
        f"  {states}\n"
        "  the settings of the Azure CLI in the sandbox"
    )


def _resources(layout: Layout) -> str:
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    try:
        count = len(arm.list_resources(layout.arm))
    except arm.StoreError:
        return "all resources"
    return f"{count} resource{'' if count == 1 else 's'}"


def _stacks(layout: Layout) -> set[str]:
    """Return the names of the stacks as ``project/stack``."""
    files = (layout.state / ".pulumi" / "stacks").glob("*/*.json*")
    return {f"{file.parent.name}/{file.name.partition('.json')[0]}" for file in files if not file.name.endswith(".bak")}


def _delete(layout: Layout) -> None:
    """Delete the contents.

    Raises:
        click.ClickException: a simulator uses the store.
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(file_lock(layout.arm / arm.IN_USE, wait=False))
        except BlockingIOError as error:
            raise click.ClickException(
                "a simulator is running in this sandbox. Stop `serve`, `run` and `shell`, then run the command again."
            ) from error
        for file in layout.arm.glob("store.*"):
            file.unlink()
        # The copies of the stack files and the selected stacks belong to the states.
        for folder in (layout.state, layout.stack_files, layout.pulumi_home / "workspaces", layout.azure_cli):
            shutil.rmtree(folder, ignore_errors=True)
