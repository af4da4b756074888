"""Microsoft.Logic: what the namespace declares."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.logic.environments import IntegrationServiceEnvironments
from logic_apps_sandbox.arm.logic.integration_accounts import IntegrationAccounts
from logic_apps_sandbox.arm.logic.managed_apis import ManagedApis
from logic_apps_sandbox.arm.logic.workflows import Workflows

TYPES = (IntegrationServiceEnvironments(), ManagedApis(), IntegrationAccounts(), Workflows())
PROVIDER = ResourceProvider(TYPES)
