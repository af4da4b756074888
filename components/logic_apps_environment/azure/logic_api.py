"""The API of Azure Logic Apps that creates environments and what they contain."""

from __future__ import annotations

API_VERSION = "2019-05-01"
"""The only released version of the ISE's API."""


PROVIDER_NAMESPACE = "Microsoft.Logic"

RESOURCE_TYPE = "integrationServiceEnvironments"

DELEGATION_SERVICE = f"{PROVIDER_NAMESPACE}/{RESOURCE_TYPE}"
"""The service that one of the four subnets is delegated to.

Microsoft's pages print other spellings; its quickstart template, which works, this.
"""
