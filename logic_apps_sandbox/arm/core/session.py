"""The context of a request handler: the store inside a transaction, the request and its response."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from logic_apps_sandbox.arm.core.clock import Clock
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.store import Store

Json = dict[str, Any]


@dataclass(frozen=True)
class Session:
    """The store inside a transaction, at one simulated moment (seconds since 1970)."""

    store: Store
    clock: Clock
    now: float


@dataclass(frozen=True)
class Request:
    """A request after authentication."""

    session: Session
    method: str
    base_url: str
    """``https://host:port`` as the client called it; every absolute URL in an answer starts with it."""
    segments: list[str]
    query: dict[str, str]
    """Names in lower case."""
    content: Json | None = None
    """The parsed body of a PUT, PATCH or POST; None when it is empty."""
    if_match: str = ""
    """The header ``If-Match``, which may be empty."""
    if_none_match: str = ""
    """The header ``If-None-Match``, which may be empty."""

    @property
    def api_version(self) -> str:
        """The ``api-version`` parameter, "" when absent."""
        return self.query.get("api-version", "")

    @property
    def body(self) -> JsonObject:
        """The body as a ``JsonObject`` with ARM's errors; an absent body is an empty object."""
        return JsonObject(self.content or {})


@dataclass(frozen=True)
class Response:
    """Status, JSON body (None: no body) and headers."""

    status: int
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


def collection(items: list[Json]) -> Response:
    """Return a whole collection in ARM's form."""
    return Response(200, {"value": items})


def timestamp(moment: float) -> str:
    """Return a simulated time in ARM's format."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
