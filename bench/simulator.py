"""Measures the requests per second of the simulator, with few and with many resources."""

from __future__ import annotations

import itertools
import multiprocessing
import random
import time
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from bench.report import Goal, Section, alternate, box_plot, number, ratio
from logic_apps_sandbox import arm
from tests.support.azure import GROUP, Azure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from bench.__main__ import Effort

FEW = 10
BURST = 200
"""The number of requests in one sample."""

_NETWORK = {"location": "westus2", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}}


class Client:
    """A client of a simulator with a number of virtual networks."""

    def __init__(self, azure: Azure, count: int) -> None:
        """Create the resource group and the networks."""
        self._azure = azure
        self._count = count
        azure.create_group()
        for position in range(count):
            self._request("PUT", position)

    def rate(self, method: str) -> float:
        """Return the requests per second of a burst of GET or PUT requests for random networks."""
        positions = random.sample(range(self._count), min(BURST, self._count))
        begin = time.perf_counter()
        for position in itertools.islice(itertools.cycle(positions), BURST):
            self._request(method, position)
        return BURST / (time.perf_counter() - begin)

    def _request(self, method: str, position: int) -> None:
        path = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/network-{position}"
        self._azure.send(method, path, _NETWORK if method == "PUT" else None).raise_for_status()


def throughput(folder: Path, effort: Effort) -> Section:
    """Compare a simulator with few resources and one with many."""
    counts = (FEW, effort.resources)
    with ExitStack() as stack:
        clients = {count: stack.enter_context(client(folder / str(count), count)) for count in counts}
        samples = alternate(
            effort.bursts,
            {
                f"{method}, {count:,} resources": partial(clients[count].rate, method)
                for method in ("GET", "PUT")
                for count in counts
            },
        )
    goals = []
    for method in ("GET", "PUT"):
        few, many = (samples[f"{method}, {count:,} resources"] for count in counts)
        what = f"Simulator: {method} with {effort.resources:,} resources"
        rate, fall = median(many), ratio(many, few)
        goals += [
            Goal(what, "-", "at least 500 requests/s", f"{number(rate)} requests/s", rate >= 500),  # noqa: PLR2004
            Goal(what, f"with {FEW} resources", "more than 0.80 times", f"{fall:.2f} times", fall > 0.8),  # noqa: PLR2004
        ]
    return Section(
        "The simulator",
        f"{effort.bursts} alternating bursts of {BURST} requests in sequence from one client on the same machine. PUT "
        "updates an existing virtual network.",
        goals,
        {"simulator.svg": box_plot("Requests per second", "requests/s", samples)},
    )


@contextmanager
def client(directory: Path, count: int) -> Iterator[Client]:
    """Run a simulator in its own process, and connect a client to it."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(directory, theirs))
    process.start()
    theirs.close()
    with closing(ours):
        azure = Azure(ours.recv())
        with closing(azure.http):
            yield Client(azure, count)
    process.join()


def _serve(directory: Path, client_end: Connection) -> None:
    with arm.serving(directory, pace=0) as simulator:
        client_end.send(simulator)
        # Until the client closes the connection.
        client_end.poll(None)
