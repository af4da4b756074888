"""Who may ask: the cloud's metadata, OpenID configuration, tokens for client credentials, the check of bearer tokens.

Sources: Azure Resource Manager metadata endpoint (api-version 2022-09-01) as go-azure-sdk and azure-native read it;
OpenID Connect Discovery 1.0;
RFC 6749, 4.4 and 5.2; RFC 6750, 3. Tokens are JSON web tokens (RFC 7519, HS256), because some clients read the claims.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from logic_apps_sandbox.arm.core.account import CLIENT_ID, OBJECT_ID, TENANT_ID
from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.session import Json, Response, timestamp

if TYPE_CHECKING:
    from logic_apps_sandbox.arm.core.store import Store

_TOKEN_LIFE = 3600
"""Real seconds."""

_TENANT_NAMES = {TENANT_ID, "common", "organizations"}


_HEADER = {"typ": "JWT", "alg": "HS256"}


@dataclass(frozen=True)
class Credentials:
    """The store's one service principal; `signing_key` signs its tokens."""

    client_secret: str
    signing_key: bytes


def credentials(store: Store) -> Credentials:
    """Read the credentials, made at random when the store is new. Use inside a transaction."""
    for name, make in (("clientSecret", secrets.token_urlsafe), ("signingKey", secrets.token_hex)):
        if store.setting(name) is None:
            store.set_setting(name, make(32))
    return Credentials(store.setting("clientSecret"), bytes.fromhex(store.setting("signingKey")))


def metadata(base_url: str) -> Response:
    """`GET /metadata/endpoints`: where the parts of this cloud are. Everything is on this one address."""
    host = base_url.removeprefix("https://")
    return Response(
        200,
        {
            "name": "Sandbox",
            "portal": base_url,
            "resourceManager": base_url,
            "microsoftGraphResourceId": base_url,
            "graph": base_url,
            "authentication": {
                "loginEndpoint": base_url,
                "audiences": [base_url],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "suffixes": {"storage": f"storage.{host}", "keyVaultDns": f"vault.{host}"},
        },
    )


def openid_configuration(base_url: str, tenant: str) -> Response:
    """`GET /{tenant}/v2.0/.well-known/openid-configuration`."""
    _check_tenant(tenant)
    return Response(
        200,
        {
            "issuer": f"{base_url}/{TENANT_ID}/v2.0",
            "authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
        },
    )


def token(known: Credentials, base_url: str, tenant: str, form: bytes, authorization: str, now: float) -> Response:
    """`POST /{tenant}/oauth2/v2.0/token` with client credentials.

    `now` is real time, `authorization` the header, which may be empty.
    """
    _check_tenant(tenant)
    fields = {name: values[-1] for name, values in parse_qs(form.decode("ascii", "replace")).items()}
    if fields.get("grant_type") != "client_credentials":
        return _token_error(
            400, "unsupported_grant_type", "The simulator gives tokens for grant_type=client_credentials only."
        )
    client_id, client_secret = _basic(authorization) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    if client_id.lower() != CLIENT_ID:
        return _token_error(
            400, "unauthorized_client", f"AADSTS700016: The client is not known. Its id is {CLIENT_ID}."
        )
    if not hmac.compare_digest(client_secret.encode(), known.client_secret.encode()):
        return _token_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    claims = {
        "aud": base_url, "iss": f"{base_url}/{TENANT_ID}/v2.0",
        "iat": int(now), "nbf": int(now), "exp": int(now) + _TOKEN_LIFE,
        "appid": CLIENT_ID, "oid": OBJECT_ID, "sub": OBJECT_ID, "tid": TENANT_ID, "ver": "1.0",
    }  # fmt: skip
    return Response(
        200,
        {
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFE,
            "ext_expires_in": _TOKEN_LIFE,
            "access_token": _sign(claims, known.signing_key),
        },
        {"Cache-Control": "no-store"},
    )


def check_bearer(known: Credentials, base_url: str, authorization: str, now: float) -> None:
    """Accept the `Authorization` header of an ARM request or raise ArmError 401; `now` is real time."""
    challenge = f'Bearer authorization_uri="{base_url}/{TENANT_ID}"'
    if not authorization:
        raise ArmError(
            401,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            headers={"WWW-Authenticate": challenge},
        )
    scheme, _, value = authorization.partition(" ")
    claims = _verified(value.strip(), known.signing_key) if scheme.lower() == "bearer" else None
    if claims is None:
        raise ArmError(
            401,
            "InvalidAuthenticationToken",
            "The access token is invalid.",
            headers={"WWW-Authenticate": f'{challenge}, error="invalid_token", error_description="It is invalid."'},
        )
    if claims["exp"] <= now:
        raise ArmError(
            401,
            "ExpiredAuthenticationToken",
            f"The access token expiry UTC time '{timestamp(claims['exp'])}' is earlier than current UTC time "
            f"'{timestamp(now)}'.",
            headers={"WWW-Authenticate": f'{challenge}, error="invalid_token", error_description="It has expired."'},
        )


def _check_tenant(tenant: str) -> None:
    if tenant.lower() not in _TENANT_NAMES:
        raise ArmError(
            400,
            "InvalidTenant",
            f"AADSTS90002: Tenant '{tenant[:80]}' not found. The tenant of this simulator is {TENANT_ID}.",
        )


def _token_error(status: int, error: str, description: str) -> Response:
    """RFC 6749, 5.2."""
    return Response(status, {"error": error, "error_description": description})


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return unquote(client_id), unquote(secret)


def _sign(claims: dict[str, Any], key: bytes) -> str:
    signed = f"{_encode(_HEADER)}.{_encode(claims)}"
    return f"{signed}.{_signature(signed, key)}"


def _verified(value: str, key: bytes) -> Json | None:
    """The claims of a token that this store signed, None for anything else."""
    signed, _, signature = value.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(signed, key).encode()):
        return None
    payload = signed.partition(".")[2]
    claims: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _encode(value: Json) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _signature(signed: str, key: bytes) -> str:
    return _base64url(hmac.digest(key, signed.encode(), hashlib.sha256))


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
