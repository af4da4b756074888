"""The end of the SDK's server for hooks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pulumi.runtime import _callbacks, settings
from pulumi.runtime.rpc_manager import RPCManager

from logic_apps_environment.hooks import callback_server


class Servicer:
    """The SDK's class for the server, with a record of calls."""

    _servicers: tuple[Servicer, ...] = ()
    calls: list[str]

    async def serve(self) -> None:
        self.calls.append("serve")

    @classmethod
    async def shutdown(cls) -> None:
        cls.calls.append("shut down")


@pytest.mark.parametrize(
    ("seconds", "longest_wait", "expected"),
    [(0.01, 5.0, ["request ended", "shut down"]), (5.0, 0.01, ["shut down"])],
    ids=["short", "of an environment"],
)
def test_the_server_of_a_failed_program_stops_after_the_requests_that_the_engine_is_handling(
    seconds: float, longest_wait: float, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class OwnServicer(Servicer):
        pass

    OwnServicer.calls = []
    monkeypatch.setattr(_callbacks, "_CallbackServicer", OwnServicer)
    manager: Any = RPCManager()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(settings.SETTINGS, "rpc_manager", manager)
    monkeypatch.setattr(callback_server, "_MAX_WAIT", longest_wait)
    callback_server.stop_callback_server_late.__wrapped__()

    async def request() -> None:
        await asyncio.sleep(seconds)
        OwnServicer.calls.append("request ended")

    async def fail() -> None:
        manager.rpcs.append(asyncio.ensure_future(request()))
        await OwnServicer.shutdown()

    asyncio.run(fail())
    assert OwnServicer.calls == expected
