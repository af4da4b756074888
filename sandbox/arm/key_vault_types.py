"""Microsoft.KeyVault: what the namespace declares."""

from sandbox.arm.key_vault_data_plane import data_plane
from sandbox.arm.key_vaults import Keys, KeyVersions, Vaults
from sandbox.arm.resource_provider import ResourceProvider

TYPES = (Vaults(), Keys(), KeyVersions())
PROVIDER = ResourceProvider(TYPES, data_plane=data_plane)
