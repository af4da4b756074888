"""External settings: settings that were made on the stack's resources outside of the program.

An update of a resource is a PUT of the whole resource, which removes all settings that the request does not contain.
``SETTINGS`` lists the properties that others can set, and what an update does with them; docs/changes.md is generated
from it.

Sources: the inputs of azure-native's resources, which are the writable properties of the API descriptions
(Microsoft.Network 2024-05-01, Microsoft.Logic 2019-05-01, Microsoft.Resources), and their defaults there; for children
that are kept, azure-native's source, crud.go (maintainSubResourcePropertiesIfNotSet).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, redact

SETTINGS_REMOVED = Rule(
    "settings-removed",
    "An update removes no settings that were made outside of the program.",
    f"{references.ARM_PUT}; look-up",
    Severity.WARNING,
)

TRANSFORM = "a transform that sets it"


@dataclass(frozen=True, slots=True)
class ExternalSetting:
    """One or more properties of a resource.

    Attributes:
        paths: the paths of the properties in the resource, with periods.
        keep: how to set the value in the program, so that updates keep it.
        defaults: the values that Azure returns by default.
        is_public: whether messages can show the values.
        is_removed: whether an update removes or resets an external value. Otherwise azure-native sends the children
            again, Azure rejects a change, or the program replaces the resource.
    """

    paths: tuple[str, ...]
    keep: str = TRANSFORM
    defaults: tuple[object, ...] = ()
    is_public: bool = True
    is_removed: bool = True


def _removed(*paths: str, keep: str = TRANSFORM, defaults: tuple[object, ...] = ()) -> ExternalSetting:
    return ExternalSetting(paths, keep=keep, defaults=defaults)


def _unaffected(*paths: str) -> ExternalSetting:
    return ExternalSetting(paths, is_removed=False)


_TAGS = _removed("tags", keep="`tags`")

SETTINGS: Mapping[str, tuple[ExternalSetting, ...]] = {
    "azure-native:resources:ResourceGroup": (_TAGS, _unaffected("location", "managedBy")),
    "azure-native:network:VirtualNetwork": (
        _removed("addressSpace.addressPrefixes", keep="`network.addressSpace`"),
        _removed("dhcpOptions.dnsServers", keep="`network.dnsServers`"),
        _TAGS,
        _removed("bgpCommunities", "ddosProtectionPlan", "encryption", "flowTimeoutInMinutes", "ipAllocations"),
        _removed("enableDdosProtection", "enableVmProtection", defaults=(False,)),
        _removed("privateEndpointVNetPolicies", defaults=("Disabled",)),
        _unaffected("subnets", "virtualNetworkPeerings", "location", "extendedLocation"),
    ),
    "azure-native:network:Subnet": (
        _removed("networkSecurityGroup", keep="`network.securityGroup: {id: …}`"),
        _removed("routeTable", keep="`network.routeTable: {id: …}`"),
        _removed("serviceEndpoints", keep="`network.serviceEndpoints`"),
        _removed("delegations", "natGateway", "serviceEndpointPolicies", "ipAllocations", "sharingScope"),
        _removed("applicationGatewayIPConfigurations", "ipamPoolPrefixAllocations"),
        _removed("defaultOutboundAccess", defaults=(True,)),
        _removed("privateEndpointNetworkPolicies", defaults=("Disabled",)),
        _removed("privateLinkServiceNetworkPolicies", defaults=("Enabled",)),
        _unaffected("addressPrefix", "addressPrefixes"),
    ),
    "azure-native:network:NetworkSecurityGroup": (
        _TAGS,
        _removed("flushConnection", defaults=(False,)),
        _unaffected("securityRules", "location"),
    ),
    "azure-native:network:SecurityRule": (
        _removed(
            "access",
            "description",
            "direction",
            "priority",
            "protocol",
            "sourceAddressPrefix",
            "sourceAddressPrefixes",
            "sourcePortRange",
            "sourcePortRanges",
            "destinationAddressPrefix",
            "destinationAddressPrefixes",
            "destinationPortRange",
            "destinationPortRanges",
            "sourceApplicationSecurityGroups",
            "destinationApplicationSecurityGroups",
            keep="a separate security rule",
        ),
    ),
    "azure-native:network:RouteTable": (
        _TAGS,
        _removed("disableBgpRoutePropagation", defaults=(False,)),
        _unaffected("routes", "location"),
    ),
    "azure-native:network:Route": (
        _removed("addressPrefix", "nextHopType", "nextHopIpAddress", keep="`network.routeTable.routes`"),
    ),
    "Microsoft.Logic/integrationServiceEnvironments": (
        ExternalSetting(("properties.certificates",), keep="`certificates`", is_public=False),
        _removed("sku.capacity", keep="`sku.capacity`"),
        _TAGS,
        _unaffected("location", "identity", "sku.name", "properties.networkConfiguration"),
        _unaffected("properties.encryptionConfiguration"),
    ),
    "Microsoft.Logic/integrationServiceEnvironments/managedApis": (
        ExternalSetting(
            ("properties.deploymentParameters",), keep="`managedConnectors[n].contentLink`", is_public=False
        ),
        _unaffected("location", "tags"),
    ),
    "Microsoft.Logic/integrationAccounts": (
        _removed("properties.state", defaults=("Enabled",)),
        _removed("sku.name", keep="`integrationAccounts.<name>.sku`"),
        _TAGS,
        _unaffected("location", "properties.integrationServiceEnvironment"),
    ),
}
"""The settings of each resource type that the library creates; generic resources by their Azure type."""


def check_update(
    name: str,
    settings: Sequence[ExternalSetting],
    found: Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    format_key: Callable[[str], str] = str,
) -> list[Problem]:
    """Return a warning about the external settings that an update of a resource removes or resets.

    ``old`` has the inputs of the last update, ``new`` those of this one, in which values other than strings, numbers,
    booleans, lists and mappings are unknown. ``format_key`` returns a key in the notation of the caller.
    """
    lost: list[str] = []
    keep: dict[str, None] = {}
    for setting in settings:
        if not setting.is_removed:
            continue
        for path in setting.paths:
            for entry in _lost_settings(path, setting, found, old, new):
                lost.append(entry)
                how = re.sub(r"`(.*?)`", lambda key: f"`{format_key(key[1])}`", setting.keep)
                keep.setdefault(how if how.startswith("`") else f"{path} with {how}")
    if not lost:
        return []
    return [
        SETTINGS_REMOVED.violation(
            f"The update removes settings that were made outside of this program: {'; '.join(lost)}.",
            remedy=f"To keep them, set {'; '.join(keep)} in this program.",
            path=(name,),
        )
    ]


def _lost_settings(
    path: str, setting: ExternalSetting, found: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[str]:
    wanted = _value_at(new, path)
    if not _is_known(wanted):
        return
    before, after = dict(_entries(_value_at(old, path))), dict(_entries(wanted))
    for key, (label, value) in _entries(_value_at(found, path)):
        shown, was, becomes = ".".join([path, *label]), before.get(key), after.get(key)
        if was is None and becomes is None:
            if value not in setting.defaults:
                yield f"{shown} ({_format(value)})" if setting.is_public else shown
        elif (
            was is not None
            and becomes is not None
            and _equal_ignoring_case(was[1], becomes[1])
            and not _equal_ignoring_case(value, becomes[1])
        ):
            values = f"{_format(value)}, reset to {_format(becomes[1])}"
            yield f"{shown} ({values})" if setting.is_public else f"{shown} (reset)"


_READ_ONLY = frozenset({"etag", "provisioningState", "id", "type", "resourceGuid"})
_IDENTITIES = ("service", "serviceName", "id", "name")

_Key = tuple[str, ...]


def _entries(value: object) -> Iterator[tuple[_Key, tuple[_Key, object]]]:
    """Yield the single settings in a value by case-insensitive keys, each with its path for messages and its value.

    A reference to another resource is one setting. Each item of a list is one setting, identified by its name or ID.
    """
    for label, item, single in _singles(value, ()):
        yield tuple(part.casefold() for part in (*label, item)), (label, single)


def _singles(value: object, label: _Key) -> Iterator[tuple[_Key, str, object]]:
    match value:
        case None | "":
            return
        case {"id": str() as identity}:
            yield label, "", identity
        case Mapping():
            for name, inner in value.items():
                if name not in _READ_ONLY:
                    yield from _singles(inner, (*label, str(name)))
        case list() | tuple():
            for item in value:
                single = item
                if isinstance(item, Mapping):
                    single = next((item[each] for each in _IDENTITIES if item.get(each)), "")
                yield label, str(single), single
        case _:
            yield label, "", value


def _value_at(resource: Mapping[str, Any], path: str) -> object:
    value: object = resource
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return value if value is not None and not _is_known(value) else None
        value = value.get(part)
    return value


def _is_known(value: object) -> bool:
    match value:
        case Mapping():
            return all(map(_is_known, value.values()))
        case list() | tuple():
            return all(map(_is_known, value))
        case _:
            return value is None or isinstance(value, str | int | float | bool)


def _equal_ignoring_case(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()


def _format(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        # The engine passes every number as a float.
        return str(int(value))
    # Resource IDs are shown completely, so that they can be copied.
    return value if isinstance(value, str) and value.startswith("/subscriptions/") else redact(str(value))
