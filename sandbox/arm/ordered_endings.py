"""Orders that operations to come end as Failed or Canceled.

Whoever wants to see how a client takes a failure orders it beforehand; the next operation that fits uses the order
up. ARM's terminal states of an operation: Microsoft, "Track asynchronous Azure operations", provisioningState values.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json
    from sandbox.arm.store import Store

_ENDINGS = ("Failed", "Canceled")


@dataclass(frozen=True)
class OrderedEnding:
    """How one coming operation ends.

    Raises ValueError for a status that is neither Failed nor Canceled and for a progress outside 0 to 1.
    """

    resource: str
    """The id of the resource that is operated on, in any spelling; `*` stands for any text."""
    status: str
    """`Failed` or `Canceled`."""
    kind: str = "*"
    """What is done: `Create` or `Update` (Microsoft.Logic), `Write` (Microsoft.Network), `Delete`; `*` is any."""
    progress: float = 0.5
    """The part of the operation's time after which it ends, 0 to 1."""
    code: str = ""
    """The error's code; empty is what ARM says for such an ending."""
    message: str = ""

    def __post_init__(self) -> None:
        """Refuse what no operation can do."""
        if self.status not in _ENDINGS:
            message = f"An operation ends as {' or '.join(_ENDINGS)}, not as '{self.status}'. Example: Failed"
            raise ValueError(message)
        if not 0 <= self.progress <= 1:
            message = f"The progress after which an operation ends is 0 to 1, not {self.progress}. Example: 0.5"
            raise ValueError(message)

    @property
    def error(self) -> Json:
        """The error of the status document. OPEN: which code Logic gives to a failed creation is not documented."""
        default_code = "OperationCanceled" if self.status == "Canceled" else "ProvisioningFailed"
        return {
            "code": self.code or default_code,
            "message": self.message or f"The operation ended as {self.status}, as it was ordered in the sandbox.",
        }


def order(store: Store, ending: OrderedEnding) -> None:
    """The next operation that fits ends like this. Use inside a transaction."""
    store.execute("INSERT INTO ordered_ending (ending) VALUES (?)", json.dumps(asdict(ending)))


def ordered(store: Store) -> list[OrderedEnding]:
    """What is ordered and not used up, oldest first."""
    return [ending for _, ending in _numbered(store)]


def withdraw_all(store: Store) -> None:
    """Forget every order that is not used up."""
    store.execute("DELETE FROM ordered_ending")


def take(store: Store, resource: ResourceId, kind: str) -> OrderedEnding | None:
    """The oldest order that fits this operation; it is used up by this."""
    for number, ending in _numbered(store):
        if ending.kind in ("*", kind) and fnmatchcase(resource.key, ending.resource.lower()):
            store.execute("DELETE FROM ordered_ending WHERE number = ?", number)
            return ending
    return None


def _numbered(store: Store) -> list[tuple[int, OrderedEnding]]:
    rows = store.execute("SELECT number, ending FROM ordered_ending ORDER BY number")
    return [(number, OrderedEnding(**json.loads(text))) for number, text in rows]
