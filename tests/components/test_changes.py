"""What a change does, as a sentence: the README's column."""

from __future__ import annotations

import pytest

from components.changes import Change, Effect, Part, in_place, rebuilds


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (in_place(Part.ENVIRONMENT), "Changes in place."),
        (rebuilds(Part.ENVIRONMENT), "Deletes the environment and builds it again."),
        (
            rebuilds(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK, when="when a range changes"),
            "When a range changes: deletes the environment, all subnets and the virtual network and builds them again.",
        ),
        (Change(Effect.DELETED, (Part.GROUP,), "true to false"), "True to false: deletes the resource group."),
        (Change(Effect.REFUSED, remark="There is one kind."), "Is refused. There is one kind."),
        (Change(Effect.NONE), "Changes nothing in Azure."),
    ],
)
def test_a_change_reads_as_a_sentence(change: Change, sentence: str) -> None:
    assert str(change) == sentence
