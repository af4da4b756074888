"""Measures the requests per second of the simulator, with few and with many resources."""

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from bench.report import Measurement, Results, plot
from bench.samples import Effort, alternate, ratio
from logic_apps_sandbox import arm
from tests.support.azure import GROUP, Azure, virtual_network

FEW = 10
BURST = 200
"""The number of requests in one sample."""
METHODS = ("GET", "PUT")


def throughput(folder: Path, effort: Effort) -> Results:
    """Compare a simulator with few resources and one with many."""
    with ExitStack() as stack:
        clients = {count: stack.enter_context(client(folder / f"{count}", count)) for count in (FEW, effort.resources)}
        samples = alternate(
            effort.bursts,
            {
                f"{method}, {count:,} resources": partial(rate, azure, method, count)
                for method in METHODS
                for count, azure in clients.items()
            },
        )
    measurements = []
    for method in METHODS:
        few, many = (samples[f"{method}, {count:,} resources"] for count in clients)
        what = f"Simulator: {method} with {effort.resources:,} resources"
        measurements += [
            Measurement(what, "-", median(many), "requests/s", ("at least", 500)),
            Measurement(what, f"with {FEW} resources", ratio(many, few), "times", ("more than", 0.8)),
        ]
    return Results(measurements, plot("Requests per second", "requests/s", samples))


@contextmanager
def client(directory: Path, count: int) -> Iterator[Azure]:
    """Run a simulator in its own process, and connect a client to it that has created some virtual networks."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(directory, theirs))
    process.start()
    theirs.close()
    with closing(ours):
        azure = Azure(ours.recv())
        with closing(azure.http):
            azure.create_group()
            for position in range(count):
                _request(azure, "PUT", position)
            yield azure
    process.join()


def rate(azure: Azure, method: str, count: int) -> float:
    """Return the requests per second of a burst of GET or PUT requests for random networks."""
    positions = random.choices(range(count), k=BURST)
    begin = time.perf_counter()
    for position in positions:
        _request(azure, method, position)
    return BURST / (time.perf_counter() - begin)


def _request(azure: Azure, method: str, position: int) -> None:
    path = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/network-{position}"
    azure.send(method, path, virtual_network() if method == "PUT" else None).raise_for_status()


def _serve(directory: Path, client_end: Connection) -> None:
    with arm.serving(directory, pace=0) as simulator:
        client_end.send(simulator)
        # Until the client closes the connection.
        client_end.poll(None)
