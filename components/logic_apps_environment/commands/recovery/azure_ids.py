"""Ids of Azure resources, compared as Azure Resource Manager compares them.

Resource Manager ignores letter case in ids and collapses repeated slashes. Both occur in states: a generic resource of
azure-native whose creation failed keeps the id that the provider requested,
`…/resourcegroups/G/providers/Microsoft.Logic//integrationServiceEnvironments/N`.
"""

from __future__ import annotations

import re

_GROUP = re.compile(r"/subscriptions/[^/]+/resourcegroups/[^/]+", re.IGNORECASE)


def collapsed(identifier: str) -> str:
    """The id without repeated and trailing slashes."""
    return re.sub(r"/{2,}", "/", identifier).rstrip("/")


def canonical(identifier: object) -> str:
    """One spelling for all spellings of an id; empty for what is not a string."""
    return collapsed(identifier).lower() if isinstance(identifier, str) else ""


def is_as_requested(identifier: str) -> bool:
    """Whether an id is spelled as azure-native requests a generic resource, and not as Azure returns it."""
    return "//" in identifier or "/resourcegroups/" in identifier


def resource_group(identifier: object) -> str | None:
    """The id of the resource group that a resource is in; None for an id without one."""
    found = _GROUP.match(collapsed(identifier)) if isinstance(identifier, str) else None
    return found[0] if found else None
