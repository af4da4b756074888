"""Resource IDs in Azure's spelling.

azure-native keeps the ID that Azure returns. If a creation fails after Azure has accepted it, the provider keeps the
path of its request instead, and neither an update nor a refresh changes an ID later (its source, provider.go). That
path has ``resourcegroups`` in lower case, two slashes for the empty ``parentResourcePath`` of a generic resource, and
escaped names. All outputs and request bodies therefore use the functions of this module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    import pulumi

    from logic_apps_environment.validation.model import Input

_SLASHES = re.compile("/{2,}")
_GROUP = re.compile("^(/subscriptions/[^/]+)/resourceGroups(?=/|$)", re.IGNORECASE)


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
