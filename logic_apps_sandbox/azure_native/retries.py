"""Retries requests after transient errors.

Source: Azure SDK for Go, azcore: policy_retry.go (which statuses are tried again, delays and their jitter, the server's
hints) and internal/shared (the headers of the hints; zero is no hint).
"""

import random
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import httpx

from logic_apps_sandbox.azure_native.deadline import Deadline

_RETRIES = 3
_TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


def transient(response: httpx.Response) -> bool:
    """Return whether a response reports a busy or unavailable server."""
    return response.status_code in _TRANSIENT_STATUSES


def retry_hint(response: httpx.Response, default: float) -> float:
    """Return the seconds of Retry-After, else the default."""
    for header, seconds in (
        ("retry-after-ms", lambda text: float(text) / 1000),
        ("x-ms-retry-after-ms", lambda text: float(text) / 1000),
        ("Retry-After", _seconds),
    ):
        try:
            hint = seconds(response.headers[header])
        except (KeyError, ValueError):
            continue
        if hint > 0:
            return hint
    return default


def _seconds(text: str) -> float:
    """Parse Retry-After: whole seconds or a date (RFC 9110, 10.2.3)."""
    return float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - time.time()


def with_retries(
    request: Callable[[], httpx.Response],
    deadline: Deadline,
    *,
    first_delay: float,
    longest_delay: float,
    may_pass: Callable[[httpx.Response], bool] = transient,
) -> httpx.Response:
    """Send a request with up to three retries.

    Args:
        request: sends the request.
        deadline: the end of the call.
        first_delay: seconds before the first retry. The delays are one, three and seven times that, each changed at
            random by a factor from 0.8 to 1.3.
        longest_delay: the most seconds before a retry. A server's hint may be longer.
        may_pass: returns whether to try again after this response; the last one is returned, whatever its status.

    Raises:
        httpx.TransportError: The last attempt got no response.
        ProviderError: the time is over.
    """
    for delay in _delays(first_delay, longest_delay):
        try:
            response = request()
        except httpx.TransportError:
            deadline.wait(delay)
            continue
        if not may_pass(response):
            return response
        deadline.wait(retry_hint(response, delay))
    return request()


def _delays(first: float, longest: float) -> Iterator[float]:
    return (
        min(first * (2**attempt - 1) * random.uniform(0.8, 1.3), longest)  # noqa: S311 - no secret
        for attempt in range(1, _RETRIES + 1)
    )
