"""Measures the requests per second of the simulator, with few and with many resources."""

from __future__ import annotations

import itertools
import json
import random
import ssl
import subprocess
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx

from bench.report import Goal, Section, alternate, box_plot, number, ratio
from bench.workspace import PYTHON
from logic_apps_sandbox.commands.connection import NotServedError, settings_as_json
from logic_apps_sandbox.layout import CODE_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.__main__ import Effort

FEW = 10
BURST = 200
"""The number of requests in one sample."""

_START_LIMIT = 30.0
_NETWORK = {"location": "westus2", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}}


class Client:
    """A client of a simulator with a number of virtual networks."""

    def __init__(self, http: httpx.Client, subscription: str, count: int) -> None:
        """Create the resource group and the networks."""
        self._http = http
        self._group = f"/subscriptions/{subscription}/resourceGroups/bench"
        self._count = count
        self._send("PUT", self._group, "2024-03-01", {"location": "westus2"})
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
        path = f"{self._group}/providers/Microsoft.Network/virtualNetworks/network-{position}"
        self._send(method, path, "2024-05-01", _NETWORK if method == "PUT" else None)

    def _send(self, method: str, path: str, version: str, body: object) -> None:
        self._http.request(method, path, params={"api-version": version}, json=body).raise_for_status()


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
    """Run a simulator in its own process, and connect a client to it.

    Raises:
        NotServedError: the simulator did not start within half a minute.
    """
    command = [str(PYTHON), "-m", "logic_apps_sandbox", "serve", "--data", str(directory), "--pace", "0"]
    process = subprocess.Popen(command, cwd=CODE_ROOT, stdout=subprocess.DEVNULL)
    try:
        settings = _settings(directory)
        variables = settings["variables"]
        address = f"https://{variables['ARM_METADATA_HOSTNAME']}"
        trust = ssl.create_default_context(cafile=variables["SSL_CERT_FILE"])
        with httpx.Client(base_url=address, verify=trust, trust_env=False, timeout=60) as http:
            response = http.post(
                f"/{variables['ARM_TENANT_ID']}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": variables["ARM_CLIENT_ID"],
                    "client_secret": Path(settings["secretFiles"]["ARM_CLIENT_SECRET"]).read_text(),
                    "scope": f"{address}/.default",
                },
            )
            http.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
            yield Client(http, variables["ARM_SUBSCRIPTION_ID"], count)
    finally:
        process.terminate()
        process.wait()


def _settings(directory: Path) -> dict[str, dict[str, str]]:
    begin = time.monotonic()
    while True:
        try:
            return dict(json.loads(settings_as_json(directory)))
        except NotServedError:
            if time.monotonic() - begin > _START_LIMIT:
                raise
            time.sleep(0.2)
