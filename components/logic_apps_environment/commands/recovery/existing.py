"""Compare the resources in the state with Azure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.azure_ids import canonical, is_as_requested
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.resource_types import type_of

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.inventory import Inventory
    from logic_apps_environment.commands.recovery.report import Report
    from logic_apps_environment.commands.recovery.state import Resource, State


@dataclass(frozen=True)
class ExistingResources:
    """Compares the resources of one state with Azure."""

    state: State
    inventory: Inventory
    report: Report

    def check(self) -> None:
        """Remove resources from the state that do not exist, and give the others the IDs that Azure returns.

        The engine does not always record that a deletion has started (observed with 3.274). Without this check, an
        ``up`` after an interrupted ``destroy`` would rely on deleted resources.
        """
        # Dependents first, so that no resource refers to a removed one.
        for resource in reversed(list(self.state.resources)):
            type_ = type_of(resource)
            if type_ is None or not type_.is_known or not resource.get("id") or resource.get("external"):
                continue
            if resource.get("pendingReplacement") and not resource.get("delete"):
                continue
            try:
                body = self.inventory.find(resource, type_, resource["id"])
            except ResourceError as error:
                self.report.not_read(resource, error)
                continue
            if body is None:
                self.state.drop(resource)
                self.report.changed(resource, "does not exist", "removed from the state")
            elif resource.get("delete"):
                self._check_marked_for_deletion(resource)
            elif is_as_requested(resource["id"]) and _differs_in_spelling(resource["id"], body.get("id")):
                text = f"the state had the path of the request, {resource['id']}"
                resource["id"] = body["id"]
                self.report.changed(resource, text, f"replaced by Azure's ID {body['id']}")

    def _check_marked_for_deletion(self, resource: Resource) -> None:
        """Correct a resource that is marked for deletion: it can be in use, or recorded as already deleted."""
        live = next((each for each in self.state.with_id(resource["id"]) if not each.get("delete")), None)
        if live is not None:
            self.state.drop(resource)
            text = f"the state has it twice, once marked for deletion, but both are {live['id']}"
            self.report.changed(resource, text, "no longer marked for deletion")
        elif resource.get("pendingReplacement"):
            # The engine would remove it from the state without deleting it.
            del resource["pendingReplacement"]
            text = "the state records it as deleted, but it exists"
            self.report.changed(resource, text, "marked for deletion")


def _differs_in_spelling(one: str, other: object) -> bool:
    return one != other and canonical(one) == canonical(other)
