"""The resource types of the emulator: one declarative entry for each.

The names and types of inputs and outputs come from the SDK's own declarations
(:mod:``logic_apps_sandbox.azure_native.schema``). To add a type, add its entry here, list new object types in
``WRAPPED_TYPES`` (``wrapped_types.py``) and run ``python -m logic_apps_sandbox.azure_native.generate_sdk_types``.

Sources: paths, long-running markings and the places of properties in the body from the models and operations of
azure-mgmt-network 33.1.0, azure-mgmt-logic 10.0.0 and azure-mgmt-resource 26.0.0; api-versions from azure-native 3.29.0
("Uses Azure REST API version ..." in its documentation); replacing properties from the azure-native provider source,
replacement.go.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.schema import Property, resource_inputs, resource_outputs
from logic_apps_sandbox.azure_native.values import Properties

Verb = Literal["create", "delete"]


@dataclass(frozen=True)
class ResourceType:
    """The properties of a resource type that its SDK declaration does not have.

    Attributes:
        token: the Pulumi type token.
        path: the template of its ARM id. Each name in braces is an input, but for ``subscriptionId``.
        autoname: the last name in the path if it is not given: ``random`` appends eight hexadecimal digits to the
            logical name, ``copy`` uses the logical name.
        long_running: the requests that ARM marks as long-running operations.
        replaces: the inputs, apart from those in the path, that cannot change in place.
        sub_resources: arrays of children that are resources of their own elsewhere. When they are not among the inputs,
            a create sends them empty and an update sends what ARM has, so that children made by others survive.
        required: inputs that ARM requires although the SDK makes them optional.
        verbatim: path inputs that may contain slashes: trimmed of them at both ends, and not escaped.
        api_version_input: the input that gives the api-version of create, update and delete, where the type has one.
        query: inputs that are parameters of the request; the simulator does not need them, and they are not sent.
        in_vault: whether it is deleted through its key vault, at the vault's own host: Resource Manager has no request
            for that.
    """

    token: str
    path: str
    autoname: Literal["random", "copy"] = "random"
    long_running: frozenset[Verb] = frozenset()
    replaces: frozenset[str] = frozenset()
    sub_resources: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    verbatim: frozenset[str] = frozenset()
    api_version_input: str | None = None
    query: frozenset[str] = frozenset()
    in_vault: bool = False

    @property
    def api_version(self) -> str:
        """The api-version of requests, unless ``api_version_input`` gives another one."""
        return _API_VERSIONS[self.token.split(":")[1]]

    @property
    def path_inputs(self) -> tuple[str, ...]:
        """The inputs in the path, in its order."""
        return tuple(name for name in re.findall(r"\{(\w+)\}", self.path) if name != "subscriptionId")

    @property
    def name_input(self) -> str:
        """The input that is the resource's own name: the last in the path."""
        return self.path_inputs[-1]

    @property
    def inputs(self) -> dict[str, Property]:
        """All inputs, by name."""
        return resource_inputs(self.token)

    @property
    def body_inputs(self) -> dict[str, Property]:
        """The inputs that go into the request body, by name."""
        elsewhere = {*self.path_inputs, *self.query, self.api_version_input}
        return {name: declared for name, declared in self.inputs.items() if name not in elsewhere}

    @property
    def outputs(self) -> dict[str, Property]:
        """All outputs but ``id``, by name."""
        return resource_outputs(self.token)

    @property
    def type_name(self) -> str:
        """The name of the resource as an object type, such as ``network:Subnet``."""
        return self.token.split(":", 1)[1]

    def arm_id(self, inputs: Properties, subscription_id: str) -> str:
        """Return the ID of the resource with these inputs, all of which are known."""
        identifier = self.path.replace("{subscriptionId}", subscription_id)
        for name in self.path_inputs:
            value = str(inputs[name])
            value = value.strip("/") if name in self.verbatim else quote(value, safe="()!*'$&+,;=:@")
            identifier = identifier.replace(f"{{{name}}}", value)
        return identifier

    def path_values(self, identifier: str) -> Properties:
        """Return the path inputs of an ID for an import.

        Raises:
            ProviderError: the id does not fit the path.
        """
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        match = re.fullmatch(pattern, identifier, re.IGNORECASE)
        if match is None:
            raise ProviderError(
                f"'{identifier}' is not the id of a resource of type {self.token}; such ids have the form {self.path}"
            )
        return {name: match[name] for name in self.path_inputs}

    def request_api_version(self, inputs: Properties) -> str:
        """Return the API version of requests with these inputs."""
        if self.api_version_input is None:
            return self.api_version
        return str(inputs.get(self.api_version_input, self.api_version))


_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_LOGIC = f"{_GROUP}/providers/Microsoft.Logic"
# Logic's path parameter for the group is resourceGroup for an environment and what is below it.
_ENVIRONMENT = (
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Logic"
    "/integrationServiceEnvironments/{integrationServiceEnvironmentName}"
)
_VAULT = f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}"
_API_VERSIONS = {
    "keyvault": "2024-11-01",
    "logic": "2019-05-01",
    "managedidentity": "2023-01-31",
    "network": "2024-05-01",
    "resources": "2024-03-01",
}
"""The api-versions of requests, by module of the SDK."""
_BOTH: frozenset[Verb] = frozenset({"create", "delete"})

RESOURCE_TYPES: dict[str, ResourceType] = {
    entry.token: entry
    for entry in (
        ResourceType(
            "azure-native:resources:ResourceGroup",
            path="/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}",
            long_running=frozenset({"delete"}),
            replaces=frozenset({"location"}),
            required=frozenset({"location"}),
        ),
        # The generic resource. Its path has resourcegroups in lower case, and an empty parentResourcePath leaves two
        # slashes in it; the existence check has the api-version of this entry, all else the one that the program gives.
        ResourceType(
            "azure-native:resources:Resource",
            path=(
                "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}/providers/{resourceProviderNamespace}"
                "/{parentResourcePath}/{resourceType}/{resourceName}"
            ),
            long_running=_BOTH,
            replaces=frozenset({"extendedLocation"}),
            verbatim=frozenset({"resourceProviderNamespace", "parentResourcePath", "resourceType"}),
            api_version_input="apiVersion",
        ),
        ResourceType(
            "azure-native:network:VirtualNetwork",
            path=f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
            long_running=_BOTH,
            replaces=frozenset({"location"}),
            sub_resources=("subnets", "virtualNetworkPeerings"),
        ),
        ResourceType(
            "azure-native:network:VirtualNetworkPeering",
            path=f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/virtualNetworkPeerings/{{virtualNetworkPeeringName}}",
            autoname="copy",
            long_running=_BOTH,
            query=frozenset({"syncRemoteAddressSpace"}),
        ),
        ResourceType(
            "azure-native:network:Subnet",
            path=f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
            autoname="copy",
            long_running=_BOTH,
        ),
        ResourceType(
            "azure-native:network:NetworkSecurityGroup",
            path=f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
            long_running=_BOTH,
            sub_resources=("securityRules",),
        ),
        ResourceType(
            "azure-native:network:SecurityRule",
            path=f"{_NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}/securityRules/{{securityRuleName}}",
            autoname="copy",
            long_running=_BOTH,
        ),
        ResourceType(
            "azure-native:network:RouteTable",
            path=f"{_NETWORK}/routeTables/{{routeTableName}}",
            long_running=_BOTH,
            sub_resources=("routes",),
        ),
        ResourceType(
            "azure-native:network:Route",
            path=f"{_NETWORK}/routeTables/{{routeTableName}}/routes/{{routeName}}",
            autoname="copy",
            long_running=_BOTH,
        ),
        ResourceType(
            "azure-native:logic:IntegrationServiceEnvironment",
            path=_ENVIRONMENT,
            long_running=frozenset({"create"}),
        ),
        ResourceType(
            "azure-native:logic:IntegrationServiceEnvironmentManagedApi",
            path=f"{_ENVIRONMENT}/managedApis/{{apiName}}",
            autoname="copy",
            long_running=_BOTH,
        ),
        ResourceType(
            "azure-native:logic:IntegrationAccount", f"{_LOGIC}/integrationAccounts/{{integrationAccountName}}"
        ),
        *(
            ResourceType(
                f"azure-native:logic:IntegrationAccount{kind}",
                path=(
                    f"{_LOGIC}/integrationAccounts/{{integrationAccountName}}/{kind.lower()}s/{{{kind.lower()}Name}}"
                ),
                autoname="copy",
            )
            for kind in ("Schema", "Map", "Partner", "Agreement")
        ),
        ResourceType("azure-native:logic:Workflow", f"{_LOGIC}/workflows/{{workflowName}}"),
        ResourceType(
            "azure-native:keyvault:Vault",
            path=_VAULT,
            long_running=frozenset({"create"}),
            replaces=frozenset({"location"}),
            sub_resources=("accessPolicies",),
        ),
        # Its inputs are inside properties, as in ARM, its outputs are not.
        ResourceType("azure-native:keyvault:Key", f"{_VAULT}/keys/{{keyName}}", in_vault=True),
        ResourceType(
            "azure-native:managedidentity:UserAssignedIdentity",
            path=f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
            replaces=frozenset({"location"}),
        ),
    )
}


def resource_type(token: str) -> ResourceType:
    """Find a resource type by its token.

    Raises:
        ProviderError: the emulator does not know it.
    """
    if token in RESOURCE_TYPES:
        return RESOURCE_TYPES[token]
    raise ProviderError(
        f"the sandbox's provider emulator does not know the resource type '{token}'; it knows "
        f"{', '.join(RESOURCE_TYPES)}. Use one of these (azure-native:resources:Resource creates a resource of any "
        "type that the simulator has), or run the program against Azure with the real azure-native plugin."
    )
