"""ARM REST requests: bearer token, retries, registration of resource providers, long-running operations.

Sources: azure-native provider source, client_azcore.go (which statuses each verb accepts, intervals, retries), and
Azure SDK for Go, azcore (which header a poller follows, what ends it, resource provider registration).
"""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx

from logic_apps_sandbox.azure_native import VERSION
from logic_apps_sandbox.azure_native.arm_errors import arm_error, json_of, response_text
from logic_apps_sandbox.azure_native.cloud import Cloud
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ArmError, ProviderError
from logic_apps_sandbox.azure_native.polling import poll
from logic_apps_sandbox.azure_native.retries import transient, with_retries

_FIRST_RETRY_DELAY = 20.0
_MAX_RETRY_DELAY = 120.0
# The only transient conflict; every other one is final.
_RETRIED_CONFLICT = "AnotherOperationInProgress"

_ACCEPTED = {"GET": (200,), "PUT": (200, 201, 202), "DELETE": (200, 202, 204, 404), "POST": (200, 201)}

_REGISTRATION_INTERVAL = 15.0
_REGISTRATION_TIMEOUT = 300.0
_REGISTRATION_API_VERSION = "2019-05-01"

_KEY_VAULT_API_VERSION = "7.6"

# A single request gives up after this many seconds without a byte, well before the deadline of the call.
_REQUEST_TIMEOUT = 100.0


class ArmClient:
    """Sends requests to one Azure Resource Manager.

    Methods raise ArmError if ARM rejects a request or an operation fails, and ProviderError if ARM cannot be reached,
    its answer makes no sense, or the time is over.
    """

    def __init__(self, cloud: Cloud, http: httpx.Client) -> None:
        self._cloud = cloud
        self._http = http

    def get(self, identifier: str, api_version: str, deadline: Deadline) -> dict[str, Any]:
        """Read a resource."""
        return _json_object(self._request("GET", self._url(identifier, api_version, deadline), deadline))

    def look_up(self, identifier: str, api_version: str, deadline: Deadline) -> httpx.Response:
        """Read the resource with an ID and return the response, whatever its status."""
        return self._send("GET", self._url(identifier, api_version, deadline), deadline)

    def put(self, identifier: str, api_version: str, body: dict[str, Any], deadline: Deadline) -> httpx.Response:
        """Send the request that creates or updates a resource; :meth:``result`` waits for its end."""
        return self._request("PUT", self._url(identifier, api_version, deadline), deadline, body)

    def result(self, accepted: httpx.Response, deadline: Deadline, *, long_running: bool) -> dict[str, Any]:
        """Wait until a created or updated resource is ready, and return it.

        Args:
            accepted: the answer to :meth:``put``.
            deadline: the end of the call.
            long_running: whether ARM marks the request as a long-running operation; a 202 always is one.
        """
        if long_running or accepted.status_code == httpx.codes.ACCEPTED:
            url = str(accepted.request.url)
            accepted = poll("PUT", url, accepted, lambda to: self._send("GET", to, deadline), deadline)
        return _json_object(accepted) if accepted.content else {}

    def delete(self, identifier: str, api_version: str, deadline: Deadline, *, long_running: bool) -> None:
        """Delete a resource, and wait for the end of a long-running operation.

        A resource that is absent counts as deleted.
        """
        url = self._url(identifier, api_version, deadline)
        response = self._request("DELETE", url, deadline)
        if not long_running or response.status_code in (httpx.codes.NO_CONTENT, httpx.codes.NOT_FOUND):
            return
        try:
            poll("DELETE", url, response, lambda to: self._send("GET", to, deadline), deadline)
        except ArmError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise

    def delete_key(self, vault: str, key: str, deadline: Deadline) -> None:
        """Delete a key through its vault. A key that does not exist counts as deleted.

        DNS does not resolve the vault's host: the request is sent to the simulator with that host in its header.
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
        """Send a request that must succeed; register its resource provider first if ARM requires it."""
        for attempt in ("first", "registered"):
            response = self._send(method, url, deadline, body)
            if response.status_code in _ACCEPTED[method]:
                return response
            error = arm_error(response)
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
        """Send a request with retries for transient errors; ``host`` is the value of the header of that name."""
        content = None if body is None else json.dumps(body)

        def request() -> httpx.Response:
            headers = {
                "Accept": "application/json",
                "Authorization": f"Bearer {self._cloud.token(deadline)}",
                "User-Agent": f"pulumi-azure-native/{VERSION} (provider emulator of the sandbox)",
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
                longest_delay=_MAX_RETRY_DELAY,
                may_pass=_may_pass,
            )
        except httpx.TransportError as error:
            deadline.remaining()
            reason = str(error) or type(error).__name__
            raise ProviderError(f"cannot reach ARM: {method} {url}: {reason}") from error

    def _register(self, url: str, namespace: str, deadline: Deadline) -> None:
        """Register a resource provider with the subscription and wait for the registration."""
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
        return arm_error(response).code == _RETRIED_CONFLICT
    return transient(response)


def _json_object(response: httpx.Response) -> dict[str, Any]:
    answer = json_of(response)
    if not isinstance(answer, dict):
        raise ProviderError(
            f"{response.request.method} {response.request.url}: ARM returned status {response.status_code} "
            f"and no JSON object: {response.text[:500]!r}"
        )
    return answer
