"""Functions to run the simulator on the store in a directory, and to read a store without serving it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from logic_apps_sandbox.arm.control import request_log
from logic_apps_sandbox.arm.control import settings as simulator_settings
from logic_apps_sandbox.arm.control.control import Control
from logic_apps_sandbox.arm.core import account, operations
from logic_apps_sandbox.arm.core.clock import Clock
from logic_apps_sandbox.arm.core.session import Session
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.server import resource_providers, tls
from logic_apps_sandbox.files import PRIVATE, file_lock, write_file

if TYPE_CHECKING:
    import uvicorn

_LOOPBACK = "127.0.0.1"

IN_USE = "in-use.lock"
"""The file in the directory of a store on which each simulator has a shared lock."""
_START_LIMIT = 30.0


@dataclass(frozen=True)
class ClientSettings:
    """The settings of a client, apart from the address."""

    subscription_id: str
    tenant_id: str
    client_id: str
    client_secret: str
    client_secret_file: Path
    """A file that contains only the secret; only its owner can read it."""
    ca_file: Path
    """The simulator's certificate authority (PEM)."""
    ca_bundle: Path
    """The system's authorities and the simulator's (PEM)."""


@dataclass(frozen=True)
class Simulator:
    """A running simulator."""

    address: str
    """``127.0.0.1:port``; it speaks HTTPS only."""
    settings: ClientSettings
    retired: bool = False
    """Whether it began to serve with new ISEs refused."""


class ListedResource(NamedTuple):
    """An item of ``list_resources``."""

    id: str
    type: str
    name: str
    location: str
    state: str
    """The provisioning state."""


class SimulatorNotStartedError(Exception):
    """The simulator cannot be started; the message states the reason and the remedy."""


@contextmanager
def serving(
    directory: Path,
    *,
    port: int = 0,
    pace: float | None = None,
    retired: bool | None = None,
    real_time: Callable[[], float] = time.time,
) -> Iterator[Simulator]:
    """Serve the store in ``directory`` on 127.0.0.1 until the block ends.

    Args:
        directory: the folder of store and certificates; created with mode 0700 if it does not exist.
        port: 0 selects an available one.
        pace: real seconds per simulated hour, 0 or more; None keeps what the store has (2.0 when it is new).
        retired: whether new ISEs are rejected, as on Azure; None keeps the stored value (at first False).
        real_time: seconds since 1970; tests move it by hand.

    Raises:
        ValueError: ``pace`` is negative or not a number.
        SimulatorNotStartedError: the port is in use or not allowed.
        IncompatibleStoreError: the store was written by another version.
    """
    # Loaded here, so that `list_resources` does without the cryptography library.
    from logic_apps_sandbox.arm.server import authentication  # noqa: PLC0415

    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = tls.ensure(directory)
    with (
        file_lock(directory / IN_USE, shared=True),
        closing(Store(directory, resource_providers.REFERENCES)) as store,
        closing(_listen(port)) as listener,
    ):
        clock = Clock(store, real_time)
        with store.transaction():
            clock.start(pace)
            simulator_settings.change(store, retired=retired)
            is_retired = simulator_settings.read(store).retired
            known = authentication.credentials(store)
        secret_file = directory / "client-secret"
        write_file(secret_file, known.client_secret, mode=PRIVATE)
        settings = ClientSettings(
            account.SUBSCRIPTION_ID,
            account.TENANT_ID,
            account.CLIENT_ID,
            known.client_secret,
            secret_file,
            files.authority,
            files.bundle,
        )
        with _uvicorn(store, clock, files, listener):
            yield Simulator(f"{_LOOPBACK}:{listener.getsockname()[1]}", settings, is_retired)


def list_resources(directory: Path, *, real_time: Callable[[], float] = time.time) -> list[ListedResource]:
    """Return all resources and resource groups, ordered by id; empty if there is no store."""
    if not Store.exists(directory):
        return []
    with _opened(directory, real_time) as session:
        return [
            ListedResource(
                str(resource.id),
                resource.id.type,
                resource.name,
                resource.location,
                str(resource.properties.get("provisioningState", "")),
            )
            for resource in session.store.all_resources()
        ]


def recorded_requests(directory: Path, *, after: int = 0, last: int | None = None) -> list[request_log.RecordedRequest]:
    """Return the last ``last`` recorded requests with a number above ``after``, oldest first; empty without a store."""
    if not Store.exists(directory):
        return []
    with closing(Store(directory)) as store, store.transaction():
        return request_log.recorded(store, after=after, last=last)


def control_of(directory: Path, *, real_time: Callable[[], float] = time.time) -> Control:
    """Return the control interface of the store in ``directory``, which is created if missing."""

    def transaction() -> AbstractContextManager[Session]:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _opened(directory, real_time)

    return Control(transaction)


@contextmanager
def _opened(directory: Path, real_time: Callable[[], float]) -> Iterator[Session]:
    """Open the current store of a directory, inside a transaction."""
    with closing(Store(directory, resource_providers.REFERENCES)) as store, store.transaction():
        clock = Clock(store, real_time)
        clock.start(None)
        session = Session(store, clock, clock.now())
        operations.run_due(session, resource_providers.complete)
        yield session


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle's algorithm off for the connections; without, every answer
    # waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise SimulatorNotStartedError(
            f"The simulator cannot listen on {_LOOPBACK}:{port}: {error}. Choose another port, or 0 for any free one."
        ) from error
    return listener


@contextmanager
def _uvicorn(store: Store, clock: Clock, files: tls.TlsFiles, listener: socket.socket) -> Iterator[None]:
    """Run the web server on its own thread; the block runs once it accepts connections."""
    # Loaded here, so that `list_resources` and `--help` do without.
    import asyncio  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415

    from logic_apps_sandbox.arm.server.application import Application  # noqa: PLC0415
    from logic_apps_sandbox.arm.server.http_protocol import (  # noqa: PLC0415
        MAX_WAITING,
        Protocol,
        exception_handler,
    )

    config = uvicorn.Config(
        Application(store, clock),
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        backlog=MAX_WAITING,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=files.server,
        ssl_keyfile=files.server,
    )
    config.load()
    if config.ssl is not None:
        tls.watch(config.ssl, files.server)

    class Server(uvicorn.Server):
        """A web server that stops without uvicorn's pause of 0.1 seconds: handlers always finish."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            asyncio.get_running_loop().set_exception_handler(exception_handler())
            await super().startup(sockets)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - `serving` closes it
            for listening in self.servers:
                listening.close()
            for connection in list(self.server_state.connections):
                connection.shutdown()

    server = Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="arm-simulator", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _wait_until_started(server: "uvicorn.Server", thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_LIMIT
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise SimulatorNotStartedError("The simulator's web server did not start; its error output states why.")
        time.sleep(0.002)
