"""Microsoft.Logic: what the namespace declares."""

from sandbox.arm.logic import IntegrationServiceEnvironments
from sandbox.arm.logic_integration_accounts import IntegrationAccounts
from sandbox.arm.logic_managed_apis import ManagedApis
from sandbox.arm.logic_workflows import Workflows
from sandbox.arm.resource_provider import ResourceProvider

TYPES = (IntegrationServiceEnvironments(), ManagedApis(), IntegrationAccounts(), Workflows())
PROVIDER = ResourceProvider(TYPES)
