"""The key of an environment is looked up before the environment is requested.

Tested here: what is asked, when, and what becomes of the answers, on a recording monitor that answers for
azure-native's functions. The rules about what is found have their examples in rule_examples.py; the real engine is
asked in tests/end_to_end/test_encryption.py.
"""

from __future__ import annotations

import copy
from typing import Any

import pulumi
import pytest

from logic_apps_environment import ArgumentsError
from tests.logic_apps_environment.test_environment import environment, later
from tests.support.recording import SUBSCRIPTION, Recording, Refusal, record
from tests.support.rule_examples import IDENTITY

VAULT = f"{SUBSCRIPTION}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/fabrikam"
VERSION = "0123456789abcdef" * 2
KEY = {"vault_id": VAULT, "name": "ise", "version": VERSION}
CLIENT_CONFIG = "azure-native:authorization:getClientConfig"
GET_VAULT = "azure-native:keyvault:getVault"
GET_KEY = "azure-native:keyvault:getKey"

NOT_FOUND = Refusal('invocation of a function returned an error: Status=404 Code="ResourceNotFound" Message="No."')
FORBIDDEN = Refusal('invocation of a function returned an error: Status=403 Code="AuthorizationFailed" Message="No."')


def functions(vault: Any = None, key: Any = None) -> dict[str, Any]:
    """Azure's responses: a vault and a key as Microsoft's page requires, with these differences, or an error."""
    found_vault = {
        "id": VAULT,
        "location": "westus2",
        "properties": {"enableSoftDelete": True, "enablePurgeProtection": True},
    }
    found_key = {
        "id": f"{VAULT}/keys/ise",
        "kty": "RSA",
        "keySize": 2048,
        "attributes": {"enabled": True},
        "keyUriWithVersion": f"https://fabrikam.vault.azure.net/keys/ise/{VERSION}",
    }
    subscription = {"subscriptionId": SUBSCRIPTION.rpartition("/")[2], "clientId": "", "objectId": "", "tenantId": ""}
    return {
        CLIENT_CONFIG: subscription,
        GET_VAULT: vault if isinstance(vault, Refusal) else copy.deepcopy(found_vault | (vault or {})),
        GET_KEY: key if isinstance(key, Refusal) else copy.deepcopy(found_key | (key or {})),
    }


def encrypted(key: Any = None, **changes: Any) -> Any:
    """A program with an environment that is encrypted with a key."""
    identity = {"type": "UserAssigned", "user_assigned": [IDENTITY]}
    return environment(identity=identity, encryption_key=key or KEY, **changes)


def problems(program: Any, known: dict[str, Any], *, preview: bool = True) -> list[str]:
    """The places and rules of the one error; the environment was not registered."""
    recording = Recording()
    with pytest.raises(ArgumentsError) as caught:
        record(program, functions=known, recording=recording, preview=preview)
    assert "fabrikam-ise" not in recording.names
    return [f"{'.'.join(map(str, p.path))} {p.rule.identifier}" for p in caught.value.problems]


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings of a program."""
    heard: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_: heard.append(message))
    return heard


@pytest.mark.parametrize("preview", [True, False])
def test_a_valid_key_is_looked_up_once_and_sent_without_a_message(preview: bool, warnings: list[str]) -> None:
    recording = record(encrypted(), functions=functions(), preview=preview)
    sent = recording["fabrikam-ise"].inputs["properties"]["encryptionConfiguration"]["encryptionKeyReference"]
    assert sent == {"keyVault": {"id": VAULT}, "keyName": "ise", "keyVersion": VERSION}
    assert recording.invokes == [CLIENT_CONFIG, GET_VAULT, GET_KEY]
    assert [text for text in warnings if "[key-" in text] == []


def test_nothing_is_looked_up_without_a_key() -> None:
    assert record(environment(), functions=functions()).invokes == []


def test_all_problems_of_vault_and_key_are_reported_in_one_message_at_preview() -> None:
    known = functions(
        {"location": "eastus", "properties": {"enableSoftDelete": True}},
        {"kty": "EC", "keySize": None, "attributes": {"enabled": False}},
    )
    assert problems(encrypted(), known) == [
        "encryption_key.vault_id key-vault-location",
        "encryption_key.vault_id key-vault-protected",
        "encryption_key.name key-type",
        "encryption_key.version key-enabled",
    ]


@pytest.mark.parametrize(("kind", "size"), [("EC", None), ("RSA-HSM", 2048), ("RSA", 3072)])
def test_another_type_or_size_than_the_documented_is_rejected(kind: str, size: int | None) -> None:
    """Microsoft's page on customer-managed keys for ISEs, Prerequisites: RSA, 2048."""
    assert problems(encrypted(), functions(key={"kty": kind, "keySize": size})) == ["encryption_key.name key-type"]


def test_a_vault_that_does_not_exist_is_an_error_and_its_key_is_not_requested() -> None:
    assert problems(encrypted(), functions(NOT_FOUND, FORBIDDEN)) == ["encryption_key.vault_id key-vault-found"]


def test_a_key_that_does_not_exist_is_reported_with_the_problems_of_its_vault() -> None:
    assert problems(encrypted(), functions({"location": "eastus"}, NOT_FOUND)) == [
        "encryption_key.vault_id key-vault-location",
        "encryption_key.name key-found",
    ]


@pytest.mark.parametrize(("vault", "key"), [(FORBIDDEN, None), (None, FORBIDDEN), (FORBIDDEN, FORBIDDEN)])
def test_a_rejected_look_up_is_one_warning_and_the_environment_is_created(
    vault: Refusal | None, key: Refusal | None, warnings: list[str]
) -> None:
    recording = record(encrypted(), functions=functions(vault, key))
    assert "fabrikam-ise" in recording.names
    (warning,) = [text for text in warnings if "[key-" in text]
    assert "[key-unseen]" in warning
    assert "AuthorizationFailed" in warning


def test_the_vault_is_validated_although_the_key_cannot_be_read() -> None:
    assert problems(encrypted(), functions({"location": "eastus"}, FORBIDDEN)) == [
        "encryption_key.vault_id key-vault-location"
    ]


def test_a_vault_of_another_subscription_is_a_warning(warnings: list[str]) -> None:
    """azure-native's functions look in the provider's own subscription only."""
    other = VAULT.replace(SUBSCRIPTION, "/subscriptions/22222222-2222-2222-2222-222222222222")
    recording = record(encrypted(KEY | {"vault_id": other}), functions=functions(NOT_FOUND))
    assert recording.invokes == [CLIENT_CONFIG]
    (warning,) = [text for text in warnings if "[key-unseen]" in text]
    assert "another subscription" in warning


def test_an_earlier_version_is_a_warning_because_only_the_current_one_is_read(warnings: list[str]) -> None:
    record(encrypted(KEY | {"version": "f" * 32}), functions=functions(key={"attributes": {"enabled": False}}))
    (warning,) = [text for text in warnings if "[key-" in text]
    assert "[key-version-current]" in warning


def unknown() -> Any:
    """An unknown value in a preview: an output of a resource to be created."""
    return pulumi.Output.from_input(pulumi.UNKNOWN)


def test_a_vault_that_the_program_creates_is_validated_when_its_id_resolves() -> None:
    recording = record(encrypted(lambda: KEY | {"vault_id": unknown()}), functions=functions(NOT_FOUND), preview=True)
    assert recording.invokes == []
    assert "fabrikam-ise" in recording.names
    arrived = encrypted(lambda: KEY | {"vault_id": later(VAULT)()})
    assert problems(arrived, functions({"location": "eastus"}), preview=False) == [
        "encryption_key.vault_id key-vault-location"
    ]


def test_a_key_that_the_program_creates_in_an_existing_vault_is_not_reported_as_missing() -> None:
    program = encrypted(lambda: KEY | {"version": unknown()})
    recording = record(program, functions=functions(key=NOT_FOUND), preview=True)
    assert recording.invokes == [CLIENT_CONFIG, GET_VAULT]
    assert problems(program, functions({"location": "eastus"})) == ["encryption_key.vault_id key-vault-location"]


def test_without_the_region_everything_else_is_validated() -> None:
    program = encrypted(location=unknown)
    assert problems(program, functions({"location": "eastus"}, {"kty": "EC", "keySize": None})) == [
        "encryption_key.name key-type"
    ]
