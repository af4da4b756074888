"""The layout of the picture."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from docs.picture.parts import range_of
from docs.picture.sheet import LINE_HEIGHT, Sheet, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from docs.picture.parts import Parts, Row

WIDTH, MARGIN, PADDING = 1000, 20, 14
LEFT, RIGHT = MARGIN + PADDING, WIDTH - MARGIN - PADDING
"""The horizontal limits of the content of boxes."""

CHIP_HEIGHT = 22
SUBNET_HEIGHT = 46
COLUMNS = (LEFT, LEFT + 70, LEFT + 235, LEFT + 390)


def draw(parts: Parts) -> str:
    """Return the picture as SVG: the environment, its network, and the tables of rules and routes."""
    sheet = Sheet(WIDTH, parts.sentence)
    _headline(sheet, MARGIN, 28, parts.group["resourceGroupName"], f"resource group in {parts.group['location']}")
    environment_bottom = _draw_environment(sheet, parts, top=42)
    bottom = _draw_network(sheet, parts, top=environment_bottom + PADDING, environment_bottom=environment_bottom)
    tables = (
        (f"Inbound rules of {parts.security_group}", "Priority|From|To ports|Why", parts.rules("Inbound")),
        (f"Outbound rules of {parts.security_group}", "Priority|To|To ports|Why", parts.rules("Outbound")),
        (f"Routes of {parts.route_table}", "Name|To|Next hop|Its address", parts.routes),
    )
    for title, heads, rows in tables:
        bottom = _draw_table(sheet, title, heads.split("|"), rows, top=bottom + PADDING)
    return sheet.finished(bottom + MARGIN)


def _headline(sheet: Sheet, x: float, y: float, name: str, meaning: str) -> None:
    sheet.text(x, y, name, "strong")
    sheet.text(x + width_of(name) + PADDING, y, meaning)


def _draw_environment(sheet: Sheet, parts: Parts, *, top: float) -> float:
    """Draw the environment and its content; return the bottom of the box, like the other functions."""
    rows = {"certificates": parts.certificates, "connectors": parts.connectors}
    chips = top + 38
    bottom = chips + (CHIP_HEIGHT + 6) * len(rows) + 4
    sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top, "environment")
    meaning = f"integration service environment: {parts.kind}"
    _headline(sheet, LEFT, top + 24, parts.environment["resourceName"], meaning)
    for position, (label, entries) in enumerate(rows.items()):
        y = chips + (CHIP_HEIGHT + 6) * position
        sheet.text(LEFT, y + 15, label, "muted")
        x = LEFT + max(map(width_of, rows)) + PADDING
        for entry in entries:
            width = width_of(entry) + PADDING
            sheet.box(x, y, width, CHIP_HEIGHT, "paper")
            sheet.text(x + width / 2, y + 15, entry, anchor="middle")
            x += width + PADDING / 2
    return bottom


def _draw_network(sheet: Sheet, parts: Parts, *, top: float, environment_bottom: float) -> float:
    """Draw the address plan to scale, the connections of the environment, and the settings of each subnet."""
    space, on_subnets = parts.address_space, parts.on_subnets
    plan = top + 38
    plan_bottom = plan + SUBNET_HEIGHT
    bottom = plan_bottom + PADDING + LINE_HEIGHT * len(on_subnets) + 2
    sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top, "network")

    def place(addresses: IPv4Network) -> tuple[float, float]:
        """Return the start and the width of an address range."""
        return _x(addresses[0], space), addresses.num_addresses * (RIGHT - LEFT) / space.num_addresses

    for subnet in parts.subnets:
        x, width = place(range_of(subnet))
        middle = x + width / 2
        sheet.line(middle, environment_bottom, middle, plan, "environment")
        sheet.box(x, plan, width, SUBNET_HEIGHT, "subnet")
        sheet.text(middle, plan + 19, subnet["subnetName"], "strong", anchor="middle")
        sheet.text(middle, plan + 36, subnet["addressPrefix"], anchor="middle")
    for free in parts.free_ranges:
        x, width = place(free)
        sheet.box(x, plan, width, SUBNET_HEIGHT, "free")
        sheet.text(x + PADDING, plan + 19, f"{free} free", "muted")
    for address, meaning in parts.landmarks:
        x = _x(address, space)
        sheet.line(x, plan_bottom - 20, x, plan_bottom, "traffic", thickness=3)
        sheet.text(x + 6, plan + 38, f"{address} {meaning}")

    beside = max(sum(place(range_of(subnet))) for subnet in parts.subnets) + PADDING
    _headline(
        sheet, beside, top + 24, parts.virtual_network["virtualNetworkName"], f"virtual network {space}, to scale"
    )
    for row, (thing, ranges) in enumerate(on_subnets.items(), start=1):
        y = plan_bottom + 6 + LINE_HEIGHT * row
        for x, width in map(place, ranges):
            sheet.line(x + 4, y - 4, x + width - 4, y - 4, "traffic", thickness=4)
        sheet.text(beside, y, thing)
    return bottom


def _x(address: IPv4Address, space: IPv4Network) -> float:
    """Return the horizontal position of an address in an address space."""
    return LEFT + (int(address) - int(space[0])) * (RIGHT - LEFT) / space.num_addresses


def _draw_table(sheet: Sheet, title: str, heads: Sequence[str], rows: Iterable[Row], *, top: float) -> float:
    """Draw a table with a title. Lines wrap at the end of the column, and rows are as high as their lines."""
    widths = [end - start - PADDING for start, end in zip(COLUMNS, (*COLUMNS[1:], RIGHT + PADDING), strict=True)]
    broken = [[_broken(lines, width) for lines, width in zip(row, widths, strict=True)] for row in rows]
    heights = [LINE_HEIGHT * max(map(len, row)) for row in broken]
    bottom = top + 54 + sum(heights)
    sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top, "network")
    sheet.line(MARGIN, top, MARGIN, bottom, "traffic", thickness=4)
    sheet.text(LEFT, top + 22, title, "strong")
    y = top + 42
    for x, head in zip(COLUMNS, heads, strict=True):
        sheet.text(x, y, head, "muted")
    for row, height in zip(broken, heights, strict=True):
        for x, lines in zip(COLUMNS, row, strict=True):
            for position, line in enumerate(lines, start=1):
                sheet.text(x, y + LINE_HEIGHT * position, line)
        y += height
    return bottom


def _broken(lines: Iterable[str], width: float) -> list[str]:
    characters = int(width / width_of(" "))
    # Only at spaces, so that a range of ports is not broken.
    return [part for line in lines for part in textwrap.wrap(line, characters, break_on_hyphens=False)]
