"""Microsoft.KeyVault: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.keyvault.data_plane import data_plane
from logic_apps_sandbox.arm.keyvault.vaults import Keys, KeyVersions, Vaults

# The API description `Microsoft.KeyVault`.
_NOT_SIMULATED = """
    checkmhsmnameavailability checknameavailability deletedmanagedhsms deletedvaults hsmpools locations managedhsms
    operations vaults/accesspolicies vaults/eventgridfilters vaults/networksecurityperimeterassociationproxies
    vaults/networksecurityperimeterconfigurations vaults/privateendpointconnections vaults/privatelinkresources
    vaults/secrets
    """
PROVIDER = ResourceProvider(
    (Vaults(), Keys(), KeyVersions()), not_simulated=frozenset(_NOT_SIMULATED.split()), data_plane=data_plane
)
