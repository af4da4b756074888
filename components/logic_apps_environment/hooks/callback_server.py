"""Workarounds for lost errors of Python programs that register resource hooks.

The SDK starts a gRPC server when the first hook is registered, and stops it when the program ends. A program that fails
while the server starts stops it too early, which crashes the process: the user sees ``error reading from server: EOF``
instead of the program's own error. Seen with pulumi 3.272 and grpcio 1.85; ``docs/known-issues.md`` has a program that
reproduces it without this library. Related reports: pulumi/pulumi#21934, pulumi/pulumi#18190, grpc/grpc#38679.

A program that fails while the engine previews an existing resource stops the server before the engine calls the hook of
the resource: the user sees ``connection refused`` instead of the program's own error.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import cache
from typing import Any

from pulumi.runtime import _callbacks, settings

_MAX_WAIT = 5.0
"""The maximum time in seconds that a failed program waits for the engine, which may be creating an environment."""


@cache
def stop_callback_server_late() -> None:
    """Make the SDK wait for the start of its callback server, and for the engine, before it stops it.

    Call this before the first hook is registered. The SDK has no public interface for it, so this replaces two methods
    of its private class. It does nothing where a later SDK no longer has them.
    """
    servicer: Any = getattr(_callbacks, "_CallbackServicer", None)
    if not all(hasattr(servicer, name) for name in ("serve", "shutdown", "_servicers")):
        return
    serve, shutdown = servicer.serve, servicer.shutdown.__func__
    # Hooks that are registered at the same time start a server each.
    starts: defaultdict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)

    async def serve_and_remember(self: Any) -> None:  # noqa: ANN401 - the SDK's private class
        start = asyncio.ensure_future(serve(self))
        starts[asyncio.get_running_loop()].append(start)
        await asyncio.shield(start)

    async def shut_down_late(cls: Any) -> None:  # noqa: ANN401 - the SDK's private class
        await asyncio.gather(*starts.pop(asyncio.get_running_loop(), ()), return_exceptions=True)
        # Only a program that failed has requests left.
        manager: Any = settings.SETTINGS.rpc_manager
        if requests := [asyncio.ensure_future(each) for each in manager.rpcs]:
            await asyncio.wait(requests, timeout=_MAX_WAIT)
        await shutdown(cls)

    servicer.serve = serve_and_remember
    servicer.shutdown = classmethod(shut_down_late)
