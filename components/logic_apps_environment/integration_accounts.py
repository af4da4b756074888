"""The integration accounts in an integration service environment.

An account belongs to one environment, and only workflows in this environment can use it (Microsoft, "Connect to Azure
virtual networks from Azure Logic Apps using an ISE"; API description 2019-05-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypedDict, Unpack

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import resources

from logic_apps_environment.azure.outputs import known_after
from logic_apps_environment.logic_resource import logic_resource
from logic_apps_environment.validation import references
from logic_apps_environment.validation.change_effects import Part, in_place
from logic_apps_environment.validation.checks import Rules, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem, Rule, check_unique, describe

INTEGRATION_ACCOUNT_NAME = Rule(
    "integration-account-name",
    "An integration account name has 1 to 80 letters, digits, hyphens, underscores, periods and parentheses.",
    f"{references.NAMING_RULES}, Microsoft.Logic",
)
INTEGRATION_ACCOUNT_NAME_REPEATED = Rule(
    "integration-account-name-repeated",
    "The names of integration accounts are unique; letter case is ignored.",
    references.NAMING_RULES,
)
INTEGRATION_ACCOUNT_SKU = Rule(
    "integration-account-sku",
    "An integration account has the SKU Free or Standard, not Basic.",
    f"{references.LIMITS}, integration accounts",
)
INTEGRATION_ACCOUNT_PREMIUM = Rule(
    "integration-account-premium",
    "An integration account in a Premium environment has the SKU Standard.",
    f"{references.LIMITS}, integration accounts",
)
INTEGRATION_ACCOUNT_COUNT = Rule(
    "integration-account-count",
    "An environment has at most 20 integration accounts.",
    f"{references.LIMITS}, integration accounts",
)
INTEGRATION_ACCOUNT_FREE = Rule(
    "integration-account-free",
    "A Developer environment has at most one Free integration account.",
    f"{references.LIMITS}, integration accounts",
)

NAME_PATTERN = "[A-Za-z0-9._()-]{1,80}"
MAX_ACCOUNTS = 20
MAX_FREE_ACCOUNTS = 1


def _check_names_and_count(accounts: Mapping[str, IntegrationAccountArgs]) -> Iterator[Problem]:
    for name in accounts:
        if not re.fullmatch(NAME_PATTERN, name):
            yield INTEGRATION_ACCOUNT_NAME.violation(
                f"{describe(name)} is not a valid integration account name.",
                "1 to 80 letters, digits, hyphens, underscores, periods and parentheses",
                "partners",
                path=(name,),
            )
    by_name = {name: name for name in accounts}
    statement = "is already the name of another integration account (letter case is ignored)."
    yield from check_unique(INTEGRATION_ACCOUNT_NAME_REPEATED, by_name, statement, "Rename or remove one of the two.")
    if len(accounts) > MAX_ACCOUNTS:
        yield INTEGRATION_ACCOUNT_COUNT.violation(
            f"contains {len(accounts)} integration accounts.",
            f"at most {MAX_ACCOUNTS} integration accounts",
            remedy="Remove some of them, or create them in another environment.",
        )


def check_accounts_in(accounts: Mapping[str, IntegrationAccountArgs], environment_sku: str) -> list[Problem]:
    """Check that an environment of this SKU supports these accounts, as far as they are valid."""
    free = [name for name, sku in valid(accounts, lambda each: each.sku).items() if sku is IntegrationAccountSku.FREE]
    if environment_sku == "Premium":
        return [
            INTEGRATION_ACCOUNT_PREMIUM.violation(
                "A Premium environment does not support the SKU Free.", "Standard", "Standard", path=(name, "sku")
            )
            for name in free
        ]
    return [
        INTEGRATION_ACCOUNT_FREE.violation(
            f"{describe(free[0])} already has the SKU Free, which only one account in an environment can have.",
            "Standard for all integration accounts but one",
            "Standard",
            path=(name, "sku"),
        )
        for name in free[MAX_FREE_ACCOUNTS:]
    ]


class IntegrationAccountSku(StrEnum):
    """The SKUs of integration accounts in an environment."""

    FREE = "Free"
    """For trials: at most one in each Developer environment."""

    STANDARD = "Standard"
    """For production: the price of a Premium environment includes one account."""


class IntegrationAccountArgs(Model):
    """An integration account: partners, agreements, schemas and maps for the workflows in an environment."""

    sku: IntegrationAccountSku = setting(
        "SKU of the integration account. Standard accounts are billed in addition; a Premium environment includes one.",
        allowed="Standard; Free for one account in a Developer environment",
        example="Standard",
        change=in_place(Part.ACCOUNT),
        rule=INTEGRATION_ACCOUNT_SKU,
    )

    def __init__(self, **values: Unpack[IntegrationAccountArgsDict]) -> None:
        super().__init__(**values)


IntegrationAccounts = Annotated[
    Mapping[str, IntegrationAccountArgs],
    Rules(_check_names_and_count, {"maxProperties": MAX_ACCOUNTS, "propertyNames": {"pattern": f"^{NAME_PATTERN}$"}}),
]


RESOURCE_TYPE = "integrationAccounts"

SERVICE_FILLED = (
    "properties.state",
    "properties.integrationServiceEnvironment.name",
    "properties.integrationServiceEnvironment.type",
)
"""The paths in ``properties`` that the service sets itself (API description 2019-05-01)."""


def create_integration_accounts(
    name: str,
    accounts: Mapping[str, IntegrationAccountArgs],
    *,
    environment_id: pulumi.Output[str],
    resource_group_name: Input[str],
    location: Input[str],
    tags: Input[Mapping[str, Input[str]]],
    parent: pulumi.Resource,
) -> dict[str, resources.Resource]:
    """Register the integration accounts and return them by their names in Azure.

    The logical name of each is ``{name}-account-{account}``, with the logical name of the component.
    """
    return {
        account: logic_resource(
            f"{name}-account-{account}",
            RESOURCE_TYPE,
            # An account cannot move to another environment and is deleted before its own; see the environment's name.
            known_after(account, environment_id),
            resource_group_name=resource_group_name,
            location=location,
            sku=resources.SkuArgs(name=args.sku),
            tags=tags or None,
            properties={"integrationServiceEnvironment": {"id": environment_id}},
            opts=ResourceOptions(parent=parent, delete_before_replace=True, ignore_changes=list(SERVICE_FILLED)),
        )
        for account, args in accounts.items()
    }


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class IntegrationAccountArgsDict(TypedDict):
    """An integration account: partners, agreements, schemas and maps for the workflows in an environment."""

    sku: IntegrationAccountSku | Literal["Free", "Standard"]
    """SKU of the integration account. Standard accounts are billed in addition; a Premium environment includes one."""
