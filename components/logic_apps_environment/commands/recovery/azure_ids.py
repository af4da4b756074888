"""IDs of Azure resources, compared like in Azure Resource Manager.

Resource Manager ignores letter case in IDs and collapses repeated slashes. Both occur in states: a generic resource of
azure-native whose creation failed keeps the path that the provider requested,
``…/resourcegroups/G/providers/Microsoft.Logic//integrationServiceEnvironments/N``.
"""

from __future__ import annotations

import re

_GROUP = re.compile(r"/subscriptions/[^/]+/resourcegroups/[^/]+", re.IGNORECASE)


def collapsed(identifier: str) -> str:
    """Return the ID without repeated and trailing slashes."""
    return re.sub(r"/{2,}", "/", identifier).rstrip("/")


def canonical(identifier: object) -> str:
    """Return the same string for all spellings of an ID; empty for a value that is not a string."""
    return collapsed(identifier).lower() if isinstance(identifier, str) else ""


def is_as_requested(identifier: str) -> bool:
    """Whether an ID is the path that azure-native requests for a generic resource, not the ID that Azure returns."""
    return "//" in identifier or "/resourcegroups/" in identifier


def resource_group(identifier: object) -> str | None:
    """Return the ID of the resource group of a resource; None for an ID without a resource group."""
    found = _GROUP.match(collapsed(identifier)) if isinstance(identifier, str) else None
    return found[0] if found else None
