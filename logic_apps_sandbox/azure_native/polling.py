"""Polls a long-running operation until it ends.

Source: Azure SDK for Go, azcore: runtime/poller.go (which header decides, intervals) and internal/pollers (async, op,
loc, body: what says that an operation runs, and how it ended).
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from logic_apps_sandbox.azure_native.arm_errors import arm_error, json_of
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.retries import retry_hint

_INTERVAL = {"PUT": 10.0, "DELETE": 30.0}
"""Seconds between two requests where the server gives no hint."""
_IN_PROGRESS, _SUCCEEDED = "InProgress", "Succeeded"
_FAILED = frozenset({"failed", "canceled", "cancelled"})


def poll(
    method: str, url: str, response: httpx.Response, get: Callable[[str], httpx.Response], deadline: Deadline
) -> httpx.Response:
    """Wait until an operation has ended, and return the response that shows the result.

    Args:
        method: ``PUT`` or ``DELETE``.
        url: the URL of the request that began the operation.
        response: the response to it.
        get: sends a request, with retries, and returns any response.
        deadline: the end of the call.

    Raises:
        ArmError: the operation failed, or ARM rejected a poll.
        ProviderError: a response has no status of the operation, or the deadline has passed.
    """

    def wait(
        state: str, next_url: Callable[[httpx.Response], str], state_of: Callable[[httpx.Response], str]
    ) -> httpx.Response:
        """Return the response that shows the end, possibly the first. Raises an error if the operation failed."""
        shown, url = response, next_url(response)
        if not _has_ended(state, shown):
            deadline.wait(retry_hint(shown, 0))
        while not _has_ended(state, shown):
            shown = get(url)
            state = state_of(_accepted(shown))
            if not _has_ended(state, shown):
                if shown.headers.get("Location"):
                    url = next_url(shown)
                deadline.wait(retry_hint(shown, _INTERVAL[method]))
        return shown

    headers = response.headers
    if status_url := headers.get("Azure-AsyncOperation") or headers.get("Operation-Location"):
        begun = _provisioning_state(response) if "Azure-AsyncOperation" in headers else ""
        wait(begun or _IN_PROGRESS, lambda _: _absolute(status_url), _status)
        return _accepted(get(url)) if method == "PUT" else response
    if headers.get("Location"):
        locate = _located(url) if method == "PUT" else lambda each: _absolute(each.headers["Location"])
        return wait(_provisioning_state(response) or _IN_PROGRESS, locate, _location_state)
    if method == "PUT":
        ready = response.status_code in (httpx.codes.OK, httpx.codes.NO_CONTENT)
        state = _provisioning_state(response) or (_SUCCEEDED if ready else _IN_PROGRESS)
        return wait(state, lambda _: url, lambda each: _provisioning_state(each) or _SUCCEEDED)
    if response.status_code == httpx.codes.ACCEPTED:
        raise ProviderError("response is missing polling URL")
    return response


def _has_ended(state: str, response: httpx.Response) -> bool:
    if state.lower() in _FAILED:
        raise arm_error(response)
    return state.lower() == _SUCCEEDED.lower()


def _accepted(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise arm_error(response)
    return response


def _status(response: httpx.Response) -> str:
    status = _members(response).get("status")
    if not status:
        raise ProviderError("the response did not contain a status")
    return str(status)


def _location_state(response: httpx.Response) -> str:
    running = response.status_code == httpx.codes.ACCEPTED
    return _provisioning_state(response) or (_IN_PROGRESS if running else _SUCCEEDED)


def _provisioning_state(response: httpx.Response) -> str:
    properties = _members(response).get("properties")
    return str(properties.get("provisioningState") or "") if isinstance(properties, dict) else ""


def _members(response: httpx.Response) -> dict[str, object]:
    body = json_of(response)
    return body if isinstance(body, dict) else {}


def _absolute(url: str) -> str:
    if "://" not in url:
        raise ProviderError(f"invalid polling URL {url}")
    return url


def _located(url: str) -> Callable[[httpx.Response], str]:
    """Reads the Location of a response to a PUT, which azure-native makes absolute and gives an API version."""
    api_version = dict(parse_qsl(urlsplit(url).query))["api-version"]

    def locate(response: httpx.Response) -> str:
        absolute = urljoin(url, response.headers["Location"])
        query = urlsplit(absolute).query
        if any(name == "api-version" for name, _ in parse_qsl(query)):
            return absolute
        return f"{absolute}{'&' if query else '?'}api-version={api_version}"

    return locate
