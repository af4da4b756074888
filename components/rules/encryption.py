"""Rules about the identity of an environment, and about the key of its owner that it is encrypted with."""

from __future__ import annotations

import re

from . import sources
from .rule import BESIDE, Problem, Rule, Severity, spell_given

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

KEY_REGIONS = ("eastus", "southcentralus", "westus2", "usgovarizona", "usgovtexas", "usgovvirginia")
"""The regions in which environments take keys of their owners, as ARM spells them."""

_IDENTITY_ID = "Microsoft.ManagedIdentity/userAssignedIdentities"
_VAULT_ID = "Microsoft.KeyVault/vaults"


def check_identity_members(kind: str, count: int) -> list[Problem]:
    """Whether an identity of this type names as many identities as it has to."""
    if (kind == "UserAssigned") == (count > 0):
        return []
    needed = "at least one id" if kind == "UserAssigned" else "none"
    return [
        IDENTITY_MEMBERS.broken(
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
        rule.broken(f"{spell_given(given)} is not the id of {what}.", f"the id of {what}", _example_id(resource_type))
    ]


def _example_id(resource_type: str, name: str = "fabrikam") -> str:
    return f"/subscriptions/…/resourceGroups/Fabrikam-RG/providers/{resource_type}/{name}"


def check_key_name(name: str) -> list[Problem]:
    """Whether a key can have this name."""
    if re.fullmatch(r"[A-Za-z0-9-]{1,127}", name):
        return []
    return [
        KEY_NAME.broken(f"{spell_given(name)} is not the name of a key.", "1 to 127 letters, digits and hyphens", "ise")
    ]


def check_key_version(version: str) -> list[Problem]:
    """Whether this is the version of a key."""
    if re.fullmatch(r"[A-Za-z0-9]{32}", version):
        return []
    return [
        KEY_VERSION.broken(
            f"{spell_given(version)} is not the version of a key.",
            "32 letters and digits: the last part of the key's identifier",
            "0123456789abcdef0123456789abcdef",
        )
    ]


def check_key(identity_type: str | None, location: str | None) -> list[Problem]:
    """Whether an environment can be encrypted with a key of its owner.

    Args:
        identity_type: the type of its identity; None when it has none.
        location: its region, normalised; None when it is not known yet.
    """
    problems = []
    remedy = (
        "Make a user-assigned identity, give it the permissions Get, List, Wrap Key and Unwrap Key for the keys of the "
        "vault, and name its id."
    )
    allowed = "a UserAssigned identity that may use the key before the environment is created"
    example = "{type: UserAssigned, userAssigned: [/subscriptions/…]}"
    if identity_type is None:
        problems.append(
            KEY_IDENTITY.broken(
                "is missing: the environment needs it to use the key.", allowed, example, remedy, (BESIDE, "identity")
            )
        )
    elif identity_type == "SystemAssigned":
        problems.append(
            KEY_SYSTEM_IDENTITY.broken(
                "A system-assigned identity comes into being with the environment, whose creation then fails because "
                "nobody could let it use the key before.",
                allowed,
                example,
                remedy,
                (BESIDE, "identity", "type"),
            )
        )
    if location is not None and location not in KEY_REGIONS:
        problems.append(
            KEY_REGION.broken(
                f"Environments in {spell_given(location)} take no keys of their owners.",
                f"a location among {', '.join(KEY_REGIONS)}, or no encryptionKey",
                "westus2",
                place=(BESIDE, "location"),
            )
        )
    return problems
