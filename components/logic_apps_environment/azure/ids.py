"""Ids of resources in Azure's spelling.

azure-native keeps the id that Azure answers with. When a creation fails after Azure has accepted it, the provider has
no answer and keeps the path that it requested, and neither an update nor a refresh changes an id later (its source,
provider.go). That path has ``resourcegroups`` in lower case, two slashes for the empty ``parentResourcePath`` of a
generic resource, and escaped names. Everything that leaves the component, and every body that it sends, takes ids from
here.
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
    """The id of a resource in Azure's spelling; unknown while the resource's own is."""
    return resource.id.apply(in_azure_spelling)


def in_azure_spelling(identifier: str) -> str:
    """An id as Azure spells it, from Azure's own spelling or from the path of azure-native's requests.

    The names stay as they are: Azure keeps the spelling of the request that creates a resource (Microsoft, "Resource
    functions for ARM templates", resourceId).
    """
    return _GROUP.sub(r"\1/resourceGroups", _SLASHES.sub("/", unquote(identifier)))


def in_lower_case(identifier: Input[str]) -> Input[str]:
    """An id in lower case, in which all spellings of it are the same."""
    return identifier.lower() if isinstance(identifier, str) else identifier.apply(lambda known: known.lower())
