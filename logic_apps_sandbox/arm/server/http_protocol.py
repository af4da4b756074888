"""HTTP/1.1 of the simulator's web server, with limits and with connections that a fault may close.

It is imported when the server starts, since uvicorn is slow to import.
"""

import asyncio
import errno
import sys
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from logic_apps_sandbox.arm.server.application import BREAK_CONNECTION, MAX_HEAD_SIZE

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"  # RFC 6585, 5
)

HEAD_TIMEOUT = 30.0
"""Real seconds from the start of a connection, or of a further request, to the end of the request's head."""

BODY_TIMEOUT = 30.0
"""Real seconds between two parts of a body."""

MAX_WAITING = 100
"""Connections that wait until they are accepted; asyncio tries as often if it cannot accept any."""

_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def exception_handler() -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """Return the handler of an event loop that prints one line if it cannot accept connections.

    asyncio prints a traceback for each try, thousands in a second.
    """
    is_reported = False

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal is_reported
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _OUT_OF_RESOURCES):
            loop.default_exception_handler(context)
        elif not is_reported:
            is_reported = True
            sys.stderr.write(
                f"Error: the simulator cannot accept more connections: {error.strerror}. It continues when clients "
                "close theirs. `ulimit -n` shows and raises the limit.\n"
            )

    return handle


class Protocol(HttpToolsProtocol):
    """One connection. A client that is too slow is disconnected; uvicorn itself limits the time between requests."""

    _field_bytes = 0
    """Bytes of a head, or of the trailers of a body in chunks, that are not complete yet."""
    _in_head = True
    _in_trailers = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Set the deadline of the first request."""
        super().connection_made(transport)
        self._set_deadline(HEAD_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the deadline."""
        self._set_deadline(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reject a head or trailers that are too large."""
        if not (self._in_head or self._in_trailers) and self._deadline is not None:
            self._set_deadline(BODY_TIMEOUT)
        super().data_received(data)
        self._field_bytes = self._field_bytes + len(data) if self._in_head or self._in_trailers else 0
        if self._field_bytes > MAX_HEAD_SIZE and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Record that a request starts."""
        super().on_message_begin()
        self._in_head, self._in_trailers = True, False
        self._set_deadline(HEAD_TIMEOUT)
        self.scope["extensions"] = {BREAK_CONNECTION: {"now": self.transport.abort}}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Ignore trailers, which must not become headers (RFC 9110, 6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_chunk_header(self) -> None:
        """Expect trailers until the chunk turns out to have data: the last one is empty."""
        self._in_trailers = True

    def on_body(self, body: bytes) -> None:
        """Record that the chunk has data."""
        self._in_trailers = False
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Record that the headers of a request are complete."""
        self._in_head = False
        self._set_deadline(BODY_TIMEOUT)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Record that the body of a request is complete."""
        self._set_deadline(None)
        super().on_message_complete()

    def _set_deadline(self, seconds: float | None) -> None:
        """Disconnect the client after this time; a further call replaces the deadline, and None cancels it."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
