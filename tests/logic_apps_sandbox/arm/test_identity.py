"""Who may ask: discovery as clients do it, tokens by client credentials, and what happens without one."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import jwt
import pytest

from tests.support.azure import GROUP, SUBSCRIPTION, Azure, HandClock, azure_in, code

if TYPE_CHECKING:
    from pathlib import Path


def test_all_endpoints_in_the_metadata_have_the_address_of_the_simulator(azure: Azure) -> None:
    here = f"https://{azure.simulator.address}"
    metadata = azure.http.get("/metadata/endpoints?api-version=2022-09-01").json()
    assert metadata["resourceManager"] == here
    assert metadata["authentication"]["loginEndpoint"] == here
    assert metadata["authentication"]["audiences"] == [here]
    assert {"name", "microsoftGraphResourceId", "suffixes"} <= metadata.keys()


def test_the_openid_configuration_leads_to_the_token_endpoint(azure: Azure) -> None:
    tenant = azure.simulator.settings.tenant_id
    configuration = azure.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert configuration["token_endpoint"] == f"https://{azure.simulator.address}/{tenant}/oauth2/v2.0/token"
    assert configuration["issuer"].startswith(f"https://{azure.simulator.address}/")
    # MSAL for JavaScript requires these four (OpenIdConfigResponse), MSAL for Java the device endpoint as well. MSAL
    # for .NET requires the first three; the issuer has the host of the authority (OidcRetrieverWithCache).
    assert {"authorization_endpoint", "token_endpoint", "issuer", "jwks_uri"} <= configuration.keys()
    assert "device_authorization_endpoint" in configuration


def test_the_published_keys_verify_a_token(azure: Azure) -> None:
    tenant = azure.simulator.settings.tenant_id
    configuration = azure.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    published = jwt.PyJWKSet.from_dict(azure.http.get(configuration["jwks_uri"]).json())
    token = azure.token()
    header = jwt.get_unverified_header(token)
    assert header["alg"] in configuration["id_token_signing_alg_values_supported"] == ["RS256"]
    here = f"https://{azure.simulator.address}"
    claims = jwt.decode(token, published[header["kid"]], ["RS256"], audience=here, issuer=configuration["issuer"])
    assert claims["tid"] == tenant


def test_the_private_key_is_not_published(azure: Azure) -> None:
    (key,) = azure.http.get(f"/{azure.simulator.settings.tenant_id}/discovery/v2.0/keys").json()["keys"]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_token_is_for_one_address_of_the_simulator(azure: Azure, name: str) -> None:
    port = azure.simulator.address.rpartition(":")[2]
    token = azure.token(scope=f"https://{name}:{port}/.default")
    azure.http.headers["Authorization"] = f"Bearer {token}"
    assert azure.get(SUBSCRIPTION).status_code == 200


@pytest.mark.parametrize("scope", ["https://management.azure.com/.default", "https://127.0.0.1.example.com/.default"])
def test_a_token_for_another_audience_is_rejected(azure: Azure, scope: str) -> None:
    azure.http.headers["Authorization"] = f"Bearer {azure.token(scope=scope)}"
    assert code(azure.get(SUBSCRIPTION)) == (401, "InvalidAuthenticationTokenAudience")


def test_a_token_from_more_than_five_minutes_in_the_future_is_rejected(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, real_time=clock) as azure:
        clock.seconds -= 300
        assert azure.get(SUBSCRIPTION).status_code == 200
        clock.seconds -= 1
        assert code(azure.get(SUBSCRIPTION)) == (401, "InvalidAuthenticationToken")


def test_a_token_without_a_signature_or_with_a_shared_key_is_rejected(azure: Azure) -> None:
    claims = jwt.decode(azure.token(), options={"verify_signature": False})
    (key,) = azure.http.get(f"/{azure.simulator.settings.tenant_id}/discovery/v2.0/keys").json()["keys"]
    for forged in (jwt.encode(claims, "", "none"), jwt.encode(claims, key["n"], "HS256")):
        azure.http.headers["Authorization"] = f"Bearer {forged}"
        assert code(azure.get(GROUP)) == (401, "InvalidAuthenticationToken")


def test_a_token_response_has_the_members_that_clients_read(azure: Azure) -> None:
    answer = azure.token_response().json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert answer["access_token"].count(".") == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "oauth2/v2.0/token"), ("GET", "v2.0/.well-known/openid-configuration"), ("GET", "discovery/v2.0/keys")],
)
def test_another_tenant_is_not_found_in_the_form_that_msal_reads(azure: Azure, method: str, path: str) -> None:
    answer = azure.http.request(method, f"/11111111-1111-1111-1111-111111111111/{path}")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.json()["error_description"].startswith("AADSTS90002: ")


def test_wrong_credentials_get_no_token(azure: Azure) -> None:
    assert azure.token_response(client_secret="guess").status_code == 401
    assert azure.token_response(client_secret="guess").json()["error"] == "invalid_client"
    assert azure.token_response(client_id="somebody").json()["error"] == "unauthorized_client"
    assert azure.token_response(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_no_arm_path_is_served_without_a_token(azure: Azure) -> None:
    del azure.http.headers["Authorization"]
    for path in (SUBSCRIPTION, GROUP, "/tenants", "/providers/x", "/subscriptions"):
        refused = azure.get(path)
        assert code(refused) == (401, "AuthenticationFailed")
        assert refused.headers["WWW-Authenticate"].startswith('Bearer authorization_uri="https://')


def test_a_forged_token_is_rejected(azure: Azure) -> None:
    header, claims, signature = azure.token().split(".")
    for forged in (
        "-",
        "x",
        f"{header}.{claims}.{signature[:-2]}AA",
        f"{header}.{claims}x.{signature}",
        f"{header}.{claims}.",
    ):
        azure.http.headers["Authorization"] = f"Bearer {forged}"
        assert code(azure.get(GROUP)) == (401, "InvalidAuthenticationToken")


def test_a_token_expires_after_an_hour(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, real_time=clock) as azure:
        clock.seconds += 3599
        assert azure.get(SUBSCRIPTION).status_code == 200
        clock.seconds += 1
        assert code(azure.get(SUBSCRIPTION)) == (401, "ExpiredAuthenticationToken")


def test_another_stores_token_is_rejected(azure: Azure, tmp_path: Path) -> None:
    with azure_in(tmp_path / "other") as other:
        other.http.headers["Authorization"] = azure.http.headers["Authorization"]
        assert code(other.get(GROUP)) == (401, "InvalidAuthenticationToken")


def test_only_the_owner_can_read_secrets(azure: Azure, tmp_path: Path) -> None:
    azure.create_group()
    directory = tmp_path / "arm"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for name in ("store.sqlite3", "store.sqlite3-wal", "server.pem"):
        assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600
