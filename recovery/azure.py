"""Asking Azure Resource Manager, with Azure's own client libraries.

The variables are those of azure-native ("Configuration" in its documentation), so that recovery meets the same cloud
with the same login as `pulumi up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azure.core import AzureClouds, PipelineClient
from azure.core.configuration import Configuration
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest
from azure.identity import AzureAuthorityHosts, ClientSecretCredential, DefaultAzureCredential
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.core.tools import get_arm_endpoints

from recovery.errors import RecoveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenCredential

_METADATA_API_VERSION = "2022-09-01"
_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404

# With which ARM says that a resource, or what it is inside of, does not exist (Microsoft's "Resolve errors for resource
# not found" and "Common deployment errors"). Others of status 404, such as SubscriptionNotFound with a login to another
# tenant or InvalidResourceType, say nothing of the resource: taken for its end, they would empty the state.
_GONE = frozenset({"NotFound", "ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound"})

_CLOUDS = {
    "public": (AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
    "usgovernment": (AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
    "china": (AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
}


@dataclass(frozen=True)
class Cloud:
    """Where a cloud is."""

    resource_manager: str
    """URL of Azure Resource Manager."""
    scope: str
    """What a token is asked for."""
    authority: str
    """URL, or host, at which to sign in."""


class Azure:
    """Reads resources.

    Args:
        environment: environment variables.
        configuration: the stack's `azure-native:…` configuration without that prefix; it wins over the environment.
    """

    def __init__(self, environment: Mapping[str, str], configuration: Mapping[str, str]) -> None:
        self._environment = environment
        self._configuration = configuration
        self._client: ARMPipelineClient[Any, Any] | None = None

    @property
    def subscription(self) -> str | None:
        """The subscription that a login or the stack's configuration names."""
        return self._setting("subscriptionId", "ARM_SUBSCRIPTION_ID")

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """What ARM has under an id; None when there is nothing.

        Raises:
            RecoveryError: no login, no permission, or ARM cannot be reached or answers with an error.
        """
        try:
            if self._client is None:
                self._client = self._connect()
            # The client completes paths for generated clients only; a request of one's own has the whole URL.
            url = self._client.format_url(identifier)
            response = self._client.send_request(HttpRequest("GET", url, params={"api-version": api_version}))
        except ClientAuthenticationError as error:
            raise RecoveryError(
                f"Azure did not let us sign in: {_first_line(error)}\n"
                "Sign in as for `pulumi up`: with `az login`, or with ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID "
                "and ARM_SUBSCRIPTION_ID."
            ) from error
        except AzureError as error:
            raise RecoveryError(
                f"Azure cannot be reached to ask for {identifier}: {_first_line(error)}\n"
                "Nothing was changed. Look at the connection, then run this again."
            ) from error
        found = _json_of(response)
        if response.status_code == _NOT_FOUND and _error_code(found) in _GONE:
            return None
        if response.status_code == _OK and isinstance(found, dict):
            return found
        hint = "The login needs to read it. " if response.status_code == _FORBIDDEN else ""
        raise RecoveryError(
            f"Azure answered with status {response.status_code} when asked for {identifier}: {_arm_error(found)}\n"
            f"{hint}The state was not changed. Mend that, then run this again."
        )

    def _connect(self) -> ARMPipelineClient[Any, Any]:
        cloud = self._cloud()
        configuration: Configuration[Any, Any] = Configuration()
        configuration.retry_policy = policies.RetryPolicy()
        configuration.user_agent_policy = policies.UserAgentPolicy(base_user_agent="logic-apps-environment-recovery")
        configuration.redirect_policy = policies.RedirectPolicy()
        configuration.authentication_policy = ARMChallengeAuthenticationPolicy(self._credential(cloud), cloud.scope)
        return ARMPipelineClient(base_url=cloud.resource_manager, config=configuration)

    def _cloud(self) -> Cloud:
        """The cloud that azure-native would use; a metadata host wins over a name."""
        host = self._setting("metadataHost", "ARM_METADATA_HOSTNAME")
        if host:
            return _described_by(host)
        name = (self._setting("environment", "ARM_ENVIRONMENT", "AZURE_ENVIRONMENT") or "public").lower()
        if name not in _CLOUDS:
            raise RecoveryError(
                f"ARM_ENVIRONMENT (or azure-native:environment) is {name!r}; it has to be one of {', '.join(_CLOUDS)}."
            )
        setting, authority = _CLOUDS[name]
        endpoints = get_arm_endpoints(setting)
        return Cloud(endpoints["resource_manager"].rstrip("/"), endpoints["credential_scopes"][0], authority)

    def _credential(self, cloud: Cloud) -> TokenCredential:
        without_discovery = (
            self._setting("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY") or ""
        ).lower() in {"true", "1"}
        tenant = self._setting("tenantId", "ARM_TENANT_ID")
        client = self._setting("clientId", "ARM_CLIENT_ID")
        secret = self._environment.get("ARM_CLIENT_SECRET")
        if tenant and client and secret:
            return ClientSecretCredential(
                tenant, client, secret, authority=cloud.authority, disable_instance_discovery=without_discovery
            )
        return DefaultAzureCredential(authority=cloud.authority, disable_instance_discovery=without_discovery)

    def _setting(self, key: str, *variables: str) -> str | None:
        candidates = [self._configuration.get(key), *(self._environment.get(variable) for variable in variables)]
        return next((value for value in candidates if value), None)


def _described_by(host: str) -> Cloud:
    """The cloud whose metadata a host serves."""
    base = host if "://" in host else f"https://{host}"
    url = f"{base}/metadata/endpoints"
    try:
        client: PipelineClient[Any, Any] = PipelineClient(base_url=base, policies=[policies.RetryPolicy()])
        response = client.send_request(HttpRequest("GET", url, params={"api-version": _METADATA_API_VERSION}))
    except AzureError as error:
        raise RecoveryError(
            f"the cloud's metadata cannot be read from {url}: {_first_line(error)}\n"
            "ARM_METADATA_HOSTNAME (or azure-native:metadataHost) names that host. For the sandbox, run this by: "
            "python -m sandbox run -- python -m recovery --stack NAME"
        ) from error
    try:
        found = response.json()
        authentication = found["authentication"]
        return Cloud(
            str(found["resourceManager"]).rstrip("/"),
            f"{str(authentication['audiences'][0]).rstrip('/')}/.default",
            str(authentication["loginEndpoint"]).rstrip("/"),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise RecoveryError(
            f"{url} does not describe a cloud: it answered with status {response.status_code} and lacks "
            "resourceManager or authentication.loginEndpoint and .audiences. Look at ARM_METADATA_HOSTNAME."
        ) from error


def _json_of(response: Any) -> Any:  # noqa: ANN401 - azure-core's response, and JSON
    try:
        return response.json()
    except ValueError:
        return None


def _error_of(found: object) -> dict[str, Any]:
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}


def _error_code(found: object) -> str:
    return str(_error_of(found).get("code"))


def _arm_error(found: object) -> str:
    error = _error_of(found)
    return f"{error.get('code')}: {error.get('message')}" if error else "no explanation"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
