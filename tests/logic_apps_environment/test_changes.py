"""The effect of a change as a sentence of the component package's schema; every argument has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logic_apps_environment.stack.configuration import StackConfiguration
from logic_apps_environment.validation.annotations import inner_model
from logic_apps_environment.validation.change_effects import Change, Effect, Part, another, in_place, in_words, replaces
from logic_apps_environment.validation.setting import setting_of

if TYPE_CHECKING:
    from pydantic import BaseModel


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (in_place(Part.ENVIRONMENT), "Changes the environment in place."),
        (replaces(Part.ENVIRONMENT), "Replaces the environment."),
        (
            replaces(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK, when="when a range changes"),
            "When a range changes: replaces the environment, all subnets and the virtual network.",
        ),
        (Change(Effect.DELETED, (Part.GROUP,), "true to false"), "True to false: deletes the resource group."),
        (Change(Effect.REFUSED, remark="There is only one value."), "Is rejected. There is only one value."),
        (Change(Effect.NONE), "Changes nothing in Azure."),
    ],
)
def test_a_change_reads_as_a_sentence(change: Change, sentence: str) -> None:
    assert in_words([change]) == sentence


def test_the_steps_of_a_change_are_one_sentence() -> None:
    assert in_words(another(Part.ROUTE_TABLE)) == (
        "Creates the route table; then changes all subnets in place; then deletes the previous one."
    )


def test_changes_of_other_kinds_are_sentences_of_their_own() -> None:
    changes = [
        in_place(Part.NETWORK, when="without a group", remark="It is quick."),
        replaces(Part.NETWORK, when="with"),
    ]
    assert in_words(changes) == (
        "Without a group: changes the virtual network in place. It is quick. With: replaces the virtual network."
    )


def arguments_without_a_change(model: type[BaseModel]) -> list[str]:
    """The fields in ``model`` of which neither they nor those inside say what changing them does."""
    silent = []
    for name in model.model_fields:
        inside = inner_model(model, name)
        if inside:
            silent += arguments_without_a_change(inside)
        elif not setting_of(model, name).changes:
            silent.append(f"{model.__name__}.{name}")
    return silent


def test_every_argument_describes_the_effect_of_changing_it() -> None:
    assert arguments_without_a_change(StackConfiguration) == []
