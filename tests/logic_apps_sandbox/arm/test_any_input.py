"""Whatever a client sends, it gets an answer of ARM's form, and of the statuses above 499 only 501."""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.logic_apps_sandbox.arm.test_network_security import NSG, TABLE, route, rule
from tests.support.azure import (
    GROUP,
    ISE,
    SUBNETS,
    SUBSCRIPTION,
    VNET,
    Azure,
    azure_in,
    environment,
    subnet,
    virtual_network,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIC = f"{GROUP}/providers/Microsoft.Logic"

PLACES = [
    GROUP,
    VNET,
    ISE,
    *SUBNETS,
    SUBSCRIPTION,
    f"{VNET}/subnets",
    f"{ISE}/operationStatuses/x",
    f"{ISE}/managedApis/servicebus",
    f"{ISE}/health/network",
    f"{ISE}/restart",
    NSG,
    f"{NSG}/securityRules/one",
    f"{NSG}/defaultSecurityRules",
    TABLE,
    f"{TABLE}/routes/one",
    f"{LOGIC}/integrationAccounts/account",
    f"{LOGIC}/integrationAccounts/account/schemas/order",
    f"{LOGIC}/workflows/orders",
    f"{LOGIC}/workflows/orders/disable",
    f"{GROUP}/resources",
]
BODIES: list[dict[str, Any]] = [
    {"location": "westus2", "tags": {}},
    virtual_network(),
    subnet("10.0.0.0/27", delegated=True),
    environment(),
    {"location": "westus2", "properties": {"securityRules": [{"name": "one", **rule()}]}},
    rule(),
    {"location": "westus2", "properties": {"routes": [{"name": "one", **route("10.0.0.0/8")}]}},
    route("VirtualNetwork"),
    {"location": "westus2", "properties": {"deploymentParameters": {"contentLinkDefinition": {"uri": "https://a"}}}},
    {
        "location": "westus2",
        "sku": {"name": "Standard"},
        "properties": {"integrationServiceEnvironment": {"id": ISE}, "state": "Enabled"},
    },
    {
        "location": "westus2",
        "properties": {
            "definition": {},
            "integrationAccount": {"id": f"{LOGIC}/integrationAccounts/account"},
            "integrationServiceEnvironment": {"id": ISE},
        },
    },
    {"properties": {"schemaType": "Xml", "content": "<schema/>"}},
    subnet("10.0.0.32/27", networkSecurityGroup={"id": NSG}, routeTable={"id": TABLE}),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def paths_in(value: object, so_far: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value inside a body."""
    if so_far:
        yield so_far
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths_in(item, (*so_far, key))


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """A copy of a body with one value replaced."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)  # type: ignore[index]
    return copy


@st.composite
def nearly_valid_bodies(draw: st.DrawFn) -> Any:
    """A good body with one value replaced by anything."""
    body = draw(st.sampled_from(BODIES))
    return replaced(body, draw(st.sampled_from(list(paths_in(body)))), draw(json_values))


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """One simulator for all examples: they may well see what earlier ones left."""
    with ExitStack() as stack:
        azure = stack.enter_context(azure_in(tmp_path_factory.mktemp("any"), pace=0))
        azure.create_environment()
        azure.put(NSG, {"location": "westus2"})
        azure.put(TABLE, {"location": "westus2"})
        yield azure


def check(azure: Azure, method: str, path: str, body: object, version: str | None = None) -> None:
    """The answer is one that ARM gives."""
    answer = azure.send(method, path, body, version=version)
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.json()["error"].keys() >= {"code", "message"}


@given(method=st.sampled_from(["PUT", "PATCH"]), path=st.sampled_from(PLACES), body=nearly_valid_bodies())
def test_a_body_with_one_wrong_value_gets_a_response(simulator: Azure, method: str, path: str, body: object) -> None:
    check(simulator, method, path, body)


@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]),
    place=st.sampled_from(["", "/", *PLACES]),
    more=st.lists(st.text(max_size=12), max_size=4),
    body=json_values,
    version=st.sampled_from(["2019-05-01", "2024-05-01", "2024-03-01", "", "x"]),
)
def test_any_path_gets_a_response(
    simulator: Azure, method: str, place: str, more: list[str], body: object, version: str
) -> None:
    path = "/".join([place, *(quote(segment, safe="") for segment in more)])
    # As a complete URL, because a client would read text after two leading slashes as a host.
    url = f"https://{simulator.simulator.address}/{path.removeprefix('/')}"
    check(simulator, method, url, body, version)


def test_the_bodies_that_the_examples_start_from_are_valid(simulator: Azure) -> None:
    simulator.put(GROUP, {"location": "westus2"})
    assert simulator.put(GROUP, BODIES[0]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/subscriptions/../subscriptions",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/subscriptions/%2F%2F/resourceGroups/%00",
        "/subscriptions/%ff%fe",
        "/page.html",
        "/sandbox/../sandbox/time",
        "//////",
        "/subscriptions;a=b/?x=%",
        "/" + "a/" * 30_000,
        f"{GROUP}/providers/" + "Microsoft.Network/virtualNetworks/a/" * 500,
    ],
)
def test_malformed_paths_get_an_error(simulator: Azure, path: str) -> None:
    answer = raw_answer(simulator, f"GET {path}?api-version=2024-03-01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert 400 <= status < 500, answer
    assert b"root:" not in answer


@given(authorization=st.binary(max_size=60), scheme=st.sampled_from([b"", b"Bearer ", b"Basic ", b"bearer a.b."]))
def test_any_authorization_without_a_token_of_the_simulator_is_rejected(
    simulator: Azure, authorization: bytes, scheme: bytes
) -> None:
    value = scheme + bytes(byte for byte in authorization if byte not in b"\r\n\0")
    answer = raw_answer(
        simulator,
        b"GET /subscriptions?api-version=2022-12-01 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: "
        + value
        + b"\r\n\r\n",
    )
    assert answer.split(b" ", 2)[1] in (b"400", b"401"), answer


@given(content=st.binary(max_size=200))
def test_bytes_that_are_not_http_do_not_stop_the_simulator(simulator: Azure, content: bytes) -> None:
    assert not raw_answer(simulator, content, patience=0.02).startswith(b"HTTP/1.1 5")
    assert simulator.get(SUBSCRIPTION).status_code == 200


def raw_answer(azure: Azure, content: bytes, *, patience: float = 10.0) -> bytes:
    """The first response to these bytes; empty if there is none."""
    host, _, port = azure.simulator.address.rpartition(":")
    trust = ssl.create_default_context(cafile=str(azure.simulator.settings.ca_file))
    with (
        socket.create_connection((host, int(port))) as plain,
        trust.wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.settimeout(patience)
        connection.sendall(content)
        try:
            return connection.recv(65536)
        except (TimeoutError, ConnectionError):
            return b""
