"""Resource IDs in Azure's spelling.

azure-native keeps the ID that Azure returns. If a creation fails after Azure has accepted it, the provider keeps the
path of its request instead, and neither an update nor a refresh changes an ID later (its source, provider.go). That
path has ``resourcegroups`` in lower case, two slashes for the empty ``parentResourcePath`` of a generic resource, and
escaped names. All outputs and request bodies therefore use the functions of this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

import pulumi

from logic_apps_environment.validation.model import Input

_RESOURCE = re.compile(
    r"/subscriptions/([^/\s]+)/resourceGroups/([^/\s]+)/providers/([^/\s]+)((?:/[^/\s]+/[^/\s]+)+)", re.IGNORECASE
)
_SLASHES = re.compile("/{2,}")
_GROUP = re.compile("^(/subscriptions/[^/]+)/resourceGroups(?=/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResourceId:
    """The parts of the ID of a resource in a resource group, in the letter case of the ID.

    Attributes:
        subscription: the ID of the subscription.
        resource_group: the name of the resource group.
        type: the namespace and the types, such as ``Microsoft.Network/virtualNetworks/subnets``.
        names: the names of the parent resources and of the resource.
    """

    subscription: str
    resource_group: str
    type: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.names[-1]


def parse_id(text: str) -> ResourceId:
    """Return the parts of a resource ID.

    Raises:
        ValueError: ``text`` is not the ID of a resource in a resource group.
    """
    found = _RESOURCE.fullmatch(text)
    if found is None:
        raise ValueError("not the ID of a resource in a resource group")
    _, *segments = found[4].split("/")
    return ResourceId(found[1], found[2], "/".join([found[3], *segments[::2]]), tuple(segments[1::2]))


def is_id_of(resource_type: str, text: str) -> bool:
    """Whether ``text`` is the ID of a resource of this type, such as ``Microsoft.Network/virtualNetworks``."""
    try:
        return parse_id(text).type.lower() == resource_type.lower()
    except ValueError:
        return False


def resource_group_id(identity: str) -> str:
    """Return the ID of the resource group from the ID of a resource in it."""
    return identity.partition("/providers/")[0]


def azure_id(resource: pulumi.CustomResource) -> pulumi.Output[str]:
    """Return the ID of a resource in Azure's spelling; unknown while the ID of the resource is unknown."""
    return resource.id.apply(in_azure_spelling)


def in_azure_spelling(identifier: str) -> str:
    """Return an ID, or the path of a request of azure-native, in Azure's spelling.

    Names do not change: Azure keeps the spelling of the request that creates a resource (Microsoft, "Resource functions
    for ARM templates", resourceId).
    """
    return _GROUP.sub(r"\1/resourceGroups", _SLASHES.sub("/", unquote(identifier)))


def in_lower_case(identifier: Input[str]) -> Input[str]:
    """Return an ID in lower case, for comparisons."""
    return identifier.lower() if isinstance(identifier, str) else identifier.apply(lambda known: known.lower())
