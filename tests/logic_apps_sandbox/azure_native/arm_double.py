"""An ARM that answers from a script and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from typing import Any

import httpx

from logic_apps_sandbox.azure_native.deadline import Deadline

HOST = "arm.test"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Fabrikam-RG"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/Fabrikam-VNET"
SUBNET = f"{NETWORK}/subnets/subnet-1"
ISE = f"{GROUP}/providers/Microsoft.Logic/integrationServiceEnvironments/Fabrikam-ISE"
# The path of the generic resource: lower-case resourcegroups, two slashes for the empty parentResourcePath.
ISE_AS_REQUESTED = (
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/Fabrikam-RG/providers/Microsoft.Logic//integrationServiceEnvironments"
    "/Fabrikam-ISE"
)
# The same on the wire, where Go's url.JoinPath makes one slash of two.
ISE_ON_THE_WIRE = ISE_AS_REQUESTED.replace("//", "/")
NETWORK_VERSION = "?api-version=2024-05-01"

VARIABLES = {
    "azure-native:config:metadataHost": HOST,
    "azure-native:config:subscriptionId": SUBSCRIPTION,
    "azure-native:config:tenantId": TENANT,
    "azure-native:config:clientId": "client",
    "azure-native:config:clientSecret": "secret",
    "azure-native:config:disableInstanceDiscovery": "true",
}


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    """A response; header names are given with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (
        httpx.Response(status, json=body, headers=named) if body is not None else httpx.Response(status, headers=named)
    )


def error(status: int, code: str, message: str = "It cannot be done.", **headers: str) -> httpx.Response:
    """A response with ARM's error envelope."""
    return answer(status, {"error": {"code": code, "message": message}}, **headers)


NOT_FOUND = ("ResourceNotFound", "The Resource was not found.")


class ArmDouble:
    """Answers each request with the next answer scripted for it; the last one stays.

    A request that nothing was scripted for is answered with 418, which no code accepts.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.bodies: list[Any] = []
        self.headers: list[httpx.Headers] = []
        self.sign_in: list[str] = []
        self._answers: defaultdict[str, list[httpx.Response | Exception]] = defaultdict(list)

    def on(self, request: str, *answers: httpx.Response | Exception) -> None:
        """Script the answers to a request such as ``GET /path?api-version=1``."""
        self._answers[request].extend(answers)

    def client(self) -> httpx.Client:
        """A client whose requests come here."""
        return httpx.Client(transport=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        asked = f"{request.method} {request.url.raw_path.decode()}"
        if "/metadata/" in asked or TENANT in asked:
            self.sign_in.append(asked)
            return self._cloud(asked)
        self.requests.append(asked)
        self.headers.append(request.headers)
        if request.method in ("PUT", "POST"):
            self.bodies.append(json.loads(request.content) if request.content else None)
        answers = self._answers[asked]
        if not answers:
            return httpx.Response(418, text=f"nothing is scripted for {asked}")
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(given, Exception):
            raise given
        return httpx.Response(given.status_code, headers=given.headers, content=given.content)

    @staticmethod
    def _cloud(asked: str) -> httpx.Response:
        login = "https://login.test"
        if asked == "GET /metadata/endpoints?api-version=2022-09-01":
            authentication = {"loginEndpoint": f"{login}/", "audiences": ["https://audience.test"]}
            suffixes = {"keyVaultDns": "vault.test"}
            manager = f"https://{HOST}/"
            return answer(200, {"resourceManager": manager, "authentication": authentication, "suffixes": suffixes})
        if asked == f"GET /{TENANT}/v2.0/.well-known/openid-configuration":
            return answer(200, {"token_endpoint": f"{login}/{TENANT}/oauth2/v2.0/token"})
        if asked == f"POST /{TENANT}/oauth2/v2.0/token":
            return answer(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": "the-token"})
        return answer(404)


class PatientDeadline(Deadline):
    """A deadline that notes how long it was asked to wait instead of waiting."""

    def __init__(self) -> None:
        super().__init__(60, threading.Event())
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        """Note the seconds."""
        self.waits.append(seconds)
