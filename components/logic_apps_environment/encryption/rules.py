"""Rules about the identity of an environment, and about the key of its owner that it is encrypted with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from logic_apps_environment.azure.locations import normalise_location
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

IDENTITY_TYPE = Rule(
    "identity-type",
    "The identity is SystemAssigned or UserAssigned.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites; {sources.API_DESCRIPTION}: there is no value for both",
)
IDENTITY_MEMBERS = Rule(
    "identity-members",
    "A UserAssigned identity names at least one identity, a SystemAssigned one names none.",
    Severity.ERROR,
    f"{sources.API_DESCRIPTION}, ManagedServiceIdentity",
)
IDENTITY_ID = Rule(
    "identity-id",
    "A user-assigned identity is named by its id.",
    Severity.ERROR,
    f"{sources.API_DESCRIPTION}, ManagedServiceIdentity: the keys of userAssignedIdentities",
)
KEY_VAULT_ID = Rule(
    "key-vault-id",
    "The vault of the key is named by its id.",
    Severity.ERROR,
    f"{sources.KEYS}, Create ISE with key vault and managed identity support",
)
KEY_NAME = Rule(
    "key-name",
    "The name of a key has 1 to 127 letters, digits and hyphens.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.KeyVault",
)
KEY_VERSION = Rule(
    "key-version",
    "The version of a key is given; it has 32 letters and digits.",
    Severity.ERROR,
    f'{sources.KEYS}; Microsoft, "Azure Key Vault keys, secrets and certificates overview", object identifiers',
)
KEY_IDENTITY = Rule(
    "key-identity",
    "An environment that is encrypted with a key of its owner has an identity.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites",
)
KEY_SYSTEM_IDENTITY = Rule(
    "key-system-identity",
    "An environment that is encrypted with a key of its owner has a UserAssigned identity.",
    Severity.ERROR,
    f"{sources.KEYS}, Grant access: a system-assigned identity exists only once the creation is under way, which then "
    "waits for the grant; one update cannot do both",
)
KEY_REGION = Rule(
    "key-region",
    "Keys of the owner are taken in some regions only.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites",
)
KEY_VAULT_FOUND = Rule(
    "key-vault-found",
    "The vault of the key exists.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites; seen by looking it up",
)
KEY_VAULT_LOCATION = Rule(
    "key-vault-location",
    "The vault of the key is in the region of the environment.",
    Severity.ERROR,
    f"{sources.KEYS}, Considerations; seen by looking it up",
)
KEY_VAULT_PROTECTED = Rule(
    "key-vault-protected",
    "The vault of the key has soft delete and purge protection.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites; seen by looking it up",
)
KEY_FOUND = Rule(
    "key-found",
    "The key exists in the vault.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites; seen by looking it up",
)
KEY_TYPE = Rule(
    "key-type",
    "The key is of type RSA and has 2048 bits.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites: no other type and size is named; seen by looking it up",
)
KEY_ENABLED = Rule(
    "key-enabled",
    "The key is enabled.",
    Severity.ERROR,
    f"{sources.KEYS}, Prerequisites; seen by looking it up",
)
KEY_VERSION_CURRENT = Rule(
    "key-version-current",
    "The version of the key is the current one.",
    Severity.WARNING,
    "azure-native, keyvault.getKey: it reads the current version only, so that of another one nothing is known",
)
KEY_UNSEEN = Rule(
    "key-unseen",
    "The vault and the key can be looked up.",
    Severity.WARNING,
    "This library: who creates an environment need not be allowed to read the vault of its key",
)

KEY_REGIONS = ("eastus", "southcentralus", "westus2", "usgovarizona", "usgovtexas", "usgovvirginia")
"""The regions in which environments take keys of their owners, as ARM spells them."""

_KEY_TYPE, _KEY_SIZE = "RSA", 2048

_IDENTITY_ID = "Microsoft.ManagedIdentity/userAssignedIdentities"
_VAULT_ID = "Microsoft.KeyVault/vaults"


@dataclass(frozen=True, slots=True)
class VaultId:
    """The parts of a key vault's id."""

    subscription: str
    resource_group: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundVault:
    """What is looked at in a vault.

    Attributes:
        location: its region, in any spelling.
        soft_delete: whether what is deleted can be recovered; None when it does not say.
        purge_protection: whether what is deleted cannot be purged.
    """

    location: str
    soft_delete: bool | None
    purge_protection: bool


@dataclass(frozen=True, slots=True)
class FoundKey:
    """What is looked at in the current version of a key.

    Attributes:
        version: the version that this is.
        kind: its type, such as ``RSA`` or ``EC``.
        size: its bits; None for a type without a size.
        enabled: whether it can be used.
    """

    version: str
    kind: str
    size: int | None
    enabled: bool


def check_identity_members(kind: str, count: int) -> list[Problem]:
    """Whether an identity of this type names as many identities as it has to."""
    if (kind == "UserAssigned") == (count > 0):
        return []
    needed = "at least one id" if kind == "UserAssigned" else "none"
    return [
        IDENTITY_MEMBERS.violation(
            f"{'Ids are' if count else 'No id is'} named, and the type is {kind}.",
            needed,
            _example_id(_IDENTITY_ID, "ise"),
        )
    ]


def check_identity_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a user-assigned identity."""
    return _check_id(IDENTITY_ID, text, _IDENTITY_ID, "a user-assigned identity")


def check_vault_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a key vault."""
    return _check_id(KEY_VAULT_ID, text, _VAULT_ID, "a key vault")


def _check_id(rule: Rule, text: str, resource_type: str, what: str) -> list[Problem]:
    pattern = rf"/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/{re.escape(resource_type)}/[^/\s]+"
    if re.fullmatch(pattern, text, re.IGNORECASE):
        return []
    # The end of an id tells what it names, and its beginning is long.
    _, provider, end = text.rpartition("/providers/")
    given = f"…{provider}{end}" if provider else text
    return [
        rule.violation(f"{describe(given)} is not the id of {what}.", f"the id of {what}", _example_id(resource_type))
    ]


def _example_id(resource_type: str, name: str = "fabrikam") -> str:
    return f"/subscriptions/…/resourceGroups/Fabrikam-RG/providers/{resource_type}/{name}"


def check_key_name(name: str) -> list[Problem]:
    """Whether a key can have this name."""
    if re.fullmatch(r"[A-Za-z0-9-]{1,127}", name):
        return []
    return [
        KEY_NAME.violation(f"{describe(name)} is not the name of a key.", "1 to 127 letters, digits and hyphens", "ise")
    ]


def check_key_version(version: str) -> list[Problem]:
    """Whether this is the version of a key."""
    if re.fullmatch(r"[A-Za-z0-9]{32}", version):
        return []
    return [
        KEY_VERSION.violation(
            f"{describe(version)} is not the version of a key.",
            "32 letters and digits: the last part of the key's identifier",
            "0123456789abcdef0123456789abcdef",
        )
    ]


def check_key_identity(identity_type: str | None) -> list[Problem]:
    """Whether an environment with an identity of this type, or with none, can use a key of its owner."""
    remedy = (
        "Make a user-assigned identity, give it the permissions Get, List, Wrap Key and Unwrap Key for the keys of the "
        "vault, and name its id."
    )
    allowed = "a UserAssigned identity that may use the key before the environment is created"
    example = "{type: UserAssigned, userAssigned: [/subscriptions/…]}"
    if identity_type is None:
        statement = "is missing: the environment needs it to use the key."
        return [KEY_IDENTITY.violation(statement, allowed, example, remedy, ("identity",))]
    if identity_type == "SystemAssigned":
        return [
            KEY_SYSTEM_IDENTITY.violation(
                "A system-assigned identity comes into being with the environment, whose creation then fails because "
                "nobody could let it use the key before.",
                allowed,
                example,
                remedy,
                ("identity", "type"),
            )
        ]
    return []


def check_key_region(location: str) -> list[Problem]:
    """Whether environments in ``location``, normalised, take keys of their owners."""
    if location in KEY_REGIONS:
        return []
    return [
        KEY_REGION.violation(
            f"Environments in {describe(location)} take no keys of their owners.",
            f"a location among {', '.join(KEY_REGIONS)}, or no encryptionKey",
            "westus2",
            path=("location",),
        )
    ]


def vault_id(text: str) -> VaultId:
    """The parts of the id of a key vault; the id was checked before."""
    segments = text.split("/")
    return VaultId(segments[2], segments[4], segments[8])


def vault_not_found(identity: str) -> Problem:
    """The problem that Azure knows no such vault."""
    vault = vault_id(identity)
    return KEY_VAULT_FOUND.violation(
        f"The resource group {describe(vault.resource_group)} has no vault {describe(vault.name)}.",
        "the id of a vault that exists",
        remedy="Correct it, or make the vault first. Where the same program makes the vault, give the id that the "
        "vault has as an output: a preview then waits for it.",
        path=("encryptionKey", "vaultId"),
    )


def key_not_found(name: str) -> Problem:
    """The problem that the vault has no such key."""
    return KEY_FOUND.violation(
        f"The vault has no key {describe(name)}.",
        "the name of a key in the vault",
        remedy="Correct it, or make the key first.",
        path=("encryptionKey", "name"),
    )


def key_unseen(reason: str) -> Problem:
    """The warning that vault or key could not be looked up, for ``reason``, a sentence."""
    return KEY_UNSEEN.violation(
        f"Vault and key could not be looked up: {reason}",
        remedy="Make sure that the vault is in the environment's region, with soft delete and purge protection, and "
        "that the key is RSA of 2048 bits and enabled; or let the login read the vault (role Reader).",
        path=("encryptionKey",),
    )


def check_found_vault(vault: FoundVault, location: str | None) -> list[Problem]:
    """Whether the key of an environment can be in this vault.

    Args:
        vault: as it was looked up.
        location: the region of the environment, in any spelling; None when it is not known yet.
    """
    path = ("encryptionKey", "vaultId")
    problems = []
    if location is not None and normalise_location(vault.location) != normalise_location(location):
        problems.append(
            KEY_VAULT_LOCATION.violation(
                f"The vault is in {normalise_location(vault.location)}, the environment in "
                f"{normalise_location(location)}.",
                "a vault in the environment's region",
                remedy="Make a vault with a key there, or create the environment in the region of the vault.",
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
                f"The vault has no {' and no '.join(missing)}.",
                "a vault with soft delete and purge protection",
                remedy="Switch it on, which cannot be undone: `az keyvault update --enable-purge-protection`.",
                path=path,
            )
        )
    return problems


def check_found_key(key: FoundKey, version: str) -> list[Problem]:
    """Whether an environment can be encrypted with a key.

    Args:
        key: the current version of it, as it was looked up.
        version: the version that is wanted. When it is another one, nothing is known of it but that.
    """
    if key.version.lower() != version.lower():
        return [
            KEY_VERSION_CURRENT.violation(
                f"{describe(version)} is not the current version of the key, which is {describe(key.version)}; "
                "whether it exists and can be used could not be looked up.",
                "the current version, or an earlier one that is enabled",
                path=("encryptionKey", "version"),
            )
        ]
    problems = []
    if key.kind != _KEY_TYPE or key.size not in (None, _KEY_SIZE):
        bits = f" with {key.size} bits" if key.size else ""
        problems.append(
            KEY_TYPE.violation(
                f"The key is of type {redact(key.kind)}{bits}.",
                f"a key of type {_KEY_TYPE} with {_KEY_SIZE} bits",
                remedy=f"Make another key: `az keyvault key create --kty {_KEY_TYPE} --size {_KEY_SIZE}`.",
                path=("encryptionKey", "name"),
            )
        )
    if not key.enabled:
        problems.append(
            KEY_ENABLED.violation(
                "This version of the key is disabled.",
                "a version that is enabled",
                remedy="Enable it: `az keyvault key set-attributes --enabled true`.",
                path=("encryptionKey", "version"),
            )
        )
    return problems
