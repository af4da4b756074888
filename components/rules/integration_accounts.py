"""Rules about the integration accounts in an environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import sources
from .repetition import repeated
from .rule import Problem, Rule, Severity, spell_given

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

INTEGRATION_ACCOUNT_NAME = Rule(
    "integration-account-name",
    "An integration account's name has 1 to 80 letters, digits, hyphens, underscores, periods and parentheses.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Logic",
)
INTEGRATION_ACCOUNT_NAME_REPEATED = Rule(
    "integration-account-name-repeated",
    "The names of integration accounts differ; Azure ignores case.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}: names compare without case",
)
INTEGRATION_ACCOUNT_SKU = Rule(
    "integration-account-sku",
    "An integration account in an environment is Free or Standard; a Basic one is in none.",
    Severity.ERROR,
    f"{sources.LIMITS}, integration account limits",
)
INTEGRATION_ACCOUNT_PREMIUM = Rule(
    "integration-account-premium",
    "The integration accounts in a Premium environment are Standard.",
    Severity.ERROR,
    f"{sources.LIMITS}, integration account limits",
)
INTEGRATION_ACCOUNT_COUNT = Rule(
    "integration-account-count",
    "An environment takes at most 20 integration accounts.",
    Severity.ERROR,
    f"{sources.LIMITS}, integration account limits",
)
INTEGRATION_ACCOUNT_FREE = Rule(
    "integration-account-free",
    "A Developer environment takes at most one Free integration account.",
    Severity.ERROR,
    f"{sources.LIMITS}, integration account limits",
)

MOST_ACCOUNTS = 20
MOST_FREE_ACCOUNTS = 1


def check_account_names(names: Collection[str]) -> list[Problem]:
    """Whether Azure takes these names of integration accounts."""
    problems = [
        INTEGRATION_ACCOUNT_NAME.broken(
            f"{spell_given(name)} is not a name that Azure takes for an integration account.",
            "1 to 80 letters, digits, hyphens, underscores, periods and parentheses",
            "partners",
            place=(name,),
        )
        for name in names
        if not re.fullmatch(r"[A-Za-z0-9._()-]{1,80}", name)
    ]
    problems += [
        INTEGRATION_ACCOUNT_NAME_REPEATED.broken(
            "is already the name of another integration account.", "different names", place=(name,)
        )
        for name, _ in repeated({name: name for name in names})
    ]
    return problems


def check_account_count(count: int) -> list[Problem]:
    """Whether an environment takes so many integration accounts."""
    if count <= MOST_ACCOUNTS:
        return []
    return [
        INTEGRATION_ACCOUNT_COUNT.broken(
            f"has {count} integration accounts.",
            f"at most {MOST_ACCOUNTS}",
            remedy="Leave out what is not needed, or put some into another environment.",
        )
    ]


def check_accounts(sku_by_name: Mapping[str, str], environment_sku: str) -> list[Problem]:
    """Whether integration accounts of these SKUs can be in an environment of this SKU."""
    problems = []
    free = [name for name, sku in sku_by_name.items() if sku == "Free"]
    if environment_sku == "Premium":
        problems += [
            INTEGRATION_ACCOUNT_PREMIUM.broken(
                "A Free integration account cannot be in a Premium environment.",
                "Standard",
                "Standard",
                place=(name, "sku"),
            )
            for name in free
        ]
    else:
        problems += [
            INTEGRATION_ACCOUNT_FREE.broken(
                f"{spell_given(free[0])} is Free already; a second one is not possible.",
                "Standard for all but one",
                "Standard",
                place=(name, "sku"),
            )
            for name in free[MOST_FREE_ACCOUNTS:]
        ]
    return problems
