"""The recorded states, and an Azure that answers from a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from logic_apps_environment.commands.recovery.inventory import Poller
from logic_apps_environment.commands.recovery.recover import Recovery
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.state import State

RECORDED = Path(__file__).with_name("recorded")
PROJECT = "logic-apps-environment"

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logic-apps-dev"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-logic-apps-dev"
ENVIRONMENT = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/ise-logic-apps-dev"


def recorded(name: str) -> Any:
    """A recording, fresh each time."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


class RecordedAzure:
    """An Azure in which what was recorded exists. Ids are looked up without case, as ARM does."""

    def __init__(self) -> None:
        self.bodies: dict[str, dict[str, Any]] = {
            identifier.lower(): body for identifier, body in recorded("azure").items()
        }
        self.subscription: str | None = "00000000-0000-0000-0000-000000000000"
        self.asked: list[tuple[str, str]] = []
        """Id and api-version of each question."""

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """The recorded answer."""
        self.asked.append((identifier, api_version))
        return self.bodies.get(identifier.lower())

    def lose(self, *identifiers: str) -> None:
        """From now on these do not exist."""
        for identifier in identifiers:
            del self.bodies[identifier.lower()]


class Case:
    """A recovery of a recorded or made state."""

    def __init__(self, document: Any, azure: RecordedAzure) -> None:
        self.state = State(json.dumps(document), PROJECT)
        self.azure = azure
        self.report = Report()
        self.messages: list[str] = []
        self.pauses: list[float] = []
        self.recovery = Recovery(self.state, azure, Poller(self.messages.append, self.pauses.append), self.report)

    @property
    def said(self) -> str:
        """All messages about what was found."""
        return "\n".join(self.report.lines(is_done=True))

    def resource(self, name: str) -> dict[str, Any] | None:
        """The resource of azure-native with this logical name, as the state has it."""
        found = [
            each
            for each in self.state.to_document()["deployment"]["resources"]
            if each["urn"].endswith(f"::{name}") and each["type"].startswith("azure-native:")
        ]
        assert len(found) <= 1, f"{name} is in the state {len(found)} times"
        return found[0] if found else None
