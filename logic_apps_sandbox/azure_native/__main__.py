"""The entry point of the plugin: ``python -m logic_apps_sandbox.azure_native [flags] ENGINE_ADDRESS``.

The engine starts it and reads its port.

Standard output contains only the port. The engine ends plugins with SIGINT and waits five seconds for each, so the
plugin ends at once and silently on SIGINT and SIGTERM, and when its parent process has ended.

Source: Pulumi SDK for Go, sdk/go/common/resource/plugin/plugin.go.
"""

import os
import signal
import sys
import threading
import time
from importlib.machinery import PathFinder
from types import FrameType, ModuleType

_MAX_MESSAGE_SIZE = 400 * 1024 * 1024
# More than the engine's concurrent requests; threads are created only when needed.
_MAX_CALLS_AT_ONCE = 512
_PARENT_CHECK_INTERVAL = 0.5


def _end(_signal: int, _frame: FrameType | None) -> None:
    os._exit(0)


def _end_with(parent: int) -> None:
    """End the process when its parent process has ended."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_INTERVAL)
    os._exit(0)


def _leave_out_the_sdk_for_programs() -> None:
    """Make ``pulumi.runtime.proto`` importable without its parent packages.

    The plugin needs the protocol only; the SDK for programs would take half of the time of its start.
    """
    path = None
    for name in ("pulumi", "pulumi.runtime"):
        spec = PathFinder.find_spec(name, path)
        assert spec is not None, "the Pulumi SDK is not installed"  # noqa: S101
        package = sys.modules[name] = ModuleType(name)
        package.__path__ = path = list(spec.submodule_search_locations or ())


def main(arguments: list[str]) -> None:
    """Serve until a signal arrives or the parent process has ended.

    Args:
        arguments: the command line without the program. The last one that is no flag is the engine's address; without
            it the plugin waits for an engine to attach.
    """
    # Before the slow imports, so that an early signal ends the process without a traceback as well.
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()

    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    _leave_out_the_sdk_for_programs()
    import grpc  # type: ignore[import-untyped]  # noqa: PLC0415
    from pulumi.runtime.proto import provider_pb2_grpc  # noqa: PLC0415

    from logic_apps_sandbox.azure_native.engine_log import EngineLog  # noqa: PLC0415
    from logic_apps_sandbox.azure_native.provider import AzureNativeProvider  # noqa: PLC0415

    log = EngineLog()
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    if addresses:
        log.connect(addresses[-1])
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_MAX_CALLS_AT_ONCE),
        options=[
            ("grpc.max_receive_message_length", _MAX_MESSAGE_SIZE),
            ("grpc.max_send_message_length", _MAX_MESSAGE_SIZE),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(AzureNativeProvider(log), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main(sys.argv[1:])
