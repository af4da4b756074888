"""The schemas, maps, partners and agreements of an integration account."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.azure import GROUP, Azure, HandClock, azure_in, code

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = f"{GROUP}/providers/Microsoft.Logic/integrationAccounts/partners"
XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:orders"/>'

SCHEMA = {"schemaType": "Xml", "content": XSD, "contentType": "application/xml"}
MAP = {"mapType": "Xslt", "content": "<xsl:stylesheet/>", "contentType": "application/xml"}
PARTNER = {
    "partnerType": "B2B",
    "content": {"b2b": {"businessIdentities": [{"qualifier": "AS2Identity", "value": "Contoso"}]}},
}
AGREEMENT = {
    "agreementType": "AS2",
    "hostPartner": "contoso",
    "guestPartner": "fabrikam",
    "hostIdentity": {"qualifier": "AS2Identity", "value": "Contoso"},
    "guestIdentity": {"qualifier": "AS2Identity", "value": "Fabrikam"},
    "content": {"aS2": {}},
}
ARTIFACTS: dict[str, dict[str, Any]] = {
    "schemas/order": SCHEMA,
    "maps/order": MAP,
    "partners/tailspin": PARTNER,
    "agreements/order": AGREEMENT,
}


@pytest.fixture
def account(azure: Azure) -> Azure:
    """A simulator with an integration account that has two partners."""
    azure.create_group()
    azure.put(ACCOUNT, {"location": "westus2", "sku": {"name": "Standard"}, "properties": {}})
    for partner in ("contoso", "fabrikam"):
        assert azure.put(f"{ACCOUNT}/partners/{partner}", {"properties": PARTNER}).status_code == 201
    return azure


@pytest.mark.parametrize(("path", "properties"), ARTIFACTS.items())
def test_an_artifact_is_created_updated_listed_and_deleted_at_once(
    account: Azure, path: str, properties: dict[str, Any]
) -> None:
    body = {"properties": {**properties, "metadata": {"team": "orders"}}, "tags": {"a": "1"}}
    created = account.put(f"{ACCOUNT}/{path}", body)
    assert created.status_code == 201
    assert created.json()["type"] == f"Microsoft.Logic/integrationAccounts/{path.partition('/')[0]}"
    assert created.json()["tags"] == {"a": "1"}
    assert created.json()["properties"]["metadata"] == {"team": "orders"}
    assert account.get(f"{ACCOUNT}/{path}").json() == created.json()
    assert account.put(f"{ACCOUNT}/{path}", body).status_code == 200
    collection, _, name = path.partition("/")
    assert name in [each["name"] for each in account.get(f"{ACCOUNT}/{collection}").json()["value"]]
    assert account.delete(f"{ACCOUNT}/{path}").status_code == 200
    assert account.delete(f"{ACCOUNT}/{path}").status_code == 204


@pytest.mark.parametrize("path", ["schemas/order", "maps/order"])
def test_the_content_of_a_document_is_returned_as_a_link(account: Azure, path: str) -> None:
    properties = account.put(f"{ACCOUNT}/{path}", {"properties": ARTIFACTS[path]}).json()["properties"]
    content = str(ARTIFACTS[path]["content"])
    assert "content" not in properties
    assert properties["contentLink"]["contentSize"] == len(content)
    assert properties["contentLink"]["contentHash"]["algorithm"] == "md5"
    again = account.put(f"{ACCOUNT}/{path}", {"properties": {**ARTIFACTS[path], "content": content + " "}}).json()
    assert again["properties"]["contentLink"]["contentHash"] != properties["contentLink"]["contentHash"]
    assert (
        md5(content.encode(), usedforsecurity=False).hexdigest()[:15].upper()
        in (properties["contentLink"]["contentVersion"])
    )


def test_a_large_map_is_returned_as_a_link(account: Azure) -> None:
    link = {"uri": "https://storage.example/map.xslt"}
    sent = {"mapType": "Xslt", "contentLink": link}
    assert account.put(f"{ACCOUNT}/maps/large", {"properties": sent}).json()["properties"]["contentLink"] == link


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("schemas/order", {"schemaType": "Json"}),
        ("schemas/order", {"content": None}),
        ("schemas/order", {"content": 1}),
        ("maps/order", {"mapType": None}),
        ("maps/order", {"schemaType": "Xml"}),
        ("partners/tailspin", {"content": None}),
        ("partners/tailspin", {"content": {"b2b": {"businessIdentities": [{"qualifier": "AS2Identity"}]}}}),
        ("agreements/order", {"agreementType": "Rosetta"}),
        ("agreements/order", {"guestPartner": None}),
        ("agreements/order", {"hostIdentity": {"qualifier": "AS2Identity"}}),
        ("agreements/order", {"content": None}),
    ],
)
def test_an_artifact_with_the_wrong_body_is_rejected(account: Azure, path: str, changes: dict[str, Any]) -> None:
    body = {"properties": {**ARTIFACTS[path], **changes}}
    assert code(account.put(f"{ACCOUNT}/{path}", body)) == (400, "InvalidRequestContent")
    assert account.get(f"{ACCOUNT}/{path}").status_code == 404


def test_the_partners_of_an_agreement_exist_before_it(account: Azure) -> None:
    body = {"properties": {**AGREEMENT, "guestPartner": "tailspin"}}
    rejected = account.put(f"{ACCOUNT}/agreements/order", body)
    assert code(rejected) == (400, "InvalidRequestContent")
    assert "'tailspin', which is not a partner" in rejected.json()["error"]["message"]
    account.put(f"{ACCOUNT}/partners/tailspin", {"properties": PARTNER})
    assert account.put(f"{ACCOUNT}/agreements/order", body).status_code == 201


def test_artifacts_need_their_account_and_are_deleted_with_it(account: Azure) -> None:
    missing = f"{ACCOUNT}-2/schemas/order"
    assert code(account.put(missing, {"properties": SCHEMA})) == (404, "ParentResourceNotFound")
    account.put(f"{ACCOUNT}/schemas/order", {"properties": SCHEMA})
    account.delete(ACCOUNT)
    assert account.get(f"{ACCOUNT}/schemas/order").status_code == 404


def test_an_artifact_keeps_the_time_of_its_creation(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=60, real_time=clock) as azure:
        azure.create_group()
        azure.put(ACCOUNT, {"location": "westus2", "sku": {"name": "Standard"}, "properties": {}})
        first = azure.put(f"{ACCOUNT}/schemas/order", {"properties": SCHEMA}).json()["properties"]
        clock.seconds += 60
        second = azure.put(f"{ACCOUNT}/schemas/order", {"properties": SCHEMA}).json()["properties"]
    assert first["createdTime"] == first["changedTime"] == second["createdTime"]
    assert second["changedTime"] > first["changedTime"]
