"""What recovery decides: how each interrupted operation ended, and which resources the state does not have.

It only changes the `State` that it is given; `cli` writes that back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.recovery.adoption import Adoption
from logic_apps_environment.commands.recovery.azure_ids import canonical, resource_group
from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.existing import ExistingResources
from logic_apps_environment.commands.recovery.inventory import Inventory
from logic_apps_environment.commands.recovery.pending import PendingOperations
from logic_apps_environment.commands.recovery.planned import Plan, PlannedResources
from logic_apps_environment.commands.recovery.replacements import InterruptedReplacements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logic_apps_environment.commands.recovery.inventory import Arm
    from logic_apps_environment.commands.recovery.polling import Poller
    from logic_apps_environment.commands.recovery.report import Report
    from logic_apps_environment.commands.recovery.state import State

_GROUP_TYPE = "azure-native:resources:ResourceGroup"


class Recovery:
    """Brings one state to what exists; the methods are to be called in the order in which they stand here.

    Args:
        state: the state; it is changed.
        arm: Azure.
        poller: waits for resources that are being created, updated or deleted.
        report: takes what was found.
    """

    def __init__(self, state: State, arm: Arm, poller: Poller, report: Report) -> None:
        self._state = state
        self._report = report
        self._inventory = Inventory(state, arm, poller)
        adoption = Adoption(state, report)
        self._pending = PendingOperations(state, self._inventory, adoption, report)
        self._existing = ExistingResources(state, self._inventory, report)
        replacements = InterruptedReplacements(self._inventory, adoption, report)
        self._planned = PlannedResources(state, self._inventory, replacements, adoption, report)

    @property
    def unnamed(self) -> int:
        """How many planned resources have a name that a preview of this state does not know."""
        return self._planned.unnamed

    def resolve_pending_operations(self) -> None:
        """Find out how each operation ended that had begun, and let the state say so.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        self._pending.resolve()

    def check_existing(self) -> None:
        """Remove from the state what Azure does not have.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        self._existing.check()

    def find_planned(self, steps: Iterable[dict[str, Any]]) -> None:
        """Import what the program plans to create, exists, and is not in the state; resolve interrupted replacements.

        Args:
            steps: those of `pulumi preview --json --show-sames --show-replacement-steps`, made from the same state.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        self._planned.find(Plan.of(steps))

    def find_unmanaged_environments(self) -> None:
        """Name the environments in the resource groups of the stack that its state does not have.

        In a group that the stack created there should be none, so a person has to look.
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
