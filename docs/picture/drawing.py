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
    top = _headline(sheet, MARGIN, 28, *parts.group) + 14
    environment_bottom = _draw_environment(sheet, parts, top=top)
    draw_network = _draw_network_to_scale if _fits_to_scale(parts) else _draw_network
    bottom = draw_network(sheet, parts, top=environment_bottom + PADDING, environment_bottom=environment_bottom)
    tables = (
        (f"Inbound rules of {parts.security_group}", "Priority|From|To ports|Why", parts.rules("Inbound")),
        (f"Outbound rules of {parts.security_group}", "Priority|To|To ports|Why", parts.rules("Outbound")),
        (f"Routes of {parts.route_table}", "Name|To|Next hop|Its address", parts.routes),
    )
    for title, heads, rows in tables:
        if rows:
            bottom = _draw_table(sheet, title, heads.split("|"), rows, top=bottom + PADDING)
    return sheet.finished(bottom + MARGIN)


def _headline(sheet: Sheet, x: float, y: float, name: str, meaning: str) -> float:
    """Draw a name and its description, below it if they do not fit beside each other; return the last baseline."""
    sheet.text(x, y, name, "strong")
    beside = x + width_of(name) + PADDING
    if beside + width_of(meaning) <= RIGHT:
        sheet.text(beside, y, meaning)
        return y
    for line in _broken([meaning], RIGHT - x):
        y += LINE_HEIGHT
        sheet.text(x, y, line)
    return y


def _draw_environment(sheet: Sheet, parts: Parts, *, top: float) -> float:
    """Draw the environment and its content; return the bottom of the box, like the other functions."""
    rows = {"certificates": parts.certificates, "connectors": parts.connectors, "accounts": parts.accounts}
    box = sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, 0, "environment")
    meaning = f"integration service environment: {parts.kind}"
    y = _headline(sheet, LEFT, top + 24, parts.environment["resourceName"], meaning) + 14
    for label, entries in rows.items():
        if entries:
            sheet.text(LEFT, y + 15, label, "muted")
            y = _draw_chips(sheet, entries, LEFT + max(map(width_of, rows)) + PADDING, y) + CHIP_HEIGHT + 6
    bottom = y + 4
    box.set("height", f"{bottom - top:g}")
    return bottom


def _draw_chips(sheet: Sheet, entries: Iterable[str], left: float, y: float) -> float:
    """Draw small boxes with a text each, in as many rows as they need; return the top of the last row."""
    x = left
    for entry in entries:
        (text, *_) = _broken([entry], RIGHT - left - PADDING)
        width = width_of(text) + PADDING
        if x > left and x + width > RIGHT:
            x, y = left, y + CHIP_HEIGHT + 6
        sheet.box(x, y, width, CHIP_HEIGHT, "paper")
        sheet.text(x + width / 2, y + 15, text, anchor="middle")
        x += width + PADDING / 2
    return y


def _fits_to_scale(parts: Parts) -> bool:
    """Whether the texts have room in a picture of the only address space with its subnets to scale."""
    if len(parts.address_spaces) != 1:
        return False
    (space,) = parts.address_spaces
    pixels = (RIGHT - LEFT) / space.num_addresses
    end = max(_x(range_of(subnet)[-1], space) for subnet in parts.subnets) + pixels + PADDING
    beside = [*parts.on_subnets, " ".join([*parts.network, ", to scale "])]
    starts = [_x(address, space) + 6 for address, _ in parts.landmarks]
    return (
        all(
            width_of(text) <= range_of(subnet).num_addresses * pixels
            for subnet in parts.subnets
            for text in (subnet["subnetName"], subnet["addressPrefix"])
        )
        and all(end + width_of(text) <= RIGHT for text in beside)
        and all(width_of(f"{free} free") + PADDING <= free.num_addresses * pixels for free in parts.free_ranges)
        and all(
            start + width_of(f"{address} {meaning}") < following
            for (address, meaning), start, following in zip(parts.landmarks, starts, [*starts[1:], RIGHT], strict=False)
        )
    )


def _draw_network_to_scale(sheet: Sheet, parts: Parts, *, top: float, environment_bottom: float) -> float:
    """Draw the address plan to scale, the connections of the environment, and the settings of each subnet."""
    (space,), on_subnets = parts.address_spaces, parts.on_subnets
    plan = top + 38
    plan_bottom = plan + SUBNET_HEIGHT
    bottom = plan_bottom + PADDING + LINE_HEIGHT * len(on_subnets) + 2
    sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top, "network")

    def place(addresses: IPv4Network) -> tuple[float, float]:
        """Return the start and the width of an address range."""
        return _x(addresses[0], space), addresses.num_addresses * (RIGHT - LEFT) / space.num_addresses

    places = [place(range_of(subnet)) for subnet in parts.subnets]
    for subnet, (x, width) in zip(parts.subnets, places, strict=True):
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

    beside = max(map(sum, places)) + PADDING
    name, meaning = parts.network
    _headline(sheet, beside, top + 24, name, f"{meaning}, to scale")
    for row, (thing, positions) in enumerate(on_subnets.items(), start=1):
        y = plan_bottom + 6 + LINE_HEIGHT * row
        _mark(sheet, [places[position] for position in positions], y - 4)
        sheet.text(beside, y, thing)
    return bottom


def _draw_network(sheet: Sheet, parts: Parts, *, top: float, environment_bottom: float) -> float:
    """Draw the subnets side by side, not to scale, and all else below them as text."""
    width = (RIGHT - LEFT - PADDING * (len(parts.subnets) - 1)) / len(parts.subnets)
    places = [(LEFT + (width + PADDING) * position, width) for position in range(len(parts.subnets))]
    names = [_broken([subnet["subnetName"]], width - PADDING) for subnet in parts.subnets]
    plan, height = top + PADDING, LINE_HEIGHT * (max(map(len, names)) + 1) + 12
    box = sheet.box(MARGIN, top, WIDTH - 2 * MARGIN, 0, "network")
    for subnet, lines, (x, _) in zip(parts.subnets, names, places, strict=True):
        sheet.line(x + width / 2, environment_bottom, x + width / 2, plan, "environment")
        sheet.box(x, plan, width, height, "subnet")
        for row, line in enumerate(lines, start=1):
            sheet.text(x + width / 2, plan + 2 + LINE_HEIGHT * row, line, "strong", anchor="middle")
        prefix = subnet.get("addressPrefix", "existing subnet")
        sheet.text(x + width / 2, plan + 2 + LINE_HEIGHT * (len(lines) + 1), prefix, anchor="middle")
    y = plan + height + 6
    for thing, positions in parts.on_subnets.items():
        _mark(sheet, [places[position] for position in positions], y + 6)
        y = _draw_lines(sheet, _broken([thing], RIGHT - LEFT), y + 8) + 4
    name, meaning = parts.network
    y = _headline(sheet, LEFT, y + LINE_HEIGHT + 6, name, meaning)
    notes = [f"{address} {meaning}" for address, meaning in parts.landmarks]
    if parts.free_ranges:
        notes.append(f"free: {', '.join(map(str, parts.free_ranges))}")
    y = _draw_lines(sheet, _broken(notes, RIGHT - LEFT), y)
    box.set("height", f"{y + PADDING - top:g}")
    return y + PADDING


def _draw_lines(sheet: Sheet, lines: Iterable[str], y: float) -> float:
    """Draw lines of text below a baseline; return the last baseline."""
    for line in lines:
        y += LINE_HEIGHT
        sheet.text(LEFT, y, line)
    return y


def _mark(sheet: Sheet, places: Iterable[tuple[float, float]], y: float) -> None:
    for x, width in places:
        sheet.line(x + 4, y, x + width - 4, y, "traffic", thickness=4)


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
