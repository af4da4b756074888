"""The request log: the last 20,000 requests, and the bodies of the last 2,000, at most 16 MB together.

``redaction.py`` removes secrets. Of a request without a valid token, which any user of this machine can send, the log
keeps the method, the status and the start of the path.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from logic_apps_sandbox.arm.control import redaction
from logic_apps_sandbox.arm.core.store import Store

# The log of a simulator that serves for weeks must not fill the disk.
_MAX_REQUESTS, _MAX_BODIES = 20_000, 2_000
_MAX_PATH_LENGTH, _MAX_CLIENT_LENGTH, _MAX_UNKNOWN_LENGTH = 2048, 256, 200
"""Characters."""
_MAX_BODY_SIZE, _MAX_BYTES = 256 * 1024, 16 * 1024 * 1024
"""Characters of one body as JSON, and of all."""
_BODIES_COUNTED_EVERY = 20
"""How many requests pass until all bodies are counted again."""
_WITHOUT_TOKEN = (401, 413, 431)
"""The statuses of requests whose token is missing or was not verified."""

NO_ANSWER = 0
"""The status of a request whose connection was broken by a fault."""


@dataclass(frozen=True)
class RecordedRequest:
    """One request as the simulator answered it."""

    number: int
    """Counts from 1 in the order of arrival."""
    method: str
    path: str
    """Path with query, as sent but for secrets."""
    status: int
    """The HTTP status; 0 when a fault broke the connection instead of an answer."""
    simulated_time: datetime
    real_time: datetime
    client: str
    """The User-Agent header."""
    duration: float
    """Real seconds from the complete request to its answer, injected delays included."""
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
    """Add a request, and remove old ones beyond the limits. Use inside a transaction; times are seconds since 1970."""
    is_known = status not in _WITHOUT_TOKEN
    shown = path if is_known else path.partition("?")[0]
    number = store.execute(
        "INSERT INTO request (method, path, status, simulated_time, real_time, client, duration, body) VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?)",
        method[:_MAX_UNKNOWN_LENGTH],
        redaction.without_secrets_in_query(shown[: _MAX_PATH_LENGTH if is_known else _MAX_UNKNOWN_LENGTH]),
        status,
        simulated_time,
        real_time,
        redaction.text_without_secrets(client[:_MAX_CLIENT_LENGTH]) if is_known else "",
        duration,
        _body(body) if is_known else None,
    ).lastrowid
    if number is not None:
        store.execute("DELETE FROM request WHERE number <= ?", number - _MAX_REQUESTS)
        store.execute("UPDATE request SET body = NULL WHERE number = ?", number - _MAX_BODIES)
        if number % _BODIES_COUNTED_EVERY == 0:
            _forget_bodies(store)


def _body(body: object) -> str | None:
    if body is None:
        return None
    text = json.dumps(body)
    if len(text) > _MAX_BODY_SIZE:
        return json.dumps(f"(not recorded: {len(text)} characters)")
    return json.dumps(redaction.without_secrets(body))


def _forget_bodies(store: Store) -> None:
    """Forget the oldest bodies, so that the others are not too large together."""
    store.execute(
        "UPDATE request SET body = NULL WHERE body IS NOT NULL AND number <= (SELECT max(number) FROM (SELECT number, "
        "sum(length(body)) OVER (ORDER BY number DESC) AS total FROM request WHERE body IS NOT NULL) WHERE total > ?)",
        _MAX_BYTES,
    )


def recorded(store: Store, *, after: int = 0, last: int | None = None) -> list[RecordedRequest]:
    """Return the last ``last`` requests with a number above ``after``, oldest first. Use inside a transaction."""
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
