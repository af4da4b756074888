"""Mocks for unit tests of programs that contain an environment, an existing network or a customer-managed key.

``AzureMocks`` answers as Azure does: ids and names of resources, the addresses of an environment, and what the
components look up. Pass it to ``pulumi.runtime.set_mocks``; no engine, no sandbox and no account take part.
"""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

SUBSCRIPTION_ID = "11111111-1111-1111-1111-111111111111"
"""The subscription of everything."""

PRINCIPAL_ID = "22222222-2222-2222-2222-222222222222"
"""``principal_id`` of an environment with a system-assigned identity."""

ENVIRONMENT_ADDRESSES = {
    "workflow": {
        "outgoingIpAddresses": [{"address": "203.0.113.1"}],
        "accessEndpointIpAddresses": [{"address": "203.0.113.2"}],
    },
    "connector": {"outgoingIpAddresses": [{"address": "203.0.113.3"}]},
}
"""``properties.endpointsConfiguration`` of every environment, with addresses for documentation (RFC 5737)."""

_ENVIRONMENT = "integrationServiceEnvironments"
_DELEGATION = {"serviceName": f"Microsoft.Logic/{_ENVIRONMENT}"}


def _default_rule(
    direction: str, name: str, priority: int, access: str, source: str, destination: str
) -> dict[str, Any]:
    return {
        "name": name,
        "priority": priority,
        "direction": direction,
        "access": access,
        "protocol": "*",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": destination,
        "destinationPortRange": "*",
    }


# Microsoft, "Network security groups", section "Default security rules".
_DEFAULT_RULES = [
    _default_rule("Inbound", "AllowVnetInBound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default_rule("Inbound", "AllowAzureLoadBalancerInBound", 65001, "Allow", "AzureLoadBalancer", "*"),
    _default_rule("Inbound", "DenyAllInBound", 65500, "Deny", "*", "*"),
    _default_rule("Outbound", "AllowVnetOutBound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default_rule("Outbound", "AllowInternetOutBound", 65001, "Allow", "*", "Internet"),
    _default_rule("Outbound", "DenyAllOutBound", 65500, "Deny", "*", "*"),
]

# What a look-up of a resource that the program registers returns in addition to its inputs.
_LOOKED_UP: dict[str, dict[str, Any]] = {
    "network:VirtualNetwork": {"location": "westus2", "subnets": []},
    "network:NetworkSecurityGroup": {
        "location": "westus2",
        "securityRules": [],
        "defaultSecurityRules": _DEFAULT_RULES,
    },
    "network:RouteTable": {"location": "westus2", "routes": []},
}

# Where Azure puts each resource below its resource group. {…} are inputs of azure-native's resource.
_PATHS = {
    "network:VirtualNetwork": "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
    "network:Subnet": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
    "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
    "network:SecurityRule": (
        "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}"
    ),
    "network:RouteTable": "Microsoft.Network/routeTables/{routeTableName}",
    "network:Route": "Microsoft.Network/routeTables/{routeTableName}/routes/{routeName}",
    "keyvault:Vault": "Microsoft.KeyVault/vaults/{vaultName}",
    "keyvault:Key": "Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}",
    "managedidentity:UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    "resources:Resource": "{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}",
}


class AzureMocks(pulumi.runtime.Mocks):
    """Answers a program's registrations and look-ups as Azure does.

    In a preview (``set_mocks(…, preview=True)``) ids and what a service fills in are unknown, as with the engine.

    Attributes:
        resources: every registered resource in order, with its type, logical name and inputs.
    """

    def __init__(self) -> None:
        """Create an Azure without resources, and the event loop of this thread if it has none.

        ``set_mocks`` needs one, and since Python 3.14 asyncio does not create it (Python, asyncio.get_event_loop).
        """
        try:
            asyncio.get_event_loop()
        except RuntimeError:
            asyncio.set_event_loop(asyncio.new_event_loop())
        self.resources: list[pulumi.runtime.MockResourceArgs] = []
        self._answers: dict[tuple[str, ...], dict[str, Any]] = {}
        self._stacks: dict[str, dict[str, Any]] = {}
        self._subnets: dict[str, list[dict[str, Any]]] = {}

    def add_stack(self, name: str, outputs: Mapping[str, Any]) -> None:
        """Add another stack with these outputs, which the program reads with a ``StackReference``.

        The name is that in the program, such as ``organization/hub/dev``.
        """
        self._stacks[name] = dict(outputs)

    def add_virtual_network(
        self,
        name: str,
        *,
        resource_group_name: str,
        location: str,
        address_space: Sequence[str],
        subnets: Mapping[str, str] | None = None,
        delegated: str | None = None,
    ) -> str:
        """Add an existing virtual network, which the components look up, and return its resource ID.

        ``address_space`` has its prefixes in CIDR notation, ``subnets`` the prefix of each subnet by name. The subnet
        ``delegated`` is delegated to integration service environments. The ID of a subnet is ``{id}/subnets/{name}``.
        """
        names = {"resourceGroupName": resource_group_name, "virtualNetworkName": name}
        found = [
            {
                "id": f"{_id_of('network:VirtualNetwork', names)}/subnets/{subnet}",
                "name": subnet,
                "addressPrefix": prefix,
                "delegations": [_DELEGATION] if subnet == delegated else [],
            }
            for subnet, prefix in (subnets or {}).items()
        ]
        prefixes = {"addressPrefixes": list(address_space)}
        return self._add("network:VirtualNetwork", names, location=location, addressSpace=prefixes, subnets=found)

    def add_security_group(
        self,
        name: str,
        *,
        resource_group_name: str,
        location: str = "westus2",
        rules: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Add an existing network security group, which the components look up, and return its resource ID.

        ``rules`` has its own security rules as Azure returns them, with ``name``, ``priority``, ``direction``,
        ``access``, ``protocol``, ``sourceAddressPrefix``, ``sourcePortRange``, ``destinationAddressPrefix`` and
        ``destinationPortRange``. Azure's default rules apply too: without own rules, inbound traffic from outside the
        network is denied.
        """
        names = {"resourceGroupName": resource_group_name, "networkSecurityGroupName": name}
        own = [dict(rule) for rule in rules]
        return self._add(
            "network:NetworkSecurityGroup",
            names,
            location=location,
            securityRules=own,
            defaultSecurityRules=_DEFAULT_RULES,
        )

    def add_route_table(
        self,
        name: str,
        *,
        resource_group_name: str,
        location: str = "westus2",
        routes: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Add an existing route table, which the components look up, and return its resource ID.

        ``routes`` has its routes as Azure returns them, with ``name``, ``addressPrefix``, ``nextHopType`` and, for a
        virtual appliance, ``nextHopIpAddress``.
        """
        names = {"resourceGroupName": resource_group_name, "routeTableName": name}
        return self._add("network:RouteTable", names, location=location, routes=[dict(route) for route in routes])

    def add_key(
        self, vault: str, name: str, *, version: str, resource_group_name: str, location: str = "westus2"
    ) -> str:
        """Add an existing vault with an RSA 2048 key that an environment can use, and return the vault's resource ID.

        ``name`` and ``version`` are those of the key; the current version has 32 hexadecimal digits.
        """
        names = {"resourceGroupName": resource_group_name, "vaultName": vault}
        self._add(
            "keyvault:Key",
            {**names, "keyName": name},
            kty="RSA",
            keySize=2048,
            attributes={"enabled": True},
            keyUriWithVersion=f"https://{vault}.vault.azure.net/keys/{name}/{version}",
        )
        properties = {"enableSoftDelete": True, "enablePurgeProtection": True}
        return self._add("keyvault:Vault", names, location=location, properties=properties)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """Answer a function of azure-native.

        Every resource group exists. Other resources exist if they were added, or if the program registered them as a
        network, network security group or route table.
        """
        function = args.token.removeprefix("azure-native:")
        if function == "authorization:getClientConfig":
            return {"subscriptionId": SUBSCRIPTION_ID, "tenantId": "", "clientId": "", "objectId": ""}, []
        if function == "resources:getResourceGroup":
            name = args.args["resourceGroupName"]
            return {"id": _group_id(name), "name": name, "location": "westus2"}, []
        answer = self._answers.get(_call(function, args.args))
        if answer is None:
            raise LookupError(f'Status=404 Code="ResourceNotFound" Message="The mocks have no {args.args}."')
        return answer, []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Return the id and the outputs of a resource: its inputs, and what Azure fills in."""
        self.resources.append(args)
        outputs = dict(args.inputs)
        if args.typ == "pulumi:pulumi:StackReference":
            stack = str(outputs["name"])
            if stack not in self._stacks:
                raise LookupError(f'The mocks have no stack "{stack}". Add it: azure.add_stack("{stack}", {{…}})')
            return args.name, {**outputs, "outputs": self._stacks[stack]}
        if not args.typ.startswith("azure-native:"):
            return args.resource_id or f"{args.name}-id", outputs
        if given := outputs.get("identity"):
            # azure-native takes user-assigned identities as a list and returns them as a map.
            assigned: dict[str, Any] = {each: {} for each in given.get("userAssignedIdentities") or ()}
            outputs["identity"] = {"type": given["type"], "userAssignedIdentities": assigned}
        if pulumi.runtime.is_dry_run():
            return "", outputs
        identity = args.resource_id or _identity(args)
        outputs["name"] = identity.rpartition("/")[2]
        self._let_find(args.typ.removeprefix("azure-native:"), identity, outputs)
        if given and given["type"] == "SystemAssigned":
            outputs["identity"]["principalId"] = PRINCIPAL_ID
        if outputs.get("resourceType") == _ENVIRONMENT and not outputs.get("parentResourcePath"):
            outputs["properties"] = outputs["properties"] | {"endpointsConfiguration": ENVIRONMENT_ADDRESSES}
        return identity, outputs

    def _let_find(self, kind: str, identity: str, outputs: Mapping[str, Any]) -> None:
        """Let look-ups find a resource of the program, and a network with its subnets."""
        found = {**outputs, "id": identity}
        if kind in _LOOKED_UP:
            name = kind.partition(":")[2]
            names = {"resourceGroupName": identity.split("/")[4], f"{name[0].lower()}{name[1:]}Name": found["name"]}
            answer = self._answers.setdefault(_call(_function(kind), names), copy.deepcopy(_LOOKED_UP[kind]) | found)
            if kind == "network:VirtualNetwork":
                self._subnets[identity] = answer["subnets"]
        elif kind == "network:Subnet":
            # Those of an added network are what add_virtual_network got.
            self._subnets.get(identity.rpartition("/subnets/")[0], []).append(found)

    def _add(self, kind: str, names: Mapping[str, str], **properties: object) -> str:
        """Let look-ups find an existing resource by its names, and return its ID."""
        identity = _id_of(kind, names)
        name = identity.rpartition("/")[2]
        self._answers[_call(_function(kind), names)] = {"id": identity, "name": name, **properties}
        return identity


def _function(kind: str) -> str:
    """Return the function of azure-native that looks up a resource of this type."""
    return kind.replace(":", ":get")


def _call(function: str, arguments: Mapping[str, str]) -> tuple[str, ...]:
    """Identify a call by its function and the names that it passes, whose letter case Azure ignores."""
    return function, *(f"{name}={arguments[name].lower()}" for name in sorted(arguments))


def _id_of(kind: str, names: Mapping[str, str]) -> str:
    return f"{_group_id(names['resourceGroupName'])}/providers/{_PATHS[kind].format_map(names)}"


def _group_id(name: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{name}"


def _identity(args: pulumi.runtime.MockResourceArgs) -> str:
    # azure-native generates names from logical names.
    inputs = defaultdict(lambda: args.name, {"parentResourcePath": "", **args.inputs})
    group = _group_id(str(inputs["resourceGroupName"]))
    kind = args.typ.removeprefix("azure-native:")
    if kind == "resources:ResourceGroup":
        return group
    path = _PATHS.get(kind, f"{kind.replace(':', '/')}/{args.name}").format_map(inputs)
    return f"{group}/providers/{path}".replace("//", "/")
