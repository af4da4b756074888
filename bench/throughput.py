"""The simulator's requests per second, with few resources and with many."""

from __future__ import annotations

import contextlib
import json
import random
import ssl
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from logic_apps_sandbox.commands.connection import NotServedError, settings_as_json
from logic_apps_sandbox.layout import CODE_ROOT

from .plots import ranges
from .samples import Comparison, in_turns
from .sections import Section, Verdict, comparison_table, number
from .workspace import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .effort import Effort

FEW = 10
BURST = 200
"""Requests in one sample."""

LEAST = 500.0
"""Requests per second (the aim)."""

LEAST_OF_FEW = 0.8
"""What has to be left of the rate with few resources when there are many (the aim: falling by less than a fifth)."""

_START_LIMIT = 30.0
_GROUP_VERSION, _NETWORK_VERSION = "2024-03-01", "2024-05-01"


@dataclass(frozen=True)
class Served:
    """A simulator in a process of its own that has a number of virtual networks, and a client with one connection."""

    connection: HTTPSConnection
    token: str
    subscription: str
    count: int

    def fill(self) -> None:
        """Makes the group and the networks."""
        self._send("PUT", self._group, _GROUP_VERSION, {"location": "westus2"})
        for position in range(self.count):
            self._put(position)

    def reads(self) -> float:
        """Requests per second of a burst of GETs of networks by chance."""
        return self._burst(lambda position: self._send("GET", self._network(position), _NETWORK_VERSION))

    def writes(self) -> float:
        """Requests per second of a burst of PUTs of networks that exist, by chance."""
        return self._burst(self._put)

    def _burst(self, request: Callable[[int], None]) -> float:
        positions = random.sample(range(self.count), min(BURST, self.count))
        # The simulator closes connections that idle, as this one did while the other simulator was filled.
        self.connection.close()
        self.connection.connect()
        begin = time.perf_counter()
        for number_of_it in range(BURST):
            request(positions[number_of_it % len(positions)])
        return BURST / (time.perf_counter() - begin)

    def _put(self, position: int) -> None:
        body = {"location": "westus2", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}}
        self._send("PUT", self._network(position), _NETWORK_VERSION, body)

    @property
    def _group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/bench"

    def _network(self, position: int) -> str:
        return f"{self._group}/providers/Microsoft.Network/virtualNetworks/network-{position}"

    def _send(self, method: str, path: str, version: str, body: object = None) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        self.connection.request(method, f"{path}?api-version={version}", content, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status not in (200, 201):
            raise ConnectionError(f"{method} {path} returned {response.status}: {text[:300]!r}")


def measure(folder: Path, effort: Effort) -> Section:
    """Bursts of one client, in turns, on two simulators: one with few resources, one with many."""
    with ExitStack() as open_ones:
        few = open_ones.enter_context(served(folder / "few", FEW))
        many = open_ones.enter_context(served(folder / "many", effort.many_resources))
        for each in (few, many):
            each.fill()
            each.writes()
        samples = in_turns(
            effort.bursts,
            {"GET few": few.reads, "GET many": many.reads, "PUT few": few.writes, "PUT many": many.writes},
        )
    comparisons = [
        Comparison(
            f"{method} with {effort.many_resources:,} resources",
            f"with {FEW} resources",
            "requests/s",
            samples[f"{method} many"],
            samples[f"{method} few"],
        )
        for method in ("GET", "PUT")
    ]
    text = (
        f"{effort.bursts} alternating bursts of {BURST} requests from one client, which waits for each response, over "
        "one TLS connection to a simulator on the same machine. PUT updates an existing virtual network. Several "
        "clients get more in total if there are enough processors."
    )
    plot = ranges(
        "Requests per second: each burst, and the median",
        "requests/s",
        {
            f"{method}, {count:,} resources": samples[f"{method} {name}"]
            for method in ("GET", "PUT")
            for name, count in (("few", FEW), ("many", effort.many_resources))
        },
    )
    return Section(
        "The simulator",
        f"{text}\n\n{comparison_table(comparisons)}\n\n![Requests per second](benchmarks/simulator.svg)",
        [_rate(each) for each in comparisons] + [_fall(each) for each in comparisons],
        {"simulator.svg": plot},
    )


def _rate(comparison: Comparison) -> Verdict:
    rate = median(comparison.samples)
    return Verdict(
        f"Simulator: {comparison.what}",
        "-",
        f"at least {LEAST:.0f} requests/s",
        f"{number(rate)} requests/s",
        rate >= LEAST,
    )


def _fall(comparison: Comparison) -> Verdict:
    return Verdict(
        f"Simulator: {comparison.what}",
        comparison.against,
        f"more than {LEAST_OF_FEW:.2f} times",
        f"{comparison.ratio:.2f} times",
        comparison.ratio > LEAST_OF_FEW,
    )


@contextlib.contextmanager
def served(directory: Path, count: int) -> Iterator[Served]:
    """A new simulator in a process of its own, and its client.

    Raises:
        NotServedError: it did not begin to serve within half a minute.
    """
    command = [str(PYTHON), "-m", "logic_apps_sandbox", "serve", "--data", str(directory), "--pace", "0"]
    process = subprocess.Popen(command, cwd=CODE_ROOT, stdout=subprocess.DEVNULL)
    try:
        settings = _settings_of(directory)
        variables, secret = settings["variables"], settings["secretFiles"]["ARM_CLIENT_SECRET"]
        trust = ssl.create_default_context(cafile=variables["SSL_CERT_FILE"])
        connection = HTTPSConnection(variables["ARM_METADATA_HOSTNAME"], context=trust)
        with contextlib.closing(connection):
            token = _token(connection, variables, Path(secret).read_text())
            yield Served(connection, token, variables["ARM_SUBSCRIPTION_ID"], count)
    finally:
        process.terminate()
        process.wait()


def _settings_of(directory: Path) -> dict[str, dict[str, str]]:
    begin = time.monotonic()
    while True:
        try:
            return dict(json.loads(settings_as_json(directory)))
        except NotServedError:
            if time.monotonic() - begin > _START_LIMIT:
                raise
            time.sleep(0.2)


def _token(connection: HTTPSConnection, variables: dict[str, str], secret: str) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": variables["ARM_CLIENT_ID"],
        "client_secret": secret,
        "scope": f"https://{variables['ARM_METADATA_HOSTNAME']}/.default",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/{variables['ARM_TENANT_ID']}/oauth2/v2.0/token", urlencode(form), headers)
    return str(json.loads(connection.getresponse().read())["access_token"])
