"""Whatever a client sends, it gets an answer of ARM's form, and never a 500."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.arm.azure import (
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

PLACES = [
    GROUP,
    VNET,
    ISE,
    *SUBNETS,
    SUBSCRIPTION,
    f"{VNET}/subnets",
    f"{ISE}/operationStatuses/x",
    f"{GROUP}/resources",
]
BODIES: list[dict[str, Any]] = [
    {"location": "westus2", "tags": {}},
    virtual_network(),
    subnet("10.0.0.0/27", delegated=True),
    environment(),
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
def nearly_right_bodies(draw: st.DrawFn) -> Any:
    """A good body with one value replaced by anything."""
    body = draw(st.sampled_from(BODIES))
    return replaced(body, draw(st.sampled_from(list(paths_in(body)))), draw(json_values))


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """One simulator for all examples: they may well see what earlier ones left."""
    with ExitStack() as stack:
        azure = stack.enter_context(azure_in(tmp_path_factory.mktemp("any"), pace=0))
        azure.create_environment()
        yield azure


def check(azure: Azure, method: str, path: str, body: object, version: str | None = None) -> None:
    """The answer is one that ARM gives."""
    answer = azure.send(method, path, body, version=version)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.json()["error"].keys() >= {"code", "message"}


@settings(max_examples=400, deadline=None)
@given(method=st.sampled_from(["PUT", "PATCH"]), path=st.sampled_from(PLACES), body=nearly_right_bodies())
def test_a_body_with_one_wrong_value_is_answered(simulator: Azure, method: str, path: str, body: object) -> None:
    check(simulator, method, path, body)


@settings(max_examples=200, deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]),
    place=st.sampled_from(["", "/", *PLACES]),
    more=st.lists(st.text(max_size=12), max_size=4),
    body=json_values,
    version=st.sampled_from(["2019-05-01", "2024-05-01", "2024-03-01", "", "x"]),
)
def test_any_path_is_answered(
    simulator: Azure, method: str, place: str, more: list[str], body: object, version: str
) -> None:
    path = "/".join([place, *(quote(segment, safe="") for segment in more)])
    # As a whole URL, because a client would take what follows two slashes at the beginning for a host.
    url = f"https://{simulator.simulator.address}/{path.removeprefix('/')}"
    check(simulator, method, url, body, version)


def test_the_bodies_that_the_examples_begin_with_are_right(simulator: Azure) -> None:
    simulator.put(GROUP, {"location": "westus2"})
    assert simulator.put(GROUP, BODIES[0]).status_code == 200
