"""Microsoft.KeyVault: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.keyvault.data_plane import data_plane
from logic_apps_sandbox.arm.keyvault.vaults import Keys, KeyVersions, Vaults

_TYPES = (Vaults(), Keys(), KeyVersions())
PROVIDER = ResourceProvider(_TYPES, data_plane=data_plane)
