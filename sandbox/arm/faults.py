"""Faults of coming requests: what a person or a test ordered to go wrong between a client and the simulator.

Whatever Azure's own clients have to cope with can be ordered: an error with a status and a code, throttling with
Retry-After, an answer that is late, a connection that breaks before or after the request took effect. How an operation
ends is ordered in `sandbox.arm.ordered_endings`.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import TYPE_CHECKING

from sandbox.arm.errors import ArmError

if TYPE_CHECKING:
    from sandbox.arm.store import Store

CONNECTION_BEFORE = "broken-before"
"""The connection breaks and the request takes no effect."""

CONNECTION_AFTER = "broken-after"
"""The request takes effect, and the connection breaks in place of the answer."""

_CONNECTIONS = ("", CONNECTION_BEFORE, CONNECTION_AFTER)
_LONGEST_DELAY = 600.0
_LONGEST_RETRY_AFTER = 86_400
_LARGEST_COUNT = 1_000_000
_LONGEST_TEXT = 4096


@dataclass(frozen=True)
class RequestFault:
    """Which requests go wrong, and how; one of `status`, `delay` and `connection` has to say how.

    Of the requests that match, every `every`-th one is struck, `times` in all. A request is struck by one fault: the
    oldest that is due. Nothing strikes the control interface itself.

    Raises ValueError for values outside of what is said here.
    """

    method: str = "*"
    """`GET`, `PUT` and so on, in any case; `*` is any."""
    path: str = "*"
    """The request's path without its query, in any case; `*` stands for any text."""
    every: int = 1
    """1 strikes each matching request, 3 the third, the sixth and so on."""
    times: int | None = 1
    """How many requests are struck until the fault is used up; None is without end."""
    status: int | None = None
    """The HTTP status of an error, 400 to 599, given instead of what was asked for, which takes no effect."""
    code: str = ""
    """The error's code; empty derives it from the status: 503 is `ServiceUnavailable`."""
    message: str = ""
    """The error's message."""
    retry_after: float | None = None
    """Seconds until the next try, 0 to 86400: the headers Retry-After and, for a fraction, x-ms-retry-after-ms."""
    delay: float = 0.0
    """Real seconds by which the answer is late, 0 to 600; the request takes effect as it arrives."""
    connection: str = ""
    """`broken-before` or `broken-after`: the connection breaks before, or after, the request took effect."""

    def __post_init__(self) -> None:
        """Refuse what cannot be, or has no effect."""
        _check(
            self.every,
            "every",
            1 <= self.every <= _LARGEST_COUNT,
            f"a whole number from 1 to {_LARGEST_COUNT}. Example: 3",
        )
        _check(
            self.times,
            "times",
            self.times is None or 1 <= self.times <= _LARGEST_COUNT,
            f"a whole number from 1 to {_LARGEST_COUNT}, or nothing for no end. Example: 1",
        )
        _check(
            self.status,
            "status",
            self.status is None or 400 <= self.status <= 599,  # noqa: PLR2004 - the statuses of errors
            "the HTTP status of an error, 400 to 599. Example: 503",
        )
        _check(
            self.retry_after,
            "retryAfter",
            self.retry_after is None or 0 <= self.retry_after <= _LONGEST_RETRY_AFTER,
            f"seconds from 0 to {_LONGEST_RETRY_AFTER}. Example: 2",
        )
        _check(
            self.delay,
            "delay",
            math.isfinite(self.delay) and 0 <= self.delay <= _LONGEST_DELAY,
            f"real seconds from 0 to {_LONGEST_DELAY:g}. Example: 0.5",
        )
        _check(
            self.connection,
            "connection",
            self.connection in _CONNECTIONS,
            f"{CONNECTION_BEFORE} or {CONNECTION_AFTER}. Example: {CONNECTION_AFTER}",
        )
        for name, text in (
            ("method", self.method), ("path", self.path), ("code", self.code), ("message", self.message)
        ):  # fmt: skip
            _check(text[:40], name, len(text) <= _LONGEST_TEXT, f"a text of at most {_LONGEST_TEXT} characters")
        if self.status is None and not self.delay and not self.connection:
            raise ValueError(
                "The fault does not say what goes wrong: give a status, a delay or a connection. Example: status 503"
            )
        if self.status is not None and self.connection:
            raise ValueError(
                "A fault with a broken connection gives no answer, so it has no status. Give one or the other."
            )
        if self.status is None and (self.code or self.message or self.retry_after is not None):
            raise ValueError(
                "code, message and retryAfter belong to an error: give its status too. Example: status 503"
            )

    @property
    def error(self) -> ArmError | None:
        """The answer in place of what was asked for, None when there is none."""
        if self.status is None:
            return None
        headers = {} if self.retry_after is None else _retry_headers(self.retry_after)
        return ArmError(
            self.status,
            self.code or _default_code(self.status),
            self.message or "This error was ordered in the sandbox.",
            headers=headers,
        )

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those that the fault counts; `path` is without query."""
        return fnmatchcase(method.upper(), self.method.upper()) and fnmatchcase(path.lower(), self.path.lower())


def order(store: Store, fault: RequestFault) -> None:
    """Strike coming requests. Use inside a transaction."""
    store.execute("INSERT INTO request_fault (fault, seen, struck) VALUES (?, 0, 0)", json.dumps(asdict(fault)))


def ordered(store: Store) -> list[RequestFault]:
    """What is ordered and not used up, oldest first; `times` is what is left. Use inside a transaction."""
    return [
        fault if fault.times is None else RequestFault(**{**asdict(fault), "times": fault.times - struck})
        for _, fault, _, struck in _rows(store)
    ]


def withdraw_all(store: Store) -> None:
    """Forget every fault of requests."""
    store.execute("DELETE FROM request_fault")


def strike(store: Store, method: str, path: str) -> RequestFault | None:
    """The fault that strikes this request, counted by this; None when it goes well."""
    for number, fault, seen, struck in _rows(store):
        if not fault.matches(method, path):
            continue
        due = (seen + 1) % fault.every == 0
        store.execute(
            "UPDATE request_fault SET seen = ?, struck = ? WHERE number = ?", seen + 1, struck + int(due), number
        )
        if due:
            if struck + 1 == fault.times:
                store.execute("DELETE FROM request_fault WHERE number = ?", number)
            return fault
    return None


def _rows(store: Store) -> list[tuple[int, RequestFault, int, int]]:
    rows = store.execute("SELECT number, fault, seen, struck FROM request_fault ORDER BY number").fetchall()
    return [(number, RequestFault(**json.loads(text)), seen, struck) for number, text, seen, struck in rows]


def _retry_headers(seconds: float) -> dict[str, str]:
    """Retry-After, which has whole seconds (RFC 9110, 10.2.3), and the header of Azure's clients for a fraction."""
    whole = math.ceil(seconds)
    exact = {} if whole == seconds else {"x-ms-retry-after-ms": str(math.ceil(seconds * 1000))}
    return {"Retry-After": str(whole), **exact}


def _default_code(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")
    except ValueError:
        return f"Http{status}"


def _check(value: object, name: str, holds: bool, allowed: str) -> None:  # noqa: FBT001 - a condition, not a switch
    if not holds:
        raise ValueError(f"'{name}' is {value!r}; it has to be {allowed}")
