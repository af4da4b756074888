"""What Azure has of the resources that the state has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.azure_ids import canonical, is_as_requested
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.resource_types import type_of

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.inventory import Inventory
    from logic_apps_environment.commands.recovery.report import Report
    from logic_apps_environment.commands.recovery.state import Resource, State


class ExistingResources:
    """Compares one state with Azure.

    Args:
        state: the state; it is changed.
        inventory: what Azure has.
        report: takes what was found.
    """

    def __init__(self, state: State, inventory: Inventory, report: Report) -> None:
        self._state = state
        self._inventory = inventory
        self._report = report

    def check(self) -> None:
        """Remove from the state what Azure does not have, and give the rest the ids that Azure has.

        The engine does not always write that it has begun to delete (seen with 3.274): without this, an `up` after an
        interrupted `destroy` would rely on resources that are deleted.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        # Dependents first, so that nothing is left that refers to what is removed.
        for resource in reversed(list(self._state.resources)):
            type_ = type_of(resource)
            if type_ is None or not type_.is_known or not resource.get("id") or resource.get("external"):
                continue
            if resource.get("pendingReplacement") and not resource.get("delete"):
                continue
            try:
                body = self._inventory.find(resource, type_, resource["id"])
            except ResourceError as error:
                self._report.not_read(resource, error)
                continue
            if body is None:
                self._state.drop(resource)
                self._report.changed(resource, "does not exist", "removed from the state")
            elif resource.get("delete"):
                self._check_condemned(resource)
            elif is_as_requested(resource["id"]) and _differs_in_spelling(resource["id"], body.get("id")):
                text = f"the state had the path of the request, {resource['id']}"
                resource["id"] = body["id"]
                self._report.changed(resource, text, f"replaced by Azure's id {body['id']}")

    def _check_condemned(self, resource: Resource) -> None:
        """Correct a copy that waits for its deletion: it may be the resource in use, or said to be deleted already."""
        needed = next(
            (
                each
                for each in self._state.resources
                if not each.get("delete")
                and not each.get("external")
                and canonical(each.get("id")) == canonical(resource["id"])
            ),
            None,
        )
        if needed is not None:
            self._state.drop(resource)
            text = f"the state has it twice, once to be deleted, but both are {needed['id']}"
            self._report.changed(resource, text, "removed from what is to be deleted")
        elif resource.get("pendingReplacement"):
            # The engine would forget it and not delete it.
            del resource["pendingReplacement"]
            text = "the state says that it was deleted, but it exists"
            self._report.changed(resource, text, "marked as still to be deleted")


def _differs_in_spelling(one: str, other: object) -> bool:
    return one != other and canonical(one) == canonical(other)
