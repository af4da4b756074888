"""What Azure has and the simulator does not is 501; what Azure does not have either is Azure's own error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.azure import GROUP, ISE, SUBSCRIPTION, VNET, code

if TYPE_CHECKING:
    from tests.support.azure import Azure

LOGIC = f"{GROUP}/providers/Microsoft.Logic"
NETWORK = f"{GROUP}/providers/Microsoft.Network"


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("GET", f"{LOGIC}/workflows/w/runs", "Microsoft.Logic/workflows/runs"),
        ("GET", f"{LOGIC}/workflows/w/runs/1/actions", "Microsoft.Logic/workflows/runs/actions"),
        ("GET", f"{LOGIC}/workflows/w/versions/1", "Microsoft.Logic/workflows/versions"),
        ("GET", f"{LOGIC}/workflows/w/triggers", "Microsoft.Logic/workflows/triggers"),
        ("POST", f"{LOGIC}/workflows/w/triggers/manual/run", "Microsoft.Logic/workflows/triggers/run"),
        (
            "POST",
            f"{LOGIC}/integrationAccounts/a/listCallbackUrl",
            "Microsoft.Logic/integrationAccounts/listCallbackUrl",
        ),
        ("PUT", f"{LOGIC}/integrationAccounts/a/sessions/s", "Microsoft.Logic/integrationAccounts/sessions"),
        (
            "POST",
            f"{LOGIC}/integrationAccounts/a/maps/m/listContentCallbackUrl",
            "Microsoft.Logic/integrationAccounts/maps/listContentCallbackUrl",
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.Network/locations/westus2/usages",
            "Microsoft.Network/locations/usages",
        ),
        ("PUT", f"{NETWORK}/publicIPAddresses/p", "Microsoft.Network/publicIPAddresses"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Network/publicIPAddresses", "Microsoft.Network/publicIPAddresses"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults", "Microsoft.KeyVault/deletedVaults"),
        ("PUT", f"{GROUP}/providers/Microsoft.Authorization/locks/l", "Microsoft.Authorization/locks"),
        ("PUT", f"{ISE}/providers/Microsoft.Authorization/locks/l", "Microsoft.Authorization/locks"),
        (
            "PUT",
            f"{VNET}/subnets/s/providers/Microsoft.Insights/diagnosticSettings/d",
            "Microsoft.Insights/diagnosticSettings",
        ),
        (
            "GET",
            f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments",
            "Microsoft.Authorization/roleAssignments",
        ),
        ("PUT", f"{GROUP}/providers/Microsoft.Resources/deployments/d", "Microsoft.Resources/deployments"),
        (
            "POST",
            f"{GROUP}/providers/Microsoft.Resources/deployments/d/validate",
            "Microsoft.Resources/deployments/validate",
        ),
        ("PATCH", f"{ISE}/providers/Microsoft.Resources/tags/default", "Microsoft.Resources/tags"),
        ("POST", f"{GROUP}/exportTemplate", "exportTemplate"),
        ("POST", f"{GROUP}/moveResources", "moveResources"),
        ("GET", f"{SUBSCRIPTION}/tagNames", "tagNames"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Web", "Microsoft.Web"),
        ("POST", f"{SUBSCRIPTION}/providers/Microsoft.Web/register", "Microsoft.Web/register"),
        ("GET", "/providers/Microsoft.Logic/operations", "Microsoft.Logic/operations"),
        ("GET", "/providers/Microsoft.Management/managementGroups", "Microsoft.Management/managementGroups"),
        ("GET", "/providers", "providers"),
        ("POST", "/batch", "batch"),
        ("GET", "/v1.0/me", "v1.0/me"),
        ("POST", "/common/oauth2/v2.0/devicecode", "common/oauth2/v2.0/devicecode"),
        ("POST", "/common/oauth2/token", "common/oauth2/token"),
        ("GET", "/common/discovery/instance", "common/discovery/instance"),
        ("GET", "/common/.well-known/openid-configuration", "common/.well-known/openid-configuration"),
    ],
)
def test_what_is_not_simulated_returns_501_with_one_sentence(azure: Azure, method: str, path: str, named: str) -> None:
    azure.create_group()
    answer = azure.send(method, path)
    assert code(answer) == (501, "NotImplemented")
    assert answer.json()["error"]["message"] == f"The sandbox does not simulate '{named}'."


def test_501_is_decided_before_the_body_is_read(azure: Azure) -> None:
    path = f"{GROUP}/providers/Microsoft.Resources/deployments/d"
    # The Azure CLI sends the template as it is in the file, with a key that has no quotes.
    answer = azure.http.put(f"{path}?api-version=2024-11-01", content=b'{"properties": {template: {}}}')
    assert code(answer) == (501, "NotImplemented")


@pytest.mark.parametrize(("method", "path"), [("GET", "/secrets/s"), ("PUT", "/secrets/s"), ("GET", "/keys/k")])
def test_unsupported_requests_to_a_key_vault_are_501(azure: Azure, method: str, path: str) -> None:
    headers = {"Host": f"fabrikam.vault.{azure.simulator.address}"}
    answer = azure.http.request(method, f"{path}?api-version=7.4", headers=headers)
    assert code(answer) == (501, "NotImplemented")
    assert path in answer.json()["error"]["message"]


def test_501_needs_a_token(azure: Azure) -> None:
    answer = azure.http.get(f"{LOGIC}/workflows/w/runs?api-version=2019-05-01", headers={"Authorization": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{GROUP}/providers/Microsoft.Nonsense/things/t", (404, "InvalidResourceNamespace")),
        (f"{SUBSCRIPTION}/providers/Microsoft.Nonsense", (404, "InvalidResourceNamespace")),
        (f"{LOGIC}/workflowz/w", (404, "InvalidResourceType")),
        (f"{VNET}/subnetz/s", (404, "InvalidResourceType")),
        (f"{NETWORK}/publicIPAddressez/p", (404, "InvalidResourceType")),
        (f"{SUBSCRIPTION}/nonsense", (404, "NotFound")),
    ],
)
def test_types_that_azure_does_not_have_get_the_error_of_azure(
    azure: Azure, path: str, expected: tuple[int, str]
) -> None:
    azure.create_group()
    assert code(azure.get(path)) == expected


def test_a_resource_that_is_named_like_a_part_of_a_path_is_served(azure: Azure) -> None:
    azure.create_group()
    network = f"{NETWORK}/virtualNetworks/providers"
    body = {"location": "westus2", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/24"]}}}
    assert azure.put(network, body).status_code == 201
    assert azure.get(f"{network}/subnets").json() == {"value": []}
