"""The arguments that describe integration accounts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from .argument_types import checked_by
from .changes import Part, in_place
from .model import Model, refuse_errors, setting
from .rules import integration_accounts as account_rules


class IntegrationAccountSku(StrEnum):
    """The kinds of integration account that can be in an environment."""

    FREE = "Free"
    """For trials: in Developer environments, one in each."""

    STANDARD = "Standard"
    """For production: the price of a Premium environment includes one."""


class IntegrationAccountArgs(Model):
    """An integration account: partners, agreements, schemas and maps for the workflows in an environment."""

    sku: IntegrationAccountSku = setting(
        "Kind of the integration account. Standard ones are billed beside the environment; a Premium one includes one.",
        allowed="Standard; in a Developer environment one may be Free",
        example="Standard",
        change=in_place(Part.ACCOUNT),
        rule=account_rules.INTEGRATION_ACCOUNT_SKU,
    )


IntegrationAccounts = Annotated[Mapping[str, IntegrationAccountArgs], checked_by(account_rules.check_account_names)]


def check_accounts_in(accounts: Mapping[str, IntegrationAccountArgs], environment_sku: str) -> None:
    """Refuses accounts that cannot be in an environment of this SKU.

    Raises:
        ProblemsFound: with every mistake.
    """
    refuse_errors(account_rules.check_accounts({name: each.sku for name, each in accounts.items()}, environment_sku))
