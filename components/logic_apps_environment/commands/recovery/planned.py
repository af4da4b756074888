"""Find the resources that the program plans to create and that exist already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.commands.recovery.azure_ids import canonical
from logic_apps_environment.commands.recovery.errors import ResourceError
from logic_apps_environment.commands.recovery.resource_types import ResourceType, type_of
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.adoption import Adoption
    from logic_apps_environment.commands.recovery.candidates import Candidates
    from logic_apps_environment.commands.recovery.inventory import Inventory
    from logic_apps_environment.commands.recovery.plan import Plan
    from logic_apps_environment.commands.recovery.replacements import InterruptedReplacements
    from logic_apps_environment.commands.recovery.report import Report


@dataclass
class PlannedResources:
    """Finds the existing resources of a plan that was made from a state."""

    state: State
    inventory: Inventory
    replacements: InterruptedReplacements
    adoption: Adoption
    report: Report
    candidates: Candidates
    unnamed: int = 0
    """The number of planned resources with a name that is unknown in a preview of this state."""

    def find(self, plan: Plan) -> None:
        """Import planned resources that exist and the state does not have, and resolve interrupted replacements."""
        for urn, planned in plan.wanted.items():
            known = self.state.live(urn)
            # Recovery can have removed resources from the state since the preview.
            if urn in plan.created or known is None or known.get("pendingReplacement"):
                try:
                    self._find(planned, known, plan)
                except ResourceError as error:
                    self.report.not_read(planned, error)
        interrupted = [
            each for each in self.state.resources if each.get("pendingReplacement") and not each.get("delete")
        ]
        for known in interrupted:
            if known["urn"] not in plan.wanted:
                body = self.replacements.find(known)
                if body is not None:
                    self.replacements.resolve(known, None, body)
        for operation, urn in plan.unknown:
            self.report.note(
                f"{urn.rsplit('::', 1)[-1]}: recovery does not know the operation {operation!r} that the preview "
                "plans, and did not check whether the resource exists",
                needs_attention=True,
            )

    def _find(self, planned: Resource, known: Resource | None, plan: Plan) -> None:
        type_ = type_of(planned)
        planned = self.candidates.with_known_inputs(planned, type_)
        identifier = self.inventory.identifier(planned, type_) if type_ is not None and type_.is_known else None
        if known is not None and known.get("pendingReplacement"):
            # An unknown name is most often the same name: it depends on the same replacement.
            has_same_id = identifier is None or canonical(identifier) == canonical(known.get("id"))
            body = self.replacements.find(known)
            if body is not None:
                complete = self.candidates.complete
                candidate = complete(planned, type_, body, plan)[0] if type_ and has_same_id else None
                self.replacements.resolve(known, candidate, body)
            if has_same_id:
                return
        if type_ is None:
            return
        if identifier is not None:
            self._find_unmanaged(planned, type_, identifier, plan)
        elif type_.is_known:
            # Its parent does not exist either, or the next preview will know its name from an imported resource.
            self.unnamed += 1
        elif known is None:
            self.report.note(
                f"{logical_name(planned)}: an update creates it; recovery does not know the type {planned['type']!r} "
                "and did not check whether it exists"
            )

    def _find_unmanaged(self, planned: Resource, type_: ResourceType, identifier: str, plan: Plan) -> None:
        """Import a planned resource if it exists and the state does not have it."""
        managed = next(iter(self.state.with_id(identifier)), None)
        is_live = managed is not None and not managed.get("delete")
        if managed is not None and is_live and (managed["urn"] == planned["urn"] or planned["urn"] not in plan.created):
            # The state has it, under its URN or under that of an alias.
            return
        body = self.inventory.find(planned, type_, identifier)
        if body is None:
            return
        if managed is not None and is_live:
            self.report.leave_alone(
                planned,
                f"exists, and the state has it as {logical_name(managed)}. An update would create it and then delete "
                "it; give the resource an alias for its earlier name first",
            )
            return
        known = self.state.live(planned["urn"])
        if known is not None and planned["urn"] in plan.deleted_first:
            self.report.leave_alone(
                planned,
                f"an update replaces {known.get('id')} by {body.get('id')}, which exists although the former was not "
                "deleted, so this stack did not create it. Choose another name, or delete it if it is not needed",
            )
            return
        candidate, reason = self.candidates.complete(planned, type_, body, plan)
        if candidate is None:
            self.report.leave_alone(planned, f"exists and is not in the state, but {reason}")
        elif not self.adoption.reports_conflict(candidate, type_, body):
            if managed is not None:
                self.state.drop(managed)
            self.adoption.adopt(candidate, type_, body, "exists, and the state did not have it")
