"""Which cloud is meant, and how to sign in to it.

The variables are those of azure-native ("Configuration" in its documentation), so that the project's commands meet the
same cloud with the same login as ``pulumi up``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azure.core import AzureClouds, PipelineClient
from azure.core.exceptions import AzureError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest
from azure.identity import AzureAuthorityHosts, ClientSecretCredential, DefaultAzureCredential
from azure.mgmt.core.tools import get_arm_endpoints

from logic_apps_environment.commands.azure_client.errors import AzureClientError, first_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenCredential

_METADATA_API_VERSION = "2022-09-01"

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


class Settings:
    """azure-native's settings: a stack's configuration, and where it says nothing the environment variables."""

    def __init__(self, environment: Mapping[str, str], configuration: Mapping[str, str]) -> None:
        """Args are those of :class:`azure_client.AzureClient`."""
        self._environment = environment
        self._configuration = configuration

    @property
    def subscription(self) -> str | None:
        """The subscription that the login or the stack's configuration names."""
        return self._value("subscriptionId", "ARM_SUBSCRIPTION_ID")

    def cloud(self) -> Cloud:
        """The cloud that azure-native would use; a metadata host wins over a name.

        Raises:
            AzureClientError: the name is none, or the metadata cannot be read.
        """
        host = self._value("metadataHost", "ARM_METADATA_HOSTNAME")
        if host:
            return _described_by(host)
        name = (self._value("environment", "ARM_ENVIRONMENT", "AZURE_ENVIRONMENT") or "public").lower()
        if name not in _CLOUDS:
            raise AzureClientError(
                f"ARM_ENVIRONMENT (or azure-native:environment) is {name!r}; it has to be one of {', '.join(_CLOUDS)}."
            )
        setting, authority = _CLOUDS[name]
        endpoints = get_arm_endpoints(setting)
        return Cloud(endpoints["resource_manager"].rstrip("/"), endpoints["credential_scopes"][0], authority)

    def credential(self, cloud: Cloud) -> TokenCredential:
        """The service principal of the ``ARM_*`` variables, or else what azure-identity finds, such as `az login`."""
        switch = self._value("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY") or ""
        without_discovery = switch.lower() in {"true", "1"}
        tenant = self._value("tenantId", "ARM_TENANT_ID")
        client = self._value("clientId", "ARM_CLIENT_ID")
        secret = self._environment.get("ARM_CLIENT_SECRET")
        if tenant and client and secret:
            return ClientSecretCredential(
                tenant, client, secret, authority=cloud.authority, disable_instance_discovery=without_discovery
            )
        return DefaultAzureCredential(authority=cloud.authority, disable_instance_discovery=without_discovery)

    def _value(self, key: str, *variables: str) -> str | None:
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
        raise AzureClientError(
            f"The cloud's metadata cannot be read from {url}: {first_line(error)}\n"
            "ARM_METADATA_HOSTNAME (or azure-native:metadataHost) names that host. For the sandbox, begin the command "
            "with: logic-apps-sandbox run --"
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
        raise AzureClientError(
            f"{url} does not describe a cloud: it answered with status {response.status_code} and lacks "
            "resourceManager or authentication.loginEndpoint and .audiences. Look at ARM_METADATA_HOSTNAME."
        ) from error
