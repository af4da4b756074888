"""Integration service environments: their body, the hours they take, what changes in place, what deletion leaves."""

from __future__ import annotations

import base64
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

from logic_apps_sandbox import arm
from tests.support.azure import (
    GROUP,
    IDENTITY,
    ISE,
    SUBNETS,
    SUBSCRIPTION,
    VNET,
    Azure,
    HandClock,
    azure_in,
    code,
    environment,
    subnet,
    virtual_network,
)

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTATION = [ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def properties(azure: Azure, path: str = ISE) -> dict[str, Any]:
    """The present properties of an ISE."""
    return dict(azure.get(path).json()["properties"])


def addresses(entries: list[dict[str, str]]) -> list[str]:
    """The addresses of one list in `endpointsConfiguration`."""
    return [entry["address"] for entry in entries]


def is_documentation(address: str) -> bool:
    """Whether this is a documentation address (RFC 5737)."""
    return any(ip_address(address) in network for network in DOCUMENTATION)


def test_the_documented_body_is_accepted_and_starts_the_creation(azure: Azure, certificate: dict[str, str]) -> None:
    azure.create_network()
    body = {
        **environment(certificates={"testCertificate": certificate}),
        "id": ISE,
        "name": "Fabrikam-ISE",
        "type": "Microsoft.Logic/integrationServiceEnvironments",
    }
    created = azure.put(ISE, body)
    assert created.status_code == 201
    assert created.headers["Azure-AsyncOperation"].startswith(
        f"https://{azure.simulator.address}{ISE}/operationStatuses/"
    )
    assert created.json() == {
        "id": ISE,
        "name": "Fabrikam-ISE",
        "type": "Microsoft.Logic/integrationServiceEnvironments",
        "location": "westus2",
        "sku": {"name": "Premium", "capacity": 1},
        "properties": {
            "provisioningState": "InProgress",
            "networkConfiguration": {
                "accessEndpoint": {"type": "External"},
                "subnets": [{"id": path} for path in SUBNETS],
            },
            "certificates": {"testCertificate": certificate},
        },
    }


def test_creation_takes_two_simulated_hours_in_steps(tmp_path: Path) -> None:
    clock = HandClock()
    with azure_in(tmp_path, pace=0) as azure:
        azure.create_network()
    with azure_in(tmp_path, pace=60, real_time=clock) as azure:
        created = azure.put(ISE, environment())
        assert (created.headers["Retry-After"], created.headers["x-ms-retry-after-ms"]) == ("10", "1000")
        seen = []
        for _ in range(4):
            document = azure.status(created)
            seen.append((document["status"], document["percentComplete"], document["properties"]["step"]))
            assert properties(azure).keys() == {"provisioningState", "networkConfiguration"}
            clock.seconds += 29.999
        assert seen == [
            ("InProgress", 0, "Compute"),
            ("InProgress", 24, "AppServiceEnvironment"),
            ("InProgress", 49, "AppServiceEnvironment"),
            ("InProgress", 74, "ApiManagement"),
        ]
        assert azure.http.get(created.headers["Azure-AsyncOperation"]).headers["x-ms-retry-after-ms"] == "10"
        clock.seconds += 0.004
        document = azure.status(created)
        assert (document["status"], document["percentComplete"]) == ("Succeeded", 100)
        assert document["endTime"] > document["startTime"]
        assert properties(azure)["provisioningState"] == "Succeeded"


def test_the_service_sets_its_properties_and_they_stay_unchanged(azure: Azure) -> None:
    azure.create_environment()
    ready = azure.get(ISE)
    filled = ready.json()["properties"]
    assert filled["state"] == "Enabled"
    assert len(filled["integrationServiceEnvironmentId"]) == 32
    assert int(filled["integrationServiceEnvironmentId"], 16)
    assert filled["networkConfiguration"]["subnets"][3] == {
        "id": SUBNETS[3],
        "name": "Fabrikam-VNET/subnet-4",
        "type": "Microsoft.Network/virtualNetworks/subnets",
    }
    assert azure.get(ISE).content == ready.content


def test_an_external_environment_is_reached_at_public_addresses(azure: Azure) -> None:
    azure.create_environment(type="External")
    endpoints = properties(azure)["endpointsConfiguration"]
    workflow, connector = endpoints["workflow"], endpoints["connector"]
    outgoing = addresses(workflow["outgoingIpAddresses"])
    assert outgoing[-1] == "10.0.0.0/27"
    assert all(map(is_documentation, outgoing[:-1]))
    assert addresses(connector["outgoingIpAddresses"])[-2:] == ["10.0.0.32/27", "10.0.0.64/27"]
    assert all(map(is_documentation, addresses(workflow["accessEndpointIpAddresses"])))
    assert "accessEndpointIpAddresses" not in connector


def test_an_internal_environment_is_reached_inside_its_subnets(azure: Azure) -> None:
    azure.create_environment(type="Internal")
    endpoints = properties(azure)["endpointsConfiguration"]
    assert addresses(endpoints["workflow"]["accessEndpointIpAddresses"]) == ["10.0.0.6"]
    assert is_documentation(addresses(endpoints["workflow"]["outgoingIpAddresses"])[0])


@pytest.mark.parametrize(
    ("sku", "accepted"),
    [
        ({"name": "Premium", "capacity": 0}, True),
        ({"name": "Premium", "capacity": 10}, True),
        ({"name": "Premium", "capacity": 11}, False),
        ({"name": "Premium", "capacity": -1}, False),
        ({"name": "Premium", "capacity": "1"}, False),
        ({"name": "Premium", "capacity": True}, False),
        ({"name": "Premium", "capacity": 1.5}, False),
        ({"name": "Developer", "capacity": 0}, True),
        ({"name": "Developer"}, True),
        ({"name": "Developer", "capacity": 1}, False),
        ({"name": "Standard"}, False),
        ({}, False),
    ],
)
def test_each_sku_accepts_its_documented_capacities(azure: Azure, sku: dict[str, object], accepted: bool) -> None:
    azure.create_network()
    answer = azure.put(ISE, environment(sku=sku))
    assert answer.status_code == (201 if accepted else 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "external"},
        {"type": "NotSpecified"},
        {"subnets": SUBNETS[:3]},
        {"subnets": [*SUBNETS, f"{VNET}/subnets/fifth"]},
        {"subnets": [*SUBNETS[:3], SUBNETS[0].upper()]},
        {"subnets": [*SUBNETS[:3], SUBNETS[3].replace("Fabrikam-VNET", "other")]},
        {"subnets": [*SUBNETS[:3], VNET]},
        {"subnets": [*SUBNETS[:3], "subnet-4"]},
        {"certificate": {}},
        {"tags": {"a": 1}},
        {"location": ""},
        {"encryptionConfiguration": {"encryptionKeyReference": {"keyName": "k"}}},
    ],
)
def test_an_invalid_body_is_400_and_creates_nothing(azure: Azure, changes: dict[str, object]) -> None:
    azure.create_network()
    assert azure.put(ISE, environment(**changes)).status_code == 400
    assert azure.get(ISE).status_code == 404
    assert "serviceAssociationLinks" not in azure.get(SUBNETS[0]).json()["properties"]


@pytest.mark.parametrize("name", ["a" * 81, "a b", "ä"])
def test_an_invalid_name_is_rejected(azure: Azure, name: str) -> None:
    azure.create_network()
    path = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/{name}"
    assert code(azure.put(path, environment())) == (400, "InvalidRequestContent")


def test_a_subnet_that_does_not_exist_or_is_elsewhere_is_rejected(azure: Azure) -> None:
    azure.create_network()
    absent = environment(subnets=[*SUBNETS[:3], f"{VNET}/subnets/absent"])
    assert code(azure.put(ISE, absent)) == (400, "InvalidResourceReference")
    assert code(azure.put(ISE, environment(location="eastus"))) == (400, "InvalidResourceReference")


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, subnet("10.0.0.0/27")),
        (1, subnet("10.0.0.32/27", delegated=True)),
        (1, subnet("10.0.0.32/28")),
        (2, subnet("10.0.0.64/27") | {"properties": {"addressPrefix": "10.0.0.64/27", "delegations": [
            {"name": "web", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}]}}),
    ],
    ids=["none delegated", "two delegated", "smaller than /27", "delegated to another service"],
)  # fmt: skip
def test_unsuitable_subnets_are_rejected(azure: Azure, number: int, change: dict[str, object]) -> None:
    azure.create_network()
    assert azure.put(SUBNETS[number], change).status_code == 200
    assert code(azure.put(ISE, environment())) == (400, "InvalidRequestContent")


@pytest.mark.parametrize(
    ("name", "prefix", "reason"),
    [
        ("1ise-a", "10.0.0.32/27", "begin with a letter"),
        ("GatewaySubnet", "10.0.0.32/27", "kept for gateways"),
        ("azurebastionsubnet", "10.0.0.32/27", "kept for Azure Bastion"),
        ("subnet-2", "100.64.0.0/27", "Logic Apps cannot resolve 100.64.0.0/10"),
    ],
)
def test_the_deployment_fails_in_subnets_with_names_and_ranges_that_the_service_cannot_use(
    azure: Azure, name: str, prefix: str, reason: str
) -> None:
    """ISE article, Prerequisites. The portal warns of them and does not block."""
    azure.create_network()
    azure.put(VNET, virtual_network("10.0.0.0/24", "100.64.0.0/16") if "100" in prefix else virtual_network())
    azure.delete(SUBNETS[1])
    azure.get(VNET)
    second = f"{VNET}/subnets/{name}"
    assert azure.put(second, subnet(prefix)).is_success
    azure.get(VNET)
    accepted = azure.put(ISE, environment(subnets=[SUBNETS[0], second, *SUBNETS[2:]]))
    assert accepted.status_code == 201
    status = azure.status(accepted)
    assert status["status"] == "Failed"
    assert reason in status["error"]["message"]
    assert properties(azure)["provisioningState"] == "Failed"


def test_the_deployment_fails_in_a_network_with_a_prefix_that_the_service_cannot_use(azure: Azure) -> None:
    azure.create_network()
    assert azure.put(VNET, virtual_network("10.0.0.0/24", "100.100.0.0/16")).is_success
    azure.get(VNET)
    status = azure.status(azure.put(ISE, environment()))
    assert "100.64.0.0/10" in status["error"]["message"]


def test_a_private_endpoint_uses_its_subnet_until_it_is_deleted(azure: Azure) -> None:
    azure.create_network()
    endpoint = f"{GROUP}/providers/Microsoft.Network/privateEndpoints/pe"
    body = {"location": "westus2", "properties": {"subnet": {"id": SUBNETS[1]}}}
    assert azure.put(endpoint, body).status_code == 201
    shown = azure.get(SUBNETS[1]).json()["properties"]
    assert shown["privateEndpoints"] == [{"id": endpoint}]
    assert len(shown["ipConfigurations"]) == 1
    refused = azure.put(ISE, environment())
    assert code(refused) == (409, "Conflict")
    assert endpoint in refused.json()["error"]["message"]
    assert code(azure.delete(SUBNETS[1])) == (400, "InUseSubnetCannotBeDeleted")

    assert azure.delete(endpoint).status_code == 200
    assert "privateEndpoints" not in azure.get(SUBNETS[1]).json()["properties"]
    assert azure.put(ISE, environment()).status_code == 201


def test_the_delegated_subnet_may_be_any_of_the_four_and_larger_ones_are_accepted(azure: Azure) -> None:
    azure.create_group()
    azure.put(VNET, virtual_network("10.0.0.0/22"))
    for number, path in enumerate(SUBNETS):
        azure.get(VNET)
        azure.put(path, subnet(f"10.0.{number}.0/24", delegated=number == 2))
    assert azure.put(ISE, environment()).status_code == 201


def test_subnets_of_another_environment_are_rejected(azure: Azure) -> None:
    azure.create_environment()
    second = azure.put(f"{ISE}-2", environment())
    assert code(second) == (409, "Conflict")
    assert ISE in second.json()["error"]["message"]


def test_a_bundle_a_der_body_and_another_kind_are_rejected_as_certificates(
    azure: Azure, pem: bytes, certificate: dict[str, str]
) -> None:
    azure.create_network()
    body = b"".join(pem.splitlines()[1:-1]).decode()
    broken = pem.replace(b"MII", b"AAA")
    wrong: list[object] = [
        {**certificate, "publicCertificate": body},
        {**certificate, "publicCertificate": pem.decode()},
        {**certificate, "publicCertificate": base64.b64encode(pem + pem).decode()},
        {**certificate, "publicCertificate": base64.b64encode(broken).decode()},
        {**certificate, "publicCertificate": base64.b64encode(pem + b"beside").decode()},
        {**certificate, "publicCertificate": ""},
        {**certificate, "kind": "Root"},
        {**certificate, "password": "x"},
        {"kind": "TrustedRoot"},
        "text",
    ]
    for entry in wrong:
        assert code(azure.put(ISE, environment(certificates={"one": entry}))) == (400, "InvalidRequestContent")


def test_at_most_twenty_certificates_are_accepted(azure: Azure, certificate: dict[str, str]) -> None:
    azure.create_network()
    many = {f"certificate{number}": certificate for number in range(21)}
    assert code(azure.put(ISE, environment(certificates=many))) == (400, "InvalidRequestContent")
    del many["certificate20"]
    assert azure.put(ISE, environment(certificates=many)).status_code == 201


def test_capacity_changes_in_place_within_half_an_hour(azure: Azure, tmp_path: Path) -> None:
    azure.create_environment()
    before = properties(azure)
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=3600, real_time=clock) as slow:
        updated = slow.put(ISE, environment(sku={"name": "Premium", "capacity": 2}))
        assert (updated.status_code, updated.json()["properties"]["provisioningState"]) == (200, "Updating")
        clock.seconds += 20 * 60
        assert slow.status(updated)["status"] == "InProgress"
        clock.seconds += 10 * 60
        assert slow.status(updated)["status"] == "Succeeded"
        assert slow.get(ISE).json()["sku"] == {"name": "Premium", "capacity": 2}
        assert properties(slow) == before


def test_tags_change_at_once(azure: Azure) -> None:
    azure.create_environment(tags={"a": "1"})
    before = properties(azure)
    updated = azure.patch(ISE, {"tags": {"b": "2"}})
    assert (updated.status_code, updated.json()["tags"]) == (200, {"b": "2"})
    assert "Azure-AsyncOperation" not in updated.headers
    assert updated.json()["properties"] == before


def test_a_patch_replaces_the_set_of_certificates_and_keeps_it_when_absent(
    azure: Azure, certificate: dict[str, str]
) -> None:
    azure.create_environment(certificates={"old": certificate, "older": certificate})
    azure.get(ISE)
    patched = azure.patch(ISE, {"properties": {"certificates": {"new": certificate}}})
    assert patched.json()["properties"]["provisioningState"] == "InProgress"
    assert properties(azure)["certificates"].keys() == {"new"}
    assert azure.patch(ISE, {"sku": {"capacity": 3}}).status_code == 200
    assert properties(azure)["certificates"].keys() == {"new"}
    assert azure.get(ISE).json()["sku"] == {"name": "Premium", "capacity": 3}


def test_a_put_without_certificates_removes_them(azure: Azure, certificate: dict[str, str]) -> None:
    azure.create_environment(certificates={"old": certificate})
    azure.get(ISE)
    assert azure.put(ISE, environment()).status_code == 200
    assert "certificates" not in properties(azure)


def test_an_environment_can_be_put_back_as_it_was_read(azure: Azure, certificate: dict[str, str]) -> None:
    azure.create_environment(certificates={"one": certificate}, tags={"a": "1"})
    before = azure.get(ISE).json()
    assert azure.put(ISE, before).status_code == 200
    assert azure.get(ISE).json() == before


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"sku": {"name": "Developer"}}, "sku.name"),
        ({"type": "Internal"}, "properties.networkConfiguration.accessEndpoint.type"),
        ({"subnets": [*SUBNETS[:3], f"{VNET}/subnets/fifth"]}, "properties.networkConfiguration.subnets"),
        (
            {"encryptionConfiguration": {"encryptionKeyReference": {"keyVault": {"id": "/v"}, "keyName": "k"}}},
            "properties.encryptionConfiguration",
        ),
    ],
)
def test_properties_that_are_fixed_at_creation_cannot_change(
    azure: Azure, changes: dict[str, object], target: str
) -> None:
    azure.create_environment()
    before = azure.get(ISE).json()
    refused = azure.put(ISE, environment(**changes))
    assert code(refused) == (409, "PropertyChangeNotAllowed")
    assert refused.json()["error"]["target"] == target
    assert azure.get(ISE).json() == before


KEY = {"encryptionKeyReference": {"keyVault": {"id": "/vault"}, "keyName": "ise", "keyVersion": "1"}}


def test_an_identity_is_shown_with_its_principal(azure: Azure) -> None:
    """The API description's read-only fields of ManagedServiceIdentity and UserAssignedIdentity."""
    azure.create_network()
    azure.put(IDENTITY, {"location": "westus2"})
    for given in ({"type": "SystemAssigned"}, {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}):
        assert azure.put(ISE, environment() | {"identity": given}).is_success
        shown = azure.get(ISE).json()["identity"]
        ids = shown if given["type"] == "SystemAssigned" else shown["userAssignedIdentities"][IDENTITY]
        assert len(ids["principalId"]) == 36
        assert azure.put(ISE, environment() | {"identity": shown}).json()["identity"] == shown


@pytest.mark.parametrize(
    ("identity", "location"), [(None, "westus2"), ("None", "westus2"), ("SystemAssigned", "westus3")]
)
def test_a_customer_managed_key_requires_an_identity_and_a_supported_region(
    azure: Azure, identity: str | None, location: str
) -> None:
    """Microsoft's page on customer-managed keys for ISEs, "Prerequisites"."""
    azure.create_group()
    body = environment(encryptionConfiguration=KEY, location=location)
    given = {"identity": {"type": identity}} if identity else {}
    refused = azure.put(ISE, body | given)
    assert code(refused) == (400, "InvalidRequestContent")
    assert "encryptionConfiguration" in refused.json()["error"]["message"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_order_and_letter_case_of_the_subnets_do_not_matter(azure: Azure, method: str) -> None:
    azure.create_environment()
    before = azure.get(ISE).json()
    shuffled = [SUBNETS[2].upper(), SUBNETS[0], SUBNETS[3], SUBNETS[1]]
    answer = azure.send(method, ISE, environment(subnets=shuffled))
    assert answer.status_code == 200, answer.text
    assert azure.get(ISE).json() == before


def test_an_environment_cannot_move(azure: Azure) -> None:
    azure.create_environment()
    azure.get(ISE)
    assert code(azure.put(ISE, environment(location="eastus"))) == (409, "InvalidResourceLocation")
    assert code(azure.patch(ISE, {"location": "eastus"})) == (409, "PropertyChangeNotAllowed")


def test_other_operations_are_rejected_while_one_runs(azure: Azure, tmp_path: Path) -> None:
    azure.create_network()
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as slow:
        slow.put(ISE, environment())
        assert code(slow.put(ISE, environment())) == (409, "Conflict")
        assert code(slow.patch(ISE, {"tags": {}})) == (409, "Conflict")
        assert code(slow.delete(ISE)) == (409, "Conflict")
        clock.seconds += 119
        assert code(slow.delete(ISE)) == (409, "Conflict")
        clock.seconds += 1
        assert slow.delete(ISE).status_code == 200


def test_a_deletion_completes_at_once_and_releases_the_subnets(azure: Azure) -> None:
    azure.create_environment()
    azure.get(ISE)
    deleted = azure.delete(ISE)
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert "Azure-AsyncOperation" not in deleted.headers
    assert azure.get(ISE).status_code == 404
    assert azure.delete(ISE).status_code == 204
    assert azure.delete(SUBNETS[0]).status_code == 202


def test_subnets_stay_in_use_for_nine_hours_after_the_deletion_of_their_environment(
    azure: Azure, tmp_path: Path
) -> None:
    """Microsoft's "Manage your integration service environment" (2023-09-27): up to nine hours."""
    azure.create_environment()
    azure.get(ISE)
    clock = HandClock()
    with azure_in(tmp_path / "arm", pace=60, real_time=clock) as slow:
        assert slow.delete(ISE).status_code == 200
        assert slow.get(ISE).status_code == 404
        refused = slow.delete(SUBNETS[0])
        assert code(refused) == (400, "InUseSubnetCannotBeDeleted")
        assert ISE in refused.json()["error"]["message"]
        assert code(slow.put(ISE, environment())) == (409, "Conflict")
        clock.seconds += 9 * 60 - 1
        assert code(slow.delete(SUBNETS[0])) == (400, "InUseSubnetCannotBeDeleted")
        clock.seconds += 1
        assert slow.delete(SUBNETS[0]).status_code == 202


def test_subnets_are_released_at_once_with_the_setting_0(azure: Azure, tmp_path: Path) -> None:
    azure.create_environment()
    azure.get(ISE)
    arm.control_of(tmp_path / "arm").change_settings(subnet_hold_hours=0)
    with azure_in(tmp_path / "arm", pace=60, real_time=HandClock()) as slow:
        assert slow.delete(ISE).status_code == 200
        assert slow.delete(SUBNETS[0]).status_code == 202


def test_an_unknown_operation_is_404(azure: Azure) -> None:
    azure.create_environment()
    assert code(azure.get(f"{ISE}/operationStatuses/none")) == (404, "InvalidOperationId")
    assert code(azure.get(f"{SUBSCRIPTION}/providers/Microsoft.Network/locations/westus2/operations/none")) == (
        404,
        "OperationNotFound",
    )
