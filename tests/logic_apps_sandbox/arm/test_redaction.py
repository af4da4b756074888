"""What the record of requests leaves out."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_sandbox import arm
from logic_apps_sandbox.arm.control import redaction
from tests.support.azure import GROUP, Azure
from tests.support.private_key_forms import DISGUISES, KEYS, PEM, PLACES, pieces

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "c2VjcmV0LXNpZ25hdHVyZQ"


@given(
    st.sampled_from(sorted(KEYS)),
    st.sampled_from(sorted(DISGUISES)),
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(["publicCertificate", "value"]),
)
def test_no_private_key_in_any_form_is_recorded(form: str, disguise: str, place: str, member: str) -> None:
    data = PLACES[place](DISGUISES[disguise](KEYS[form]))
    value = data.decode() if data.isascii() else base64.b64encode(data).decode()
    recorded = json.dumps(redaction.without_secrets({member: value}))
    assert "(not recorded)" in recorded
    assert not any(piece in recorded for piece in pieces(value.encode()))


def test_only_a_certificate_is_recorded_in_the_place_of_a_certificate() -> None:
    certificate = base64.b64encode(PEM).decode()
    for value, recorded in (
        (certificate, certificate),
        (certificate[:-1], "(not recorded)"),
        (base64.b64encode(PEM + b"beside").decode(), "(not recorded)"),
        ("nothing", "(not recorded)"),
        (7, "(not recorded)"),
    ):
        assert redaction.without_secrets({"publicCertificate": value}) == {"publicCertificate": recorded}


@pytest.mark.parametrize(
    "body",
    [
        {"contentLink": {"uri": f"https://a.example/x.zip?sv=2020&sig={SECRET}&se=2030"}},
        {"text": f'{{"uri": "https://a.example/x?sv=1\\u0026sig={SECRET}"}}'},
        {"uri": f"https://user:{SECRET}@a.example/"},
        {"adminPassword": SECRET},
        {"parameters": {"sqlPassword": {"value": SECRET}}},
        {"clientSecret": SECRET},
        {"primaryKey": SECRET, "apiKey": SECRET, "accountKeys": [SECRET]},
        {"connectionString": f"Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey={SECRET}="},
        {"anything": f"Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey={SECRET}="},
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"header": f"Bearer {SECRET}"},
        {"text": f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}"},
        [{"inner": [{"token": SECRET}]}],
    ],
)
def test_no_signature_password_or_token_of_a_body_is_recorded(body: Any) -> None:
    assert SECRET not in json.dumps(redaction.without_secrets(body))


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Fabrikam-ISE", "sku": {"name": "Premium", "capacity": 1}, "tags": {"key": "value", "code": "7"}},
        {"encryptionConfiguration": {"encryptionKeyReference": {"keyName": "ise", "keyVersion": "F" * 32}}},
        {"definition": {"$schema": "https://schema.management.azure.com/x#", "triggers": {}, "parameters": {}}},
        {"publicKey": "ssh-rsa AAAA", "keyType": "Primary"},
    ],
)
def test_values_that_are_not_secret_are_recorded_unchanged(body: Any) -> None:
    assert redaction.without_secrets(body) == body


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        (f"/a?api-version=1&$top=2&sig={SECRET}", "/a?api-version=1&$top=2&sig=(not recorded)"),
        (f"/a?api-version=1&whatever={SECRET}", "/a?api-version=1&whatever=(not recorded)"),
        (f"/a?%73ig={SECRET}", "/a?%73ig=(not recorded)"),
        (f"/a?$filter=x%26sig%3D{SECRET}", "/a?$filter=x%26sig%3D(not recorded)"),
        (f"/a/eyJhbGciOiJIUzI1NiJ9.{SECRET}.x", "/a/(not recorded)"),
        ("/a?", "/a?"),
        ("/a", "/a"),
    ],
)
def test_of_a_query_only_what_is_known_to_be_harmless_is_recorded(path: str, recorded: str) -> None:
    assert redaction.without_secrets_in_query(path) == recorded


def test_no_secret_of_a_request_reaches_the_store(azure: Azure, tmp_path: Path) -> None:
    tags = {"link": f"https://a.example/?sig={SECRET}"}
    azure.http.put(
        f"{GROUP}?api-version=2024-03-01&sig={SECRET}",
        json={"location": "westus2", "tags": tags},
        headers={"User-Agent": f"tester/1 Bearer {SECRET}"},
    )
    last = arm.recorded_requests(tmp_path / "arm")[-1]
    assert last.path == f"{GROUP}?api-version=2024-03-01&sig=(not recorded)"
    assert last.client == "tester/1 Bearer (not recorded)"
    assert last.body["tags"] == {"link": "https://a.example/?sig=(not recorded)"}
    assert SECRET not in repr(last)
