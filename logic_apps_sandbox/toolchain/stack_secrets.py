"""Whether the sandbox can decrypt the values of a stack file."""

import base64
import binascii
import hashlib
import os
import re
from pathlib import Path

OWN_SECRETS = re.compile(r"^(encryptionsalt|encryptedkey|secretsprovider)\s*:.*\n?", re.MULTILINE)
ENCRYPTED_VALUE = re.compile(r"^[^#\n]*(?<![\w:-])secure\s*:\s", re.MULTILINE)
SALT_LINE = re.compile(r"^encryptionsalt\s*:\s*[\"']?([^\s\"']*).*$", re.MULTILINE)
_AZURE_KEY = re.compile(r"^secretsprovider\s*:\s*[\"']?azurekeyvault:", re.MULTILINE)

_GIVEN_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - the name of a variable
_ITERATIONS = 1_000_000
_PLAIN = b"pulumi"


def can_decrypt(stack_file: str, *, salt_of_state: str = "") -> bool:
    """Return whether the sandbox can decrypt the encrypted values in the text of a stack file.

    It cannot if they were encrypted by Pulumi Cloud, which leaves no salt in the file, with a key of Azure Key Vault,
    or with another passphrase. For other secrets providers, the answer is true.

    Args:
        stack_file: the text of the stack file.
        salt_of_state: the salt of the stack's state in the sandbox. It belongs to the sandbox's passphrase, so that an
            equal salt need not be verified, which takes a quarter of a second.
    """
    if _AZURE_KEY.search(stack_file) or not OWN_SECRETS.search(stack_file):
        return False
    salt = SALT_LINE.search(stack_file)
    if salt is None:
        return True
    # Another passphrase than the sandbox's own is not that of the state.
    if salt[1] == salt_of_state and not os.environ.get(_GIVEN_PASSPHRASE):
        return True
    passphrase = _passphrase()
    return passphrase is None or _is_of(passphrase, salt[1])


def has_salt_of_sandbox(stack_file: str) -> bool:
    """Return whether the salt in the text of a stack file belongs to the passphrase that Pulumi uses."""
    salt, passphrase = SALT_LINE.search(stack_file), _passphrase()
    return salt is not None and passphrase is not None and _is_of(passphrase, salt[1])


def _passphrase() -> str | None:
    """Return the passphrase that Pulumi uses; None if it would ask for one."""
    if given := os.environ.get(_GIVEN_PASSPHRASE):
        return given
    try:
        return Path(os.environ["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text(encoding="utf-8").strip()
    except (KeyError, OSError, UnicodeDecodeError):
        return None


def _is_of(passphrase: str, salt: str) -> bool:
    """Return whether a salt belongs to a passphrase.

    A salt is ``v1:SALT:v1:NONCE:DATA`` in base64, and the data is an encrypted constant (pulumi/pulumi v3.274.1,
    pkg/secrets/passphrase/manager.go and sdk/go/common/resource/config/crypt.go).
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to import, and few stack files need it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        start, nonce, data = (
            base64.b64decode(part) for part in salt.removeprefix("v1:").replace(":v1:", ":").split(":")
        )
        key = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), start, _ITERATIONS)
        return AESGCM(key).decrypt(nonce, data, None) == _PLAIN
    except (ValueError, binascii.Error, InvalidTag):
        return False
