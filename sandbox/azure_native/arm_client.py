"""ARM REST requests: bearer token, retries, registration of resource providers, long-running operations.

Sources: azure-native provider source, client_azcore.go (which statuses each verb accepts, intervals, retries), and
Azure SDK for Go, azcore (which header a poller follows, what ends it, resource provider registration).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx

from . import VERSION
from .errors import ArmError, ProviderError
from .response_text import response_text
from .retries import retry_hint, transient, with_retries

if TYPE_CHECKING:
    from .cloud import Cloud
    from .deadline import Deadline

_FIRST_RETRY_DELAY = 20.0
_LONGEST_RETRY_DELAY = 120.0
# The one conflict that passes by itself; every other one is final.
_RETRIED_CONFLICT = "AnotherOperationInProgress"

_POLL_INTERVAL = {"PUT": 10.0, "DELETE": 30.0}
_ACCEPTED = {"GET": (200,), "PUT": (200, 201, 202), "DELETE": (200, 202, 204, 404), "POST": (200, 201)}

_REGISTRATION_INTERVAL = 15.0
_REGISTRATION_TIMEOUT = 300.0
_REGISTRATION_API_VERSION = "2020-06-01"

_KEY_VAULT_API_VERSION = "7.6"

# A single request gives up after this many seconds without a byte, well before the deadline of the call.
_REQUEST_TIMEOUT = 100.0


class ArmClient:
    """Makes requests to one ARM.

    Args:
        cloud: Where ARM is, and the token for it.
        http: The client to make requests with.
    """

    def __init__(self, cloud: Cloud, http: httpx.Client) -> None:
        self._cloud = cloud
        self._http = http

    def get(self, identifier: str, api_version: str, deadline: Deadline) -> dict[str, Any]:
        """Read a resource.

        Raises:
            ArmError: ARM answered with anything but 200.
            ProviderError: ARM cannot be reached, or the time is over.
        """
        return _json_object(self._request("GET", self._url(identifier, api_version, deadline), deadline))

    def look_up(self, identifier: str, api_version: str, deadline: Deadline) -> httpx.Response:
        """Read what is at an id, whatever the status; the caller judges the answer.

        Raises:
            ProviderError: ARM cannot be reached, or the time is over.
        """
        return self._send("GET", self._url(identifier, api_version, deadline), deadline)

    def put(self, identifier: str, api_version: str, body: dict[str, Any], deadline: Deadline) -> httpx.Response:
        """Ask for a resource to be created or updated; :meth:`result` then waits for it.

        Raises:
            ArmError: ARM refused the request.
            ProviderError: ARM cannot be reached, or the time is over.
        """
        return self._request("PUT", self._url(identifier, api_version, deadline), deadline, body)

    def result(self, accepted: httpx.Response, deadline: Deadline, *, long_running: bool) -> dict[str, Any]:
        """Wait until a resource that was put is ready, and return it.

        Args:
            accepted: The answer to :meth:`put`.
            deadline: The end of the call.
            long_running: Whether ARM marks the request as a long-running operation; a 202 always is one.

        Raises:
            ArmError: The operation ended in failure.
            ProviderError: ARM cannot be reached, its answer makes no sense, or the time is over.
        """
        if long_running or accepted.status_code == httpx.codes.ACCEPTED:
            return _json_object(self._poll("PUT", str(accepted.request.url), accepted, deadline))
        return _json_object(accepted)

    def delete(self, identifier: str, api_version: str, deadline: Deadline, *, long_running: bool) -> None:
        """Delete a resource, and wait until it is gone where ARM marks the request as long-running.

        A resource that is absent counts as deleted.

        Raises:
            ArmError: ARM refused the request, or the operation ended in failure.
            ProviderError: ARM cannot be reached, or the time is over.
        """
        url = self._url(identifier, api_version, deadline)
        response = self._request("DELETE", url, deadline)
        if not long_running or response.status_code in (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND):
            return
        try:
            self._poll("DELETE", url, response, deadline)
        except ArmError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise

    def delete_key(self, vault: str, key: str, deadline: Deadline) -> None:
        """Delete a key through its vault. A key that is absent counts as deleted.

        The vault's host has no address here: the request goes to the simulator with that host in its header.

        Raises:
            ProviderError: The vault refused the request, or cannot be reached.
        """
        url = f"{self._cloud.resource_manager(deadline)}/keys/{quote(key)}?api-version={_KEY_VAULT_API_VERSION}"
        response = self._send("DELETE", url, deadline, host=f"{vault}.{self._cloud.key_vault_suffix(deadline)}")
        if response.status_code not in (httpx.codes.OK, httpx.codes.NOT_FOUND):
            raise ProviderError(response_text(response))

    def _url(self, identifier: str, api_version: str, deadline: Deadline) -> str:
        # Go's url.JoinPath, which azcore uses, makes one slash of several.
        path = re.sub("/{2,}", "/", identifier)
        return f"{self._cloud.resource_manager(deadline)}{path}?api-version={api_version}"

    def _request(self, method: str, url: str, deadline: Deadline, body: dict[str, Any] | None = None) -> httpx.Response:
        """Make a request that must succeed, registering its resource provider first where ARM asks for it."""
        for attempt in ("first", "registered"):
            response = self._send(method, url, deadline, body)
            if response.status_code in _ACCEPTED[method]:
                return response
            error = _error(response)
            if attempt == "registered" or error.code != "MissingSubscriptionRegistration" or not error.target:
                raise error
            self._register(url, error.target, deadline)
        raise AssertionError("unreachable")

    def _send(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        body: dict[str, Any] | None = None,
        *,
        host: str | None = None,
    ) -> httpx.Response:
        """Make a request, and again while it fails in a way that may pass; ``host`` is for the header of that name."""
        content = None if body is None else json.dumps(body)

        def request() -> httpx.Response:
            headers = {
                "Accept": "application/json",
                "Authorization": f"Bearer {self._cloud.token(deadline)}",
                "User-Agent": f"pulumi-azure-native/{VERSION} (stand-in of the sandbox)",
            }
            if content is not None:
                headers["Content-Type"] = "application/json"
            if host is not None:
                headers["Host"] = host
            timeout = min(_REQUEST_TIMEOUT, deadline.remaining())
            return self._http.request(method, url, content=content, headers=headers, timeout=timeout)

        try:
            return with_retries(
                request,
                deadline,
                first_delay=_FIRST_RETRY_DELAY,
                longest_delay=_LONGEST_RETRY_DELAY,
                may_pass=_may_pass,
            )
        except httpx.TransportError as error:
            deadline.remaining()
            reason = str(error) or type(error).__name__
            raise ProviderError(f"cannot reach ARM: {method} {url}: {reason}") from error

    def _poll(self, method: str, url: str, response: httpx.Response, deadline: Deadline) -> httpx.Response:
        """Follow a long-running operation to its end and return the response that shows the result."""
        headers = response.headers
        interval = _POLL_INTERVAL[method]
        if status_url := headers.get("Azure-AsyncOperation") or headers.get("Operation-Location"):
            if "://" not in status_url:
                raise ProviderError(
                    f"invalid polling URL '{status_url}' in the answer to {method} {url}: it must be absolute"
                )
            self._poll_status(status_url, response, interval, deadline)
            return self._request("GET", url, deadline) if method == "PUT" else response
        if headers.get("Location"):
            return self._poll_location(url, response, interval, deadline)
        if method == "PUT":
            return self._poll_body(url, response, interval, deadline)
        if response.status_code == httpx.codes.ACCEPTED:
            raise ProviderError(f"response is missing polling URL: {method} {url} answered 202")
        return response

    def _poll_status(self, status_url: str, response: httpx.Response, interval: float, deadline: Deadline) -> None:
        """Follow an Azure-AsyncOperation or Operation-Location until its document says how the operation ended."""
        deadline.wait(retry_hint(response, 0))
        while True:
            response = self._request("GET", status_url, deadline)
            status = str(_json_object(response).get("status", ""))
            if _ended(status, response):
                return
            deadline.wait(retry_hint(response, interval))

    def _poll_location(self, url: str, response: httpx.Response, interval: float, deadline: Deadline) -> httpx.Response:
        """Follow a Location until it answers with something else than 202."""
        deadline.wait(retry_hint(response, 0))
        location = _absolute(url, response.headers["Location"])
        while True:
            response = self._send("GET", location, deadline)
            if response.status_code != httpx.codes.ACCEPTED:
                break
            location = _absolute(url, response.headers.get("Location", location))
            deadline.wait(retry_hint(response, interval))
        if not response.is_success:
            raise _error(response)
        return response

    def _poll_body(self, url: str, response: httpx.Response, interval: float, deadline: Deadline) -> httpx.Response:
        """Follow the resource's own provisioningState; a resource without one is ready."""
        hint = 0.0
        while True:
            properties = _json_object(response).get("properties")
            state = str(properties.get("provisioningState") or "") if isinstance(properties, dict) else ""
            if not state or _ended(state, response):
                return response
            deadline.wait(retry_hint(response, hint))
            response = self._request("GET", url, deadline)
            hint = interval

    def _register(self, url: str, namespace: str, deadline: Deadline) -> None:
        """Register a resource provider with the subscription and wait until it is."""
        subscription = re.search(r"/subscriptions/[^/]+", url)
        assert subscription, url  # noqa: S101 (all ids begin with the subscription)
        provider = f"{subscription[0]}/providers/{namespace}"
        self._request("POST", self._url(f"{provider}/register", _REGISTRATION_API_VERSION, deadline), deadline)
        waited = 0.0
        while self.get(provider, _REGISTRATION_API_VERSION, deadline).get("registrationState") != "Registered":
            if waited >= _REGISTRATION_TIMEOUT:
                raise ProviderError(
                    f"the resource provider {namespace} is still not registered after {waited:.0f} seconds"
                )
            deadline.wait(_REGISTRATION_INTERVAL)
            waited += _REGISTRATION_INTERVAL


def _may_pass(response: httpx.Response) -> bool:
    if response.status_code == httpx.codes.CONFLICT:
        return _error(response).code == _RETRIED_CONFLICT
    return transient(response)


def _ended(status: str, response: httpx.Response) -> bool:
    """Tell whether an operation succeeded or is still running.

    Raises:
        ArmError: It ended in failure, or was cancelled.
    """
    match status.lower():
        case "succeeded":
            return True
        case "failed" | "canceled":
            error = _error(response)
            if error.code:
                raise error
            raise ArmError(response.status_code, status, f"the operation ended with status {status}")
        case _:
            return False


def _absolute(url: str, location: str) -> str:
    """A Location as an absolute URL with an api-version, which relative ones may lack."""
    absolute = urljoin(url, location)
    if "://" in location or any(name == "api-version" for name, _ in parse_qsl(urlsplit(absolute).query)):
        return absolute
    api_version = dict(parse_qsl(urlsplit(url).query))["api-version"]
    return f"{absolute}{'&' if urlsplit(absolute).query else '?'}api-version={api_version}"


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ProviderError(
            f"ARM answered {response.request.method} {response.request.url} with status {response.status_code} "
            f"and no JSON object: {response.text[:500]!r}"
        )
    return answer


def _error(response: httpx.Response) -> ArmError:
    """The error that ARM's envelope carries."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    envelope = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(envelope, dict):
        return ArmError(response.status_code, "", response.text[:2000])
    details = envelope.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    target = first.get("target") if isinstance(first, dict) else None
    code, message = str(envelope.get("code") or ""), str(envelope.get("message") or "")
    return ArmError(response.status_code, code, message, target=str(target or ""))
