"""Microsoft.Logic: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.logic.account_artifacts import Agreements, Maps, Partners, Schemas
from logic_apps_sandbox.arm.logic.environments import IntegrationServiceEnvironments
from logic_apps_sandbox.arm.logic.integration_accounts import IntegrationAccounts
from logic_apps_sandbox.arm.logic.managed_apis import ManagedApis
from logic_apps_sandbox.arm.logic.workflows import Workflows

_TYPES = (
    IntegrationServiceEnvironments(), ManagedApis(), IntegrationAccounts(), Schemas(), Maps(), Partners(), Agreements(),
    Workflows(),
)  # fmt: skip
PROVIDER = ResourceProvider(_TYPES)
