"""Rules about the identity and the customer-managed key of an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from logic_apps_environment.azure.ids import parse_id
from logic_apps_environment.azure.locations import normalize_location
from logic_apps_environment.azure.resource_types import IDENTITY
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

IDENTITY_TYPE = Rule(
    "identity-type",
    "The identity type is SystemAssigned or UserAssigned.",
    f"{references.KEYS}, Prerequisites; {references.API_DESCRIPTION}",
)
IDENTITY_MEMBERS = Rule(
    "identity-members",
    "UserAssigned requires at least one identity ID; SystemAssigned allows none.",
    references.API_DESCRIPTION,
)
IDENTITY_ID = Rule("identity-id", "A user-assigned identity is given by resource ID.", references.API_DESCRIPTION)
KEY_VAULT_ID = Rule(
    "key-vault-id",
    "The key vault is given by resource ID.",
    f"{references.KEYS}, Create ISE with key vault and managed identity support",
)
KEY_NAME = Rule(
    "key-name",
    "A key name has 1 to 127 letters, digits and hyphens.",
    f"{references.NAMING_RULES}, Microsoft.KeyVault",
)
KEY_VERSION = Rule(
    "key-version",
    "A key version has 32 letters and digits.",
    f'{references.KEYS}; Microsoft, "Azure Key Vault keys, secrets and certificates overview", object identifiers',
)
KEY_IDENTITY = Rule(
    "key-identity",
    "An environment with a customer-managed key has an identity.",
    f"{references.KEYS}, Prerequisites",
)
KEY_SYSTEM_IDENTITY = Rule(
    "key-system-identity",
    "An environment with a customer-managed key has a UserAssigned identity.",
    f"{references.KEYS}, Grant access",
)
KEY_REGION = Rule(
    "key-region",
    "Customer-managed keys are supported only in certain regions.",
    f"{references.KEYS}, Prerequisites",
)
KEY_VAULT_FOUND = Rule("key-vault-found", "The key vault exists.", f"{references.KEYS}, Prerequisites; look-up")
KEY_VAULT_LOCATION = Rule(
    "key-vault-location",
    "The key vault is in the environment's region.",
    f"{references.KEYS}, Considerations; look-up",
)
KEY_VAULT_PROTECTED = Rule(
    "key-vault-protected",
    "The key vault has soft delete and purge protection.",
    f"{references.KEYS}, Prerequisites; look-up",
)
KEY_FOUND = Rule("key-found", "The key exists in the vault.", f"{references.KEYS}, Prerequisites; look-up")
KEY_TYPE = Rule("key-type", "The key is an RSA key with 2048 bits.", f"{references.KEYS}, Prerequisites; look-up")
KEY_ENABLED = Rule("key-enabled", "The key version is enabled.", f"{references.KEYS}, Prerequisites; look-up")
KEY_VERSION_CURRENT = Rule(
    "key-version-current",
    "The key version is the current one.",
    "azure-native, keyvault.getKey; look-up",
    Severity.WARNING,
)
KEY_UNSEEN = Rule("key-unseen", "The key vault and the key can be read.", "This library; look-up", Severity.WARNING)

KEY_REGIONS = ("eastus", "southcentralus", "westus2", "usgovarizona", "usgovtexas", "usgovvirginia")
"""The regions that support customer-managed keys, as ARM spells them."""

_KEY_TYPE, _KEY_SIZE = "RSA", 2048


@dataclass(frozen=True, slots=True)
class FoundVault:
    """The properties of a key vault that rules check. The region is in any spelling.

    Attributes:
        soft_delete: whether deleted keys can be recovered; None if the vault does not report it.
        purge_protection: whether deleted keys cannot be purged.
    """

    name: str
    location: str
    soft_delete: bool | None
    purge_protection: bool


@dataclass(frozen=True, slots=True)
class FoundKey:
    """The properties of the current version of a key that rules check.

    Attributes:
        kind: the type of the key, such as ``RSA`` or ``EC``.
        size: the size in bits; None for a type without a size.
        enabled: whether the version is enabled.
    """

    vault: str
    name: str
    version: str
    kind: str
    size: int | None
    enabled: bool


def check_identity_members(kind: str, count: int) -> Iterator[Problem]:
    """Check that an identity of this type has the required number of user-assigned identities."""
    if (kind == "UserAssigned") != (count > 0):
        yield IDENTITY_MEMBERS.violation(
            f"contains {count or 'no'} ID{'s' if count != 1 else ''}, but identity.type is {kind}.",
            "at least one ID with UserAssigned; none with SystemAssigned",
            IDENTITY.example,
        )


KEY_NAME_PATTERN = "[A-Za-z0-9-]{1,127}"
KEY_VERSION_PATTERN = "[A-Za-z0-9]{32}"


def check_key_name(name: str) -> Iterator[Problem]:
    """Check that ``name`` is a valid key name."""
    if not re.fullmatch(KEY_NAME_PATTERN, name):
        yield KEY_NAME.violation(
            f"{describe(name)} is not a valid key name.", "1 to 127 letters, digits and hyphens", "ise"
        )


def check_key_version(version: str) -> Iterator[Problem]:
    """Check that ``version`` is a valid key version."""
    if not re.fullmatch(KEY_VERSION_PATTERN, version):
        yield KEY_VERSION.violation(
            f"{describe(version)} is not a valid key version.",
            "32 letters and digits, the last part of the key identifier",
            "0123456789abcdef0123456789abcdef",
        )


def check_key_identity(identity_type: str | None) -> Iterator[Problem]:
    """Check that an environment with an identity of this type, or without one, can use a customer-managed key."""
    remedy = (
        "Create a user-assigned identity, grant it the key permissions Get, List, Wrap Key and Unwrap Key on the "
        "vault, and add its ID to identity.userAssigned."
    )
    allowed = "a UserAssigned identity that has access to the key before the environment is created"
    example = "{type: UserAssigned, userAssigned: [/subscriptions/…]}"
    if identity_type is None:
        statement = (
            "is required with encryptionKey, but is not set. The environment uses the identity to access the key."
        )
        yield KEY_IDENTITY.violation(statement, allowed, example, remedy, ("identity",))
    elif identity_type == "SystemAssigned":
        yield KEY_SYSTEM_IDENTITY.violation(
            "SystemAssigned is not supported with encryptionKey. Azure creates this identity with the environment, "
            "so it cannot have access to the key beforehand, and the creation fails.",
            allowed,
            example,
            remedy,
            ("identity", "type"),
        )


def check_key_region(location: str) -> Iterator[Problem]:
    """Check that ``location``, normalized, supports customer-managed keys."""
    if location not in KEY_REGIONS:
        yield KEY_REGION.violation(
            f"{describe(location)} does not support customer-managed keys (encryptionKey).",
            f"one of {', '.join(KEY_REGIONS)}",
            "westus2",
            path=("location",),
        )


def vault_not_found(identity: str) -> Problem:
    """Return the problem that the key vault does not exist."""
    vault = parse_id(identity)
    return KEY_VAULT_FOUND.violation(
        f"The key vault {describe(vault.name)} does not exist in the resource group {describe(vault.resource_group)}.",
        "the ID of an existing key vault",
        remedy="Correct the ID, or create the vault first. If this program creates the vault, use the vault's id "
        "output.",
        path=("encryptionKey", "vaultId"),
    )


def key_not_found(name: str) -> Problem:
    """Return the problem that the key does not exist in the vault."""
    return KEY_FOUND.violation(
        f"The key {describe(name)} does not exist in the key vault.",
        "the name of an existing key in the vault",
        remedy="Correct the name, or create the key first.",
        path=("encryptionKey", "name"),
    )


def key_unseen(reason: str) -> Problem:
    """Return the warning that the vault or the key could not be read, with the reason as a sentence."""
    return KEY_UNSEEN.violation(
        f"The key vault or the key could not be read: {reason}",
        remedy="Verify that the vault is in the environment's region and has soft delete and purge protection, and "
        "that the key is an enabled RSA key with 2048 bits. To have this checked, grant your account the Reader role "
        "on the vault.",
        path=("encryptionKey",),
    )


def check_found_vault(vault: FoundVault, location: str | None) -> list[Problem]:
    """Check that a key vault supports the key of an environment.

    The region of the environment is in any spelling; None while unknown.
    """
    path = ("encryptionKey", "vaultId")
    problems = []
    if location is not None and normalize_location(vault.location) != normalize_location(location):
        problems.append(
            KEY_VAULT_LOCATION.violation(
                f"The key vault is in {normalize_location(vault.location)}, but the environment is in "
                f"{normalize_location(location)}.",
                f"a key vault in {normalize_location(location)}",
                remedy="Create a vault with a key in the environment's region, or change location (which "
                "replaces an existing environment).",
                path=path,
            )
        )
    missing = [
        name
        for name, there in (
            ("soft delete", vault.soft_delete is not False),
            ("purge protection", vault.purge_protection),
        )
        if not there
    ]
    if missing:
        problems.append(
            KEY_VAULT_PROTECTED.violation(
                f"The key vault has no {' and no '.join(missing)}.",
                "a key vault with soft delete and purge protection",
                remedy=f"Enable it (irreversible): `az keyvault update --name {vault.name} --enable-purge-protection`.",
                path=path,
            )
        )
    return problems


def check_found_key(key: FoundKey, version: str) -> list[Problem]:
    """Check that an environment can be encrypted with a key, of which Azure shows the current version.

    Another version in the arguments than the current one cannot be read.
    """
    if key.version.lower() != version.lower():
        return [
            KEY_VERSION_CURRENT.violation(
                f"{describe(version)} is not the current version of the key, which is {describe(key.version)}. Only "
                "the current version can be read, so this one was not checked.",
                "the current version, or an earlier enabled one",
                remedy="Verify that this version exists and is enabled, or use the current one.",
                path=("encryptionKey", "version"),
            )
        ]
    problems = []
    if key.kind != _KEY_TYPE or key.size not in (None, _KEY_SIZE):
        bits = f" with {key.size} bits" if key.size else ""
        problems.append(
            KEY_TYPE.violation(
                f"The key has the type {redact(key.kind)}{bits}.",
                f"an {_KEY_TYPE} key with {_KEY_SIZE} bits",
                remedy=f"Create another key: `az keyvault key create --vault-name {key.vault} --name NEW-NAME --kty "
                f"{_KEY_TYPE} --size {_KEY_SIZE}`.",
                path=("encryptionKey", "name"),
            )
        )
    if not key.enabled:
        problems.append(
            KEY_ENABLED.violation(
                "This version of the key is disabled.",
                "an enabled version",
                remedy=f"Enable it: `az keyvault key set-attributes --vault-name {key.vault} --name {key.name} "
                f"--version {key.version} --enabled true`.",
                path=("encryptionKey", "version"),
            )
        )
    return problems
