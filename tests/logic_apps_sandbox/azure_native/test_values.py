"""Property values between the engine and the emulator: unknowns, whole numbers, nulls, and rejected values.

The strings are those of Pulumi's SDK for Go, sdk/go/common/resource/plugin/rpc.go and
sdk/go/common/resource/properties.go.
"""

from __future__ import annotations

import pytest
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_sandbox.azure_native.errors import ProviderError
from logic_apps_sandbox.azure_native.values import UNKNOWN, decode, encode


def struct(**values: object) -> Struct:
    made = Struct()
    made.update(values)
    return made


@pytest.mark.parametrize(
    "sentinel",
    [
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ],
)
def test_each_of_the_seven_unknown_strings_is_unknown_at_any_depth(sentinel: str) -> None:
    assert decode(struct(a=sentinel, b=[{"c": sentinel}])) == {"a": UNKNOWN, "b": [{"c": UNKNOWN}]}


def test_an_unknown_goes_back_to_the_engine_as_the_string_for_unknown_strings() -> None:
    assert dict(encode({"a": UNKNOWN})) == {"a": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}


def test_whole_numbers_become_integers_and_others_stay() -> None:
    decoded = decode(struct(capacity=0, ratio=0.5, many=1e15))
    assert [(name, type(value).__name__, value) for name, value in sorted(decoded.items())] == [
        ("capacity", "int", 0),
        ("many", "int", 10**15),
        ("ratio", "float", 0.5),
    ]


def test_a_boolean_stays_a_boolean() -> None:
    assert decode(struct(on=True))["on"] is True


def test_nulls_in_objects_are_left_out_at_every_depth() -> None:
    assert decode(struct(a=None, b={"c": None, "d": 1})) == {"b": {"d": 1}}


def test_an_asset_is_rejected_with_what_to_do() -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}
    with pytest.raises(ProviderError, match="plain value instead"):
        decode(struct(properties={"file": asset}))


plain = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), plain, max_size=4))
def test_what_is_encoded_decodes_to_itself(properties: dict[str, object]) -> None:
    assert decode(encode(properties)) == properties
