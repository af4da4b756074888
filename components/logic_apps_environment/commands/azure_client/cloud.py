"""Select the Azure cloud and the credential.

The settings are those of azure-native ("Configuration" in its documentation), so that the commands use the same cloud
and the same login as ``pulumi up``.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    from azure.core.credentials import TokenCredential

_METADATA_API_VERSION = "2022-09-01"

_CLOUDS = {
    "public": (AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
    "usgovernment": (AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
    "china": (AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
}


@dataclass(frozen=True)
class Cloud:
    """The endpoints of a cloud.

    Attributes:
        resource_manager: the URL of Azure Resource Manager.
        scope: the scope of access tokens.
        authority: the URL or host of the sign-in endpoint.
    """

    resource_manager: str
    scope: str
    authority: str


@dataclass(frozen=True)
class Settings:
    """azure-native's settings: a stack's configuration, then the environment variables."""

    environment: Mapping[str, str]
    configuration: Mapping[str, str]

    @property
    def subscription(self) -> str | None:
        """The subscription of the configuration or the environment variables; None if neither names one."""
        return self._value("subscriptionId", "ARM_SUBSCRIPTION_ID")

    def cloud(self) -> Cloud:
        """Return the cloud that azure-native uses. A metadata host takes precedence over the name of a cloud.

        Raises:
            AzureClientError: the name is not that of a cloud, or the metadata cannot be read.
        """
        host = self._value("metadataHost", "ARM_METADATA_HOSTNAME")
        if host:
            return _cloud_of_metadata_host(host)
        name = (self._value("environment", "ARM_ENVIRONMENT", "AZURE_ENVIRONMENT") or "public").lower()
        if name not in _CLOUDS:
            raise AzureClientError(
                f"ARM_ENVIRONMENT (or azure-native:environment) is {name!r}: expected one of {', '.join(_CLOUDS)}."
            )
        setting, authority = _CLOUDS[name]
        endpoints = get_arm_endpoints(setting)
        return Cloud(endpoints["resource_manager"].rstrip("/"), endpoints["credential_scopes"][0], authority)

    def credential(self, cloud: Cloud) -> TokenCredential:
        """Return the service principal of the ``ARM_*`` variables, or else azure-identity's default (``az login``)."""
        setting = self._value("disableInstanceDiscovery", "ARM_DISABLE_INSTANCE_DISCOVERY") or ""
        without_discovery = setting.lower() in {"true", "1"}
        tenant = self._value("tenantId", "ARM_TENANT_ID")
        client = self._value("clientId", "ARM_CLIENT_ID")
        secret = self.environment.get("ARM_CLIENT_SECRET")
        if tenant and client and secret:
            return ClientSecretCredential(
                tenant, client, secret, authority=cloud.authority, disable_instance_discovery=without_discovery
            )
        return DefaultAzureCredential(authority=cloud.authority, disable_instance_discovery=without_discovery)

    def _value(self, key: str, *variables: str) -> str | None:
        candidates = [self.configuration.get(key), *(self.environment.get(variable) for variable in variables)]
        return next((value for value in candidates if value), None)


def _cloud_of_metadata_host(host: str) -> Cloud:
    """Return the cloud that a metadata host describes."""
    base = host if "://" in host else f"https://{host}"
    url = f"{base}/metadata/endpoints"
    try:
        client: PipelineClient[Any, Any] = PipelineClient(base_url=base, policies=[policies.RetryPolicy()])
        response = client.send_request(HttpRequest("GET", url, params={"api-version": _METADATA_API_VERSION}))
    except AzureError as error:
        raise AzureClientError(
            f"the cloud's metadata cannot be read from {url}: {first_line(error)}\n"
            "ARM_METADATA_HOSTNAME (or azure-native:metadataHost) is the metadata host. To use the sandbox, start "
            "the command with: logic-apps-sandbox run --"
        ) from error
    try:
        metadata = response.json()
        authentication = metadata["authentication"]
        return Cloud(
            str(metadata["resourceManager"]).rstrip("/"),
            f"{str(authentication['audiences'][0]).rstrip('/')}/.default",
            str(authentication["loginEndpoint"]).rstrip("/"),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise AzureClientError(
            f"{url} does not describe a cloud: it returned status {response.status_code} without "
            "resourceManager, authentication.loginEndpoint or authentication.audiences. Check ARM_METADATA_HOSTNAME."
        ) from error
