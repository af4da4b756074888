"""The simulator's access tokens: JSON web tokens that are signed with RS256, as those of Microsoft Entra ID.

Sources: RFC 7519 (JSON Web Token), RFC 7517 and 7638 (keys and their thumbprints); Microsoft, "Access tokens in the
Microsoft identity platform" (claims, signing keys).
"""

import functools
import hashlib
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidTokenError
from jwt.types import Options

from logic_apps_sandbox.arm.core.session import Json

_ALGORITHM = "RS256"
_KEY_SIZE = 2048
"""Bits; the smallest that RS256 allows (RFC 7518, 3.3)."""

_OPTIONS: Options = {
    "require": ["aud", "exp", "nbf"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}


def new_key() -> str:
    """Return a new private key as PEM text."""
    key = generate_private_key(public_exponent=65537, key_size=_KEY_SIZE)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign(claims: Json, key: str) -> str:
    """Return the token with these claims."""
    return jwt.encode(claims, _private(key), _ALGORITHM, headers={"kid": _public_jwk(key)["kid"]})


def verified(token: str, key: str) -> Json | None:
    """Return the claims of a token that was signed with the key, None for anything else.

    The caller checks times and audience, because the simulator has its own clock in tests, and ARM has an error for
    each.
    """
    try:
        claims: Json = jwt.decode(token, _private(key).public_key(), [_ALGORITHM], options=_OPTIONS)
    except (InvalidTokenError, ValueError):
        return None
    return claims


def key_set(key: str) -> Json:
    """Return the JSON Web Key Set with the public key."""
    return {"keys": [_public_jwk(key)]}


@functools.lru_cache(maxsize=4)
def _private(key: str) -> RSAPrivateKey:
    loaded = load_pem_private_key(key.encode(), password=None)
    if not isinstance(loaded, RSAPrivateKey):
        raise TypeError("the key that signs tokens is not an RSA key")
    return loaded


@functools.lru_cache(maxsize=4)
def _public_jwk(key: str) -> dict[str, Any]:
    public: RSAPublicKey = _private(key).public_key()
    numbers = RSAAlgorithm.to_jwk(public, as_dict=True)
    members = {name: numbers[name] for name in ("e", "kty", "n")}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).hexdigest()
    return {**members, "use": "sig", "alg": _ALGORITHM, "kid": thumbprint}
