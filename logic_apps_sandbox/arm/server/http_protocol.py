"""HTTP/1.1 as the simulator's web server speaks it: with limited headers, and connections that a fault may break.

It is imported when the server starts, since uvicorn is slow to import.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from logic_apps_sandbox.arm.server.application import BREAK_CONNECTION, LARGEST_HEAD

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"  # RFC 6585, 5
)


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head_bytes = 0
    """Bytes of a head that is not complete yet."""
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Stop reading a head that does not end."""
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        if self._head_bytes > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self.scope["extensions"] = {BREAK_CONNECTION: {"now": self.transport.abort}}

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        super().on_headers_complete()
