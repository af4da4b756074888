"""The steps of a recovery, from pending operations to resources that the state does not have.

They change a ``State`` in memory; ``command`` writes it to the backend.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from logic_apps_environment.commands.recovery.adoption import Adoption
from logic_apps_environment.commands.recovery.azure_ids import canonical, is_as_requested, resource_group
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError
from logic_apps_environment.commands.recovery.inventory import Arm, Inventory, Poller
from logic_apps_environment.commands.recovery.pending_operations import PendingOperations
from logic_apps_environment.commands.recovery.plan import Plan
from logic_apps_environment.commands.recovery.planned_resources import PlannedResources
from logic_apps_environment.commands.recovery.report import Report
from logic_apps_environment.commands.recovery.resource_types import type_of
from logic_apps_environment.commands.recovery.state import Resource, State

_GROUP_TYPE = "azure-native:resources:ResourceGroup"


class Recovery:
    """Reconciles one state with Azure, and reports it. Call the methods in the order of their definition.

    Each method raises ``RecoveryError`` if Azure cannot be reached.
    """

    def __init__(self, state: State, arm: Arm, poller: Poller, report: Report) -> None:
        self._state = state
        self._report = report
        self._inventory = Inventory(state, arm, poller)
        self._adoption = Adoption(state, report)
        self.unnamed = 0
        """The number of planned resources with a name that is unknown in a preview of this state."""

    def resolve_pending_operations(self) -> None:
        """Update the state with the result of each pending operation."""
        PendingOperations(self._state, self._inventory, self._adoption, self._report).resolve()

    def check_existing(self) -> None:
        """Remove resources from the state that do not exist, and give the others the IDs that Azure returns.

        The engine does not always record that a deletion has started (observed with 3.274). Without this check, an
        ``up`` after an interrupted ``destroy`` would rely on deleted resources.
        """
        # Dependents first, so that no resource refers to a removed one.
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
                self._check_marked_for_deletion(resource)
            elif (
                is_as_requested(resource["id"])
                and resource["id"] != body.get("id")
                and canonical(resource["id"]) == canonical(body.get("id"))
            ):
                text = f"the state had the path of the request, {resource['id']}"
                resource["id"] = body["id"]
                self._report.changed(resource, text, f"replaced by Azure's ID {body['id']}")

    def _check_marked_for_deletion(self, resource: Resource) -> None:
        """Correct a resource that is marked for deletion: it can be in use, or recorded as already deleted."""
        live = next((each for each in self._state.with_id(resource["id"]) if not each.get("delete")), None)
        if live is not None:
            self._state.drop(resource)
            text = f"the state has it twice, once marked for deletion, but both are {live['id']}"
            self._report.changed(resource, text, "no longer marked for deletion")
        elif resource.get("pendingReplacement"):
            # The engine would remove it from the state without deleting it.
            del resource["pendingReplacement"]
            text = "the state records it as deleted, but it exists"
            self._report.changed(resource, text, "marked for deletion")

    def find_planned(self, steps: Iterable[dict[str, Any]]) -> None:
        """Import planned resources that exist and the state does not have, and resolve interrupted replacements.

        The steps are those of ``pulumi preview --json --show-sames --show-replacement-steps`` of the same state.
        """
        planned = PlannedResources(self._state, self._inventory, self._adoption, self._report, Plan.of(steps))
        planned.find()
        self.unnamed = planned.unnamed

    def find_unmanaged_environments(self) -> None:
        """Report environments in the resource groups of the stack that its state does not have.

        Such an environment needs attention if the stack created the resource group.
        """
        groups: dict[str, str] = {}
        own = set()
        for resource in self._state.resources:
            group = resource_group(resource.get("id"))
            if group is not None:
                groups.setdefault(group.lower(), group)
                if resource.get("type") == _GROUP_TYPE and not resource.get("external"):
                    own.add(group.lower())
        known = {canonical(resource.get("id")) for resource in self._state.resources}
        for name, group in sorted(groups.items()):
            try:
                found = self._inventory.environments_in(group)
            except RecoveryError as error:
                self._report.note(f"The environments in {group} could not be listed: {error}")
                continue
            for identifier in found:
                if canonical(identifier) not in known:
                    self._report.note(
                        f"The environment {identifier} exists and is not in the state. Azure charges for it: if no "
                        f"other stack has it, delete it with: az resource delete --ids {identifier}",
                        needs_attention=name in own,
                    )
