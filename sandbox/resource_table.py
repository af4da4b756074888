"""The table that `python -m sandbox resources` prints."""

from collections.abc import Iterable
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sandbox.printable import printable

PIPE_WIDTH = 240
"""Columns when the output is no terminal: nothing should be cut off in a file."""

STATE_STYLES = {"Succeeded": "green", "Failed": "red", "Canceled": "red"}
UNDER_WAY = "yellow"


class Resource(Protocol):
    """What the table shows of a resource."""

    @property
    def id(self) -> str:
        """Its Azure resource id."""
        ...

    @property
    def type(self) -> str:
        """Its namespace and type."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def location(self) -> str | None:
        """Its region, if it has one."""
        ...

    @property
    def state(self) -> str:
        """Its provisioning state."""
        ...


def print_table(resources: Iterable[Resource]) -> None:
    """Prints the resources in the order given, each indented below what it is inside of."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPE_WIDTH)
    table = Table("Name", "Type", "Location", "State", box=None, pad_edge=False, header_style="bold")
    for each in resources:
        state = Text(printable(each.state), style=STATE_STYLES.get(each.state, UNDER_WAY))
        table.add_row(
            Text("  " * _depth(each.id) + printable(each.name.rpartition("/")[2])),
            Text(printable(each.type)),
            Text(printable(each.location or "")),
            state,
        )
    console.print(table)


def _depth(resource_id: str) -> int:
    """0 for a resource group, 1 for what is in it, 2 for what is inside of that."""
    # /subscriptions/S/resourceGroups/G [/providers/NAMESPACE/TYPE/NAME [/TYPE/NAME ...]]
    return max(0, len(resource_id.strip("/").split("/")) - 4) // 2 - (1 if "/providers/" in resource_id.lower() else 0)
