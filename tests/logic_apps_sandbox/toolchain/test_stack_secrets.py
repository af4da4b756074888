"""Whether the sandbox can decrypt the values of a stack file."""

import hashlib
from pathlib import Path

import pytest

from logic_apps_sandbox.toolchain.stack_secrets import can_decrypt

# The real CLI created this salt with the passphrase "correct horse".
SALT = "v1:4OJodVzZX7k=:v1:w0grQc1m6ezV9o4U:SDNpqvap1DIsMcfJVxJkGyUVHe/5Ow=="
FILE = f"encryptionsalt: {SALT}\nconfig:\n  demo:key:\n    secure: v1:abc\n"


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the derivations of a key, each of which takes a quarter of a second; "another" is the passphrase."""
    (tmp_path / "passphrase").write_text("another")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    derived: list[str] = []

    def derive(name: str, *_: object) -> bytes:
        derived.append(name)
        return bytes(32)

    monkeypatch.setattr(hashlib, "pbkdf2_hmac", derive)
    return derived


def test_the_salt_of_the_stacks_state_is_not_verified_again(derivations: list[str]) -> None:
    assert can_decrypt(FILE, salt_of_state=SALT)
    assert derivations == []


@pytest.mark.parametrize("salt_of_state", ["", SALT.replace("4OJ", "5OJ")])
def test_another_salt_is_verified(derivations: list[str], salt_of_state: str) -> None:
    assert not can_decrypt(FILE, salt_of_state=salt_of_state)
    assert derivations == ["sha256"]


def test_a_salt_is_verified_with_a_passphrase_that_the_user_gives(
    derivations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "given")
    assert not can_decrypt(FILE, salt_of_state=SALT)
    assert derivations == ["sha256"]


@pytest.mark.parametrize("secrets", ["secretsprovider: azurekeyvault://vault/keys/key", "# Pulumi Cloud adds nothing."])
def test_the_salt_of_the_state_says_nothing_about_values_without_a_salt(secrets: str) -> None:
    assert not can_decrypt(FILE.replace(f"encryptionsalt: {SALT}", secrets), salt_of_state=SALT)
