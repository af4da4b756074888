"""The time that one call of the engine may take, and waiting within it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .errors import OperationCancelledError, OperationTimedOutError

if TYPE_CHECKING:
    import threading

DEFAULT_TIMEOUT = 120 * 60.0
"""Seconds that a call may take unless ``custom_timeouts`` say otherwise (azure-native provider source, crud.go)."""

_GRACE = 60.0


class Deadline:
    """The end of the time of one call, shared by all its requests, retries and polls.

    Args:
        timeout: Seconds from now; 0 or less means :data:`DEFAULT_TIMEOUT`.
        cancelled: Set when the engine asks the plugin to stop.
    """

    def __init__(self, timeout: float, cancelled: threading.Event) -> None:
        self._end = time.monotonic() + (timeout if timeout > 0 else DEFAULT_TIMEOUT)
        self._cancelled = cancelled

    def grace(self) -> Deadline:
        """A deadline of its own for finding out what a failed call has left behind."""
        return Deadline(_GRACE, self._cancelled)

    def remaining(self) -> float:
        """Seconds left, more than zero.

        Raises:
            OperationTimedOutError: None are left.
            OperationCancelledError: The engine asked the plugin to stop.
        """
        if self._cancelled.is_set():
            raise OperationCancelledError
        left = self._end - time.monotonic()
        if left <= 0:
            raise OperationTimedOutError
        return left

    def wait(self, seconds: float) -> None:
        """Wait, unless the time ends or the engine asks the plugin to stop before.

        Raises:
            OperationTimedOutError: The time is over.
            OperationCancelledError: The engine asked the plugin to stop.
        """
        self._cancelled.wait(min(seconds, self.remaining()))
        self.remaining()
