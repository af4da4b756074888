"""The control interface: what a person or a test may do to the simulator beside being its client.

Read, scale and advance simulated time; order faults; choose behaviour. Everything is kept in the store and holds at
once for every simulator that serves it, in whatever process. `control_http` offers the same over HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.arm import faults, ordered_endings, simulator_settings
from sandbox.arm.faults import RequestFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sandbox.arm.ordered_endings import OrderedEnding
    from sandbox.arm.session import Session
    from sandbox.arm.simulator_settings import SimulatorSettings

_HOUR = 3600.0


@dataclass(frozen=True)
class SimulatedTime:
    """The simulator's clock."""

    now: datetime
    pace: float
    """Real seconds per simulated hour; at 0, whatever is under way is finished on the next look."""


class Control:
    """Each method is a transaction of its own; ValueError says what was given and what is allowed."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]]) -> None:
        self._transaction = transaction

    def time(self) -> SimulatedTime:
        """Simulated time as it is now."""
        with self._transaction() as session:
            return SimulatedTime(datetime.fromtimestamp(session.clock.now(), UTC), session.clock.pace)

    def advance(self, hours: float) -> None:
        """Let so many simulated hours pass at once; what comes due by that is done on the next look."""
        with self._transaction() as session:
            session.clock.advance(hours * _HOUR)

    def set_pace(self, pace: float) -> None:
        """From now on a simulated hour takes `pace` real seconds."""
        with self._transaction() as session:
            session.clock.start(pace)

    def order(self, fault: RequestFault | OrderedEnding) -> None:
        """Let coming requests go wrong, or the next operation that fits end as Failed or Canceled."""
        with self._transaction() as session:
            if isinstance(fault, RequestFault):
                faults.order(session.store, fault)
            else:
                ordered_endings.order(session.store, fault)

    def request_faults(self) -> list[RequestFault]:
        """The faults of requests that are not used up, oldest first; `times` is what is left."""
        with self._transaction() as session:
            return faults.ordered(session.store)

    def operation_faults(self) -> list[OrderedEnding]:
        """The ordered endings of operations that are not used up, oldest first."""
        with self._transaction() as session:
            return ordered_endings.ordered(session.store)

    def clear_faults(self) -> None:
        """Forget all that is ordered. An operation that has begun keeps the ending it was given."""
        with self._transaction() as session:
            faults.withdraw_all(session.store)
            ordered_endings.withdraw_all(session.store)

    def settings(self) -> SimulatorSettings:
        """The chosen behaviour."""
        with self._transaction() as session:
            return simulator_settings.read(session.store)

    def change_settings(
        self,
        *,
        subnet_hold_hours: float | None = None,
        retired: bool | None = None,
        registration_required: bool | None = None,
    ) -> None:
        """Choose behaviour; what is None stays as it is."""
        with self._transaction() as session:
            simulator_settings.change(
                session.store,
                subnet_hold_hours=subnet_hold_hours,
                retired=retired,
                registration_required=registration_required,
            )
