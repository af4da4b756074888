"""What changing an argument does to a stack that exists: the words of docs/changes.md and of the README's table.

What Azure fixes at creation is in Microsoft's ISE article, "Create an integration service environment" and
"Prerequisites" (subnets), and in terraform-provider-azurerm (``ForceNew``); a test walks each line through the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What happens to the resources that a change concerns."""

    IN_PLACE = "in place"
    REPLACED = "replaced"
    DELETED = "deleted"
    REFUSED = "refused"
    NONE = "nothing"


class Part(StrEnum):
    """The resources of a stack, in the order in which they are deleted."""

    ENVIRONMENT = "the environment"
    SUBNET = "the subnet"
    SUBNETS = "all subnets"
    NETWORK = "the virtual network"
    GROUP = "the resource group"


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change of an argument.

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

    def __str__(self) -> str:
        """The change as a sentence."""
        sentence = self._effect_as_sentence()
        if self.when:
            sentence = f"{self.when[0].upper()}{self.when[1:]}: {sentence[0].lower()}{sentence[1:]}"
        return f"{sentence} {self.remark}".rstrip()

    def _effect_as_sentence(self) -> str:
        parts = _enumerate(self.parts)
        match self.effect:
            case Effect.IN_PLACE:
                return "Changes in place."
            case Effect.REPLACED:
                return f"Deletes {parts} and builds {'it' if len(self.parts) == 1 else 'them'} again."
            case Effect.DELETED:
                return f"Deletes {parts}."
            case Effect.REFUSED:
                return "Is refused."
            case Effect.NONE:
                return "Changes nothing in Azure."


def _enumerate(parts: tuple[Part, ...]) -> str:
    *most, last = parts or ("nothing",)
    return f"{', '.join(most)} and {last}" if most else last


def in_place(*parts: Part, when: str = "") -> Change:
    """These parts are updated."""
    return Change(Effect.IN_PLACE, parts, when)


def rebuilds(*parts: Part, when: str = "") -> Change:
    """These parts are deleted and built again."""
    return Change(Effect.REPLACED, parts, when)


ENVIRONMENT_UPDATED = in_place(Part.ENVIRONMENT)
ENVIRONMENT_REBUILT = rebuilds(Part.ENVIRONMENT)
NETWORK_REBUILT = rebuilds(Part.ENVIRONMENT, Part.SUBNETS, Part.NETWORK)
ALL_REBUILT = rebuilds(*(part for part in Part if part is not Part.SUBNET))
