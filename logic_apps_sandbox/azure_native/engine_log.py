"""Messages to the user through the engine."""

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class EngineLog:
    """The engine's log for messages about resources."""

    def __init__(self) -> None:
        self._engine: engine_pb2_grpc.EngineStub | None = None

    def connect(self, address: str) -> None:
        """Send messages to the engine at this address from now on."""
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def warn(self, urn: str, message: str) -> None:
        """Show a warning for a resource. Errors of an engine that has ended are ignored."""
        if self._engine is None:
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn)
        try:
            self._engine.Log(request, timeout=5)
        except grpc.RpcError:
            return
