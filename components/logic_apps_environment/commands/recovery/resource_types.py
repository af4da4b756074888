"""The resource types that recovery knows: their IDs, and the outputs that the provider keeps of Azure's response.

To add a type, add one entry to ``RESOURCE_TYPES``.

Source: azure-native provider source: ID templates and crud.go for the ID and API version of requests, convert/
responseBodyToSdkOutputs.go for the form of outputs; azure-mgmt-network's models for the members of ``properties``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.properties import Properties, has_unknown
from logic_apps_environment.commands.recovery.state import Resource


@dataclass(frozen=True)
class ResourceType:
    """A resource type of azure-native.

    Attributes:
        path: the ID after the subscription; each name in braces is an input.
        flat: whether the provider merges ``properties`` into the object around it, at every level.
        api_version_input: the input with the API version for reading the resource.
        fixed: the inputs outside the path that the provider never updates in place (replacement.go).
        write_only: the inputs that Azure does not return, so that they cannot be compared.
    """

    path: str
    flat: bool = False
    api_version_input: str = "azureApiVersion"
    fixed: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether recovery knows the form of IDs and outputs of the type."""
        return bool(self.path)

    @property
    def path_inputs(self) -> tuple[str, ...]:
        """The inputs in the path, in the order of the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def body_inputs(self, inputs: Properties) -> frozenset[str]:
        """Return the names of the inputs that the provider sends in the request body."""
        elsewhere = {*self.path_inputs, "azureApiVersion", self.api_version_input}
        return frozenset(name for name in inputs if name not in elsewhere and not name.startswith("__"))

    def arm_id(self, inputs: Properties, subscription: str) -> str | None:
        """Return the ID of the resource with these inputs; None while an input in the path is unknown."""
        values = {name: inputs.get(name) for name in self.path_inputs}
        if any(not isinstance(value, str) or has_unknown(value) for value in values.values()):
            return None
        filled = self.path.format_map(
            # An empty parent path results in two slashes, which Azure collapses.
            {name: quote(str(value).strip("/"), safe="/()!*'$&+,;=:@") for name, value in values.items()}
        )
        return f"/subscriptions/{subscription}{filled}".replace("//", "/")

    def api_version(self, inputs: Properties) -> str:
        """Return the API version for reading the resource.

        Raises:
            RecoveryError: the inputs do not contain it.
        """
        version = inputs.get(self.api_version_input)
        if not isinstance(version, str) or has_unknown(version):
            raise RecoveryError(
                "the state does not have the API version of a resource: its input "
                f"{self.api_version_input!r} is {version!r}, expected a date such as 2019-05-01. The state was changed "
                "by hand, or is from another version of azure-native; restore a backup of it."
            )
        return version

    def outputs(self, body: Properties, inputs: Properties) -> Properties:
        """Return the outputs that the provider keeps of Azure's response."""
        shown = _without_nulls(body, is_flat=self.flat)
        kept = {name: value for name, value in shown.items() if name != "id"}
        version = {"azureApiVersion": inputs["azureApiVersion"]} if "azureApiVersion" in inputs else {}
        return {**kept, **version}


_GROUP = "/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_VIRTUAL_NETWORK = f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}"
_SECURITY_GROUP = f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}"
_ROUTE_TABLE = f"{_NETWORK}/routeTables/{{routeTableName}}"
_ACCOUNT = f"{_GROUP}/providers/Microsoft.Logic/integrationAccounts/{{integrationAccountName}}"
_LOCATION, _CONTENT = frozenset({"location"}), frozenset({"content"})

RESOURCE_TYPES: dict[str, ResourceType] = {
    "azure-native:resources:ResourceGroup": ResourceType(_GROUP, fixed=_LOCATION),
    "azure-native:resources:Resource": ResourceType(
        f"{_GROUP}/providers/{{resourceProviderNamespace}}/{{parentResourcePath}}/{{resourceType}}/{{resourceName}}",
        api_version_input="apiVersion",
        fixed=_LOCATION,
    ),
    "azure-native:network:VirtualNetwork": ResourceType(_VIRTUAL_NETWORK, flat=True, fixed=_LOCATION),
    "azure-native:network:Subnet": ResourceType(f"{_VIRTUAL_NETWORK}/subnets/{{subnetName}}", flat=True),
    "azure-native:network:NetworkSecurityGroup": ResourceType(_SECURITY_GROUP, flat=True, fixed=_LOCATION),
    "azure-native:network:SecurityRule": ResourceType(
        f"{_SECURITY_GROUP}/securityRules/{{securityRuleName}}", flat=True
    ),
    "azure-native:network:RouteTable": ResourceType(_ROUTE_TABLE, flat=True, fixed=_LOCATION),
    "azure-native:network:Route": ResourceType(f"{_ROUTE_TABLE}/routes/{{routeName}}", flat=True),
    "azure-native:logic:IntegrationAccountSchema": ResourceType(
        f"{_ACCOUNT}/schemas/{{schemaName}}", flat=True, write_only=_CONTENT
    ),
    "azure-native:logic:IntegrationAccountMap": ResourceType(
        f"{_ACCOUNT}/maps/{{mapName}}", flat=True, write_only=_CONTENT
    ),
    "azure-native:logic:IntegrationAccountPartner": ResourceType(f"{_ACCOUNT}/partners/{{partnerName}}", flat=True),
    "azure-native:logic:IntegrationAccountAgreement": ResourceType(
        f"{_ACCOUNT}/agreements/{{agreementName}}", flat=True
    ),
}
"""By Pulumi type token, without a version."""

_OTHER = ResourceType("", flat=True)

# azure-native:network:Subnet; with an API version azure-native:network/v20240501:Subnet, or in a local package
# azure-native_network_v20240501:network:Subnet.
_TOKEN = re.compile(r"azure-native(?:_\w+)?:(\w+)(?:/v\w+)?:(\w+)")


def type_of(resource: Resource) -> ResourceType | None:
    """Return the type of a resource; None for components and resources of other providers.

    Of a type of azure-native that is not in ``RESOURCE_TYPES``, only the API version is known. A resource with an ID in
    the state can be looked up, and its values can be compared.
    """
    token = _TOKEN.fullmatch(str(resource.get("type", "")))
    return RESOURCE_TYPES.get(f"azure-native:{token[1]}:{token[2]}", _OTHER) if token else None


def provisioning_state(body: Properties) -> str:
    """Return the provisioning state; ``Succeeded`` for a resource without one (Azure's asynchronous operations)."""
    properties = body.get("properties")
    state = properties.get("provisioningState") if isinstance(properties, dict) else None
    return str(state) if state else "Succeeded"


def _without_nulls(value: Any, *, is_flat: bool) -> Any:  # noqa: ANN401 - JSON
    """Return a value without nulls; if it is flat, with ``properties`` merged into the objects around them."""
    if isinstance(value, list):
        return [_without_nulls(item, is_flat=is_flat) for item in value]
    if not isinstance(value, dict):
        return value
    inside = value.get("properties")
    if is_flat and isinstance(inside, dict):
        value = {**{name: item for name, item in value.items() if name != "properties"}, **inside}
    return {name: _without_nulls(item, is_flat=is_flat) for name, item in value.items() if item is not None}
