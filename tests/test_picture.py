"""The picture of an environment in the README is current, complete, legible and correct.

The expected values are in docs/whole-environment.yaml, from which the picture is drawn, and in Microsoft's tables.
"""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from docs.picture import STACK_FILE, parts, parts_of, picture, picture_in_readme
from docs.picture.drawing import draw
from docs.picture.parts import Parts
from logic_apps_environment import validate_configuration
from tests.support.recording import ENDPOINTS
from tests.support.stack_files import values_of

REPOSITORY = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """Where something is on the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two share a point inside."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_inside(self, other: Box) -> bool:
        """Whether the other contains this one completely."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@pytest.fixture(scope="module")
def drawn() -> ET.Element:
    """The checked-in picture."""
    return ET.fromstring((REPOSITORY / "docs/environment.svg").read_text())  # noqa: S314 - our own file


def texts(drawn: ET.Element) -> list[str]:
    """The lines of text in the picture, from top to bottom and left to right."""
    found = sorted(drawn.iter(f"{SVG}text"), key=lambda each: (float(each.get("y", 0)), float(each.get("x", 0))))
    return [each.text or "" for each in found]


def row(drawn: ET.Element, table: str, first: str) -> list[str]:
    """The row of a table that begins with ``first``, without the further lines of its cells."""
    lines = texts(drawn)
    begin = lines.index(first, lines.index(table))
    return lines[begin : begin + 4]


def boxes(drawn: ET.Element, kind: str) -> list[Box]:
    """The boxes of a kind, from left to right."""
    found = []
    for each in drawn.iter(f"{SVG}rect"):
        if each.get("class") == kind:
            x, y, width, height = (float(each.get(key, 0)) for key in ("x", "y", "width", "height"))
            found.append(Box(x, y, x + width, y + height))
    return sorted(found)


def place_of(text: ET.Element) -> Box:
    """The room that a text takes: capitals above its line, tails below, and at most 0.61 em for each character."""
    width = len(text.text or "") * 12 * 0.61
    x, y = float(text.get("x", 0)), float(text.get("y", 0))
    left = {"start": x, "middle": x - width / 2, "end": x - width}[text.get("text-anchor", "start")]
    return Box(left, y - 11, left + width, y + 4)


def test_the_picture_is_current() -> None:
    assert (REPOSITORY / "docs/environment.svg").read_text() == picture(), "run `make docs`"


def test_the_readme_shows_it_with_an_alternative_text() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert picture_in_readme() in readme
    assert re.search(r"!\[Fabrikam-ISE [^]]{100,}\]\(docs/environment.svg\)", readme)


def test_the_stack_file_that_it_shows_breaks_no_rule() -> None:
    assert validate_configuration("logic-apps-environment", values_of(STACK_FILE)) == []


def test_the_order_in_which_resources_are_registered_does_not_change_it() -> None:
    assert draw(Parts(reversed(parts()._registrations))) == picture()


def test_the_subnets_are_drawn_to_scale_side_by_side_from_the_beginning_of_the_space(drawn: ET.Element) -> None:
    subnets, (free,) = boxes(drawn, "subnet"), boxes(drawn, "free")
    whole = free.right - subnets[0].left
    # Four /27 in a /24: an eighth each, and a half is free.
    assert [subnet.right - subnet.left for subnet in subnets] == pytest.approx([whole / 8] * 4, rel=1e-4)
    assert free.right - free.left == pytest.approx(whole / 2, rel=1e-4)
    for before, after in pairwise([*subnets, free]):
        assert before.right == pytest.approx(after.left, abs=0.01)
    named = [f"10.0.0.{start}/27" for start in (0, 32, 64, 96)]
    assert [text for text in texts(drawn) if text in named] == named


def test_what_is_on_a_subnet_is_drawn_under_it(drawn: ET.Element) -> None:
    under: dict[str, list[int]] = {}
    subnets = boxes(drawn, "subnet")
    for text in drawn.iter(f"{SVG}text"):
        marks = [
            position
            for position, subnet in enumerate(subnets, start=1)
            for line in drawn.iter(f"{SVG}line")
            if line.get("y1") == line.get("y2")
            and float(line.get("y1", 0)) == float(text.get("y", 0)) - 4
            and subnet.left < float(line.get("x1", 0)) < float(line.get("x2", 0)) < subnet.right
        ]
        if marks:
            under[text.text or ""] = marks
    assert under == {
        "delegated to Microsoft.Logic/integrationServiceEnvironments": [1],
        "security group nsg-fabrikam": [1, 2, 3, 4],
        "route table rt-fabrikam": [1, 2, 3, 4],
        "service endpoints Microsoft.Storage, Microsoft.KeyVault": [1, 2, 3, 4],
    }


def test_it_shows_the_environment_with_its_endpoint_certificates_and_connectors(drawn: ET.Element) -> None:
    assert "integration service environment: Premium, scale units: 1, External endpoint" in texts(drawn)
    _, *chips = boxes(drawn, "paper")  # the first is the sheet
    shown = {text.text for text in drawn.iter(f"{SVG}text") if any(place_of(text).is_inside(chip) for chip in chips)}
    assert shown == {
        *("issuingAuthority (TrustedRoot)", "rootAuthority (TrustedRoot)"),
        *("azureblob", "mq", "servicebus", "sftpwithssh", "sql"),
    }


def test_it_shows_the_rules_of_both_directions_and_the_routes(drawn: ET.Element) -> None:
    inbound, outbound = "Inbound rules of nsg-fabrikam", "Outbound rules of nsg-fabrikam"
    assert row(drawn, inbound, "110")[:3] == ["110", "LogicAppsManagement", "454"]
    assert row(drawn, inbound, "1000")[:3] == ["1000", "198.51.100.0/24", "443"]
    assert row(drawn, outbound, "160") == ["160", "Sql", "1433", "Azure SQL."]
    assert row(drawn, outbound, "210")[:3] == ["210", "10.0.0.196/32", "53"]
    assert row(drawn, "Routes of rt-fabrikam", "partner") == [
        "partner", "203.0.113.0/24", "VirtualAppliance", "10.0.0.132",
    ]  # fmt: skip


def test_addresses_that_the_service_assigns_are_unknown(drawn: ET.Element) -> None:
    assert row(drawn, "Inbound rules of nsg-fabrikam", "200")[:3] == ["200", "known after creation", "all"]
    made_up = {entry["address"] for entry in ENDPOINTS["connector"]["outgoingIpAddresses"]}
    assert not [text for text in texts(drawn) for address in made_up if address in text]


PLAIN = {
    "location": "westus2",
    "name": "ise-orders",
    "resourceGroup": {"name": "rg-orders"},
    "sku": {"name": "Premium", "capacity": 10},
    "endpoint": "Internal",
}
COMPANY = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network"
STACKS: dict[str, dict[str, Any]] = {
    "existing subnets": {
        "network": {"subnetIds": [f"{COMPANY}/virtualNetworks/vnet/subnets/subnet-{number}" for number in range(4)]},
    },
    "existing network, long names, many connectors": {
        "name": "ise-" + "x" * 76,
        "resourceGroup": {"name": "rg-" + "x" * 87, "create": False},
        "network": {
            "virtualNetworkId": f"{COMPANY}/virtualNetworks/vnet-{'x' * 59}",
            "subnets": [
                {"name": f"subnet-{'x' * 72}{number}", "addressPrefix": f"10.1.0.{64 * number}/{26 + number % 2}"}
                for number in range(4)
            ],
            "securityGroup": {"id": f"{COMPANY}/networkSecurityGroups/nsg-company"},
        },
        "managedConnectors": [
            "sql",
            "servicebus",
            "azureblob",
            "sftpwithssh",
            "mq",
            "azurequeues",
            "azuretables",
            "documentdb",
            "eventhubs",
            "azurefile",
            "ftp",
            "db2",
            "sap",
            "smtp",
            "as2",
            "edifact",
            "x12",
            "keyvault",
            "azuremonitorlogs",
            "azureeventgridpublish",
        ],
        "integrationAccounts": {"partners": {"sku": "Standard"}},
    },
    "several address ranges": {
        "network": {
            "name": "vnet-orders",
            "addressSpace": ["10.0.0.0/16", "10.9.0.0/24"],
            "dnsServers": ["10.0.5.196", "10.0.5.197"],
            "securityGroup": {"name": "nsg-orders"},
        },
    },
}


@pytest.fixture(scope="module", params=["", *STACKS])
def any_picture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ET.Element:
    """The checked-in picture, and those of other stacks."""
    text = (REPOSITORY / "docs/environment.svg").read_text()
    if request.param:
        values = {f"logic-apps-environment:{key}": value for key, value in (PLAIN | STACKS[request.param]).items()}
        stack_file = tmp_path_factory.mktemp("stack") / "Pulumi.orders.yaml"
        stack_file.write_text(json.dumps({"config": values}))
        text = draw(parts_of(stack_file))
    return ET.fromstring(text)  # noqa: S314 - our own file


def test_no_text_overlaps_another_or_exceeds_the_sheet(any_picture: ET.Element) -> None:
    sheet = Box(0, 0, float(any_picture.get("width", 0)), float(any_picture.get("height", 0)))
    places = [(text.text, place_of(text)) for text in any_picture.iter(f"{SVG}text")]
    assert places
    for (one, place), (other, its_place) in combinations(places, 2):
        assert not place.meets(its_place), f"{one!r} lies on {other!r}"
    for text, place in places:
        assert place.is_inside(sheet), f"{text!r} leaves the sheet"


def test_no_line_crosses_a_text(any_picture: ET.Element) -> None:
    for line in any_picture.iter(f"{SVG}line"):
        x1, y1, x2, y2 = (float(line.get(key, 0)) for key in ("x1", "y1", "x2", "y2"))
        drawn_line = Box(x1 - 0.5, y1 - 0.5, x2 + 0.5, y2 + 0.5)
        for text in any_picture.iter(f"{SVG}text"):
            assert not drawn_line.meets(place_of(text)), f"a line crosses {text.text!r}"


def test_texts_in_boxes_have_room(any_picture: ET.Element) -> None:
    inner = [*boxes(any_picture, "subnet"), *boxes(any_picture, "paper")[1:]]
    for text in any_picture.iter(f"{SVG}text"):
        for box in inner:
            place = place_of(text)
            assert place.is_inside(box) or not place.meets(box), f"{text.text!r} leaves its box"


def test_every_color_has_a_counterpart_for_the_dark_theme(drawn: ET.Element) -> None:
    (style,) = drawn.iter(f"{SVG}style")
    light, dark = (style.text or "").split("@media (prefers-color-scheme: dark)")
    colored = [set(re.findall(r"([.\w]+) {[^}]*#", theme)) for theme in (light, dark)]
    assert colored[0] == colored[1]
    used = {f".{each.get('class')}" for each in drawn.iter() if each.get("class")} - {".strong"}
    assert used == colored[0] - {"text"}
