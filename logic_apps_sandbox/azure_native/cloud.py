"""Discovery of a cloud and sign-in, like azure-native for a cloud with a metadata host.

Sources: azure-native provider source, cloud/metadata/client.go (metadata endpoint, api-version 2022-09-01) and
auth_azidentity.go (client secret); OpenID Connect Discovery; OAuth 2.0 client credentials.
"""

import threading
import time
from typing import Any

import httpx

from logic_apps_sandbox.azure_native.arm_errors import json_of
from logic_apps_sandbox.azure_native.configuration import Configuration
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.retries import with_retries

_METADATA_API_VERSION = "2022-09-01"
# A token is renewed this many seconds before it ends, so that none ends on its way.
_RENEW_BEFORE = 300.0
_TIMEOUT = 30.0
# The delays of azure-identity, shorter than those of requests to ARM (Azure SDK for Go, azcore, RetryOptions).
_FIRST_RETRY_DELAY = 0.8
_MAX_RETRY_DELAY = 60.0


class Cloud:
    """The endpoints of a cloud and a token for its Resource Manager, fetched on first use and cached.

    Methods raise ProviderError if the cloud does not answer as it should.
    """

    def __init__(self, configuration: Configuration, http: httpx.Client) -> None:
        self._configuration = configuration
        self._http = http
        self._lock = threading.Lock()
        self._endpoints: dict[str, Any] | None = None
        self._token = ""
        self._renew_at = 0.0

    def resource_manager(self, deadline: Deadline) -> str:
        """Return the URL of Resource Manager without a trailing slash."""
        with self._lock:
            return str(self._value(self._metadata(deadline), "resourceManager")).rstrip("/")

    def key_vault_suffix(self, deadline: Deadline) -> str:
        """Return the suffix of the host names of key vaults."""
        with self._lock:
            suffixes = self._value(self._metadata(deadline), "suffixes")
            return str(self._value(suffixes, "keyVaultDns")).removeprefix(".")

    def token(self, deadline: Deadline) -> str:
        """Return a bearer token for Resource Manager that does not expire soon."""
        with self._lock:
            if time.monotonic() >= self._renew_at:
                self._sign_in(deadline)
            return self._token

    def _metadata(self, deadline: Deadline) -> dict[str, Any]:
        if self._endpoints is None:
            host = self._configuration.metadata_host
            base = host if "://" in host else f"https://{host}"
            self._endpoints = self._json(
                deadline, "the metadata endpoint", f"{base}/metadata/endpoints?api-version={_METADATA_API_VERSION}"
            )
        return self._endpoints

    def _sign_in(self, deadline: Deadline) -> None:
        configuration = self._configuration
        authentication = self._value(self._metadata(deadline), "authentication")
        login = self._value(authentication, "loginEndpoint").rstrip("/")
        audience = self._value(authentication, "audiences")[0]
        openid = self._json(
            deadline,
            "the OpenID configuration",
            f"{login}/{configuration.tenant_id}/v2.0/.well-known/openid-configuration",
        )
        answer = self._json(
            deadline,
            "the token endpoint",
            self._value(openid, "token_endpoint"),
            {
                "grant_type": "client_credentials",
                "client_id": configuration.client_id,
                "client_secret": configuration.client_secret,
                "scope": f"{audience}/.default",
            },
        )
        self._token = self._value(answer, "access_token")
        self._renew_at = time.monotonic() + float(answer.get("expires_in", 0)) - _RENEW_BEFORE

    def _value(self, answer: dict[str, Any], name: str) -> Any:  # noqa: ANN401 (JSON)
        if not answer.get(name):
            raise ProviderError(f"the cloud at {self._configuration.metadata_host} does not return its '{name}'")
        return answer[name]

    def _json(self, deadline: Deadline, what: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the answer to a GET, or to a POST of a form."""

        def request() -> httpx.Response:
            method = "GET" if form is None else "POST"
            return self._http.request(method, url, data=form, timeout=min(_TIMEOUT, deadline.remaining()))

        try:
            response = with_retries(request, deadline, first_delay=_FIRST_RETRY_DELAY, longest_delay=_MAX_RETRY_DELAY)
        except httpx.HTTPError as error:
            raise ProviderError(
                f"cannot reach {what} at {url}: {error}. Is the simulator running? "
                "`logic-apps-sandbox run -- COMMAND` starts it."
            ) from error
        answer = json_of(response)
        if not response.is_success or not isinstance(answer, dict):
            raise ProviderError(f"{what} at {url} returned status {response.status_code}: {response.text[:500]}")
        return answer
