"""The timeout of one call of the engine, and waiting within it."""

import threading
import time

from logic_apps_sandbox.azure_native.errors import OperationCancelledError, OperationTimedOutError

DEFAULT_TIMEOUT = 120 * 60.0
"""The timeout of a call in seconds without ``custom_timeouts`` (azure-native provider source, crud.go)."""


class Deadline:
    """The deadline of one call, shared by all its requests, retries and polls.

    Methods raise OperationTimedOutError when the time is over, and OperationCancelledError when the engine asked the
    plugin to stop.

    Args:
        timeout: seconds from now; 0 or less means :data:``DEFAULT_TIMEOUT``.
        cancelled: set when the engine asks the plugin to stop; None for a call that continues then, such as a function.
    """

    def __init__(self, timeout: float = 0, cancelled: threading.Event | None = None) -> None:
        self._end = time.monotonic() + (timeout if timeout > 0 else DEFAULT_TIMEOUT)
        self._cancelled = cancelled or threading.Event()

    def remaining(self) -> float:
        """Return the remaining seconds, more than zero."""
        if self._cancelled.is_set():
            raise OperationCancelledError
        left = self._end - time.monotonic()
        if left <= 0:
            raise OperationTimedOutError
        return left

    def wait(self, seconds: float) -> None:
        """Wait until the time has passed, the deadline is reached, or the engine cancels."""
        self._cancelled.wait(min(seconds, self.remaining()))
        self.remaining()
