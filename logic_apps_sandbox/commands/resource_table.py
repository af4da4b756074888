"""The table that ``logic-apps-sandbox resources`` prints."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from logic_apps_sandbox.printable import printable

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import ListedResource

PIPE_WIDTH = 240
"""The width if the output is not a terminal, so that a file has complete lines."""

STATE_STYLES = {"Succeeded": "green", "Failed": "red", "Canceled": "red"}
UNDER_WAY = "yellow"


def print_table(resources: "Iterable[ListedResource]") -> None:
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
            Text(printable(each.location)),
            state,
        )
    console.print(table)


def _depth(resource_id: str) -> int:
    """0 for a resource group, 1 for what is in it, 2 for what is inside of that."""
    # /subscriptions/S/resourceGroups/G [/providers/NAMESPACE/TYPE/NAME [/TYPE/NAME ...]]
    return max(0, len(resource_id.strip("/").split("/")) - 4) // 2 - (1 if "/providers/" in resource_id.lower() else 0)
