"""``logic-apps-sandbox requests``: the requests to the simulator and their responses."""

import contextlib
import json
import re
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logic_apps_sandbox.commands.command_options import (
    Command,
    data_option,
    existing_store_directory,
    json_option,
    plain_store_errors,
)
from logic_apps_sandbox.printable import printable

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import RecordedRequest

_PAUSE = 0.5
"""Real seconds between two polls of --follow."""


@click.command(cls=Command)
@click.option("--follow", "-f", is_flag=True, help="Print new requests until Ctrl-C.")
@click.option(
    "--last",
    type=click.IntRange(min=1),
    metavar="N",
    help="Print only the last N requests.  [default: all; 10 with --follow]",
)
@data_option
@json_option
def requests(data: Path | None, last: int | None, *, follow: bool, as_json: bool) -> None:
    """List recorded requests and their responses.

    The columns are simulated time, method, status, duration, client and path, with shortened IDs. With --json, each
    line is a JSON object with the complete request and its body.

    Examples:
      logic-apps-sandbox requests --last 20
      logic-apps-sandbox requests --follow
      logic-apps-sandbox requests --json
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

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
_MAX_OF_CLIENT = 24
# Full IDs of subscriptions, tenants and operations would fill half of a line.
_GUID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def _as_line(request: "RecordedRequest") -> str:
    return _LINE.format(
        f"{request.simulated_time:%Y-%m-%d %H:%M:%S}",
        request.method,
        request.status or "broken",
        f"{1000 * request.duration:.1f} ms",
        printable(request.client.partition(" ")[0])[:_MAX_OF_CLIENT],
        _GUID.sub(r"\1…", printable(request.path)),
    )


def _as_json(request: "RecordedRequest") -> str:
    document = asdict(request)
    for name in ("simulated_time", "real_time"):
        document[name] = document[name].isoformat()
    return json.dumps(document)
