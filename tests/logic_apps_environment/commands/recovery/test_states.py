"""Which texts are accepted as the state of a stack: never garbage, never another project's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logic_apps_environment.commands.recovery.errors import RecoveryError
from logic_apps_environment.commands.recovery.state import State
from tests.logic_apps_environment.commands.recovery.recordings import PROJECT, recorded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["deployment", "resources", "pending_operations", "urn", "type", "resource", "inputs"]),
            inner,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[]", "no object 'deployment'"),
        ('{"version": 3}', "no object 'deployment'"),
        ('{"deployment": {"resources": {}, "pending_operations": 7}}', "is not a list"),
        ('{"deployment": {"resources": [7]}}', "an entry that is not a resource: 7"),
        ('{"deployment": {"resources": [{"urn": "urn:pulumi:dev"}]}}', "an entry that is not a resource"),
        ('{"deployment": {"pending_operations": [{"resource": {}}]}}', "pending operation without a type"),
        ('{"deployment": {"pending_operations": [{"type": "creating"}]}}', "an entry that is not a resource: null"),
    ],
)
def test_an_invalid_state_is_rejected_with_the_reason_and_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(RecoveryError) as refusal:
        State(text, PROJECT)
    assert reason in str(refusal.value)
    assert "Restore a backup" in str(refusal.value)


def test_a_stack_that_was_never_updated_has_no_resources() -> None:
    """`pulumi stack export` prints no deployment for a checkpoint whose `latest` is null."""
    state = State('{"version": 3, "deployment": null}', PROJECT)
    assert (state.resources, state.pending) == ([], [])


def test_the_state_of_another_project_is_rejected_with_both_names() -> None:
    with pytest.raises(RecoveryError, match=r"to the project 'logic-apps-environment', but this folder has .*'shop'"):
        State(json.dumps(recorded("creating-the-environment")), "shop")


def test_a_pending_operation_of_another_project_is_rejected() -> None:
    document = recorded("creating-the-environment")
    document["deployment"]["resources"] = []
    with pytest.raises(RecoveryError, match="'shop'"):
        State(json.dumps(document), "shop")


@given(JSON)
def test_any_json_is_a_state_or_is_rejected_with_a_message(document: Any) -> None:
    try:
        state = State(json.dumps(document), PROJECT)
    except RecoveryError:
        return
    assert isinstance(state.to_document()["deployment"], dict)


@pytest.mark.parametrize("name", ["creating-the-environment", "updating-the-environment", "deleting-a-subnet"])
def test_an_unchanged_state_is_returned_as_it_was(name: str) -> None:
    assert State(json.dumps(recorded(name)), PROJECT).to_document() == recorded(name)
