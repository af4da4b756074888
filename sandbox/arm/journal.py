"""The record of requests: the last 20,000 of them, and the bodies of the last 2,000.

It never holds an Authorization header, a token request's form, or what looks like a private key.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.arm.store import Store

_LEFT_OUT = "(not recorded)"

# The record must not fill the disk of someone whose simulator serves for weeks.
_MOST_REQUESTS, _MOST_BODIES = 20_000, 2_000

NO_ANSWER = 0
"""The status of a request whose connection was broken by a fault."""


@dataclass(frozen=True)
class RecordedRequest:
    """One request as the simulator answered it."""

    number: int
    """Counts from 1 in the order of arrival."""
    method: str
    path: str
    """Path with query, as sent."""
    status: int
    """The HTTP status; 0 when a fault broke the connection instead of an answer."""
    simulated_time: datetime
    real_time: datetime
    client: str
    """The User-Agent header."""
    duration: float
    """Real seconds from the complete request to its answer, ordered delays included."""
    body: Any
    """The JSON body of a PUT, PATCH or POST; None when there was none or it could not be parsed."""


def record(
    store: Store,
    *,
    method: str,
    path: str,
    status: int,
    simulated_time: float,
    real_time: float,
    client: str,
    duration: float,
    body: object,
) -> None:
    """Add a request, and forget what is past the limits. Use inside a transaction; times are seconds since 1970."""
    number = store.execute(
        "INSERT INTO request (method, path, status, simulated_time, real_time, client, duration, body) VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?)",
        method,
        path,
        status,
        simulated_time,
        real_time,
        client,
        duration,
        None if body is None else json.dumps(_recordable(body)),
    ).lastrowid
    if number is not None:
        store.execute("DELETE FROM request WHERE number <= ?", number - _MOST_REQUESTS)
        store.execute("UPDATE request SET body = NULL WHERE number = ?", number - _MOST_BODIES)


def recorded(store: Store, *, after: int = 0, last: int | None = None) -> list[RecordedRequest]:
    """Requests with a number above `after`, oldest first, at most the `last` ones. Use inside a transaction."""
    rows = store.execute(
        "SELECT number, method, path, status, simulated_time, real_time, client, duration, body FROM request "
        "WHERE number > ? ORDER BY number DESC LIMIT ?",
        after,
        -1 if last is None else last,
    ).fetchall()
    return [
        RecordedRequest(
            number,
            method,
            path,
            status,
            datetime.fromtimestamp(simulated, UTC),
            datetime.fromtimestamp(real, UTC),
            client,
            duration,
            None if body is None else json.loads(body),
        )
        for number, method, path, status, simulated, real, client, duration, body in reversed(rows)
    ]


def _recordable(value: object) -> object:
    """The value with every text left out that may be a private key.

    Somebody may send one by mistake, in the place of a certificate.
    """
    if isinstance(value, dict):
        return {
            _recordable_text(name): (
                _certificate_or_nothing(item) if name.lower() == "publiccertificate" else _recordable(item)
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_recordable(item) for item in value]
    return _recordable_text(value) if isinstance(value, str) else value


def _recordable_text(text: str) -> str:
    return _LEFT_OUT if "PRIVATE KEY" in text.upper() or b"PRIVATE KEY" in _decoded(text) else text


def _certificate_or_nothing(value: object) -> object:
    """Whatever is not plainly a PEM certificate is left out: a key in DER has no mark to know it by."""
    if (
        not isinstance(value, str)
        or b"PRIVATE KEY" in (pem := _decoded(value))
        or not pem.startswith(b"-----BEGIN CERTIFICATE-----")
    ):
        return _LEFT_OUT
    return value


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
