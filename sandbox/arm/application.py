"""The HTTP side: one ASGI application in front of the router.

Each request is one transaction: whatever has come due is settled, the request is answered, and both are recorded
together or not at all.
Handlers run on the event loop, one after the other; each takes about a millisecond, and the store admits only one
writer anyway.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from sandbox.arm import identity, journal, operations, routing
from sandbox.arm.errors import ArmError, internal_server_error
from sandbox.arm.json_body import parse_json_object
from sandbox.arm.resource_id import split_path
from sandbox.arm.session import Json, Request, Response, Session

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from sandbox.arm.clock import Clock
    from sandbox.arm.store import Store

_LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; Microsoft, "Azure Resource Manager request limits"."""

_ARM_ROOTS = {"subscriptions", "tenants", "providers"}


class Application:
    """The ASGI application that serves one open store; ARM's paths have a router of their own."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, then answer in one go."""
        http = HttpRequest(scope, receive)
        response = _http_response(http, self._transact(http, await _read_body(http)))
        await response(scope, receive, send)

    def _transact(self, http: HttpRequest, content: bytes | None) -> Response:
        begun = time.perf_counter()
        exchange = _Exchange(http, content)
        try:
            with self._store.transaction():
                session = Session(self._store, self._clock, self._clock.now())
                operations.settle(session, routing.complete)
                response = self._attempt(exchange, session)
                journal.record(
                    self._store,
                    method=http.method,
                    path=exchange.path_and_query,
                    status=response.status,
                    simulated_time=session.now,
                    real_time=self._clock.real_time(),
                    client=http.headers.get("user-agent", ""),
                    duration=time.perf_counter() - begun,
                    body=exchange.body,
                )
        except Exception:  # noqa: BLE001 - the client gets an answer whatever happens
            response = _failure()
        return response

    def _attempt(self, exchange: _Exchange, session: Session) -> Response:
        """The answer; what a refused or failed request has changed is undone."""
        try:
            with self._store.savepoint():
                return exchange.answer(session)
        except ArmError as refusal:
            return Response(refusal.status, refusal.body, refusal.headers)
        except Exception:  # noqa: BLE001
            return _failure()


class _Exchange:
    """One HTTP request on its way to an answer."""

    def __init__(self, http: HttpRequest, content: bytes | None) -> None:
        self._http = http
        self._content = content
        self._segments = split_path(http.scope["path"])
        query = http.scope["query_string"].decode("ascii", "replace")
        raw_path = http.scope.get("raw_path", b"").decode("ascii", "replace")
        self.path_and_query = f"{raw_path}?{query}" if query else raw_path
        self._query = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        self.body: Json | None = None
        """The parsed body, for the record."""

    def answer(self, session: Session) -> Response:
        """Route to identity or, with a valid token, to ARM."""
        if self._content is None:
            raise ArmError(
                413,
                "RequestEntityTooLarge",
                f"The request content size exceeds the maximum size of {_LARGEST_BODY // 1024 // 1024} MB.",
            )
        http, known = self._http, identity.credentials(session.store)
        base_url, authorization, now = (
            f"https://{http.headers.get('host', '')}",
            http.headers.get("authorization", ""),
            session.clock.real_time(),
        )
        match (http.method, [segment.lower() for segment in self._segments]):
            case ("GET", ["metadata", "endpoints"]):
                return identity.metadata(base_url)
            case ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]):
                return identity.openid_configuration(base_url, tenant)
            case ("POST", [tenant, "oauth2", "v2.0", "token"]):
                return identity.token(known, base_url, tenant, self._content, authorization, now)
            case (_, [root, *_]) if root in _ARM_ROOTS:
                identity.check_bearer(known, base_url, authorization, now)
                if self._content and http.method in {"PUT", "PATCH", "POST"}:
                    self.body = parse_json_object(self._content)
                return routing.answer(Request(session, http.method, base_url, self._segments, self._query, self.body))
            case _:
                raise ArmError(404, "NotFound", f"The simulator serves nothing at '/{'/'.join(self._segments)[:200]}'.")


async def _read_body(http: HttpRequest) -> bytes | None:
    """The whole body; None when it is larger than ARM takes, without reading on."""
    content = bytearray()
    async for chunk in http.stream():
        content += chunk
        if len(content) > _LARGEST_BODY:
            return None
    return bytes(content)


def _failure() -> Response:
    traceback.print_exc(file=sys.stderr)
    error = internal_server_error()
    return Response(error.status, error.body)


def _http_response(http: HttpRequest, response: Response) -> HttpResponse:
    request_id = str(uuid.uuid4())
    headers = {
        "Cache-Control": "no-cache",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": _printable(http.headers.get("x-ms-correlation-request-id", "")) or request_id,
        "x-ms-routing-request-id": f"SANDBOX:{request_id}",
        **(
            {"x-ms-client-request-id": client_id}
            if (client_id := _printable(http.headers.get("x-ms-client-request-id", "")))
            else {}
        ),
        **response.headers,
    }
    if response.body is None or http.method == "HEAD":
        return HttpResponse(status_code=response.status, headers=headers)
    return HttpResponse(
        json.dumps(response.body, separators=(",", ":")),
        response.status,
        headers,
        media_type="application/json; charset=utf-8",
    )


def _printable(value: str) -> str:
    """A client's own id as it may go into an answer's header."""
    return value if value.isascii() and value.isprintable() and len(value) <= 128 else ""  # noqa: PLR2004
