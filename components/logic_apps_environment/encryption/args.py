"""The arguments for the identity and the customer-managed key of an environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal, NotRequired, TypedDict, Unpack

import pulumi
from pydantic import BeforeValidator

from logic_apps_environment.azure.argument_types import id_of
from logic_apps_environment.azure.resource_types import IDENTITY, KEY_VAULT
from logic_apps_environment.encryption import rules as encryption_rules
from logic_apps_environment.validation.change_effects import ENVIRONMENT_REPLACED
from logic_apps_environment.validation.checks import Rules, check
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem


class IdentityType(StrEnum):
    """The type of the identity of an environment."""

    SYSTEM_ASSIGNED = "SystemAssigned"
    """Azure creates the identity with the environment, and deletes it with the environment."""

    USER_ASSIGNED = "UserAssigned"
    """The identity exists before the environment."""


class IdentityArgs(Model):
    """The identity with which an environment accesses its customer-managed key."""

    type: IdentityType = setting(
        "Type of the identity: created by Azure with the environment, or existing.",
        allowed="SystemAssigned or UserAssigned",
        example="UserAssigned",
        change=ENVIRONMENT_REPLACED,
        rule=encryption_rules.IDENTITY_TYPE,
    )
    user_assigned: tuple[Input[Annotated[str, id_of(encryption_rules.IDENTITY_ID, IDENTITY)]], ...] = setting(
        "IDs of the user-assigned identities.",
        allowed="at least one ID with UserAssigned; none with SystemAssigned",
        example="[/subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ise]",
        change=ENVIRONMENT_REPLACED,
        default=(),
        is_name=True,
    )

    def __init__(self, **values: Unpack[IdentityArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_members(self) -> list[Problem]:
        found = encryption_rules.check_identity_members(self.type, len(self.user_assigned))
        return [problem.within("userAssigned") for problem in found]


class EncryptionKeyArgs(Model):
    """A customer-managed key, with which the service encrypts the data of an environment."""

    vault_id: Input[Annotated[str, id_of(encryption_rules.KEY_VAULT_ID, KEY_VAULT)]] = setting(
        "ID of the key vault, in the environment's region, with soft delete and purge protection.",
        allowed="the resource ID of a key vault",
        example="/subscriptions/…/providers/Microsoft.KeyVault/vaults/fabrikam",
        change=ENVIRONMENT_REPLACED,
        is_name=True,
    )
    name: Input[
        Annotated[str, Rules(encryption_rules.check_key_name, {"pattern": rf"^{encryption_rules.KEY_NAME_PATTERN}$"})]
    ] = setting(
        "Name of the key: RSA, 2048 bits, enabled.",
        allowed="1 to 127 letters, digits and hyphens",
        example="ise",
        change=ENVIRONMENT_REPLACED,
        is_name=True,
    )
    version: Input[
        Annotated[
            str, Rules(encryption_rules.check_key_version, {"pattern": rf"^{encryption_rules.KEY_VERSION_PATTERN}$"})
        ]
    ] = setting(
        "Version of the key. It cannot be rotated. If the key expires or is deleted, the environment becomes unusable.",
        allowed="32 letters and digits",
        example="0123456789abcdef0123456789abcdef",
        change=ENVIRONMENT_REPLACED,
        is_name=True,
    )

    def __init__(self, **values: Unpack[EncryptionKeyArgsDict]) -> None:
        super().__init__(**values)


def _none_if_empty(value: object) -> object:
    """Convert an empty object to None, because Pulumi.yaml cannot declare a key without a value."""
    return None if isinstance(value, Mapping) and not value else value


Identity = Annotated[IdentityArgs | None, BeforeValidator(_none_if_empty)]
EncryptionKey = Annotated[EncryptionKeyArgs | None, BeforeValidator(_none_if_empty)]


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class EncryptionKeyArgsDict(TypedDict):
    """A customer-managed key, with which the service encrypts the data of an environment."""

    vault_id: pulumi.Input[str]
    """ID of the key vault, in the environment's region, with soft delete and purge protection."""

    name: pulumi.Input[str]
    """Name of the key: RSA, 2048 bits, enabled."""

    version: pulumi.Input[str]
    """Version of the key. It cannot be rotated. If the key expires or is deleted, the environment becomes unusable."""


class IdentityArgsDict(TypedDict):
    """The identity with which an environment accesses its customer-managed key."""

    type: IdentityType | Literal["SystemAssigned", "UserAssigned"]
    """Type of the identity: created by Azure with the environment, or existing."""

    user_assigned: NotRequired[Sequence[pulumi.Input[str]] | None]
    """IDs of the user-assigned identities."""
