"""Print the network health of an environment as a table, with the outbound rule to check for each problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.health.findings import SubnetHealth

_PIPE_WIDTH = 240
"""Columns when the output is not a terminal, so that nothing is truncated."""


# Microsoft, "Connect to Azure virtual networks from Azure Logic Apps using an ISE" (2022-08-20), "Network ports used by
# your ISE", outbound rules, all of which are for TCP and UDP, from VirtualNetwork; the API description Microsoft.Logic
# 2019-05-01 for the categories. The table has no rule for other categories, such as AccessEndpoints.
_RULES = {
    "AzureStorage": "to Storage, ports 80, 443, 445",
    "AzureManagement": "to AppService, port 443",
    "AzureActiveDirectory": "to AzureActiveDirectory, ports 80, 443",
    "SSLCertificateVerification": "to Internet, ports 80, 443",
    "DiagnosticLogsAndMetrics": "to AzureMonitor, ports 443, 1886, and EventHub, port 5672",
    "RedisCache": "to VirtualNetwork, ports 6379 to 6383",
    "SQL": "to Sql, port 1433",
    "RegionalService": "to VirtualNetwork, all ports, and the network's DNS servers, port 53",
}


def rule_for(category: str) -> str:
    """Return the outbound rule that must allow dependencies of this category."""
    return f"the outbound rule {_RULES[category]}" if category in _RULES else "all outbound rules"


class SubnetTraffic(NamedTuple):
    """The names of the resources that allow or block the traffic of a subnet; empty if it has none."""

    security_group: str = ""
    route_table: str = ""

    def __str__(self) -> str:
        named = [f"{what} {name}" for what, name in zip(("security group", "route table"), self, strict=True) if name]
        return " and ".join(named) or (
            "no security group or route table: check firewall and DNS servers, or Azure's status"
        )


def print_report(identifier: str, subnets: Sequence[SubnetHealth], traffic: Mapping[str, SubnetTraffic]) -> None:
    """Print one row for each subnet and, below it, one for each problem.

    ``traffic`` has the network security group and route table by the subnet's name; empty if all subnets are healthy.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    table = Table("Subnet", "Health", "Problem", "Check", box=None, pad_edge=False, header_style="bold")
    for subnet in subnets:
        style = "green" if subnet.is_healthy else "red"
        table.add_row(Text(subnet.name), Text(subnet.state, style=style), "", "")
        check = traffic.get(subnet.name, SubnetTraffic())
        for reason in subnet.reasons:
            table.add_row("", "", Text(reason), Text(str(check)))
        for each in subnet.unreachable:
            problem = f"{each.endpoint} cannot be reached ({each.category}: {each.purpose})"
            table.add_row("", "", Text(problem), Text(f"{check}: {rule_for(each.category)}"))
    console.print(table)
    if all(subnet.is_healthy for subnet in subnets):
        return
    # Microsoft, "Manage your integration service environment" (2023), "Check network health".
    console.print(
        Text(
            "\nAzure suspends an environment whose network is unhealthy for 7 days and deletes its resources after 90 "
            "days. Correct the rules and routes, then restart the environment:\n"
            f'  az rest --method post --url "{printable(identifier)}/restart?api-version=2019-05-01"'
        ),
        soft_wrap=True,
    )
