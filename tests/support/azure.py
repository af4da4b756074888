"""A plain HTTPS client of a running simulator, and the resources that most tests need.

It follows ARM's rules for long-running operations, without access to the simulator's internals.
"""

from __future__ import annotations

import ssl
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from logic_apps_sandbox import arm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
GROUP = f"{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
VNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"
ISE = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/Fabrikam-ISE"
SUBNETS = [f"{VNET}/subnets/subnet-{number}" for number in (1, 2, 3, 4)]
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/fabrikam"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ise"

VERSIONS = {
    "microsoft.network": "2024-05-01",
    "microsoft.logic": "2019-05-01",
    "microsoft.keyvault": "2023-07-01",
    "microsoft.managedidentity": "2023-01-31",
}
GROUP_VERSION = "2024-03-01"
TENANT = "00000000-0000-0000-0000-000000000001"

DELEGATION = {
    "name": "integrationServiceEnvironments",
    "properties": {"serviceName": "Microsoft.Logic/integrationServiceEnvironments"},
}


class Azure:
    """Requests to one simulator, with a token; the api-version is the usual one of the type unless given."""

    def __init__(self, simulator: arm.Simulator) -> None:
        self.simulator = simulator
        trust = ssl.create_default_context(cafile=str(simulator.settings.ca_file))
        # A busy machine answers late; a test that hangs has its own time limit.
        self.http = httpx.Client(base_url=f"https://{simulator.address}", verify=trust, trust_env=False, timeout=120)
        self.http.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self, **changes: str) -> str:
        """An access token by client credentials."""
        return str(self.token_response(**changes).json()["access_token"])

    def token_response(self, **changes: str) -> httpx.Response:
        """The answer of the token endpoint; `changes` replaces fields of the form."""
        settings = self.simulator.settings
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "scope": f"https://{self.simulator.address}/.default",
            **changes,
        }
        return self.http.post(f"/{settings.tenant_id}/oauth2/v2.0/token", data=form)

    def send(self, method: str, path: str, body: object = None, *, version: str | None = None) -> httpx.Response:
        """One request to ARM; `body` is sent as JSON."""
        if version is None:
            version = next((v for namespace, v in VERSIONS.items() if namespace in path.lower()), GROUP_VERSION)
        return self.http.request(method, f"{path}?api-version={version}", json=body)

    def get(self, path: str, *, version: str | None = None) -> httpx.Response:
        """GET."""
        return self.send("GET", path, version=version)

    def put(self, path: str, body: object, *, version: str | None = None) -> httpx.Response:
        """PUT."""
        return self.send("PUT", path, body, version=version)

    def patch(self, path: str, body: object) -> httpx.Response:
        """PATCH."""
        return self.send("PATCH", path, body)

    def delete(self, path: str) -> httpx.Response:
        """DELETE."""
        return self.send("DELETE", path)

    def status(self, response: httpx.Response) -> dict[str, Any]:
        """The status document of the operation that a response began."""
        return dict(self.http.get(response.headers["Azure-AsyncOperation"]).json())

    def create_group(self) -> None:
        """A resource group in West US 2."""
        assert self.put(GROUP, {"location": "West US 2"}).status_code == 201

    def create_network(self) -> None:
        """The group, 10.0.0.0/24, and four /27 subnets of which the first is delegated, one after the other."""
        self.create_group()
        assert self.put(VNET, virtual_network()).status_code == 201
        for number, path in enumerate(SUBNETS):
            self.get(VNET)  # a look, after which the write before is done at pace 0
            assert self.put(path, subnet(f"10.0.0.{32 * number}/27", delegated=number == 0)).status_code == 201
        assert self.get(VNET).json()["properties"]["provisioningState"] == "Succeeded"

    def create_environment(self, **changes: Any) -> httpx.Response:
        """The network and an ISE in it; at pace 0 it is ready on the next look."""
        self.create_network()
        response = self.put(ISE, environment(**changes))
        assert response.status_code == 201, response.text
        return response


def virtual_network(*prefixes: str, **properties: object) -> dict[str, Any]:
    """The body of a virtual network's PUT."""
    space = {"addressPrefixes": list(prefixes) or ["10.0.0.0/24"]}
    return {"location": "westus2", "properties": {"addressSpace": space, **properties}}


def subnet(prefix: str, *, delegated: bool = False, **properties: object) -> dict[str, Any]:
    """The body of a subnet's PUT."""
    delegations = [DELEGATION] if delegated else []
    return {"properties": {"addressPrefix": prefix, "delegations": delegations, **properties}}


def environment(**changes: Any) -> dict[str, Any]:
    """The documented body of an ISE's PUT without what is in the address; `changes` replaces its parts.

    Keywords: location, sku, type (of the endpoint), subnets (list of ids), tags, and any further property.
    """
    body: dict[str, Any] = {
        "location": changes.pop("location", "WestUS2"),
        "sku": changes.pop("sku", {"name": "Premium", "capacity": 1}),
    }
    if "tags" in changes:
        body["tags"] = changes.pop("tags")
    network = {
        "accessEndpoint": {"type": changes.pop("type", "External")},
        "subnets": [{"id": path} for path in changes.pop("subnets", SUBNETS)],
    }
    return {**body, "properties": {"networkConfiguration": network, **changes}}


def vault(*policies: dict[str, Any], location: str = "westus2", **properties: object) -> dict[str, Any]:
    """The body of a key vault's PUT, with access policies."""
    usual = {
        "tenantId": TENANT,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": list(policies),
        "enablePurgeProtection": True,
    }
    kept = {name: value for name, value in {**usual, **properties}.items() if value is not None}
    return {"location": location, "properties": kept}


def policy(principal: str, *permissions: str) -> dict[str, Any]:
    """The access policy that lets a principal do something with the keys of a vault."""
    return {"tenantId": TENANT, "objectId": principal, "permissions": {"keys": list(permissions)}}


def code(response: httpx.Response) -> tuple[int, str]:
    """HTTP status and ARM error code of a refusal."""
    return response.status_code, response.json()["error"]["code"]


@contextmanager
def azure_in(
    directory: Path, *, pace: float | None = None, real_time: Callable[[], float] = time.time
) -> Iterator[Azure]:
    """A simulator on this directory with a client."""
    with arm.serving(directory, pace=pace, real_time=real_time) as simulator:
        azure = Azure(simulator)
        with closing(azure.http):
            yield azure


class HandClock:
    """A source of real time that tests move by hand; seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        """The present time."""
        return self.seconds
