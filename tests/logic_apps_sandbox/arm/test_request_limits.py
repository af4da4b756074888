"""What anybody on this machine may send without a token: it is limited, and almost nothing of it is kept."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
import uvicorn

from logic_apps_sandbox import arm
from logic_apps_sandbox.arm.control import request_log
from logic_apps_sandbox.arm.server import http_protocol
from tests.support.azure import GROUP, Azure, azure_in, code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def exchange(azure: Azure, request: bytes) -> bytes:
    """Everything that the simulator answers to these bytes."""
    host, _, port = azure.simulator.address.rpartition(":")
    context = ssl.create_default_context(cafile=str(azure.simulator.settings.ca_file))
    with socket.create_connection((host, int(port))) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
        answer = b""
        try:
            tls.sendall(request)
            while chunk := tls.recv(65536):
                answer += chunk
        except (ConnectionError, ssl.SSLError):
            pass  # the simulator does not read on
    return answer


def stored(tmp_path: Path) -> int:
    return sum(file.stat().st_size for file in (tmp_path / "arm").glob("store.sqlite3*"))


@pytest.mark.parametrize("header", ["User-Agent", "Authorization", "X-Anything"])
def test_large_headers_are_rejected_and_leave_nothing(azure: Azure, tmp_path: Path, header: str) -> None:
    azure.create_group()
    before = stored(tmp_path)
    request = f"GET {GROUP}?api-version=2024-03-01 HTTP/1.1\r\nHost: localhost\r\n{header}: {'x' * 10_000_000}\r\n\r\n"
    for _ in range(3):
        answer = exchange(azure, request.encode())
        assert not answer or b" 431 " in answer.partition(b"\r\n")[0]
    assert stored(tmp_path) - before < 100_000


def test_headers_just_over_the_limit_get_an_answer(azure: Azure) -> None:
    answer = azure.http.get(f"{GROUP}?api-version=2024-03-01", headers={"X-Large": "x" * 70_000})
    assert answer.status_code == 431


def test_a_head_that_never_ends_is_not_read_on(azure: Azure) -> None:
    endless = b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(300))
    answer = exchange(azure, endless)
    assert not answer or answer.startswith(b"HTTP/1.1 431 ")


CHUNKED = b"PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n"


def test_trailers_that_never_end_are_not_read_on(azure: Azure) -> None:
    endless = CHUNKED + b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(300))
    answer = exchange(azure, endless)
    assert not answer or answer.startswith(b"HTTP/1.1 431 ")


def test_trailers_are_not_headers(azure: Azure) -> None:
    token = azure.http.headers["Authorization"].encode()
    body = CHUNKED.replace(b"PUT / ", b"PUT " + GROUP.encode() + b"?api-version=2024-03-01 ")
    answer = exchange(
        azure, body.replace(b"Host", b"Connection: close\r\nHost") + b"Authorization: " + token + b"\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("hosts", [b"", b"Host: localhost\r\nHost: localhost\r\n"])
def test_a_request_to_resource_manager_has_one_host(azure: Azure, hosts: bytes) -> None:
    token = azure.http.headers["Authorization"].encode()
    head = b"GET " + GROUP.encode() + b"?api-version=2024-03-01 HTTP/1.1\r\n" + hosts
    answer = exchange(azure, head + b"Connection: close\r\nAuthorization: " + token + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    ],
    ids=["nothing", "request line", "headers", "body"],
)
def test_a_request_that_stalls_is_disconnected(azure: Azure, begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.2)
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT", 0.2)
    assert exchange(azure, begun) == b""


def test_a_slow_body_is_read(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT", 0.3)

    def slowly() -> Iterator[bytes]:
        for part in (b'{"loca', b'tion":', b'"west', b'us2"}'):
            time.sleep(0.15)
            yield part

    assert azure.http.put(f"{GROUP}?api-version=2024-03-01", content=slowly()).status_code == 201


def test_connections_that_cannot_be_accepted_are_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    loop, handle = asyncio.new_event_loop(), http_protocol.exception_handler()
    error = OSError(errno.EMFILE, "Too many open files")
    for _ in range(3):
        handle(loop, {"message": "socket.accept() out of system resource", "exception": error})
    loop.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert "Too many open files" in line
    assert "ulimit -n" in line


def test_a_connection_without_a_request_is_closed_after_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # uvicorn's default is five seconds.
    monkeypatch.setattr(uvicorn, "Config", partial(uvicorn.Config, timeout_keep_alive=0))
    with azure_in(tmp_path / "arm", pace=0) as azure:
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        begun = time.monotonic()
        assert exchange(azure, request).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - begun < 30


def test_of_a_request_without_a_token_almost_nothing_is_kept(azure: Azure, tmp_path: Path) -> None:
    path = f"{GROUP}/{'x' * 20_000}?api-version=2024-03-01&secret=abc"
    headers = {"Authorization": "", "User-Agent": "y" * 20_000}
    assert azure.http.put(path, json={"a": "z" * 100_000}, headers=headers).status_code == 401
    last = arm.recorded_requests(tmp_path / "arm")[-1]
    assert (last.method, last.status, last.client, last.body) == ("PUT", 401, "", None)
    assert last.path == path[:200]


def test_of_a_request_with_a_token_a_limited_part_is_kept(azure: Azure, tmp_path: Path) -> None:
    headers = {"User-Agent": "y" * 20_000}
    azure.http.put(
        f"{GROUP}?api-version=2024-03-01&$x={'z' * 20_000}", json={"location": "x" * 400_000}, headers=headers
    )
    last = arm.recorded_requests(tmp_path / "arm")[-1]
    assert (len(last.path), len(last.client)) == (2048, 256)
    assert last.body == "(not recorded: 400016 characters)"


def test_all_bodies_together_are_limited_and_the_newest_are_kept(
    azure: Azure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "_MAX_BYTES", 100_000)
    for _ in range(60):
        azure.put(GROUP, {"location": "westus2", "tags": {"large": "." * 10_000}})
    bodies = [request.body is not None for request in arm.recorded_requests(tmp_path / "arm")]
    # The bodies are counted at every twentieth request.
    assert 9 <= sum(bodies) <= 9 + 20
    assert bodies == sorted(bodies)


@pytest.mark.parametrize(
    "host",
    [
        b"Host: {\r\n", b"Host:  \r\n", b"Host:\r\n", b"", b"Host: rebound.example\r\n", b"Host: 127.0.0.1.example\r\n",
        b"Host: localhost:\r\n", b"Host: localhost:x\r\n", b"Host: user@localhost\r\n", b"Host: localhost/\r\n",
        b"Host: localhost\r\nHost: localhost\r\n", b"Host: localhost\r\nHost: rebound.example\r\n",
        b"Host: 0x7f.1\r\n", b"Host: ::1\r\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("path", "refused"), [(b"/", b"404"), (b"/sandbox/resources", b"403")])
def test_the_page_and_the_control_interface_need_the_name_of_this_machine(
    azure: Azure, path: bytes, refused: bytes, host: bytes
) -> None:
    answer = exchange(azure, b"GET " + path + b" HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")
    assert answer.split(b" ")[1] in (refused, b"400")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:443", "[::1]", "[::1]:8443", "127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/", "/sandbox/resources"])
def test_each_name_of_this_machine_is_accepted(azure: Azure, host: str, path: str) -> None:
    assert azure.http.get(path, headers={"Host": host}).status_code == 200


def test_control_requests_with_a_foreign_host_are_rejected_with_a_token_too(azure: Azure) -> None:
    refused = azure.http.post("/sandbox/time", json={"pace": 1}, headers={"Host": "{"})
    assert code(refused) == (403, "ForeignHost")
