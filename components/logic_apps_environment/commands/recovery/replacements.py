"""Resolve replacements that were interrupted after the state recorded the deletion.

The engine creates a resource with ``pendingReplacement`` without deleting it first, or drops it from the state if the
program no longer has it (pkg/resource/deploy/step_generator.go). If the state is older than Azure, as after a power
failure, the existing resource can be the new one already, or the previous one that was never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.properties import Properties, mismatches
from logic_apps_environment.commands.recovery.resource_types import ResourceType, type_of
from logic_apps_environment.commands.recovery.state import Resource, logical_name

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.adoption import Adoption
    from logic_apps_environment.commands.recovery.inventory import Inventory
    from logic_apps_environment.commands.recovery.report import Report


@dataclass(frozen=True)
class InterruptedReplacements:
    """Resolves the interrupted replacements of one state."""

    inventory: Inventory
    adoption: Adoption
    report: Report

    def find(self, known: Resource) -> Properties | None:
        """Return the existing resource with the ID of one with ``pendingReplacement``; None if it does not exist."""
        type_ = type_of(known)
        if type_ is None or not known.get("id"):
            self.report.note(
                f"{logical_name(known)}: its replacement was interrupted after the deletion; recovery does not know "
                f"the type {known.get('type')!r} and did not check whether it exists"
            )
            return None
        try:
            return self.inventory.find(known, type_, known["id"])
        except ResourceError as error:
            self.report.leave_alone(known, f"its replacement was interrupted, and it cannot be looked up: {error}")
            return None

    def resolve(self, known: Resource, planned: Resource | None, body: Properties) -> None:
        """Keep the existing resource in the state, as the new one or as the one that was not deleted.

        The planned resource has the same ID; None if it is unknown.
        """
        type_ = type_of(known)
        if type_ is None:
            return
        text = "the state records it as deleted for a replacement, but it exists"
        if planned is not None and self._is(planned, known, type_, body):
            self.adoption.adopt(planned, type_, body, text)
        elif self._is(known, planned or known, type_, body):
            text += ", and was not replaced"
            if type_.is_known:
                self.adoption.adopt(known, type_, body, text)
            else:
                del known["pendingReplacement"]
                self.report.changed(known, text, "kept in the state")
        elif not self.adoption.reports_conflict(planned or known, type_, body):
            self.report.leave_alone(
                known,
                f"its replacement was interrupted, and what exists as {body.get('id')} is neither the previous nor "
                "the planned resource. Look at it in Azure, and delete it if it is not needed",
            )

    def _is(self, resource: Resource, other: Resource, type_: ResourceType, body: Properties) -> bool:
        """Whether the existing resource is this one of two versions."""
        inputs, other_inputs = resource.get("inputs") or {}, other.get("inputs") or {}
        names = type_.body_inputs(inputs) | type_.body_inputs(other_inputs)
        shown = type_.outputs(body, inputs)
        if not type_.is_known and any(
            inputs.get(name) != other_inputs.get(name) and name not in shown for name in names
        ):
            return False
        contradictions = mismatches(inputs, other_inputs, shown, names)
        return not contradictions and not self.adoption.fixed_differences(resource, type_, body)
