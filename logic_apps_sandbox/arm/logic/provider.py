"""Microsoft.Logic: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.logic.account_artifacts import Agreements, Maps, Partners, Schemas
from logic_apps_sandbox.arm.logic.environments import IntegrationServiceEnvironments
from logic_apps_sandbox.arm.logic.integration_accounts import IntegrationAccounts
from logic_apps_sandbox.arm.logic.managed_apis import ManagedApis
from logic_apps_sandbox.arm.logic.workflows import Workflows

TYPES = (
    IntegrationServiceEnvironments(), ManagedApis(), IntegrationAccounts(), Schemas(), Maps(), Partners(), Agreements(),
    Workflows(),
)  # fmt: skip
# The API description `Microsoft.Logic` 2019-05-01, and types that are described elsewhere.
_NOT_SIMULATED = """
    hostingenvironments integrationaccounts/agreements/listcontentcallbackurl integrationaccounts/assemblies
    integrationaccounts/batchconfigurations integrationaccounts/certificates integrationaccounts/groups
    integrationaccounts/listcallbackurl integrationaccounts/listkeyvaultkeys integrationaccounts/logtrackingevents
    integrationaccounts/maps/listcontentcallbackurl integrationaccounts/partners/listcontentcallbackurl
    integrationaccounts/regenerateaccesskey integrationaccounts/rosettanetprocessconfigurations
    integrationaccounts/schemas/listcontentcallbackurl integrationaccounts/sessions
    isolatedenvironments locations/workflows operations workflows/generateupgradeddefinition workflows/listswagger
    workflows/move workflows/regenerateaccesskey workflows/runs workflows/triggers workflows/validate workflows/versions
    """
PROVIDER = ResourceProvider(TYPES, not_simulated=frozenset(_NOT_SIMULATED.split()))
