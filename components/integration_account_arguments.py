"""The arguments that describe integration accounts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from .changes import Part, in_place
from .model import Model, setting
from .rules import integration_accounts as account_rules
from .validation import Rules, valid

if TYPE_CHECKING:
    from .rules import Problem


class IntegrationAccountSku(StrEnum):
    """The kinds of integration account that can be in an environment."""

    FREE = "Free"
    """For trials: in Developer environments, one in each."""

    STANDARD = "Standard"
    """For production: the price of a Premium environment includes one."""


class IntegrationAccountArgs(Model):
    """An integration account: partners, agreements, schemas and maps for the workflows in an environment."""

    sku: IntegrationAccountSku = setting(
        "SKU of the integration account. Standard accounts are billed in addition; a Premium environment includes one.",
        allowed="Standard; in a Developer environment one may be Free",
        example="Standard",
        change=in_place(Part.ACCOUNT),
        rule=account_rules.INTEGRATION_ACCOUNT_SKU,
    )


def _check_names_and_count(accounts: Mapping[str, IntegrationAccountArgs]) -> list[Problem]:
    return account_rules.check_account_names(accounts) + account_rules.check_account_count(len(accounts))


IntegrationAccounts = Annotated[Mapping[str, IntegrationAccountArgs], Rules(_check_names_and_count)]


def check_accounts_in(accounts: Mapping[str, IntegrationAccountArgs], environment_sku: str) -> list[Problem]:
    """Whether these accounts, as far as they are valid, can be in an environment of this SKU."""
    return account_rules.check_accounts(valid(accounts, lambda each: each.sku), environment_sku)
