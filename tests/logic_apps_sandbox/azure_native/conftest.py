"""An ARM double, and the plugin's gRPC service over it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from logic_apps_sandbox.azure_native.engine_log import EngineLog
from logic_apps_sandbox.azure_native.provider import AzureNativeProvider
from tests.logic_apps_sandbox.azure_native.arm_double import VARIABLES, ArmDouble

if TYPE_CHECKING:
    from collections.abc import Iterator


class RecordingLog(EngineLog):
    """Keeps the warnings that the engine would show."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[tuple[str, str]] = []

    def warn(self, urn: str, message: str) -> None:
        """Keep a warning."""
        self.warnings.append((urn, message))


@pytest.fixture
def arm() -> ArmDouble:
    return ArmDouble()


@pytest.fixture
def log() -> RecordingLog:
    return RecordingLog()


@pytest.fixture
def unconfigured(arm: ArmDouble, log: RecordingLog) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """The engine's side of a plugin that has not been configured yet."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(AzureNativeProvider(log, arm.client()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(grace=None).wait()


@pytest.fixture
def engine(unconfigured: provider_pb2_grpc.ResourceProviderStub) -> provider_pb2_grpc.ResourceProviderStub:
    """The engine's side of a configured plugin."""
    unconfigured.Configure(
        provider_pb2.ConfigureRequest(variables=VARIABLES, sends_old_inputs=True, sends_old_inputs_to_delete=True)
    )
    return unconfigured
