"""Operation faults: later operations that end as Failed or Canceled.

A fault applies to the next matching operation, once. ARM's terminal states of an operation: Microsoft, "Track
asynchronous Azure operations", provisioningState values. Faults of requests are in ``request_faults.py``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase

from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json
from logic_apps_sandbox.arm.core.store import Store

_ENDINGS = ("Failed", "Canceled")
_KINDS = ("*", "Create", "Update", "Restart", "Write", "Delete")


@dataclass(frozen=True)
class OperationFault:
    """How one later operation ends.

    Raises:
        ValueError: the status is neither Failed nor Canceled, there is no such kind, or the progress is outside 0 to 1.
    """

    resource: str
    """The id of the resource that is operated on, in any letter case; ``*`` matches any text."""
    status: str
    """``Failed`` or ``Canceled``."""
    kind: str = "*"
    """The type: ``Create``, ``Update`` or ``Restart`` (Microsoft.Logic), ``Write`` (Microsoft.Network), ``Delete``, or
    ``*`` for any."""
    progress: float = 0.5
    """The part of the operation's time after which it ends, 0 to 1."""
    code: str = ""
    """The error's code; empty is ARM's code for this status."""
    message: str = ""

    def __post_init__(self) -> None:
        """Validate the values."""
        if self.status not in _ENDINGS:
            raise ValueError(f"'status' is '{self.status}', but must be {' or '.join(_ENDINGS)}. Example: Failed")
        if self.kind not in _KINDS:
            kinds = ", ".join(_KINDS)
            raise ValueError(f"'kind' is '{self.kind[:40]}', but must be one of {kinds}. Example: Create")
        if not 0 <= self.progress <= 1:
            raise ValueError(f"'progress' is {self.progress}, but must be a number from 0 to 1. Example: 0.5")

    @property
    def error(self) -> Json:
        """The error of the status document. Which code Logic gives to a failed creation is not documented."""
        default_code = "OperationCanceled" if self.status == "Canceled" else "ProvisioningFailed"
        return {
            "code": self.code or default_code,
            "message": self.message
            or f"The operation ended as {self.status} because of a fault that was injected in the sandbox.",
        }


def inject(store: Store, fault: OperationFault) -> None:
    """Apply a fault to the next matching operation. Use inside a transaction."""
    store.execute("INSERT INTO ordered_ending (ending) VALUES (?)", json.dumps(asdict(fault)))


def pending(store: Store) -> list[OperationFault]:
    """Return the faults that still apply, oldest first."""
    return [fault for _, fault in _numbered(store)]


def clear(store: Store) -> None:
    """Remove all operation faults."""
    store.execute("DELETE FROM ordered_ending")


def next_fault(store: Store, resource: ResourceId, kind: str) -> OperationFault | None:
    """Return the oldest fault that matches this operation, and remove it; None without a fault."""
    for number, fault in _numbered(store):
        if fault.kind in ("*", kind) and fnmatchcase(resource.key, fault.resource.lower()):
            store.execute("DELETE FROM ordered_ending WHERE number = ?", number)
            return fault
    return None


def _numbered(store: Store) -> list[tuple[int, OperationFault]]:
    rows = store.execute("SELECT number, ending FROM ordered_ending ORDER BY number")
    stored = [(number, json.loads(text)) for number, text in rows]
    # An earlier version took any kind; a fault of a kind that does not exist never had an effect.
    return [(number, OperationFault(**fault)) for number, fault in stored if fault["kind"] in _KINDS]
