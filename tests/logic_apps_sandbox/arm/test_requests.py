"""What ARM does with any request: ids, order of checks, headers, unreadable bodies, and the record of it."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_sandbox import arm
from tests.logic_apps_sandbox.arm.test_network_security import NSG, TABLE, route, rule
from tests.support.azure import (
    GROUP,
    ISE,
    SUBNETS,
    SUBSCRIPTION,
    VNET,
    Azure,
    code,
    environment,
    subnet,
    virtual_network,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_an_id_keeps_the_spelling_of_its_creation_and_is_found_in_any(azure: Azure) -> None:
    azure.create_group()
    shouted = VNET.replace("resourceGroups", "resourcegroups").replace("Microsoft.Network", "microsoft.network")
    assert azure.put(shouted, virtual_network()).json()["id"] == VNET
    azure.get(VNET)
    assert azure.put(VNET.upper(), virtual_network()).json()["id"] == VNET
    assert azure.get(VNET.lower()).json()["name"] == "Fabrikam-VNET"


def test_double_slashes_count_as_one(azure: Azure) -> None:
    azure.create_group()
    path = VNET.replace("/virtualNetworks", "//virtualNetworks")
    assert azure.put(path, virtual_network()).json()["id"] == VNET


def test_a_missing_resource_is_404_before_its_api_version_is_validated(azure: Azure) -> None:
    azure.create_group()
    missing = azure.get(ISE, version="2024-03-01")
    assert code(missing) == (404, "ResourceNotFound")
    assert missing.json()["error"]["message"] == (
        "The Resource 'Microsoft.Logic/integrationServiceEnvironments/Fabrikam-ISE' under resource group "
        "'Fabrikam-RG' was not "
        "found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )


def test_an_existing_resource_with_a_foreign_api_version_is_400(azure: Azure) -> None:
    azure.create_environment()
    refused = azure.get(ISE, version="2024-03-01")
    assert code(refused) == (400, "NoRegisteredProviderFound")
    assert refused.json()["error"]["message"].startswith(
        "No registered resource provider found for location 'westus2' and API version '2024-03-01' for type "
        "'integrationServiceEnvironments'. The supported api-versions are '2018-07-01-preview, 2019-05-01'. The "
    )


@pytest.mark.parametrize(
    ("path", "version"),
    [(GROUP, "2018-02-01"), (VNET, "2018-08-01"), (f"{GROUP}/providers/Microsoft.Logic/workflows", "2016-06-01")],
)
def test_earlier_api_versions_are_served(azure: Azure, path: str, version: str) -> None:
    azure.create_network()
    assert azure.get(path, version=version).status_code == 200


def test_the_other_checks_of_a_path_have_their_documented_codes(azure: Azure) -> None:
    azure.create_group()
    assert code(azure.http.get(VNET)) == (400, "MissingApiVersionParameter")
    assert code(azure.get(GROUP, version="1999-01-01")) == (400, "InvalidApiVersionParameter")
    assert code(azure.put(ISE, environment(), version="2024-03-01")) == (400, "NoRegisteredProviderFound")
    assert code(azure.get(f"{GROUP}/providers/Microsoft.Nowhere/things/a")) == (404, "InvalidResourceNamespace")
    assert code(azure.get(f"{GROUP}/providers/Microsoft.Logic/things/a")) == (404, "InvalidResourceType")
    assert code(azure.get("/subscriptions/11111111-0000-0000-0000-000000000000")) == (404, "SubscriptionNotFound")
    assert code(azure.put(SUBNETS[0], {"properties": {"addressPrefix": "10.0.0.0/27"}})) == (
        404,
        "ParentResourceNotFound",
    )
    assert azure.delete(ISE).status_code == 204


def test_collections_list_a_group_a_subscription_and_children(azure: Azure) -> None:
    azure.create_environment()

    def names(path: str) -> list[str]:
        return [item["name"] for item in azure.get(path).json()["value"]]

    assert names(f"{GROUP}/providers/Microsoft.Network/virtualNetworks") == ["Fabrikam-VNET"]
    assert names(f"{SUBSCRIPTION}/providers/Microsoft.Logic/integrationServiceEnvironments") == ["Fabrikam-ISE"]
    assert names(f"{VNET}/subnets") == ["subnet-1", "subnet-2", "subnet-3", "subnet-4"]
    assert names(f"{GROUP}/resources") == ["Fabrikam-ISE", "Fabrikam-VNET"]


def test_the_subscription_its_tenant_locations_and_providers_are_served(azure: Azure) -> None:
    assert azure.get(SUBSCRIPTION).json()["state"] == "Enabled"
    assert azure.get("/subscriptions").json()["value"][0]["id"] == SUBSCRIPTION
    assert azure.get("/tenants").json()["value"][0]["tenantId"] == azure.simulator.settings.tenant_id
    assert {"westus2": "West US 2"}.items() <= {
        item["name"]: item["displayName"] for item in azure.get(f"{SUBSCRIPTION}/locations").json()["value"]
    }.items()
    registered = azure.send("POST", f"{SUBSCRIPTION}/providers/microsoft.logic/register")
    assert (registered.status_code, registered.json()["registrationState"]) == (200, "Registered")
    assert len(azure.get(f"{SUBSCRIPTION}/providers").json()["value"]) == 5


def test_every_response_has_request_ids_and_repeats_those_of_the_client(azure: Azure) -> None:
    headers = azure.http.get(f"{GROUP}?api-version=2024-03-01", headers={"x-ms-correlation-request-id": "mine"}).headers
    assert headers["x-ms-request-id"]
    assert headers["x-ms-routing-request-id"]
    assert headers["x-ms-correlation-request-id"] == "mine"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"location": NaN}',
        b'{"a": "\\ud800"}',
        b'{"a": 1e999}',
        b"[" * 9000,
        "{}".encode("utf-16"),
    ],
)
def test_a_body_that_is_no_json_object_is_400(azure: Azure, content: bytes) -> None:
    answer = azure.http.put(f"{GROUP}?api-version=2024-03-01", content=content)
    assert code(answer) == (400, "InvalidRequestContent")


def test_a_body_over_four_mebibytes_is_413(azure: Azure) -> None:
    answer = azure.http.put(f"{GROUP}?api-version=2024-03-01", content=b" " * (4 * 1024 * 1024 + 1))
    assert code(answer) == (413, "RequestEntityTooLarge")


def test_a_body_that_contradicts_its_address_is_rejected(azure: Azure) -> None:
    azure.create_group()
    assert code(azure.put(VNET, {**virtual_network(), "name": "other"})) == (400, "InvalidRequestContent")


def test_a_resource_cannot_move_to_another_location(azure: Azure) -> None:
    azure.create_group()
    azure.put(VNET, virtual_network())
    azure.get(VNET)
    assert code(azure.put(VNET, {**virtual_network(), "location": "eastus"})) == (409, "InvalidResourceLocation")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"a": 1}, "InvalidRequestContent"),
        ({"a<b": ""}, "InvalidTagNameCharacters"),
        ({"x" * 513: ""}, "InvalidTagName"),
        ({"x": "y" * 257}, "InvalidTagValueLength"),
        ({"A": "", "a": ""}, "InvalidRequestContent"),
        ({"": "a"}, "InvalidRequestContent"),
        ([], "InvalidRequestContent"),
        (dict.fromkeys(map(str, range(51)), ""), "InvalidRequestContent"),
    ],
)
def test_tags_beyond_the_documented_limits_are_rejected(azure: Azure, tags: object, expected: str) -> None:
    assert code(azure.put(GROUP, {"location": "westus2", "tags": tags})) == (400, expected)


def test_requests_are_recorded_with_their_bodies_but_without_credentials(azure: Azure, tmp_path: Path) -> None:
    azure.http.put(f"{GROUP}?api-version=2024-03-01", json={"location": "westus2"}, headers={"User-Agent": "tester/1"})
    recorded = arm.recorded_requests(tmp_path / "arm")
    last = recorded[-1]
    assert (last.method, last.path, last.status, last.client) == (
        "PUT",
        f"{GROUP}?api-version=2024-03-01",
        201,
        "tester/1",
    )
    assert last.body == {"location": "westus2"}
    assert last.duration > 0
    token_request = recorded[0]
    assert (token_request.path.rpartition("/")[2], token_request.body) == ("token", None)
    everything = repr(recorded)
    assert azure.simulator.settings.client_secret not in everything
    assert azure.http.headers["Authorization"].removeprefix("Bearer ") not in everything


def test_a_private_key_sent_by_mistake_is_neither_recorded_nor_repeated(azure: Azure, tmp_path: Path) -> None:
    import trustme  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    azure.create_network()
    leaf = trustme.CA().issue_cert("a.example")
    text = leaf.private_key_pem.bytes()
    der = load_pem_private_key(text, None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    both = leaf.private_key_and_cert_chain_pem.bytes()
    badly_labeled = leaf.cert_chain_pems[0].bytes() + re.sub(rb"-----.*?-----", lambda label: label[0].lower(), text)
    sent = [text.decode(), *(base64.b64encode(value).decode() for value in (text, der, both, badly_labeled))]
    for value in sent:
        answer = azure.put(ISE, environment(certificates={"one": {"publicCertificate": value, "kind": "TrustedRoot"}}))
        assert code(answer) == (400, "InvalidRequestContent")
        assert value[40:80] not in answer.text
    elsewhere = azure.put(GROUP, {"location": "westus2", "tags": {"key": sent[0], "coded": sent[1]}})
    assert code(elsewhere) == (400, "InvalidTagValueLength")
    assert sent[0][40:80] not in elsewhere.text
    assert arm.recorded_requests(tmp_path / "arm")[-1].body["tags"] == {
        "key": "(not recorded)",
        "coded": "(not recorded)",
    }
    stored = b"".join(path.read_bytes() for path in (tmp_path / "arm").glob("store.sqlite3*"))
    assert all(value.encode()[40:80] not in stored for value in sent)
    assert azure.get(ISE).status_code == 404


def with_nulls(value: Any) -> Any:
    """The value with one more member in each object, which is null."""
    if isinstance(value, dict):
        return {**{name: with_nulls(item) for name, item in value.items()}, "nothing": None}
    return [with_nulls(item) for item in value] if isinstance(value, list) else value


def null_members(value: Any) -> list[str]:
    if isinstance(value, dict):
        found = [name for name, item in value.items() if item is None]
        return found + [name for item in value.values() for name in null_members(item)]
    return [name for item in value for name in null_members(item)] if isinstance(value, list) else []


WORKFLOW = f"{GROUP}/providers/Microsoft.Logic/workflows/orders"
BODIES = {
    GROUP: {"location": "westus2", "tags": {"a": "b"}},
    VNET: virtual_network(dhcpOptions={"dnsServers": ["10.0.0.4"]}),
    SUBNETS[0]: subnet("10.0.0.0/27", delegated=True),
    ISE: environment() | {"identity": {"type": "SystemAssigned"}},
    WORKFLOW: {"location": "westus2", "properties": {"definition": {"actions": {"a": {"inputs": [{}]}}}}},
    NSG: {"location": "westus2", "properties": {"securityRules": [{"name": "one", **rule()}]}},
    TABLE: {"location": "westus2", "properties": {"routes": [{"name": "one", **route("10.0.0.0/8")}]}},
}


@pytest.mark.parametrize(
    ("method", "path"),
    [*(("PUT", path) for path in BODIES), *(("PATCH", path) for path in BODIES if path != SUBNETS[0])],
)
def test_members_of_a_body_that_are_null_are_dropped_before_anything_else(azure: Azure, method: str, path: str) -> None:
    """terraform-provider-azurerm sends null for what is not configured, and fails when it is returned."""
    azure.create_network()
    if method == "PATCH":
        assert azure.put(path, BODIES[path]).status_code in (200, 201)
        azure.get(path)
    body = BODIES[path] if method == "PUT" else {"tags": {"a": "c"}}
    answer = azure.send(method, path, with_nulls(body))
    assert answer.status_code in (200, 201), answer.text
    assert null_members(azure.get(path).json()) == []


def test_a_definition_without_parameters_has_none_in_the_answer(azure: Azure) -> None:
    azure.create_group()
    body = {"location": "westus2", "properties": {"definition": {"contentVersion": "1.0.0.0", "parameters": None}}}
    assert azure.put(WORKFLOW, body).json()["properties"]["definition"] == {"contentVersion": "1.0.0.0"}
    assert azure.get(WORKFLOW).json()["properties"]["definition"] == {"contentVersion": "1.0.0.0"}
