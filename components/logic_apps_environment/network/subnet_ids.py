"""Rules about the ids of existing subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_environment.network.address_plan import SUBNET_COUNT
from logic_apps_environment.network.rules import SUBNET_COUNT_RULE
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.repetition import repeated
from logic_apps_environment.validation.rule import Problem, Rule, Severity, some_of

if TYPE_CHECKING:
    from collections.abc import Mapping
from logic_apps_environment.azure.network_ids import last_name

SUBNET_ID_REPEATED = Rule(
    "subnet-id-repeated",
    "The four subnets that exist are different ones; Azure ignores case.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: four empty subnets",
)


SUBNETS_OF_ONE_NETWORK = Rule(
    "subnets-of-one-network",
    "The four subnets are in one virtual network.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites: the environment is injected into one virtual network",
)


def check_subnet_ids(identities: Mapping[int, str], count: int) -> list[Problem]:
    """Whether these are four different subnets of one virtual network.

    Args:
        identities: the ids that are known and valid, by their positions.
        count: how many are given.
    """
    problems = check_subnet_id_count(count)
    problems += [
        SUBNET_ID_REPEATED.violation("is given twice.", "four different subnets", path=(position,))
        for position, _ in repeated(identities)
    ]
    networks = sorted({identity.lower().rpartition("/subnets/")[0] for identity in identities.values()})
    if len(networks) > 1:
        problems.append(
            SUBNETS_OF_ONE_NETWORK.violation(
                f"has subnets of {len(networks)} virtual networks: {some_of([last_name(each) for each in networks])}.",
                "four subnets of one virtual network",
            )
        )
    return problems


def check_subnet_id_count(count: int) -> list[Problem]:
    """Whether that many subnets that exist make an environment."""
    if count == SUBNET_COUNT:
        return []
    return [
        SUBNET_COUNT_RULE.violation(
            f"{count} subnet{'' if count == 1 else 's'} given; an environment takes exactly {SUBNET_COUNT}.",
            f"the ids of {SUBNET_COUNT} subnets",
        )
    ]
