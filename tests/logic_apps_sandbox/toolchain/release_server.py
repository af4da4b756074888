"""A local HTTP server in place of the one with Pulumi's release archives, and archives for it."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD_CLI = b"#!/bin/sh\necho v3.255.0\n"


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive of these executables, by path."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def valid_archive() -> bytes:
    """An archive as Pulumi releases it: a CLI and its language host."""
    return archive_of({"pulumi/pulumi": GOOD_CLI, "pulumi/pulumi-language-python": GOOD_CLI})


def sha256(content: bytes) -> str:
    """The checksum of an archive."""
    return hashlib.sha256(content).hexdigest()


class ReleaseServer:
    """The server; tests say what it answers and read what it was asked."""

    def __init__(self) -> None:
        """A server that has nothing yet."""
        self.content: bytes | None = None
        self.status = 200
        self.hangs = threading.Event()
        self.goes_on = threading.Event()
        self.asked: list[str] = []
        self.address = ""


@contextmanager
def release_server() -> Iterator[ReleaseServer]:
    """A server that runs until the end of the block."""
    state = ReleaseServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            if state.hangs.is_set():
                state.goes_on.wait(30)
                return
            self.send_response(state.status if state.content is not None else 404)
            content = state.content or b""
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server has
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}/releases/sdk"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        state.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
