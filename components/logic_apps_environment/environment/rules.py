"""Rules about the SKU and the resource group of an environment, and about the retirement of the service."""

from __future__ import annotations

from collections.abc import Iterator

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe

SKU_CAPACITY = Rule(
    "sku-capacity",
    "A Premium environment has 0 to 10 scale units.",
    f"{references.ISE_ARTICLE}, Create your ISE; {references.API_DESCRIPTION}",
)
SKU_DEVELOPER_CAPACITY = Rule(
    "sku-developer-capacity",
    "A Developer environment has no scale units.",
    f"{references.ISE_ARTICLE}, Create your ISE; {references.API_DESCRIPTION}",
)
RESOURCE_GROUP_FOUND = Rule(
    "resource-group-found",
    "The resource group exists if resourceGroup.create is false.",
    'Microsoft, "Resolve errors for resource not found"; look-up',
)
SERVICE_RETIRED = Rule(
    "service-retired",
    "Azure has rejected new environments since November 1, 2022.",
    f"{references.HOW_TO_2022}; {references.ISE_OVERVIEW}",
    Severity.WARNING,
)

PREMIUM_CAPACITIES = range(11)
"""The supported numbers of scale units of a Premium environment, in addition to its base unit."""


def check_sku(name: str, capacity: int) -> Iterator[Problem]:
    """Check that the SKU ``name`` supports ``capacity`` scale units."""
    if name == "Developer" and capacity != 0:
        yield SKU_DEVELOPER_CAPACITY.violation(
            f"{capacity} is not valid: the Developer SKU does not support additional scale units.",
            "0",
            remedy='Set it to 0, or set sku.name to "Premium" (which replaces an existing environment).',
        )
    if name == "Premium" and capacity not in PREMIUM_CAPACITIES:
        yield SKU_CAPACITY.violation(
            f"{describe(capacity)} is not valid: the Premium SKU supports 0 to 10 scale units.",
            "a whole number from 0 to 10",
            "1",
        )


def check_retirement(metadata_host: str | None, *, acknowledged: bool, stack: str = "") -> list[Problem]:
    """Return the warning that Azure has retired the service, unless it is acknowledged or another cloud is used.

    The metadata host is that of azure-native's cloud; None for Azure. The command that hides the warning is for the
    stack, by default for the selected one.
    """
    if metadata_host or acknowledged:
        return []
    return [
        SERVICE_RETIRED.violation(
            "Azure has created no new integration service environments since November 1, 2022 and retired the service "
            "on August 31, 2024. Creating one fails with IntegrationServiceEnvironmentCreationNotAllowed.",
            remedy="Use Azure Logic Apps (Standard) instead (https://aka.ms/isedeprecation). To hide this warning: "
            f"pulumi config set acknowledgeRetirement true{f' --stack {stack}' if stack else ''}",
            path=("acknowledgeRetirement",),
        )
    ]


def resource_group_not_found(name: str) -> Problem:
    """Return the problem that a resource group that the stack does not create does not exist."""
    return RESOURCE_GROUP_FOUND.violation(
        f"{describe(name)} does not exist, but resourceGroup.create is false.",
        "the name of an existing resource group; or create: true",
        "{name: Fabrikam-RG, create: true}",
        "Correct the name, set create to true, or select the group's subscription (azure-native:subscriptionId). If "
        "the group was deleted, destroy the stack with `pulumi destroy`, without --run-program.",
        path=("resourceGroup", "name"),
    )
