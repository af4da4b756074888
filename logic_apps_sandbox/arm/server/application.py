"""The HTTP side: one ASGI application in front of the router.

Each request is one transaction: due operations run, the request is handled and added to the request log. Handlers run
on the event loop in sequence: each takes about a millisecond, and the store has one writer.
"""

import asyncio
import json
import re
import sys
import time
import traceback
import uuid
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import Receive, Scope, Send

from logic_apps_sandbox.arm.control import http as control_http
from logic_apps_sandbox.arm.control import page, request_log
from logic_apps_sandbox.arm.core import operations, request_faults
from logic_apps_sandbox.arm.core.clock import Clock
from logic_apps_sandbox.arm.core.errors import ArmError, internal_server_error, no_such_path
from logic_apps_sandbox.arm.core.json_body import parse_json_object, without_nulls
from logic_apps_sandbox.arm.core.resource_id import split_path
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.core.store_errors import StoreError
from logic_apps_sandbox.arm.server import authentication, resource_providers, routing
from logic_apps_sandbox.arm.server.not_simulated import refuse_not_simulated

_MAX_BODY_SIZE = 4 * 1024 * 1024
"""Bytes; Microsoft, "Azure Resource Manager request limits"."""

MAX_HEAD_SIZE = 64 * 1024
"""Bytes of a request's line and headers. Azure's limit is not documented; no client's own are so large."""

_ARM_ROOTS = {"subscriptions", "tenants", "providers"}
_LOCAL_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


BREAK_CONNECTION = "sandbox.break_connection"
"""The ASGI extension by which the server lets the application break a connection: a map with the function ``now``."""


@dataclass(frozen=True)
class _Outcome:
    """The result of a request."""

    response: Response | None
    """None breaks the connection."""
    delay: float = 0.0
    """Real seconds until then."""

    @property
    def status(self) -> int:
        """The HTTP status for the record."""
        return request_log.NO_ANSWER if self.response is None else self.response.status


class Application:
    """The ASGI application that serves one open store; the router serves ARM's paths."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._printed = ""
        """The last message about a store that cannot be used."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, then send the whole response."""
        http = HttpRequest(scope, receive)
        content = await _read_body(http)
        if scope["path"] == page.PATH and http.method in {"GET", "HEAD"} and _is_local(http):
            await page.response(http.method)(scope, receive, send)
            return
        outcome = self._transact(http, content)
        if outcome.delay:
            await asyncio.sleep(outcome.delay)
        if outcome.response is None:
            await _break_connection(scope, receive)
        else:
            await _http_response(http, outcome.response)(scope, receive, send)

    def _transact(self, http: HttpRequest, content: bytes | None) -> _Outcome:
        begun = time.perf_counter()
        exchange = _Exchange(http, content)
        try:
            with self._store.transaction():
                session = Session(self._store, self._clock, self._clock.now())
                operations.run_due(session, resource_providers.complete)
                if exchange.is_control:
                    return _Outcome(self._attempt(exchange, session))
                outcome = self._under_faults(exchange, session)
                request_log.record(
                    self._store,
                    method=http.method,
                    path=exchange.path_and_query,
                    status=outcome.status,
                    simulated_time=session.now,
                    real_time=self._clock.real_time(),
                    client=http.headers.get("user-agent", ""),
                    duration=time.perf_counter() - begun + outcome.delay,
                    body=exchange.body,
                )
        except StoreError as error:
            outcome = _Outcome(self._without_store(str(error)))
        except Exception:  # noqa: BLE001 - the client always gets an answer
            outcome = _Outcome(_failure())
        return outcome

    def _without_store(self, message: str) -> Response:
        """Return the response while the store cannot be used; print its reason once."""
        if message != self._printed:
            self._printed = message
            sys.stderr.write(f"Error: {message}\n")
        return _refusal(ArmError(500, "InternalServerError", f"The simulator cannot process the request: {message}"))

    def _under_faults(self, exchange: "_Exchange", session: Session) -> _Outcome:
        """Return the response, or that of an injected fault."""
        fault = request_faults.next_fault(self._store, exchange.method, exchange.path)
        if fault is None:
            return _Outcome(self._attempt(exchange, session))
        if fault.error is not None:
            return _Outcome(_refusal(fault.error), fault.delay)
        if fault.connection == request_faults.CONNECTION_BEFORE:
            return _Outcome(None, fault.delay)
        response = self._attempt(exchange, session)
        return _Outcome(None if fault.connection else response, fault.delay)

    def _attempt(self, exchange: "_Exchange", session: Session) -> Response:
        """Return the response; undo the changes of a rejected or failed request."""
        try:
            with self._store.savepoint():
                return exchange.answer(session)
        except ArmError as error:
            return _refusal(error)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001
            return _failure()


class _Exchange:
    """One HTTP request and what its answer needs."""

    def __init__(self, http: HttpRequest, content: bytes | None) -> None:
        self._http = http
        self._content = content
        self._base_url = f"https://{http.headers.get('host', '')}"
        self._authorization = http.headers.get("authorization", "")
        self.method = http.method
        self.path: str = http.scope["path"]
        self._segments = split_path(self.path)
        self.is_control = bool(self._segments) and self._segments[0].lower() == control_http.ROOT
        """Whether it is for the control interface: it is not recorded, and no fault applies to it."""
        query = http.scope["query_string"].decode("ascii", "replace")
        raw_path = http.scope.get("raw_path", b"").decode("ascii", "replace")
        self.path_and_query = f"{raw_path}?{query}" if query else raw_path
        self._query = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        self.body: Json | None = None
        """The parsed body, for the record."""

    def answer(self, session: Session) -> Response:
        """Serve authentication, the control interface, a data plane or ARM; all but the first require a token."""
        content = self._checked_content()
        path = [segment.lower() for segment in self._segments]
        if (response := self._authentication(session, path, content)) is not None:
            return response
        host = self._http.headers.get("host", "")
        if serve := resource_providers.data_plane(self.method, host, self._segments):
            self._check_token(session)
            return serve(session)
        if self.is_control:
            return self._control(session, path[1:], content)
        if path and path[0] in _ARM_ROOTS:
            self._check_token(session)
            # Before the body is read, which may be no JSON at all.
            refuse_not_simulated(self._segments)
            if content and self.method in {"PUT", "PATCH", "POST"}:
                self.body = parse_json_object(content)
            body = without_nulls(self.body)
            headers = self._http.headers
            conditions = headers.get("if-match", ""), headers.get("if-none-match", "")
            return routing.answer(
                Request(session, self.method, self._base_url, self._segments, self._query, body, *conditions)
            )
        refuse_not_simulated(self._segments)
        raise no_such_path(self._segments)

    def _authentication(self, session: Session, path: list[str], content: bytes) -> Response | None:
        """Answer the requests of sign-in, which need no token; return None for any other request."""
        match (self.method, path):
            case ("GET", ["metadata", "endpoints"]):
                return authentication.metadata(self._base_url)
            case ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]):
                return authentication.openid_configuration(self._base_url, tenant)
            case ("GET", [tenant, "discovery", "v2.0", "keys"]):
                return authentication.keys(authentication.credentials(session.store), tenant)
            case ("POST", [tenant, "oauth2", "v2.0", "token"]):
                known, now = authentication.credentials(session.store), session.clock.real_time()
                return authentication.token(known, self._base_url, tenant, content, self._authorization, now)
            case _:
                return None

    def _control(self, session: Session, path: list[str], content: bytes) -> Response:
        """Serve the control interface only under a name of this machine; changes require a token."""
        if not _is_local(self._http):
            raise ArmError(
                403,
                "ForeignHost",
                "The control interface accepts only 127.0.0.1, localhost and [::1] in the 'Host' header.",
            )
        body = None
        if self.method != "GET":
            self._check_token(session)
            body = parse_json_object(content) if content else None
        return control_http.answer(session, self.method, path, self._query, body)

    def _check_token(self, session: Session) -> None:
        known, now = authentication.credentials(session.store), session.clock.real_time()
        authentication.check_bearer(known, self._base_url, self._authorization, now)

    def _checked_content(self) -> bytes:
        """Return the body of a request that is not too large."""
        if _head_size(self._http) > MAX_HEAD_SIZE:
            raise ArmError(
                431,
                "RequestHeaderFieldsTooLarge",
                f"The request line and headers exceed the maximum size of {MAX_HEAD_SIZE // 1024} KB.",
            )
        if self._http.scope["http_version"] == "1.1" and len(self._http.headers.getlist("host")) != 1:
            # RFC 9112, 3.2.
            raise ArmError(400, "BadRequest", "The request must have exactly one 'Host' header.")
        if self._content is None:
            raise ArmError(
                413,
                "RequestEntityTooLarge",
                f"The request content size exceeds the maximum size of {_MAX_BODY_SIZE // 1024 // 1024} MB.",
            )
        return self._content


def _is_local(http: HttpRequest) -> bool:
    """Return whether the client used a name of this machine; other names that resolve to it cannot open the page.

    A request must have exactly one valid ``Host`` (RFC 9112, 3.2).
    """
    hosts = http.headers.getlist("host")
    return len(hosts) == 1 and _LOCAL_HOST.fullmatch(hosts[0]) is not None


def _head_size(http: HttpRequest) -> int:
    headers = sum(len(name) + len(value) for name, value in http.scope["headers"])
    return headers + len(http.scope.get("raw_path", b"")) + len(http.scope["query_string"])


async def _break_connection(scope: Scope, receive: Receive) -> None:
    scope["extensions"][BREAK_CONNECTION]["now"]()
    # Until the server has noticed it itself: it would answer 500 to an application that gives no answer.
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read_body(http: HttpRequest) -> bytes | None:
    """Return the whole body; None if it is larger than ARM accepts, without reading the rest."""
    content = bytearray()
    async for chunk in http.stream():
        content += chunk
        if len(content) > _MAX_BODY_SIZE:
            return None
    return bytes(content)


def _failure() -> Response:
    traceback.print_exc(file=sys.stderr)
    return _refusal(internal_server_error())


def _refusal(error: ArmError) -> Response:
    return Response(error.status, error.body, error.headers)


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
    """Return a client's own id in a form that is valid in a response header."""
    return value if value.isascii() and value.isprintable() and len(value) <= 128 else ""  # noqa: PLR2004
