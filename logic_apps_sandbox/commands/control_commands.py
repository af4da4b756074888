"""The commands ``logic-apps-sandbox time`` and ``faults``, which control the simulator (docs/sandbox.md)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logic_apps_sandbox.commands.command_options import (
    Command,
    Group,
    data_option,
    pace_option,
    plain_store_errors,
    store_directory,
)
from logic_apps_sandbox.printable import printable

if TYPE_CHECKING:
    from logic_apps_sandbox.arm import Control, OperationFault, RequestFault

_HOURS = {"d": 24.0, "h": 1.0, "m": 1 / 60, "s": 1 / 3600}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([dhms])", re.ASCII)


class Duration(click.ParamType[float]):
    """A simulated duration such as 2h, 1d12h or 90m, in hours."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Parse the duration."""
        parts = _DURATION.findall(value)
        if not parts or "".join(number + unit for number, unit in parts) != value:
            self.fail(
                f"{value!r} is not a valid duration; use days, hours, minutes and seconds as in 2h, 1d12h, 90m",
                param,
                ctx,
            )
        return sum(float(number) * _HOURS[unit] for number, unit in parts)


def _control(data: Path | None) -> "Control":
    from logic_apps_sandbox import arm  # noqa: PLC0415  # slow to import, and --help must stay fast

    return arm.control_of(store_directory(data))


@click.command(cls=Command)
@click.option(
    "--advance", type=Duration(), metavar="DURATION", help="Advance simulated time, for example by 2h or 90m."
)
@pace_option
@data_option
def time(advance: float | None, pace: float | None, data: Path | None) -> None:
    """Show simulated time, advance it or change its speed.

    Changes also apply to running simulators. Creating an integration service environment takes two simulated hours.

    Examples:
      logic-apps-sandbox time
      logic-apps-sandbox time --advance 2h
      logic-apps-sandbox time --pace 60
    """
    with plain_store_errors():
        control = _control(data)
        try:
            if pace is not None:
                control.set_pace(pace)
            if advance is not None:
                control.advance(advance)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        now = control.time()
        click.echo(f"{now.now:%Y-%m-%d %H:%M:%S} UTC, simulated; one hour takes {now.pace:g} seconds")


@click.group(cls=Group)
def faults() -> None:
    """Inject faults, to test how clients handle them.

    Examples:
      logic-apps-sandbox faults request --path '*/virtualNetworks/*' --status 503
      logic-apps-sandbox faults operation --kind Create --progress 0.5
      logic-apps-sandbox faults list
      logic-apps-sandbox faults clear
    """


@faults.command("request")
@click.option("--method", default="*", help="The HTTP method.  [default: any]")
@click.option("--path", default="*", help="The path of the request; * matches any text.  [default: any]")
@click.option("--every", default=1, metavar="N", help="Fail every Nth matching request.", show_default=True)
@click.option("--times", default=1, metavar="N", help="Fail this many requests; 0 means unlimited.", show_default=True)
@click.option("--status", type=int, help="Return this error status, 400 to 599; the request has no effect.")
@click.option("--code", default="", help="The error code.  [default: derived from the status]")
@click.option("--message", default="", help="The error message.")
@click.option("--retry-after", type=float, metavar="SECONDS", help="The Retry-After header of the error.")
@click.option("--delay", default=0.0, metavar="SECONDS", help="Delay the response by this many real seconds.")
@click.option(
    "--connection",
    default="",
    metavar="HOW",
    help="Break the connection: broken-before or broken-after the request takes effect.",
)
@data_option
def fault_of_requests(data: Path | None, times: int, **fault: Any) -> None:  # noqa: ANN401 - the options above
    """Fail, delay or disconnect matching requests.

    Examples:
      logic-apps-sandbox faults request --status 429 --retry-after 2 --times 3
      logic-apps-sandbox faults request --method PUT --connection broken-after
      logic-apps-sandbox faults request --every 5 --times 0 --delay 2
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415

    _inject(data, lambda: arm.RequestFault(times=times or None, **fault))


@faults.command("operation")
@click.option("--resource", default="*", help="The resource ID; * matches any text.  [default: any]")
@click.option("--kind", default="*", help="Create, Update, Restart, Write or Delete.  [default: any]")
@click.option("--status", default="Failed", help="Failed or Canceled.", show_default=True)
@click.option("--progress", default=0.5, help="The progress at which the operation ends, 0 to 1.", show_default=True)
@click.option("--code", default="", help="The error code.")
@click.option("--message", default="", help="The error message.")
@data_option
def fault_of_operations(data: Path | None, **fault: Any) -> None:  # noqa: ANN401 - the options above
    """Fail or cancel the next matching operation.

    Example:
      logic-apps-sandbox faults operation --kind Create --resource '*/ise-*'
    """
    from logic_apps_sandbox import arm  # noqa: PLC0415

    _inject(data, lambda: arm.OperationFault(**fault))


def _inject(data: Path | None, fault: "Callable[[], RequestFault | OperationFault]") -> None:
    with plain_store_errors():
        try:
            injected = fault()
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        _control(data).inject(injected)


@faults.command("list")
@data_option
def list_faults(data: Path | None) -> None:
    """List the injected faults that are still pending.

    Example:
      logic-apps-sandbox faults list
    """
    with plain_store_errors():
        control = _control(data)
        lines = [*map(_request_line, control.request_faults()), *map(_operation_line, control.operation_faults())]
        click.echo("\n".join(map(printable, lines)) or "No faults are pending.")


@faults.command("clear")
@data_option
def clear(data: Path | None) -> None:
    """Clear all pending faults.

    Example:
      logic-apps-sandbox faults clear
    """
    with plain_store_errors():
        _control(data).clear_faults()


def _request_line(fault: "RequestFault") -> str:
    what = f"connection {fault.connection}" if fault.connection else f"status {fault.status} {fault.code}".rstrip()
    if fault.status is None and not fault.connection:
        what = "normal response"
    late = f", {fault.delay:g} s late" if fault.delay else ""
    often = "unlimited" if fault.times is None else f"{fault.times} more"
    return f"request    {fault.method} {fault.path}: {what}{late}; every {fault.every}, {often}"


def _operation_line(fault: "OperationFault") -> str:
    ending = " ".join(filter(None, [fault.status, fault.code]))
    return f"operation  {fault.kind} {fault.resource}: {ending} at {fault.progress:.0%}"
