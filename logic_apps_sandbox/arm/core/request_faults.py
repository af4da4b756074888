"""Request faults: errors that are injected between a client and the simulator.

The faults are those that Azure's clients must handle: an error with a status and a code, throttling with Retry-After,
a delayed response, and a connection that breaks before or after the request takes effect. Faults of operations are in
``operation_faults.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.json_body import camel_case
from logic_apps_sandbox.arm.core.store import Store

CONNECTION_BEFORE = "broken-before"
"""The connection breaks and the request takes no effect."""

CONNECTION_AFTER = "broken-after"
"""The request takes effect, and the connection breaks instead of a response."""

_CONNECTIONS = ("", CONNECTION_BEFORE, CONNECTION_AFTER)
_MAX_DELAY = 600.0
_MAX_RETRY_AFTER = 86_400
_MAX_COUNT = 1_000_000
_MAX_TEXT_LENGTH = 4096

_TEXTS = ("method", "path", "code", "message")

_LIMITS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "every": (
        lambda number: 1 <= number <= _MAX_COUNT,
        f"a whole number from 1 to {_MAX_COUNT}. Example: 3",
    ),
    "times": (
        lambda number: number is None or 1 <= number <= _MAX_COUNT,
        f"a whole number from 1 to {_MAX_COUNT}, or none for no limit. Example: 1",
    ),
    "status": (
        lambda status: status is None or 400 <= status <= 599,  # noqa: PLR2004 - the statuses of errors
        "the HTTP status of an error, 400 to 599. Example: 503",
    ),
    "retry_after": (
        lambda seconds: seconds is None or 0 <= seconds <= _MAX_RETRY_AFTER,
        f"seconds from 0 to {_MAX_RETRY_AFTER}. Example: 2",
    ),
    "delay": (
        lambda seconds: math.isfinite(seconds) and 0 <= seconds <= _MAX_DELAY,
        f"real seconds from 0 to {_MAX_DELAY:g}. Example: 0.5",
    ),
    "connection": (
        lambda kind: kind in _CONNECTIONS,
        f"{CONNECTION_BEFORE} or {CONNECTION_AFTER}. Example: {CONNECTION_AFTER}",
    ),
    **dict.fromkeys(
        _TEXTS, (lambda text: len(text) <= _MAX_TEXT_LENGTH, f"a text of at most {_MAX_TEXT_LENGTH} characters")
    ),
}
"""By field: whether a value is allowed, and which are."""


@dataclass(frozen=True)
class RequestFault:
    """Which requests fail, and how: at least one of ``status``, ``delay`` and ``connection``.

    The fault applies to every ``every``-th matching request, ``times`` in all. When several apply to a request, the
    oldest does. No fault applies to the control interface.

    Raises:
        ValueError: a value is outside of the limits of its field, or the values together have no effect.
    """

    method: str = "*"
    """``GET``, ``PUT`` and so on, in any case; ``*`` is any."""
    path: str = "*"
    """The request's path without its query, in any case; ``*`` matches any text."""
    every: int = 1
    """1 applies to each matching request, 3 to the third, the sixth and so on."""
    times: int | None = 1
    """The number of requests that fail; None is unlimited."""
    status: int | None = None
    """The HTTP status of an error, 400 to 599; the request takes no effect."""
    code: str = ""
    """The error's code; empty derives it from the status: 503 is ``ServiceUnavailable``."""
    message: str = ""
    """The error's message."""
    delay: float = 0.0
    """Real seconds by which the answer is late, 0 to 600; the request takes effect as it arrives."""
    connection: str = ""
    """``broken-before`` or ``broken-after``: the connection breaks before, or after, the request took effect."""
    retry_after: float | None = None
    """Seconds until the next try, 0 to 86400: the headers Retry-After and, for a fraction, x-ms-retry-after-ms."""

    def __post_init__(self) -> None:
        """Validate the values, alone and together."""
        for name, (is_allowed, allowed) in _LIMITS.items():
            value = getattr(self, name)
            if not is_allowed(value):
                shown = value[:40] if isinstance(value, str) and name in _TEXTS else value
                raise ValueError(f"'{camel_case(name)}' is {shown!r}, but must be {allowed}")
        if problem := self._contradiction():
            raise ValueError(problem)

    def _contradiction(self) -> str:
        """Return why the values together have no effect; empty if they have one."""
        if self.status is None and not self.delay and not self.connection:
            return "A fault requires a status, a delay or a connection. Example: status 503"
        if self.status is not None and self.connection:
            return "A fault with a broken connection has no response. Specify either a status or a connection."
        if self.status is None and (self.code or self.message or self.retry_after is not None):
            return "code, message and retryAfter require a status. Example: status 503"
        return ""

    @property
    def error(self) -> ArmError | None:
        """The error response; None when the fault has none."""
        if self.status is None:
            return None
        headers = {} if self.retry_after is None else _retry_headers(self.retry_after)
        return ArmError(
            self.status,
            self.code or _default_code(self.status),
            self.message or "A fault was injected in the sandbox.",
            headers=headers,
        )

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault counts a request; ``path`` is without query."""
        return fnmatchcase(method.upper(), self.method.upper()) and fnmatchcase(path.lower(), self.path.lower())


def inject(store: Store, fault: RequestFault) -> None:
    """Apply a fault to later requests. Use inside a transaction."""
    store.execute("INSERT INTO request_fault (fault, seen, struck) VALUES (?, 0, 0)", json.dumps(asdict(fault)))


def pending(store: Store) -> list[RequestFault]:
    """Return the faults that still apply, oldest first; ``times`` is the remaining number. Use inside a transaction."""
    return [
        fault if fault.times is None else RequestFault(**{**asdict(fault), "times": fault.times - failed})
        for _, fault, _, failed in _rows(store)
    ]


def clear(store: Store) -> None:
    """Remove all request faults."""
    store.execute("DELETE FROM request_fault")


def next_fault(store: Store, method: str, path: str) -> RequestFault | None:
    """Return the fault that applies to this request and count the request; None without a fault."""
    for number, fault, matched, failed in _rows(store):
        if not fault.matches(method, path):
            continue
        due = (matched + 1) % fault.every == 0
        store.execute(
            "UPDATE request_fault SET seen = ?, struck = ? WHERE number = ?", matched + 1, failed + int(due), number
        )
        if due:
            if failed + 1 == fault.times:
                store.execute("DELETE FROM request_fault WHERE number = ?", number)
            return fault
    return None


def _rows(store: Store) -> list[tuple[int, RequestFault, int, int]]:
    rows = store.execute("SELECT number, fault, seen, struck FROM request_fault ORDER BY number").fetchall()
    return [(number, RequestFault(**json.loads(text)), matched, failed) for number, text, matched, failed in rows]


def _retry_headers(seconds: float) -> dict[str, str]:
    """Return ``Retry-After`` in whole seconds (RFC 9110, 10.2.3), and for a fraction the header of Azure's clients."""
    whole = math.ceil(seconds)
    exact = {} if whole == seconds else {"x-ms-retry-after-ms": str(math.ceil(seconds * 1000))}
    return {"Retry-After": str(whole), **exact}


def _default_code(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")
    except ValueError:
        return f"Http{status}"
