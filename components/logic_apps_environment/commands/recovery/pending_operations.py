"""Resolve the pending operations of a state."""

from __future__ import annotations

from dataclasses import dataclass

from logic_apps_environment.commands.recovery.adoption import Adoption
from logic_apps_environment.commands.recovery.azure_ids import canonical
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.inventory import Inventory
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.resource_types import ResourceType, type_of
from logic_apps_environment.commands.recovery.state import Operation, Resource, State

_REMOVED = "removed from the pending operations"


@dataclass(frozen=True)
class PendingOperations:
    """Resolves the pending operations of one state."""

    state: State
    inventory: Inventory
    adoption: Adoption
    report: Report

    def resolve(self) -> None:
        """Update the state with the result of each operation in Azure."""
        self.state.pending = [each for each in self.state.pending if not self._resolve_operation(each)]

    def _resolve_operation(self, operation: Operation) -> bool:
        """Resolve one operation, and return whether it is no longer pending."""
        resource, kind = operation["resource"], operation["type"]
        type_ = type_of(resource)
        if kind in {"reading", "importing"}:
            self.report.changed(resource, f"{kind} it was interrupted, which changes nothing in Azure", _REMOVED)
        elif resource.get("custom") is False or str(resource.get("type", "")).startswith("pulumi:"):
            self.report.changed(resource, f"{kind} it was interrupted, and it is not an Azure resource", _REMOVED)
        elif kind not in {"creating", "updating", "deleting"}:
            return self._stays_pending(resource, kind, "recovery does not know this operation")
        elif type_ is None:
            return self._stays_pending(resource, kind, f"recovery does not know the type {resource.get('type')!r}")
        elif not type_.is_known and kind == "creating":
            return self._stays_pending(
                resource, kind, f"recovery cannot determine the IDs of the type {resource.get('type')!r}"
            )
        else:
            resolve = {
                "creating": self._resolve_creation,
                "updating": self._resolve_update,
                "deleting": self._resolve_deletion,
            }[kind]
            try:
                resolve(resource, type_)
            except ResourceError as error:
                return self._stays_pending(resource, kind, str(error))
        return True

    def _stays_pending(self, resource: Resource, kind: str, reason: str) -> bool:
        self.report.leave_alone(
            resource,
            f"{kind} it was interrupted, and {reason}. Check in Azure whether it exists, then run `pulumi refresh`, "
            "which asks about pending operations",
        )
        return False

    def _resolve_creation(self, resource: Resource, type_: ResourceType) -> None:
        identifier = self.inventory.identifier(resource, type_)
        if identifier is None:
            self.report.leave_alone(
                resource,
                "its creation was interrupted, and the state does not have its name. Check in Azure whether it exists",
            )
            return
        body = self.inventory.find(resource, type_, identifier)
        if body is None:
            self.report.changed(resource, "its creation was interrupted, and it does not exist", _REMOVED)
        elif not self.adoption.reports_conflict(resource, type_, body):
            self.adoption.adopt(resource, type_, body, "its creation was interrupted, and it exists")

    def _resolve_update(self, resource: Resource, type_: ResourceType) -> None:
        before = self.state.live(resource["urn"])
        if before is None:
            self.report.changed(resource, "its update was interrupted, and the state does not have it", _REMOVED)
            return
        body = self.inventory.find(before, type_, before.get("id") or "")
        if body is None:
            self.state.drop(before)
            self.report.changed(resource, "its update was interrupted, and it does not exist", "removed from the state")
            return
        # If Azure agrees with both, the update may not have happened; an update can repeat it.
        differences = self.adoption.differences
        is_done = bool(differences(before, type_, body)) and not differences(resource, type_, body)
        chosen = {**before, **resource} if is_done else before
        text = f"its update was interrupted{', and Azure has completed it' if is_done else ''}"
        self.adoption.adopt(chosen, type_, body, text)

    def _resolve_deletion(self, resource: Resource, type_: ResourceType) -> None:
        found = [each for each in self.state.resources if each["urn"] == resource["urn"]]
        known = next((each for each in found if canonical(each.get("id")) == canonical(resource.get("id"))), None)
        if known is None:
            self.report.changed(resource, "its deletion was interrupted, and the state does not have it", _REMOVED)
        elif self.inventory.find(known, type_, known.get("id") or "") is None:
            self.state.drop(known)
            self.report.changed(resource, "its deletion was interrupted, and it is deleted", "removed from the state")
        else:
            self.report.changed(resource, "its deletion was interrupted, and it still exists", _REMOVED)
