"""Answers of a server, and what azure-native's own HTTP client makes of them.

Each case was run through azure-native's client on azcore 1.22: which requests it makes, what it returns or what its
error says, and whether a PUT counts as accepted, which decides whether the engine keeps the resource.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

HOST = "https://arm.test"
RESOURCE = "/subscriptions/s/resourceGroups/g/providers/n/t/r"
VERSION = "1"


@dataclass(frozen=True)
class Answer:
    """A response of the server; a text body is sent unchanged, any other as JSON and a newline, as Go does."""

    status: int
    body: Any = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """A request, the server's answers in order (the last one stays), and what comes of it."""

    method: Literal["GET", "PUT", "DELETE"]
    answers: tuple[Answer, ...]
    requests: tuple[str, ...]
    """``r`` is the resource, with its api-version; other paths as they are."""
    returns: Any = None
    error: str = ""
    long_running: bool = True
    accepted: bool = False
    """Whether a PUT that ends in an error was accepted before."""


def answer(status: int, body: Any = "", **headers: str) -> Answer:
    """An answer; header names are given with underscores for hyphens."""
    return Answer(status, body, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def text_of(method: str, status: str, body: str) -> str:
    """How azcore shows an answer that is not JSON."""
    line, number = "-" * 80, status.partition(" ")[0]
    answered = f"RESPONSE {number}: {status}\nERROR CODE UNAVAILABLE"
    return f"{method} {HOST}{RESOURCE}\n{line}\n{answered}\n{line}\n{body}\n{line}\n"


CREATED = answer(201, {"id": "x"}, Azure_AsyncOperation=f"{HOST}/op")
SUCCEEDED = answer(200, {"status": "Succeeded"})
GONE = {"error": {"code": "ResourceNotFound", "message": "gone"}}
BUSY = {"error": {"code": "B", "message": "busy"}}
FINAL = {"id": "x", "final": 1}


def _state(state: str) -> dict[str, Any]:
    return {"id": "x", "properties": {"provisioningState": state}}


CASES = {
    "a PUT whose answer has succeeded already is not polled, only read": Case(
        "PUT",
        (answer(200, _state("Succeeded"), Azure_AsyncOperation=f"{HOST}/op"), SUCCEEDED, answer(200, FINAL)),
        ("PUT r", "GET r"),
        returns={"status": "Succeeded"},
    ),
    "a PUT whose answer has failed already": Case(
        "PUT",
        (answer(201, _state("Failed")),),
        ("PUT r",),
        error='Status=201 Message="{"id":"x","properties":{"provisioningState":"Failed"}}\n"',
        accepted=True,
    ),
    "a resource that fails while it is created": Case(
        "PUT",
        (
            answer(201, _state("Creating"), Retry_After_Ms="5"),
            answer(200, _state("Failed"), retry_after_ms="5"),
        ),
        ("PUT r", "GET r"),
        error='Status=200 Message="{"id":"x","properties":{"provisioningState":"Failed"}}\n"',
        accepted=True,
    ),
    "an operation without a status": Case(
        "PUT",
        (CREATED, answer(200, {"x": 1}, retry_after_ms="5"), SUCCEEDED, answer(200, {"id": "x"})),
        ("PUT r", "GET /op"),
        error="the response did not contain a status",
        accepted=True,
    ),
    "an operation that fails without an error": Case(
        "PUT",
        (CREATED, answer(200, {"status": "Failed"})),
        ("PUT r", "GET /op"),
        error='Status=200 Message="{"status":"Failed"}\n"',
        accepted=True,
    ),
    "an operation that was cancelled in the other spelling": Case(
        "PUT",
        (CREATED, answer(200, {"status": "Cancelled"}, retry_after_ms="5"), SUCCEEDED, answer(200, {"id": "x"})),
        ("PUT r", "GET /op"),
        error='Status=200 Message="{"status":"Cancelled"}\n"',
        accepted=True,
    ),
    "an operation that succeeds and leaves nothing": Case(
        "PUT",
        (CREATED, SUCCEEDED, answer(404, GONE)),
        ("PUT r", "GET /op", "GET r"),
        error='Status=404 Code="ResourceNotFound" Message="gone"',
        accepted=True,
    ),
    "a refusal that is not JSON": Case(
        "PUT", (answer(403, "go away"),), ("PUT r",), error=text_of("PUT", "403 Forbidden", "go away")
    ),
    "a refusal without a message": Case(
        "PUT",
        (answer(400, {"error": {"code": "X"}}),),
        ("PUT r",),
        error='Status=400 Code="X" Message="{"error":{"code":"X"}}\n"',
    ),
    "a refusal without a code": Case(
        "PUT", (answer(400, {"error": {"message": "m"}}),), ("PUT r",), error='Status=400 Message="m"'
    ),
    "a refusal without a body": Case(
        "PUT", (answer(404),), ("PUT r",), error=text_of("PUT", "404 Not Found", "Response contained no body")
    ),
    "a PUT that is accepted without a body and followed by its Location": Case(
        "PUT",
        (answer(202, Location=f"{HOST}/loc"), answer(202, retry_after_ms="5"), answer(200, FINAL)),
        ("PUT r", "GET /loc?api-version=1", "GET /loc?api-version=1"),
        returns=FINAL,
        long_running=False,
    ),
    "a PUT that answers nothing": Case("PUT", (answer(200),), ("PUT r",), returns={}, long_running=False),
    "a relative Azure-AsyncOperation": Case(
        "PUT",
        (answer(201, {"id": "x"}, Azure_AsyncOperation="/op"),),
        ("PUT r",),
        error="invalid polling URL /op",
        accepted=True,
    ),
    "a relative Location of a PUT": Case(
        "PUT",
        (answer(201, {"id": "x"}, Location="/loc"), answer(200, FINAL)),
        ("PUT r", "GET /loc?api-version=1"),
        returns=FINAL,
    ),
    "a Location of a PUT without an api-version": Case(
        "PUT",
        (answer(201, {"id": "x"}, Location=f"{HOST}/loc"), answer(200, FINAL)),
        ("PUT r", "GET /loc?api-version=1"),
        returns=FINAL,
    ),
    "a DELETE that does not say where to look": Case(
        "DELETE", (answer(202),), ("DELETE r",), error="response is missing polling URL"
    ),
    "a DELETE whose Location is gone, which means deleted": Case(
        "DELETE", (answer(202, Location=f"{HOST}/loc"), answer(404, GONE)), ("DELETE r", "GET /loc")
    ),
    "a DELETE of what is gone": Case("DELETE", (answer(404, GONE),), ("DELETE r",)),
    "a conflict that is not JSON": Case(
        "DELETE",
        (answer(409, "busy"),),
        ("DELETE r",),
        error="unmarshalling type *runtime.requestError: invalid character 'b' looking for beginning of value",
    ),
    "a GET of nothing": Case(
        "GET", (answer(204),), ("GET r",), error=text_of("GET", "204 No Content", "Response contained no body")
    ),
    "a date to wait for": Case(
        "GET",
        (answer(503, BUSY, Retry_After="in two seconds"), answer(200, {"id": "x"})),
        ("GET r", "GET r"),
        returns={"id": "x"},
    ),
    "zero seconds to wait, which is no hint: the client's own delay is too long": Case(
        "GET",
        (answer(503, BUSY, Retry_After="0"), answer(200, {"id": "x"})),
        ("GET r",),
        error="operation timed out",
    ),
    "milliseconds to wait": Case(
        "GET",
        (answer(503, BUSY, x_ms_retry_after_ms="50"), answer(200, {"id": "x"})),
        ("GET r", "GET r"),
        returns={"id": "x"},
    ),
}
