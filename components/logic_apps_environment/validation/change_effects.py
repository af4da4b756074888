"""What changing an argument does to an existing stack: the source of docs/changes.md and of the package's schema.

What Azure fixes at creation is in Microsoft's ISE article, "Create an integration service environment" and
"Prerequisites" (subnets), and in terraform-provider-azurerm (``ForceNew``); a test walks each line through the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    PREDECESSOR = "the previous one"


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change of an argument, or a step of it: those with the same ``when`` follow each other.

    Attributes:
        effect: what it does.
        parts: what it does that to, in the order of :class:`Part`; nothing else is touched.
        when: which change of the argument this is, in words; empty when it is all there is.
        remark: what else an owner has to know, as a sentence.
    """

    effect: Effect
    parts: tuple[Part, ...] = ()
    when: str = ""
    remark: str = ""

    @property
    def clause(self) -> str:
        """What it does, as a part of a sentence."""
        parts = enumerate_parts(self.parts)
        match self.effect:
            case Effect.IN_PLACE:
                return f"changes {parts} in place"
            case Effect.REPLACED:
                return f"replaces {parts}"
            case Effect.CREATED:
                return f"creates {parts}"
            case Effect.DELETED:
                return f"deletes {parts}"
            case Effect.REFUSED:
                return "is rejected"
            case Effect.NONE:
                return "changes nothing in Azure"


def in_words(changes: Iterable[Change]) -> str:
    """The changes as sentences, one for each ``when``."""
    return " ".join(_sentence(when, list(steps)) for when, steps in groupby(changes, key=lambda change: change.when))


def _sentence(when: str, steps: list[Change]) -> str:
    told = "; then ".join(step.clause for step in steps)
    told = f"{when}: {told}" if when else told
    return " ".join([f"{told[0].upper()}{told[1:]}.", *(step.remark for step in steps if step.remark)])


def enumerate_parts(parts: tuple[Part, ...]) -> str:
    """The parts as a sentence names them."""
    *most, last = parts or ("nothing",)
    return f"{', '.join(most)} and {last}" if most else last


def in_place(*parts: Part, when: str = "", remark: str = "") -> Change:
    """These parts are updated."""
    return Change(Effect.IN_PLACE, parts, when, remark)


def rebuilds(*parts: Part, when: str = "") -> Change:
    """These parts are deleted and built again."""
    return Change(Effect.REPLACED, parts, when)


def creates(*parts: Part, when: str = "") -> Change:
    """These parts are made; what is there stays."""
    return Change(Effect.CREATED, parts, when)


def deletes(*parts: Part, when: str = "", remark: str = "") -> Change:
    """These parts are deleted."""
    return Change(Effect.DELETED, parts, when, remark)


def comes_and_goes(guard: Part) -> tuple[Change, ...]:
    """A guard of the subnets is there before they take it, and goes after they have let go of it."""
    added, taken_away = "when it is added", "when it is removed"
    return (
        creates(guard, when=added),
        in_place(Part.SUBNETS, when=added),
        in_place(Part.SUBNETS, when=taken_away),
        deletes(guard, when=taken_away),
    )


def another(guard: Part) -> tuple[Change, ...]:
    """The subnets move to another guard: Azure deletes none that they use."""
    return creates(guard), in_place(Part.SUBNETS), deletes(Part.PREDECESSOR)


ENVIRONMENT_UPDATED = in_place(Part.ENVIRONMENT)
ENVIRONMENT_REBUILT = rebuilds(Part.ENVIRONMENT)
NETWORK_REBUILT = rebuilds(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK)
ALL_REBUILT = rebuilds(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK, Part.GROUP)
CHOSEN_AT_CREATION = rebuilds(Part.ENVIRONMENT, when="when it is added or removed")
