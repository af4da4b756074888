"""The sandbox's provider makes the same of a server's answers as azure-native's own client."""

from __future__ import annotations

import json
import threading
import time
from email.utils import formatdate
from typing import Any

import httpx
import pytest

from logic_apps_sandbox.azure_native.arm_client import ArmClient
from logic_apps_sandbox.azure_native.cloud import Cloud
from logic_apps_sandbox.azure_native.configuration import Configuration
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import OperationTimedOutError, ProviderError
from tests.logic_apps_sandbox.azure_native.arm_double import SUBSCRIPTION, TENANT, ArmDouble
from tests.logic_apps_sandbox.azure_native.scripted_answers import CASES, RESOURCE, VERSION, Answer, Case


class ShortDeadline(Deadline):
    """Five seconds, which pass at once when they are waited for."""

    def __init__(self) -> None:
        super().__init__(60, threading.Event())

    def wait(self, seconds: float) -> None:
        if seconds > 5:
            raise OperationTimedOutError


class Server:
    """Gives the answers of a case, whatever is asked."""

    def __init__(self, case: Case) -> None:
        self._answers = list(case.answers)
        self.requests: list[str] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.raw_path.decode()
        if "/metadata/" in asked or TENANT in asked:
            return ArmDouble._cloud(f"{request.method} {asked}")
        self.requests.append(f"{request.method} {asked.replace(f'{RESOURCE}?api-version={VERSION}', 'r')}")
        given = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return _response(given)


def _response(given: Answer) -> httpx.Response:
    headers = {name: _date_of(value) for name, value in given.headers}
    text = given.body if isinstance(given.body, str) else json.dumps(given.body, separators=(",", ":")) + "\n"
    return httpx.Response(given.status, headers=headers, text=text)


def _date_of(value: str) -> str:
    return formatdate(time.time() + 2, usegmt=True) if value == "in two seconds" else value


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_the_client_returns_the_expected_result(case: Case) -> None:
    server = Server(case)
    http = httpx.Client(transport=httpx.MockTransport(server.handle))
    client = ArmClient(Cloud(Configuration("arm.test", SUBSCRIPTION, TENANT, "client", "secret"), http), http)
    outcome: dict[str, Any] = {"returns": None, "error": "", "accepted": False}
    try:
        outcome["returns"] = _send(client, case, outcome)
    except ProviderError as error:
        outcome["error"] = str(error)
    else:
        outcome["accepted"] = False
    assert outcome == {"returns": case.returns, "error": case.error, "accepted": case.accepted}
    assert tuple(server.requests) == case.requests


def _send(client: ArmClient, case: Case, outcome: dict[str, Any]) -> Any:
    deadline = ShortDeadline()
    match case.method:
        case "GET":
            return client.get(RESOURCE, VERSION, deadline)
        case "DELETE":
            return client.delete(RESOURCE, VERSION, deadline, long_running=case.long_running)
        case "PUT":
            accepted = client.put(RESOURCE, VERSION, {}, deadline)
            outcome["accepted"] = True
            return client.result(accepted, deadline, long_running=case.long_running)
