"""The effects of changing an argument in an existing stack, as data of its ``Setting``.

docs/changes.md, the component package's schema, and the warning before a replacement (changes/comparison.py) are made
from it.

What Azure fixes at creation is in Microsoft's ISE article, "Create an integration service environment" and
"Prerequisites" (subnets), and in terraform-provider-azurerm (``ForceNew``); a test walks each line through the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Effect(StrEnum):
    """What happens to the resources that a change concerns."""

    IN_PLACE = "in place"
    REPLACED = "replaced"
    CREATED = "created"
    DELETED = "deleted"
    REFUSED = "rejected"
    NONE = "nothing"


class Part(StrEnum):
    """The resources of a stack, in the order in which they are deleted."""

    CONNECTOR = "the connector"
    ACCOUNT = "the integration account"
    ENVIRONMENT = "the environment"
    SUBNET = "the subnet"
    SUBNETS = "all subnets"
    NETWORK = "the virtual network"
    SECURITY_GROUP = "the security group"
    ROUTE_TABLE = "the route table"
    GROUP = "the resource group"
    PREVIOUS = "the previous one"


@dataclass(frozen=True, slots=True)
class Change:
    """One effect of changing an argument. Effects under the same condition follow each other.

    Attributes:
        effect: what happens.
        parts: the resources that it happens to, in the order of :class:`Part`; no others are changed.
        when: which change of the argument this is, in words; empty for every change.
        remark: further information for the owner of the stack, as a sentence.
        instead_of: the key that is given in the argument's place before the change; empty for a change of the value.
    """

    effect: Effect
    parts: tuple[Part, ...] = ()
    when: str = ""
    remark: str = ""
    instead_of: str = ""

    @property
    def condition(self) -> str:
        """The condition of this effect in words; empty for every change."""
        return f"instead of `{self.instead_of}`" if self.instead_of else self.when


_CLAUSES = {
    Effect.IN_PLACE: "changes {} in place",
    Effect.REPLACED: "replaces {}",
    Effect.CREATED: "creates {}",
    Effect.DELETED: "deletes {}",
    Effect.REFUSED: "is rejected",
    Effect.NONE: "changes nothing in Azure",
}


def in_words(changes: Iterable[Change]) -> str:
    """Return the changes as sentences, one for each condition."""
    by_condition = groupby(changes, key=lambda change: change.condition)
    return " ".join(_sentence(condition, list(steps)) for condition, steps in by_condition)


def _sentence(condition: str, steps: list[Change]) -> str:
    effects = "; then ".join(_CLAUSES[step.effect].format(enumerate_parts(step.parts)) for step in steps)
    sentence = f"{condition}: {effects}" if condition else effects
    return " ".join([f"{sentence[0].upper()}{sentence[1:]}.", *(step.remark for step in steps if step.remark)])


def enumerate_parts(parts: tuple[Part, ...]) -> str:
    """Return the parts as a list in a sentence."""
    *most, last = parts or ("nothing",)
    return f"{', '.join(most)} and {last}" if most else last


def in_place(*parts: Part, when: str = "", remark: str = "") -> Change:
    """Return the change that updates these parts in place."""
    return Change(Effect.IN_PLACE, parts, when, remark)


def replaces(*parts: Part, when: str = "", instead_of: str = "") -> Change:
    """Return the change that deletes these parts and creates them again."""
    return Change(Effect.REPLACED, parts, when, instead_of=instead_of)


def creates(*parts: Part, when: str = "", instead_of: str = "") -> Change:
    """Return the change that creates these parts and keeps existing ones."""
    return Change(Effect.CREATED, parts, when, instead_of=instead_of)


def deletes(*parts: Part, when: str = "", remark: str = "", instead_of: str = "") -> Change:
    """Return the change that deletes these parts."""
    return Change(Effect.DELETED, parts, when, remark, instead_of)


def added_or_removed(part: Part) -> tuple[Change, ...]:
    """Return the changes when an optional security group or route table is added or removed.

    It is created before the subnets use it, and deleted after they no longer do.
    """
    added, removed = "when it is added", "when it is removed"
    return (
        creates(part, when=added),
        in_place(Part.SUBNETS, when=added),
        in_place(Part.SUBNETS, when=removed),
        deletes(part, when=removed),
    )


def another(part: Part) -> tuple[Change, ...]:
    """Return the changes when the subnets change to another security group or route table.

    The previous one is deleted last, because Azure deletes none in use.
    """
    return creates(part), in_place(Part.SUBNETS), deletes(Part.PREVIOUS)


ENVIRONMENT_UPDATED = in_place(Part.ENVIRONMENT)
ENVIRONMENT_REPLACED = replaces(Part.ENVIRONMENT)
NETWORK_REPLACED = replaces(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK)
ALL_REPLACED = replaces(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK, Part.GROUP)
CHOSEN_AT_CREATION = replaces(Part.ENVIRONMENT, when="when it is added or removed")
