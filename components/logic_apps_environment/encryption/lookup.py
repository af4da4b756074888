"""Look up the customer-managed key of an environment before the environment is requested.

The vault and the current version of the key are read through Resource Manager, which requires no permission for the
content of the vault. Previews look them up if their IDs are known, otherwise the deployment does. A failing look-up is
a warning, because the account that creates an environment might not have permission to read the vault.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import authorization, keyvault

from logic_apps_environment.azure.ids import ResourceId, parse_id
from logic_apps_environment.azure.lookups import is_not_found, none_if_unknown, reason_of
from logic_apps_environment.encryption import rules
from logic_apps_environment.encryption.args import EncryptionKeyArgs
from logic_apps_environment.encryption.rules import FoundKey, FoundVault
from logic_apps_environment.validation.model import Input
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem


def verified_vault_id(
    key: EncryptionKeyArgs, location: Input[str], parent: pulumi.Resource, notation: Notation
) -> pulumi.Output[str]:
    """Return the ID of the key vault after the vault and the key have been validated.

    The Output fails with an ArgumentsError that lists every problem. The provider of ``parent`` is used.
    """
    return pulumi.Output.all(
        vault_id=key.vault_id,
        name=none_if_unknown(key.name),
        version=none_if_unknown(key.version),
        location=none_if_unknown(location),
    ).apply(lambda known: _look_up(known, parent, notation))


async def _look_up(known: dict[str, Any], parent: pulumi.Resource, notation: Notation) -> str:
    identity = str(known["vault_id"])
    await notation.report_late(_problems(identity, known, pulumi.InvokeOptions(parent=parent)), parent)
    return identity


def _problems(identity: str, known: dict[str, Any], options: pulumi.InvokeOptions) -> list[Problem]:
    # Use the plain functions instead of those that return an Output: a failed Output fails the program even if the
    # error is handled.
    vault = parse_id(identity)
    problems: list[Problem] = []
    try:
        subscription = str(authorization.get_client_config(opts=options).subscription_id)
        if subscription.lower() != vault.subscription.lower():
            return [rules.key_unseen("the vault is in another subscription.")]
        try:
            found_vault = _vault(vault, options)
        except Exception as error:
            if is_not_found(error):
                return [rules.vault_not_found(identity)]
            raise
        problems += rules.check_found_vault(found_vault, known["location"])
        # A version that is unknown in a preview belongs to a key that the program creates.
        if known["name"] is not None and known["version"] is not None:
            try:
                problems += rules.check_found_key(_key(vault, known["name"], options), known["version"])
            except Exception as error:
                if not is_not_found(error):
                    raise
                problems.append(rules.key_not_found(known["name"]))
    except Exception as error:  # noqa: BLE001 - any failed look-up is a warning
        problems.append(rules.key_unseen(reason_of(error)))
    return problems


def _vault(vault: ResourceId, options: pulumi.InvokeOptions) -> FoundVault:
    found: Any = keyvault.get_vault(resource_group_name=vault.resource_group, vault_name=vault.name, opts=options)
    return FoundVault(
        name=vault.name,
        location=found.location,
        soft_delete=found.properties.enable_soft_delete,
        purge_protection=bool(found.properties.enable_purge_protection),
    )


def _key(vault: ResourceId, name: str, options: pulumi.InvokeOptions) -> FoundKey:
    found: Any = keyvault.get_key(
        resource_group_name=vault.resource_group, vault_name=vault.name, key_name=name, opts=options
    )
    return FoundKey(
        vault=vault.name,
        name=name,
        version=found.key_uri_with_version.rstrip("/").rpartition("/")[2],
        kind=found.kty or "",
        size=found.key_size,
        enabled=found.attributes is None or found.attributes.enabled is not False,
    )
