"""Microsoft.KeyVault: vaults and keys."""
