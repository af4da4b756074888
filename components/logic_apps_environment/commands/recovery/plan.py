"""The steps of a preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from logic_apps_environment.commands.recovery.state import Resource

# The operations of the engine (pkg/resource/deploy/step.go, StepOp).
_CREATING = frozenset({"create", "create-replacement", "replace"})
"""These create a resource, which can exist already."""

_REPLACING = frozenset({"replace", "create-replacement", "delete-replaced"})

_KEEPING = frozenset({"same", "update"})
"""These keep a resource of the state, which Azure may not have."""

_OTHER = frozenset(
    {
        # On resources in the state, which recovery compares with Azure itself.
        "refresh",
        "delete",
        "delete-replaced",
        "remove-pending-replace",
        "diff",
        # On resources that the program reads or imports.
        "read",
        "read-replacement",
        "discard",
        "discard-replaced",
        "import",
        "import-replacement",
        # On providers.
        "extend-parameterize",
    }
)


@dataclass
class Plan:
    """The resources of a preview.

    Attributes:
        wanted: the resources of the program by URN, in its order.
        created: the URNs of the resources that an update creates.
        deleted_first: the URNs of the resources that an update deletes before it creates their replacement.
        replaces: whether an update replaces a resource.
        unknown: operations that recovery does not know, with the URN of the resource.
    """

    wanted: dict[str, Resource] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    deleted_first: set[str] = field(default_factory=set)
    replaces: bool = False
    unknown: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, steps: Iterable[dict[str, Any]]) -> Plan:
        """Return the plan of ``pulumi preview --json --show-sames --show-replacement-steps``."""
        plan = cls()
        for step in steps:
            operation, new = step.get("op"), step.get("newState")
            urn = str(step.get("urn", ""))
            if operation in _CREATING | _KEEPING and isinstance(new, dict) and isinstance(new.get("urn"), str):
                plan.wanted.setdefault(new["urn"], new)
            plan.replaces |= operation in _REPLACING
            if operation in _CREATING:
                plan.created.add(urn)
            elif operation == "delete-replaced" and urn not in plan.created:
                plan.deleted_first.add(urn)
            elif operation not in _KEEPING | _OTHER:
                plan.unknown.append((str(operation), urn))
        return plan
