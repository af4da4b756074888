"""Simulated time.

A simulated hour takes ``pace`` real seconds, also while no simulator runs; the store has the start of the measurement.
At pace 0, time does not pass by itself: each request first advances it to the end of the last running operation, so all
operations are complete then.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime

from logic_apps_sandbox.arm.core.store import Store

DEFAULT_PACE = 2.0
"""Real seconds per simulated hour of a new store."""

_HOUR = 3600.0

_MAX_PACE = 1e9
"""The largest pace: a simulated hour takes about thirty years."""

_MAX_TIME = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
"""The end of simulated time, within the years that a timestamp can have."""


class Clock:
    """The store's clock, driven by a source of real time (seconds since 1970). Use inside a transaction."""

    def __init__(self, store: Store, real_time: Callable[[], float]) -> None:
        self._store = store
        self.real_time = real_time

    def start(self, pace: float | None) -> None:
        """Anchor the clock of a new store at the real time; change the pace when one is given.

        Simulated time does not jump by this.

        Raises ValueError for a pace that is negative, above 1000000000 or not a number.
        """
        if pace is not None and not (math.isfinite(pace) and 0 <= pace <= _MAX_PACE):
            raise ValueError(
                f"The pace is {pace}, but must be a number of real seconds per simulated hour, from 0 to "
                f"{_MAX_PACE:.0f}. Example: 2.0"
            )
        anchor = self._store.setting("clock")
        if anchor is None:
            self._anchor(self.real_time(), DEFAULT_PACE if pace is None else pace)
        elif pace is not None and pace != anchor["pace"]:
            self._anchor(self.now(), pace)

    def advance(self, seconds: float) -> None:
        """Advance simulated time by simulated seconds; operations that become due do not run yet.

        Raises ValueError for a time that is negative, not a number, or past the year 9000.
        """
        moment = self.now() + seconds
        if not (math.isfinite(seconds) and seconds >= 0 and moment <= _MAX_TIME):
            raise ValueError(
                f"Simulated time cannot be advanced by {seconds / _HOUR:g} hours: it goes forward, and at most to the "
                "year 9000. Example: 2 hours"
            )
        self._anchor(moment, self.pace)

    @property
    def pace(self) -> float:
        """Real seconds per simulated hour."""
        return float(self._store.setting("clock")["pace"])

    def now(self) -> float:
        """Return the simulated time in seconds since 1970."""
        anchor = self._store.setting("clock")
        if anchor["pace"] > 0:
            elapsed = self.real_time() - anchor["real"]
            simulated = min(_MAX_TIME, float(anchor["simulated"] + elapsed * _HOUR / anchor["pace"]))
            earliest = max(anchor["simulated"], self._last_start())
            if simulated < earliest:
                # The real clock was set back. Without a new anchor, running operations would wait until it catches up.
                self._anchor(earliest, anchor["pace"])
                return float(earliest)
            return simulated
        last_due = self._store.execute("SELECT max(due) FROM operation WHERE status = 'InProgress'").fetchone()[0]
        if last_due is not None and last_due > anchor["simulated"]:
            self._anchor(last_due, 0.0)
            return float(last_due)
        return float(anchor["simulated"])

    def real_seconds_until(self, moment: float, now: float) -> float:
        """Return the real seconds until a simulated time; 0 if it has passed."""
        return max(0.0, moment - now) / _HOUR * self.pace

    def _last_start(self) -> float:
        """Return the simulated time at which the last operation started; 0 without any."""
        last = self._store.execute("SELECT started FROM operation ORDER BY rowid DESC LIMIT 1").fetchone()
        return float(last[0]) if last else 0.0

    def _anchor(self, simulated: float, pace: float) -> None:
        self._store.set_setting("clock", {"real": self.real_time(), "simulated": simulated, "pace": pace})
