"""The functions (invokes) of the emulator: reading a resource, and the client configuration.

Each resource type has a reading function, with the path, the api-version and the outputs of the resource.

Source: azure-native provider source, provider.go (Invoke) and the provider's own function getClientConfig.
"""

import base64
import json

from logic_apps_sandbox.azure_native.arm_client import ArmClient
from logic_apps_sandbox.azure_native.cloud import Cloud
from logic_apps_sandbox.azure_native.configuration import Configuration
from logic_apps_sandbox.azure_native.convert import outputs_from_response
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import ArmError, ProviderError
from logic_apps_sandbox.azure_native.resource_types import RESOURCE_TYPES
from logic_apps_sandbox.azure_native.values import Properties

READS = {f"azure-native:{each.type_name.replace(':', ':get')}": each for each in RESOURCE_TYPES.values()}
"""The type that a function reads, by the token of the function, such as ``azure-native:network:getSubnet``."""

CLIENT_CONFIG = "azure-native:authorization:getClientConfig"


class Functions:
    """The functions of a configured plugin."""

    def __init__(self, configuration: Configuration, cloud: Cloud, arm: ArmClient) -> None:
        self._configuration = configuration
        self._cloud = cloud
        self._arm = arm

    def call(self, token: str, arguments: Properties) -> Properties:
        """Call a function with known arguments and return its result.

        Raises:
            ProviderError: the emulator does not have the function, an argument is missing, or ARM rejected the request.
        """
        deadline = Deadline()
        if token == CLIENT_CONFIG:
            return self._client_config(deadline)
        if token in READS:
            return self._read(token, arguments, deadline)
        raise ProviderError(
            f"the sandbox's provider emulator does not support the function '{token}', but "
            f"{', '.join([*READS, CLIENT_CONFIG])}. Use the outputs of a resource instead, or run the program against "
            "Azure with the real azure-native plugin."
        )

    def _read(self, token: str, arguments: Properties, deadline: Deadline) -> Properties:
        resource = READS[token]
        # Of a resource that is inside of no other, the path of the parent is empty.
        missing = [name for name in resource.path_inputs if not arguments.get(name) and name not in resource.verbatim]
        if missing:
            raise ProviderError(f"missing required property '{missing[0]}' of the function '{token}'")
        identifier = resource.arm_id(arguments, self._configuration.subscription_id)
        try:
            response = self._arm.get(identifier, resource.request_api_version(arguments), deadline)
        except ArmError as error:
            raise ProviderError(f"request failed {identifier}: {error}") from error
        return {"id": response.get("id", identifier), **outputs_from_response(resource, response)}

    def _client_config(self, deadline: Deadline) -> Properties:
        return {
            "clientId": self._configuration.client_id,
            "objectId": _object_id(self._cloud.token(deadline)),
            "subscriptionId": self._configuration.subscription_id,
            "tenantId": self._configuration.tenant_id,
        }


def _object_id(token: str) -> str:
    """Return the claim ``oid`` of an access token; empty if the token does not have it."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return ""
    return str(claims.get("oid", "")) if isinstance(claims, dict) else ""
