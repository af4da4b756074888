"""The steps of a recovery, from pending operations to resources that the state does not have.

They change a ``State`` in memory; ``command`` writes it to the backend.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.recovery.adoption import Adoption
from logic_apps_environment.commands.recovery.azure_ids import canonical, resource_group
from logic_apps_environment.commands.recovery.candidates import Candidates
from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.existing import ExistingResources
from logic_apps_environment.commands.recovery.inventory import Arm, Inventory
from logic_apps_environment.commands.recovery.pending import PendingOperations
from logic_apps_environment.commands.recovery.plan import Plan
from logic_apps_environment.commands.recovery.planned import PlannedResources
from logic_apps_environment.commands.recovery.replacements import InterruptedReplacements

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.polling import Poller
    from logic_apps_environment.commands.recovery.report import Report
    from logic_apps_environment.commands.recovery.state import State

_GROUP_TYPE = "azure-native:resources:ResourceGroup"


class Recovery:
    """Reconciles one state with Azure, and reports it. Call the methods in the order of their definition.

    Each method raises ``RecoveryError`` if Azure cannot be reached.
    """

    def __init__(self, state: State, arm: Arm, poller: Poller, report: Report) -> None:
        self._state = state
        self._report = report
        self._inventory = Inventory(state, arm, poller)
        adoption = Adoption(state, report)
        self._pending = PendingOperations(state, self._inventory, adoption, report)
        self._existing = ExistingResources(state, self._inventory, report)
        replacements = InterruptedReplacements(self._inventory, adoption, report)
        self._planned = PlannedResources(state, self._inventory, replacements, adoption, report, Candidates(state))

    @property
    def unnamed(self) -> int:
        """The number of planned resources with a name that is unknown in a preview of this state."""
        return self._planned.unnamed

    def resolve_pending_operations(self) -> None:
        """Update the state with the result of each pending operation."""
        self._pending.resolve()

    def check_existing(self) -> None:
        """Remove resources from the state that do not exist, and give the others the IDs that Azure returns."""
        self._existing.check()

    def find_planned(self, steps: Iterable[dict[str, Any]]) -> None:
        """Import planned resources that exist and the state does not have, and resolve interrupted replacements.

        The steps are those of ``pulumi preview --json --show-sames --show-replacement-steps`` of the same state.
        """
        self._planned.find(Plan.of(steps))

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
