"""The table of `logic-apps-sandbox resources`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_sandbox.arm import ListedResource
from logic_apps_sandbox.commands.resource_table import print_table

if TYPE_CHECKING:
    import pytest

ESCAPE = "\x1b]0;title\x07\r\nSucceeded\u202e"


def test_control_characters_in_a_resource_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    group = "/subscriptions/1/resourceGroups/g"
    print_table([ListedResource(group, f"type{ESCAPE}", f"name{ESCAPE}", f"location{ESCAPE}", f"state{ESCAPE}")])
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["Name", "Type", "Location", "State"]
    assert row.isprintable()
    assert all(word in row for word in ("name?", "type?", "location?", "state?"))
