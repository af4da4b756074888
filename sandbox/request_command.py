"""`python -m sandbox requests`: what clients asked the simulator, and what it answered."""

import contextlib
import json
import re
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import click

from sandbox.command_options import Command, data_option, existing_store_directory, json_option, plain_store_errors

_PAUSE = 0.5
"""Real seconds between two looks of --follow."""


class Request(Protocol):
    """What is shown of a recorded request."""

    @property
    def number(self) -> int:
        """Counts in the order of arrival."""
        ...

    @property
    def simulated_time(self) -> datetime:
        """When."""
        ...

    @property
    def method(self) -> str:
        """GET and so on."""
        ...

    @property
    def path(self) -> str:
        """With query."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status; 0 when a fault broke the connection."""
        ...

    @property
    def client(self) -> str:
        """The User-Agent header."""
        ...

    @property
    def duration(self) -> float:
        """Real seconds."""
        ...


@click.command(cls=Command)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N.  [default: all, with -f 10]")
@data_option
@json_option
def requests(data: Path | None, last: int | None, *, follow: bool, as_json: bool) -> None:
    """List the requests that the simulator has answered: simulated time, method, status, duration, client, path.

    Ids are shortened. With --json each line is one request as a JSON object, whole and with its body.

    Examples:
      python -m sandbox requests --last 20
      python -m sandbox requests --follow
      python -m sandbox requests --json
    """
    from sandbox import arm  # noqa: PLC0415  # it is slow to import, and --help must not wait for it

    with plain_store_errors(), contextlib.suppress(KeyboardInterrupt):
        directory = existing_store_directory(data)
        found = arm.recorded_requests(directory, last=last or (10 if follow else None))
        if not as_json:
            click.secho(_HEADER, bold=True)
        newest = 0
        while True:
            for request in found:
                click.echo(_as_json(request) if as_json else _as_line(request))
                newest = request.number
            if not follow:
                break
            time.sleep(_PAUSE)
            found = arm.recorded_requests(directory, after=newest)


_LINE = "{:<19}  {:<6}  {:>6}  {:>9}  {:<24}  {}"
_HEADER = _LINE.format("Simulated time", "Method", "Status", "Duration", "Client", "Path")
_MOST_OF_CLIENT = 24
# Ids of subscriptions, tenants and operations say little and fill half of a line.
_GUID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def _as_line(request: Request) -> str:
    return _LINE.format(
        f"{request.simulated_time:%Y-%m-%d %H:%M:%S}",
        request.method,
        request.status or "broken",
        f"{1000 * request.duration:.1f} ms",
        # What a client sends may hold anything; a terminal must not obey it.
        _harmless(request.client.partition(" ")[0])[:_MOST_OF_CLIENT],
        _GUID.sub(r"\1…", _harmless(request.path)),
    )


def _harmless(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _as_json(request: Any) -> str:  # noqa: ANN401 - a dataclass of sandbox.arm, which is not imported here
    document = asdict(request)
    for name in ("simulated_time", "real_time"):
        document[name] = document[name].isoformat()
    return json.dumps(document)
