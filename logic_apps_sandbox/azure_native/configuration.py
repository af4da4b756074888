"""The provider's configuration: from the engine's ``azure-native`` settings, else from the environment.

Source: azure-native provider source, provider.go and auth_azidentity.go (keys and environment variables).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from logic_apps_sandbox.azure_native.errors import ProviderError

_ENVIRONMENT = {
    "metadataHost": "ARM_METADATA_HOSTNAME",
    "subscriptionId": "ARM_SUBSCRIPTION_ID",
    "tenantId": "ARM_TENANT_ID",
    "clientId": "ARM_CLIENT_ID",
    "clientSecret": "ARM_CLIENT_SECRET",
    "disableInstanceDiscovery": "ARM_DISABLE_INSTANCE_DISCOVERY",
    "skipReadOnUpdate": "ARM_SKIP_READ_ON_UPDATE",
}
_NEEDED = ("metadataHost", "subscriptionId", "tenantId", "clientId", "clientSecret")


@dataclass(frozen=True)
class Configuration:
    """The endpoints and credentials of the provider.

    Attributes:
        metadata_host: host and port of the cloud's metadata endpoint, or a URL.
        subscription_id: the subscription of all resources.
        tenant_id: the directory to sign in to.
        client_id: the service principal.
        client_secret: its secret.
        location: the location of resources that give none, or None.
        skip_read_on_update: whether creates and updates leave out the reading request that follows them.
    """

    metadata_host: str
    subscription_id: str
    tenant_id: str
    client_id: str
    client_secret: str
    location: str | None = None
    skip_read_on_update: bool = False


def read_configuration(variables: Mapping[str, str], environment: Mapping[str, str]) -> Configuration:
    """Read the configuration: the engine's variables ``azure-native:config:<key>``, then the environment's.

    Raises:
        ProviderError: something needed is missing, or the login needs what the emulator does not do.
    """

    def setting(key: str) -> str:
        given = variables.get(f"azure-native:config:{key}", "")
        return given or environment.get(_ENVIRONMENT.get(key, ""), "")

    missing = [f"azure-native:{key} (or {_ENVIRONMENT[key]})" for key in _NEEDED if not setting(key)]
    if missing:
        raise ProviderError(
            "the sandbox's provider emulator signs in with a service principal to the cloud of its metadata host. "
            f"These settings are missing: {', '.join(missing)}. Run `logic-apps-sandbox run -- pulumi …`, which sets "
            "all of them, or run pulumi outside the sandbox with the real azure-native plugin."
        )
    if setting("disableInstanceDiscovery").lower() not in ("true", "1"):
        raise ProviderError(
            "the sandbox's provider emulator cannot verify a login endpoint with Microsoft. Set "
            "azure-native:disableInstanceDiscovery (or ARM_DISABLE_INSTANCE_DISCOVERY) to true, as "
            "`logic-apps-sandbox run -- pulumi …` does."
        )
    return Configuration(
        metadata_host=setting("metadataHost"),
        subscription_id=setting("subscriptionId"),
        tenant_id=setting("tenantId"),
        client_id=setting("clientId"),
        client_secret=setting("clientSecret"),
        location=setting("location") or None,
        skip_read_on_update=setting("skipReadOnUpdate").lower() in ("true", "1"),
    )
