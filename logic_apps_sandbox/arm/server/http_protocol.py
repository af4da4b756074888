"""HTTP/1.1 of the simulator's web server, with connections that a fault may close.

It is imported when the server starts, since uvicorn is slow to import.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from logic_apps_sandbox.arm.server.application import BREAK_CONNECTION


class Protocol(HttpToolsProtocol):
    """One connection, which the application can close without an answer."""

    def on_message_begin(self) -> None:
        """Offer the extension to the application."""
        super().on_message_begin()
        self.scope["extensions"] = {BREAK_CONNECTION: {"now": self.transport.abort}}
