"""The Python language host of a Pulumi CLI that was built from Go modules.

The executable ``pulumi-language-python`` beside the CLI runs this module. Pulumi's own host is part of its release
archive, but its Go module cannot be downloaded. A host is a plugin that serves ``pulumirpc.LanguageRuntime`` on a port
that it prints, and runs the program when the engine requests it (pulumi/pulumi, proto/pulumi/language.proto). The
engine's address is the last argument. A plugin must end at once on SIGINT: the engine waits five seconds for each that
does not (sdk/go/common/resource/plugin/plugin.go).

It runs programs, policy packs and component packages. gRPC answers other methods, such as code generation, with
UNIMPLEMENTED.
"""

import asyncio
import gc
import importlib.metadata
import inspect
import json
import logging
import os
import platform
import queue
import re
import runpy
import signal
import subprocess
import sys
import threading
import time
import tomllib
import traceback
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any, NoReturn

import grpc  # type: ignore[import-untyped]
import pulumi
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime import proto, reset_options, run_in_stack, set_all_config
from pulumi.runtime.proto import language_pb2, plugin_pb2

THREADS_PER_OPERATION = 4
"""The threads of the program's event loop for each operation that the engine runs in parallel, as in Pulumi's SDK."""

OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
"""The number of new objects that start a garbage collection.

Python's default, 700, starts hundreds of useless collections while a program imports the SDK of a provider, which
creates 200,000 objects.
"""

PARENT_POLL_SECONDS = 1.0
"""The interval of the checks whether the engine was killed."""

SIGNAL_POLL_SECONDS = 1.0
"""The interval in which the waiting host handles signals that did not interrupt it."""

LIBRARY_FOLDERS = [Path(inspect.getfile(library)).parent for library in (pulumi, asyncio)]
"""The folders of the code that runs the program; its frames are omitted from tracebacks."""


class LanguageHost(proto.LanguageRuntimeServicer):
    """Runs the programs of one engine in this process."""

    def __init__(self, engine_address: str) -> None:
        """Serve the engine at this address (``host:port``)."""
        self.engine_address = engine_address
        self._programs: queue.SimpleQueue[tuple[Any, futures.Future[Any]]] = queue.SimpleQueue()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Handle the first call of the engine; some engines do not make it."""
        self.engine_address = request.engine_address or self.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return the version of the SDK that runs the programs."""
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi"))

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return the runtime information of ``pulumi about``."""
        return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return no prompts for ``pulumi new``, because the virtual environment is this one."""
        return language_pb2.RuntimeOptionsResponse()

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return the resource plugins of the installed packages and their versions."""
        return language_pb2.GetRequiredPackagesResponse(packages=list(_required_packages()))

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return the same for engines that request plugins instead of packages."""
        plugins = [
            plugin_pb2.PluginDependency(name=each.name, version=each.version, kind=each.kind, server=each.server)
            for each in _required_packages()
        ]
        return language_pb2.GetRequiredPluginsResponse(plugins=plugins)

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Return the Python packages of the program for ``pulumi about``.

        The direct dependencies, or all of them if the engine requests the transitive ones.
        """
        packages = {_normal(each.name): each for each in importlib.metadata.distributions()}
        if not request.transitiveDependencies:
            # An extra is no dependency (PEP 508), and one of this project's names the project itself.
            needed = [text for each in packages.values() for text in each.requires or [] if "extra ==" not in text]
            for text in needed:
                # A requirement begins with the name: grpcio<2,>=1.68; extra == "x".
                packages.pop(_normal(re.split(r"[^\w.-]", text, maxsplit=1)[0]), None)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=each.name, version=each.version)
                for _, each in sorted(packages.items())
            ]
        )

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: ARG002, N802, ANN401
        """Install nothing: programs and component packages run in this virtual environment."""
        if not request.is_plugin:
            advice = f"{sys.executable} -m pip install -r requirements.txt"
            text = f"The sandbox installs no packages. To install those of the program, run: {advice}\n"
            yield language_pb2.InstallDependenciesResponse(stdout=text.encode())

    def GeneratePackage(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Reject ``pulumi package add``: a program in Python imports the library."""
        text = "a program in Python does not need a generated SDK: install the package with pip, and import it"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, text)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Send SIGINT to a program that handles it, when the user interrupts the deployment or the engine shuts down.

        Pulumi's own host sends it to every program (main.go, Run). A program that does not handle it would end with a
        traceback; here it ends when the engine closes the monitor.
        """
        if signal.getsignal(signal.SIGINT) is not _end:
            os.kill(os.getpid(), signal.SIGINT)
        return Empty()

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802, ANN401
        """Run a program to its end. ``bail`` means that its errors were reported to the user."""
        program: futures.Future[Any] = futures.Future()
        self._programs.put((request, program))
        return program.result()

    def run_programs(self) -> NoReturn:
        """Run the programs that the engine requests, one after the other, in the calling thread.

        It must be the main thread, as with Pulumi's own host, because only it can handle signals.
        """
        while True:
            try:
                # Without a timeout, a signal that arrives just before the wait would be handled after it.
                request, program = self._programs.get(timeout=SIGNAL_POLL_SECONDS)
            except queue.Empty:
                continue
            try:
                program.set_result(self._run(request))
            except BaseException as error:  # noqa: BLE001 - the engine receives it
                program.set_exception(error)

    def _run(self, request: Any) -> Any:  # noqa: ANN401
        reset_options(
            project=request.project,
            stack=request.stack,
            organization=request.organization or "organization",
            parallel=request.parallel,
            preview=request.dryRun,
            monitor_address=request.monitor_address,
            engine_address=self.engine_address,
        )
        set_all_config(dict(request.config), list(request.configSecretKeys))
        program = Path(request.info.program_directory)
        error = _run(program, program / request.info.entry_point, parallel=request.parallel)
        if error:
            pulumi.log.error(error)
        sys.stdout.flush()
        sys.stderr.flush()
        return language_pb2.RunResponse(bail=bool(error))

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: ARG002, N802, ANN401
        """Run a plugin written in Python, and stream its output and exit code."""
        yield from _stream([sys.executable, "-u", *_plugin_arguments(request)], request)


def _run(directory: Path, entry_point: Path, *, parallel: int) -> str:
    """Run the program and return the error message for the user; empty without an error."""

    def program() -> None:
        runpy.run_path(str(entry_point), run_name="__main__")

    os.chdir(directory)
    sys.path.insert(0, str(directory))
    # The engine reports the errors of awaited tasks; asyncio would report them again, with frames of the SDK.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    loop.set_default_executor(futures.ThreadPoolExecutor(max_workers=max(parallel, 1) * THREADS_PER_OPERATION))
    try:
        loop.run_until_complete(run_in_stack(program))
    except pulumi.RunError as error:
        return str(error)
    except grpc.RpcError as error:
        # The monitor has ended: the engine has ended the deployment and reports the reason.
        return "" if error.code() == grpc.StatusCode.UNAVAILABLE else f"RPC error: {error.details()}"
    except SystemExit as end:
        return _exit_message(end)
    except Exception as error:  # noqa: BLE001  # whatever the program raises is its user's to see
        return f"Program failed with an unhandled exception:\n{_program_traceback(error)}"
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
    return ""


def _exit_message(end: SystemExit) -> str:
    """Return the error message for the argument of ``sys.exit``; empty for 0."""
    if end.code in (None, 0):
        return ""
    return f"Program exited with non-zero exit code: {end.code}" if isinstance(end.code, int) else str(end.code)


def _program_traceback(error: BaseException) -> str:
    """Return the traceback from the program's first frame, without the frames of this host and the SDK."""
    frames = error.__traceback__
    while frames and not _is_program(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames)).rstrip()


def _is_program(file: str) -> bool:
    """Return whether a frame of this file belongs to the program, and not to the code that runs or imports it."""
    host = file == __file__ or file.startswith("<frozen ")
    return not host and not any(Path(file).is_relative_to(folder) for folder in LIBRARY_FOLDERS)


def _plugin_arguments(request: Any) -> list[str]:  # noqa: ANN401
    """Return the interpreter's arguments for a plugin (as in sdk/python/cmd/pulumi-language-python/main.go).

    A policy pack is given to the SDK's module for that. Another plugin is run by its ``__main__.py``, or, when it has
    none, is an installed package with components, which the SDK serves.
    """
    folder = Path(request.info.program_directory)
    if request.kind == "analyzer":
        return ["-m", "pulumi.policy", *request.args, str(folder)]
    if (folder / "__main__.py").exists():
        return [str(folder), *request.args]
    package = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["name"]
    return ["-m", "pulumi.run.plugin", package, *request.args]


def _required_packages() -> Iterator[Any]:
    """Yield the ``pulumi-plugin.json`` of installed packages, with which a package names its plugin."""
    for folder in {Path(entry) for entry in sys.path if Path(entry).is_dir()}:
        for file in sorted(folder.glob("*/pulumi-plugin.json")):
            plugin = json.loads(file.read_text())
            if plugin.get("resource"):
                yield plugin_pb2.PackageDependency(
                    name=plugin["name"],
                    version=f"v{plugin['version'].removeprefix('v')}",
                    kind="resource",
                    server=plugin.get("server", ""),
                )


def _normal(name: str) -> str:
    """Return the normalized name of a package (PEP 503)."""
    return name.lower().replace("_", "-").replace(".", "-")


def _stream(command: list[str], request: Any) -> Iterator[Any]:  # noqa: ANN401
    """Run the command in the folder and environment of the request; yield its output, then its exit code."""
    environment = dict(entry.split("=", 1) for entry in request.env) or dict(os.environ)
    with subprocess.Popen(
        command, cwd=request.pwd or None, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        errors = threading.Thread(target=_copy, args=(process.stderr, sys.stderr), daemon=True)
        errors.start()
        try:
            assert process.stdout is not None  # noqa: S101  # it is a pipe; for the type checker
            while piece := process.stdout.read1():  # type: ignore[attr-defined]
                yield language_pb2.RunPluginResponse(stdout=piece)
        finally:
            # The engine closes the stream when it no longer needs the plugin.
            process.terminate()
        errors.join()
        yield language_pb2.RunPluginResponse(exitcode=process.wait())


def _copy(source: Any, target: Any) -> None:  # noqa: ANN401
    for line in source:
        target.buffer.write(line)
        target.flush()


def _end(signal_number: int, frame: object) -> NoReturn:  # noqa: ARG001
    """End the process at once, without a traceback and without waiting for the program's threads."""
    os._exit(0)


def _end_with_engine(engine: int) -> None:
    """End this process after its parent, the engine, was killed."""
    while os.getppid() == engine:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(0)


def main() -> None:
    """Serve until the engine ends the process."""
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    if sys.prefix != sys.base_prefix:
        # Pulumi's host also activates the virtual environment of a program (sdk/python/toolchain/pip.go).
        os.environ["VIRTUAL_ENV"] = sys.prefix
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)])
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    host = LanguageHost(engine_address=sys.argv[-1] if len(sys.argv) > 1 else "")
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    proto.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    threading.Thread(target=_end_with_engine, args=(os.getppid(),), daemon=True).start()
    print(port, flush=True)  # noqa: T201  # the plugin protocol: the first line is the port
    host.run_programs()


if __name__ == "__main__":
    main()
