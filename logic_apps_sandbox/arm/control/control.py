"""The control interface: time, faults and settings of the simulator, for users and tests.

Read, scale and advance simulated time; inject faults; change settings. The store keeps everything, so it applies at
once to all simulators on the store. ``http.py`` offers the same over HTTP.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from logic_apps_sandbox.arm.control import settings as simulator_settings
from logic_apps_sandbox.arm.control.settings import SimulatorSettings
from logic_apps_sandbox.arm.core import operation_faults, request_faults
from logic_apps_sandbox.arm.core.operation_faults import OperationFault
from logic_apps_sandbox.arm.core.request_faults import RequestFault
from logic_apps_sandbox.arm.core.session import Session

_HOUR = 3600.0


@dataclass(frozen=True)
class SimulatedTime:
    """The simulator's clock."""

    now: datetime
    pace: float
    """Real seconds per simulated hour; at 0, running operations are finished at the next request."""


class Control:
    """Each method is one transaction; a ValueError states the given and the allowed value."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Session]]) -> None:
        self._transaction = transaction

    def time(self) -> SimulatedTime:
        """Return the simulated time."""
        with self._transaction() as session:
            return SimulatedTime(datetime.fromtimestamp(session.clock.now(), UTC), session.clock.pace)

    def advance(self, hours: float) -> None:
        """Advance simulated time by hours; operations that become due run at the next request."""
        with self._transaction() as session:
            session.clock.advance(hours * _HOUR)

    def set_pace(self, pace: float) -> None:
        """Set the real seconds that a simulated hour takes from now on."""
        with self._transaction() as session:
            session.clock.start(pace)

    def inject(self, fault: RequestFault | OperationFault) -> None:
        """Apply a fault to later requests, or to the next matching operation."""
        with self._transaction() as session:
            if isinstance(fault, RequestFault):
                request_faults.inject(session.store, fault)
            else:
                operation_faults.inject(session.store, fault)

    def request_faults(self) -> list[RequestFault]:
        """Return the request faults that still apply, oldest first; ``times`` is the remaining number."""
        with self._transaction() as session:
            return request_faults.pending(session.store)

    def operation_faults(self) -> list[OperationFault]:
        """Return the operation faults that still apply, oldest first."""
        with self._transaction() as session:
            return operation_faults.pending(session.store)

    def clear_faults(self) -> None:
        """Remove all faults. An operation that is running already keeps its fault."""
        with self._transaction() as session:
            request_faults.clear(session.store)
            operation_faults.clear(session.store)

    def settings(self) -> SimulatorSettings:
        """Return the settings."""
        with self._transaction() as session:
            return simulator_settings.read(session.store)

    def change_settings(
        self,
        *,
        subnet_hold_hours: float | None = None,
        retired: bool | None = None,
        registration_required: bool | None = None,
    ) -> None:
        """Change the settings that are not None."""
        with self._transaction() as session:
            simulator_settings.change(
                session.store,
                subnet_hold_hours=subnet_hold_hours,
                retired=retired,
                registration_required=registration_required,
            )
