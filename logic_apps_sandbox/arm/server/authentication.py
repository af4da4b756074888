"""Sign-in: metadata of the cloud, OpenID configuration, tokens for client credentials, validation of bearer tokens.

Sources: Azure Resource Manager metadata endpoint (api-version 2022-09-01) as go-azure-sdk and azure-native read it;
OpenID Connect Discovery 1.0; RFC 6749, 4.4 and 5.2; RFC 6750, 3; source of MSAL for JavaScript, .NET and Java (members
of the OpenID configuration that they require).
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from logic_apps_sandbox.arm.core.account import CLIENT_ID, OBJECT_ID, TENANT_ID
from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.session import Response, timestamp
from logic_apps_sandbox.arm.core.store import Store
from logic_apps_sandbox.arm.server import tokens

_TOKEN_LIFE = 3600
"""Real seconds."""

_LOCAL_AUDIENCE = re.compile(r"https://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")

_TENANT_NAMES = {TENANT_ID, "common", "organizations"}

_CLOCK_SKEW = 300
"""Seconds by which a token's start may be in the future (Microsoft, "Access tokens", validation)."""


@dataclass(frozen=True)
class Credentials:
    """The store's one service principal."""

    client_secret: str
    signing_key: str
    """The private key that signs its tokens, as PEM text."""


def credentials(store: Store) -> Credentials:
    """Return the credentials, which are random for a new store. Use inside a transaction."""
    if store.setting("clientSecret") is None:
        # az reads a value that begins with a hyphen as an option.
        store.set_setting("clientSecret", secrets.token_hex(32))
    if store.setting("tokenSigningKey") is None:
        store.set_setting("tokenSigningKey", tokens.new_key())
    return Credentials(store.setting("clientSecret"), store.setting("tokenSigningKey"))


def metadata(base_url: str) -> Response:
    """Serve ``GET /metadata/endpoints``: the endpoints of this cloud, all at one address."""
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
    """Serve ``GET /{tenant}/v2.0/.well-known/openid-configuration`` with the members that MSAL requires."""
    if error := _unknown_tenant(tenant):
        return error
    return Response(
        200,
        {
            "issuer": f"{base_url}/{TENANT_ID}/v2.0",
            "authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base_url}/{tenant}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
    )


def keys(known: Credentials, tenant: str) -> Response:
    """Serve ``GET /{tenant}/discovery/v2.0/keys``: the public key of the tokens."""
    return _unknown_tenant(tenant) or Response(200, tokens.key_set(known.signing_key))


def token(known: Credentials, base_url: str, tenant: str, form: bytes, authorization: str, now: float) -> Response:
    """Serve ``POST /{tenant}/oauth2/v2.0/token`` with client credentials.

    ``now`` is real time, ``authorization`` the header, which may be empty.
    """
    if error := _unknown_tenant(tenant):
        return error
    fields = {name: values[-1] for name, values in parse_qs(form.decode("ascii", "replace")).items()}
    if fields.get("grant_type") != "client_credentials":
        return _token_error(
            400, "unsupported_grant_type", "The simulator issues tokens only for grant_type=client_credentials."
        )
    client_id, client_secret = _basic(authorization) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    if client_id.lower() != CLIENT_ID:
        return _token_error(
            400,
            "unauthorized_client",
            f"AADSTS700016: The client is unknown. The client ID of this simulator is {CLIENT_ID}.",
        )
    if not hmac.compare_digest(client_secret.encode(), known.client_secret.encode()):
        return _token_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    claims = {
        "aud": _audience(fields.get("scope", "")) or base_url, "iss": f"{base_url}/{TENANT_ID}/v2.0",
        "iat": int(now), "nbf": int(now), "exp": int(now) + _TOKEN_LIFE,
        "appid": CLIENT_ID, "oid": OBJECT_ID, "sub": OBJECT_ID, "tid": TENANT_ID, "ver": "1.0",
    }  # fmt: skip
    return Response(
        200,
        {
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFE,
            "ext_expires_in": _TOKEN_LIFE,
            "access_token": tokens.sign(claims, known.signing_key),
        },
        {"Cache-Control": "no-store"},
    )


def check_bearer(known: Credentials, base_url: str, authorization: str, now: float) -> None:
    """Accept the ``Authorization`` header of a request to ARM or raise ArmError 401.

    A token is for a simulator of this store at any port, because simulators of one store are one Azure. ``now`` is real
    time, ``base_url`` the address that the client used.
    """
    challenge = f'Bearer authorization_uri="{base_url}/{TENANT_ID}"'

    def refused(code: str, message: str, problem: str = "") -> ArmError:
        detail = f', error="invalid_token", error_description="{problem}"' if problem else ""
        return ArmError(401, code, message, headers={"WWW-Authenticate": challenge + detail})

    if not authorization:
        raise refused("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    scheme, _, value = authorization.partition(" ")
    claims = tokens.verified(value.strip(), known.signing_key) if scheme.lower() == "bearer" else None
    if claims is None or claims["nbf"] > now + _CLOCK_SKEW:
        raise refused("InvalidAuthenticationToken", "The access token is invalid.", "It is invalid.")
    if not _LOCAL_AUDIENCE.fullmatch(str(claims["aud"])):
        raise refused(
            "InvalidAuthenticationTokenAudience",
            f"The access token has been obtained for wrong audience or resource '{str(claims['aud'])[:200]}'. It "
            f"should exactly match with one of the allowed audiences '{base_url}'.",
            "The audience is wrong.",
        )
    if claims["exp"] <= now:
        raise refused(
            "ExpiredAuthenticationToken",
            f"The access token expiry UTC time '{timestamp(claims['exp'])}' is earlier than current UTC time "
            f"'{timestamp(now)}'.",
            "It has expired.",
        )


def _unknown_tenant(tenant: str) -> Response | None:
    """Return the error for a tenant that is not the simulator's."""
    if tenant.lower() in _TENANT_NAMES:
        return None
    return _token_error(
        400,
        "invalid_request",
        f"AADSTS90002: Tenant '{tenant[:80]}' not found. The tenant of this simulator is {TENANT_ID}.",
    )


def _token_error(status: int, error: str, description: str) -> Response:
    """Return an error response (RFC 6749, 5.2)."""
    return Response(status, {"error": error, "error_description": description})


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return unquote(client_id), unquote(secret)


def _audience(scope: str) -> str:
    """Return the resource of a scope: ``https://host/.default`` is for ``https://host``; empty for none."""
    first = scope.partition(" ")[0].lower()
    return first.removesuffix("/.default").rstrip("/") if first.endswith("/.default") else ""
