"""Warnings to the user: what the engine receives, and that an engine that has ended causes no error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2

from logic_apps_sandbox.azure_native.engine_log import EngineLog
from logic_apps_sandbox.azure_native.provider import AzureNativeProvider

if TYPE_CHECKING:
    from collections.abc import Iterator


class ListeningEngine(engine_pb2_grpc.EngineServicer):
    """Records the messages that it receives."""

    def __init__(self) -> None:
        self.heard: list[engine_pb2.LogRequest] = []
        self.address = ""

    def Log(self, request: engine_pb2.LogRequest, _context: Any) -> Empty:  # noqa: N802
        """Keep a message."""
        self.heard.append(request)
        return Empty()


@pytest.fixture
def listener() -> Iterator[ListeningEngine]:
    engine = ListeningEngine()
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield engine
    server.stop(grace=None).wait()


def test_a_warning_goes_to_the_engine_with_the_resource_it_is_about(listener: ListeningEngine) -> None:
    messages = EngineLog()
    messages.connect(listener.address)
    messages.warn("urn:pulumi:dev::p::t::n", "Look at this.")
    (request,) = listener.heard
    assert request.severity == engine_pb2.WARNING
    assert (request.urn, request.message) == ("urn:pulumi:dev::p::t::n", "Look at this.")


def test_an_engine_that_attaches_gets_the_later_warnings(listener: ListeningEngine) -> None:
    messages = EngineLog()
    messages.warn("", "Nobody hears this.")
    AzureNativeProvider(messages).Attach(plugin_pb2.PluginAttach(address=listener.address), None)
    messages.warn("", "The engine hears this.")
    assert [request.message for request in listener.heard] == ["The engine hears this."]


def test_an_engine_that_has_ended_causes_no_error() -> None:
    messages = EngineLog()
    messages.connect("127.0.0.1:1")
    messages.warn("", "Nobody hears this.")
