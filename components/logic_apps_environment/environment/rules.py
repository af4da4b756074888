"""Rules about SKU, endpoint, location, tags, and the service as a whole."""

from __future__ import annotations

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe

SKU_CAPACITY = Rule(
    "sku-capacity",
    "A Premium environment has 0 to 10 scale units.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Create your ISE, Additional capacity; {sources.API_DESCRIPTION}, SKU list",
)

SKU_DEVELOPER_CAPACITY = Rule(
    "sku-developer-capacity",
    "A Developer environment has no scale units.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Create your ISE, SKU; {sources.API_DESCRIPTION}, SKU list",
)

RESOURCE_GROUP_FOUND = Rule(
    "resource-group-found",
    "A resource group that the stack does not make exists.",
    Severity.ERROR,
    'Microsoft, "Resolve errors for resource not found" (ResourceGroupNotFound); seen by looking it up',
)

SERVICE_RETIRED = Rule(
    "service-retired",
    "Azure refuses new environments since 1 November 2022 and retired the service on 31 August 2024.",
    Severity.WARNING,
    f"{sources.HOW_TO_2022}; {sources.ISE_OVERVIEW}",
)

PREMIUM_CAPACITIES = range(11)
"""Scale units of a Premium environment beside its base unit."""


def check_sku(name: str, capacity: int) -> list[Problem]:
    """Whether the service has a SKU ``name`` with ``capacity`` scale units."""
    if name == "Developer" and capacity != 0:
        return [
            SKU_DEVELOPER_CAPACITY.violation(
                f"{capacity} scale units are not possible with the Developer SKU.",
                "0",
                "0",
                'Set it to 0, or set sku.name to "Premium" (which replaces an existing environment).',
            )
        ]
    if name == "Premium" and capacity not in PREMIUM_CAPACITIES:
        return [
            SKU_CAPACITY.violation(
                f"{describe(capacity)} scale units are not possible.",
                "a whole number from 0 to 10",
                "1",
            )
        ]
    return []


def check_retirement(metadata_host: str | None, *, acknowledged: bool) -> list[Problem]:
    """What Azure says of the service today; nothing where another cloud is asked or where the owner knows.

    Args:
        metadata_host: the host that azure-native takes its cloud's addresses from; None for Azure itself.
        acknowledged: whether the owner of the stack says that the retirement is known.
    """
    if metadata_host or acknowledged:
        return []
    return [
        SERVICE_RETIRED.violation(
            "Azure refuses new integration service environments since 1 November 2022 and retired the service on 31 "
            "August 2024. An update that creates one ends with IntegrationServiceEnvironmentCreationNotAllowed.",
            remedy="Use Logic Apps Standard instead (https://aka.ms/isedeprecation). If this is known, set it to true.",
            path=("acknowledgeRetirement",),
        )
    ]


def resource_group_not_found(name: str) -> Problem:
    """The problem that Azure knows nothing of a group that the stack does not make."""
    return RESOURCE_GROUP_FOUND.violation(
        f"{describe(name)} does not exist, and resourceGroup.create is false: nothing can be made in it.",
        "the name of a resource group that exists; or create: true",
        "{name: Fabrikam-RG, create: true}",
        "Correct the name, or choose the subscription that the group is in (azure-native:subscriptionId). A stack "
        "whose group is gone is destroyed by `pulumi destroy` without --run-program.",
        path=("resourceGroup", "name"),
    )
