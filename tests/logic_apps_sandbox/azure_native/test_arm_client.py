"""Requests to ARM: sign-in, retries and their delays, polling, the end of an operation, and registration.

What single answers come to is in test_scripted_answers.py.

The numbers are those of azure-native's client_azcore.go, the pollers those of azcore (Azure SDK for Go).
"""

from __future__ import annotations

import threading

import httpx
import pytest

from logic_apps_sandbox.azure_native.arm_client import ArmClient
from logic_apps_sandbox.azure_native.cloud import Cloud
from logic_apps_sandbox.azure_native.configuration import Configuration
from logic_apps_sandbox.azure_native.deadline import Deadline
from logic_apps_sandbox.azure_native.errors import (
    ArmError,
    OperationCancelledError,
    OperationTimedOutError,
    ProviderError,
)
from tests.logic_apps_sandbox.azure_native.arm_double import (
    HOST,
    NETWORK,
    NETWORK_VERSION,
    SUBSCRIPTION,
    TENANT,
    ArmDouble,
    PatientDeadline,
    answer,
    error,
)

VERSION = "2024-05-01"
GET = f"GET {NETWORK}{NETWORK_VERSION}"
PUT = f"PUT {NETWORK}{NETWORK_VERSION}"
DELETE = f"DELETE {NETWORK}{NETWORK_VERSION}"
STATUS = f"/subscriptions/{SUBSCRIPTION}/operations/1?api-version=2024-05-01"
STATUS_URL = f"https://{HOST}{STATUS}"
READY = {"id": NETWORK, "properties": {"provisioningState": "Succeeded"}}
UPDATING = {"id": NETWORK, "properties": {"provisioningState": "Updating"}}


@pytest.fixture
def client(arm: ArmDouble) -> ArmClient:
    configuration = Configuration(HOST, SUBSCRIPTION, TENANT, "client", "secret")
    http = arm.client()
    return ArmClient(Cloud(configuration, http), http)


@pytest.fixture
def deadline() -> PatientDeadline:
    return PatientDeadline()


def put(client: ArmClient, deadline: Deadline, *, long_running: bool = True) -> dict[str, object]:
    accepted = client.put(NETWORK, VERSION, {"location": "westus2"}, deadline)
    return client.result(accepted, deadline, long_running=long_running)


def test_it_signs_in_once_and_sends_the_token_with_each_request(
    client: ArmClient, arm: ArmDouble, deadline: Deadline
) -> None:
    arm.on(GET, answer(200, READY))
    client.get(NETWORK, VERSION, deadline)
    client.get(NETWORK, VERSION, deadline)
    assert arm.sign_in == [
        "GET /metadata/endpoints?api-version=2022-09-01",
        f"GET /{TENANT}/v2.0/.well-known/openid-configuration",
        f"POST /{TENANT}/oauth2/v2.0/token",
    ]
    assert [headers["Authorization"] for headers in arm.headers] == ["Bearer the-token", "Bearer the-token"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_transient_failure_is_tried_four_times_after_about_20_60_and_120_seconds(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline, status: int
) -> None:
    arm.on(GET, error(status, "Busy"))
    with pytest.raises(ArmError, match=f"Status={status}"):
        client.get(NETWORK, VERSION, deadline)
    assert arm.requests == [GET] * 4
    for wait, middle in zip(deadline.waits, (20, 60, 140), strict=True):
        assert min(0.8 * middle, 120) <= wait <= min(1.3 * middle, 120)


def test_a_conflict_with_another_operation_is_tried_again_and_every_other_conflict_is_final(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    arm.on(PUT, error(409, "AnotherOperationInProgress"), answer(200, READY))
    assert put(client, deadline) == READY
    assert len(deadline.waits) == 1
    arm.on(DELETE, error(409, "InvalidResourceLocation"))
    with pytest.raises(ArmError):
        client.delete(NETWORK, VERSION, deadline, long_running=True)
    assert arm.requests == [PUT, PUT, DELETE]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after_ms": "10", "x_ms_retry_after_ms": "2000", "Retry_After": "3"}, 0.01),
        ({"x_ms_retry_after_ms": "2000", "Retry_After": "3"}, 2.0),
        ({"Retry_After": "3"}, 3.0),
    ],
)
def test_the_servers_hint_wins_over_the_delay_of_the_client(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline, headers: dict[str, str], seconds: float
) -> None:
    arm.on(GET, error(429, "TooManyRequests", **headers), answer(200, READY))
    client.get(NETWORK, VERSION, deadline)
    assert deadline.waits == [seconds]


def test_a_broken_connection_is_tried_again_and_in_the_end_named_with_the_request(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    arm.on(GET, httpx.ConnectError("connection refused"), answer(200, READY))
    assert client.get(NETWORK, VERSION, deadline) == READY
    arm.on(DELETE, httpx.ReadError("reset by peer"))
    with pytest.raises(ProviderError, match=r"cannot reach ARM: DELETE https://arm\.test/.*: reset by peer"):
        client.delete(NETWORK, VERSION, deadline, long_running=True)
    assert arm.requests == [GET, GET, *[DELETE] * 4]


def test_an_error_shows_status_code_and_message_of_arms_envelope(
    client: ArmClient, arm: ArmDouble, deadline: Deadline
) -> None:
    arm.on(PUT, error(400, "NetcfgSubnetRangesOverlap", "Subnet 'a' overlaps."))
    with pytest.raises(ArmError) as raised:
        put(client, deadline)
    assert str(raised.value) == 'Status=400 Code="NetcfgSubnetRangesOverlap" Message="Subnet \'a\' overlaps."'


def test_azure_asyncoperation_is_followed_every_ten_seconds_and_then_the_resource_is_read(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    location = f"https://{HOST}/never"
    arm.on(PUT, answer(201, UPDATING, Azure_AsyncOperation=STATUS_URL, Location=location))
    arm.on(f"GET {STATUS}", answer(200, {"status": "InProgress"}), answer(200, {"status": "sUCCEEDED"}))
    arm.on(GET, answer(200, READY))
    assert put(client, deadline) == READY
    assert arm.requests == [PUT, f"GET {STATUS}", f"GET {STATUS}", GET]
    assert deadline.waits == [0, 10]


def test_operation_location_comes_before_location(client: ArmClient, arm: ArmDouble, deadline: Deadline) -> None:
    arm.on(PUT, answer(201, UPDATING, Operation_Location=STATUS_URL, Location=f"https://{HOST}/never"))
    arm.on(f"GET {STATUS}", answer(200, {"status": "Succeeded"}))
    arm.on(GET, answer(200, READY))
    put(client, deadline)
    assert arm.requests == [PUT, f"GET {STATUS}", GET]


@pytest.mark.parametrize("status", ["Failed", "canceled"])
def test_an_operation_that_does_not_succeed_fails_with_its_own_error(
    client: ArmClient, arm: ArmDouble, deadline: Deadline, status: str
) -> None:
    document = {"status": status, "error": {"code": "SubnetInUse", "message": "Taken."}}
    arm.on(PUT, answer(201, UPDATING, Azure_AsyncOperation=STATUS_URL))
    arm.on(f"GET {STATUS}", answer(200, document))
    with pytest.raises(ArmError, match=r'Code="SubnetInUse" Message="Taken\."'):
        put(client, deadline)


def test_the_location_of_a_delete_is_followed_as_it_is_while_it_answers_202(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    arm.on(DELETE, answer(202, Location=f"https://{HOST}/operationresults/1", x_ms_retry_after_ms="5"))
    arm.on("GET /operationresults/1", answer(202), answer(200))
    client.delete(NETWORK, VERSION, deadline, long_running=True)
    assert arm.requests == [DELETE, *["GET /operationresults/1"] * 2]
    assert deadline.waits == [0.005, 30]


def test_without_headers_the_resources_own_provisioning_state_is_followed(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    arm.on(PUT, answer(201, UPDATING))
    arm.on(GET, answer(200, UPDATING), answer(200, READY))
    assert put(client, deadline) == READY
    assert arm.requests == [PUT, GET, GET]


def test_a_put_that_is_not_long_running_is_not_polled_unless_it_answers_202(
    client: ArmClient, arm: ArmDouble, deadline: Deadline
) -> None:
    arm.on(PUT, answer(201, UPDATING), answer(202, UPDATING))
    arm.on(GET, answer(200, READY))
    assert put(client, deadline, long_running=False) == UPDATING
    assert put(client, deadline, long_running=False) == READY


def test_a_put_needs_a_json_object(client: ArmClient, arm: ArmDouble, deadline: Deadline) -> None:
    arm.on(PUT, answer(200, []))
    with pytest.raises(ProviderError, match=r"status 200 and no JSON object: '\[\]'"):
        put(client, deadline)


@pytest.mark.parametrize("status", [200, 202, 204, 404])
def test_a_delete_that_is_not_long_running_ends_with_its_answer(
    client: ArmClient, arm: ArmDouble, deadline: Deadline, status: int
) -> None:
    arm.on(DELETE, answer(status, Azure_AsyncOperation=STATUS_URL))
    client.delete(NETWORK, VERSION, deadline, long_running=False)
    assert arm.requests == [DELETE]


def test_a_404_while_a_delete_is_polled_counts_as_deleted(
    client: ArmClient, arm: ArmDouble, deadline: Deadline
) -> None:
    arm.on(DELETE, answer(202, Azure_AsyncOperation=STATUS_URL))
    arm.on(f"GET {STATUS}", error(404, "NotFound"))
    client.delete(NETWORK, VERSION, deadline, long_running=True)
    assert arm.requests == [DELETE, f"GET {STATUS}"]


def test_a_long_running_delete_that_answers_202_must_say_where_to_poll(
    client: ArmClient, arm: ArmDouble, deadline: Deadline
) -> None:
    arm.on(DELETE, answer(202))
    with pytest.raises(ProviderError, match="response is missing polling URL"):
        client.delete(NETWORK, VERSION, deadline, long_running=True)


def test_a_resource_provider_that_is_not_registered_is_registered_first(
    client: ArmClient, arm: ArmDouble, deadline: PatientDeadline
) -> None:
    details = [{"code": "MissingSubscriptionRegistration", "target": "Microsoft.Network"}]
    envelope = {"error": {"code": "MissingSubscriptionRegistration", "message": "Register it.", "details": details}}
    provider = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network"
    arm.on(PUT, answer(409, envelope), answer(200, READY))
    arm.on(f"POST {provider}/register?api-version=2019-05-01", answer(200, {}))
    state = f"GET {provider}?api-version=2019-05-01"
    arm.on(state, answer(200, {"registrationState": "Registering"}), answer(200, {"registrationState": "Registered"}))
    assert put(client, deadline) == READY
    assert arm.requests == [PUT, f"POST {provider}/register?api-version=2019-05-01", state, state, PUT]
    assert deadline.waits == [15]


def test_a_call_ends_when_its_timeout_expires(client: ArmClient, arm: ArmDouble) -> None:
    arm.on(PUT, answer(201, UPDATING, Azure_AsyncOperation=STATUS_URL))
    arm.on(f"GET {STATUS}", answer(200, {"status": "InProgress"}, retry_after_ms="20"))
    with pytest.raises(OperationTimedOutError, match=r"^operation timed out$"):
        put(client, Deadline(0.1, threading.Event()))


def test_a_call_ends_when_the_engine_cancels(client: ArmClient, arm: ArmDouble) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(OperationCancelledError):
        client.get(NETWORK, VERSION, Deadline(60, cancelled))
    assert arm.requests == []


def test_an_invalid_metadata_endpoint_is_named(deadline: Deadline) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="nothing here")

    http = httpx.Client(transport=httpx.MockTransport(refuse))
    client = ArmClient(Cloud(Configuration("elsewhere", SUBSCRIPTION, TENANT, "client", "secret"), http), http)
    with pytest.raises(ProviderError, match=r"the metadata endpoint at https://elsewhere/.* returned status 404"):
        client.get(NETWORK, VERSION, deadline)


def test_signing_in_is_tried_again_too_and_then_says_how_to_start_the_simulator(deadline: PatientDeadline) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    http = httpx.Client(transport=httpx.MockTransport(refuse))
    client = ArmClient(Cloud(Configuration("elsewhere", SUBSCRIPTION, TENANT, "client", "secret"), http), http)
    with pytest.raises(ProviderError, match=r"connection refused\. Is the simulator running\? `logic-apps-sandbox run"):
        client.get(NETWORK, VERSION, deadline)
    for wait, middle in zip(deadline.waits, (0.8, 2.4, 5.6), strict=True):
        assert 0.8 * middle <= wait <= 1.3 * middle
