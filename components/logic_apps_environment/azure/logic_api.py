"""The API of Azure Logic Apps that creates environments and what they contain."""

from __future__ import annotations

API_VERSION = "2019-05-01"
"""The only released version of the ISE's API."""


PROVIDER_NAMESPACE = "Microsoft.Logic"

RESOURCE_TYPE = "integrationServiceEnvironments"

ENVIRONMENT_TYPE = f"{PROVIDER_NAMESPACE}/{RESOURCE_TYPE}"
"""The type of an environment, which is also the service that one of the four subnets is delegated to.

Microsoft's pages use other spellings of the service. Its quickstart template, which works, uses this one.
"""
