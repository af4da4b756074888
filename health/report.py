"""The health of an environment's network, in words for a tired person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from health.where_to_look import rule_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from health.findings import SubnetHealth

_PIPE_WIDTH = 240
"""Columns when the output is no terminal: nothing should be cut off in a file."""


def print_report(
    identifier: str,
    subnets: Sequence[SubnetHealth],
    guards: Mapping[str, tuple[str | None, str | None]],
) -> None:
    """Prints one row for each subnet, and below each that is not healthy one for everything that is wrong.

    Args:
        identifier: the id of the environment.
        subnets: their health.
        guards: security group and route table by the subnet's name, of each subnet when one is not healthy.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    table = Table("Subnet", "Health", "What is wrong", "Where to look", box=None, pad_edge=False, header_style="bold")
    for subnet in subnets:
        style = "green" if subnet.is_healthy else "red"
        table.add_row(Text(subnet.name), Text(subnet.state, style=style), Text(""), Text(""))
        for reason in subnet.reasons:
            table.add_row("", "", Text(reason), Text(_guard(subnet.name, guards)))
        for each in subnet.unreachable:
            wrong = f"{each.endpoint} cannot be reached ({each.category}: {each.purpose})"
            table.add_row("", "", Text(wrong), Text(f"{_guard(subnet.name, guards)}: {rule_for(each.category)}"))
    console.print(table)
    if all(subnet.is_healthy for subnet in subnets):
        return
    # Microsoft, "Manage your integration service environment" (2023), "Check network health".
    console.print(
        Text(
            "\nAzure suspends an environment whose network is unhealthy for 7 days, and deletes what it consists of "
            "after 90. Mend rules and routes, then restart the environment:\n"
            f'  az rest --method post --url "{identifier}/restart?api-version=2019-05-01"'
        ),
        soft_wrap=True,
    )


def _guard(subnet: str, guards: Mapping[str, tuple[str | None, str | None]]) -> str:
    """The names of what lets traffic of a subnet pass or not."""
    group, table = guards.get(subnet, (None, None))
    named = [f"security group {group}"] * bool(group) + [f"route table {table}"] * bool(table)
    return " and ".join(named) or "no security group or route table: a firewall, the DNS servers, or Azure itself"
