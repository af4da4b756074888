"""Rules about SKU, endpoint, location, tags, and the service as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import sources
from .near import nearest
from .repetition import repeated
from .rule import Problem, Rule, Severity, shorten, spell_given

if TYPE_CHECKING:
    from collections.abc import Collection

LOCATION_SHAPE = Rule(
    "location-shape",
    "A location is the name or display name of an Azure region: letters and digits, beginning with a letter.",
    Severity.ERROR,
    sources.REGIONS,
)
LOCATION_UNKNOWN = Rule(
    "location-unknown",
    "A location is one of the regions that Microsoft lists.",
    Severity.WARNING,
    f"{sources.REGIONS}; a warning, because the list grows",
)
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
TAG_COUNT = Rule("tag-count", "A resource has at most 50 tags.", Severity.ERROR, sources.TAG_LIMITS)
TAG_NAME = Rule(
    "tag-name",
    "A tag's name has 1 to 512 characters, none of them < > % & \\ ? / or a control character.",
    Severity.ERROR,
    sources.TAG_LIMITS,
)
TAG_NAME_REPEATED = Rule(
    "tag-name-repeated", "The names of tags differ; Azure ignores case.", Severity.ERROR, sources.TAG_LIMITS
)
TAG_NAME_RESERVED = Rule(
    "tag-name-reserved",
    "A tag's name does not begin with microsoft, azure or windows.",
    Severity.ERROR,
    sources.TAG_REST,
)
TAG_SECRET = Rule(
    "tag-secret",
    "No private key stands in a tag: tags are kept as plain text and shown to everybody who sees the resource.",
    Severity.ERROR,
    'Microsoft, "Use tags to organize your Azure resources": never add sensitive values to tags',
)
TAG_VALUE = Rule("tag-value", "A tag's value has at most 256 characters.", Severity.ERROR, sources.TAG_LIMITS)
SERVICE_RETIRED = Rule(
    "service-retired",
    "Azure refuses new environments since 1 November 2022 and retired the service on 31 August 2024.",
    Severity.WARNING,
    f"{sources.HOW_TO_2022}; {sources.ISE_OVERVIEW}",
)

PREMIUM_CAPACITIES = range(11)
"""Scale units of a Premium environment beside its base unit."""

MOST_TAGS = 50
LONGEST_TAG_NAME = 512
LONGEST_TAG_VALUE = 256

# fmt: off
REGIONS = (
    "australiacentral", "australiacentral2", "australiaeast", "australiasoutheast", "austriaeast",
    "belgiumcentral", "brazilsouth", "brazilsoutheast", "canadacentral", "canadaeast", "centralindia",
    "centralus", "chilecentral", "chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2",
    "chinanorth3", "eastasia", "eastus", "eastus2", "francecentral", "francesouth", "germanynorth",
    "germanywestcentral", "indonesiacentral", "israelcentral", "italynorth", "japaneast", "japanwest",
    "koreacentral", "koreasouth", "malaysiawest", "mexicocentral", "newzealandnorth", "northcentralus",
    "northeurope", "norwayeast", "norwaywest", "polandcentral", "qatarcentral", "southafricanorth",
    "southafricawest", "southcentralus", "southindia", "southeastasia", "spaincentral", "swedencentral",
    "swedensouth", "switzerlandnorth", "switzerlandwest", "uaecentral", "uaenorth", "uksouth", "ukwest",
    "usdodcentral", "usdodeast", "usgovarizona", "usgovtexas", "usgovvirginia", "westcentralus", "westeurope",
    "westindia", "westus", "westus2", "westus3",
)
# fmt: on
"""The regions of Azure's public and sovereign clouds, as ARM spells them."""

_LOCATION_ALLOWED = "a region by its name or display name; `az account list-locations` lists them"


def normalise_location(location: str) -> str:
    """The name of a region as ARM spells it: "West US 2" and "WestUS2" are ``westus2``."""
    return location.replace(" ", "").lower()


def check_location(location: str, given: str | None = None) -> list[Problem]:
    """Whether ``location``, normalised, is the name of an Azure region; messages show ``given`` where it is given."""
    # Azure's longest has 18 characters. What is much longer is something else, perhaps a key that was pasted into the
    # wrong line, and must not be repeated in a warning.
    if location in REGIONS:
        return []
    # The portal shows the continent before the region: (US) West US 2.
    meant = nearest(re.sub(r"^\([^)]*\)|[^a-z0-9]", "", location), REGIONS)
    suggestion = f' Did you mean "{meant}"?' if meant else ""
    is_name = re.fullmatch(r"[a-z][a-z0-9]{0,49}", location)
    rule = LOCATION_UNKNOWN if is_name else LOCATION_SHAPE
    what = "a known Azure region" if is_name else "the name of an Azure region"
    statement = f"{spell_given(location if given is None else given)} is not {what}.{suggestion}"
    return [rule.broken(statement, _LOCATION_ALLOWED, meant or "westus2")]


def check_sku(name: str, capacity: int) -> list[Problem]:
    """Whether the service has a SKU ``name`` with ``capacity`` scale units."""
    if name == "Developer" and capacity != 0:
        return [
            SKU_DEVELOPER_CAPACITY.broken(
                f"{capacity} scale units are not possible with the Developer SKU.",
                "0",
                "0",
                'Set it to 0, or set sku.name to "Premium" (which replaces an existing environment).',
            )
        ]
    if name == "Premium" and capacity not in PREMIUM_CAPACITIES:
        return [
            SKU_CAPACITY.broken(
                f"{spell_given(capacity)} scale units are not possible.",
                "a whole number from 0 to 10",
                "1",
            )
        ]
    return []


def check_tag_names(names: Collection[str]) -> list[Problem]:
    """Whether Azure takes tags of these names on one resource."""
    problems = []
    if len(names) > MOST_TAGS:
        problems.append(
            TAG_COUNT.broken(
                f"holds {len(names)} tags.", f"at most {MOST_TAGS}", remedy="Leave out what is not needed."
            )
        )
    problems += [problem.within(name) for name in names for problem in _check_tag_name(name)]
    return problems + [
        TAG_NAME_REPEATED.broken("is already the name of another tag.", "different names", place=(name,))
        for name, _ in repeated({name: name for name in names})
    ]


def _check_tag_name(name: str) -> list[Problem]:
    allowed = f"1 to {LONGEST_TAG_NAME} characters, none of them < > % & \\ ? / or a control character"
    problems = []
    if not 1 <= len(name) <= LONGEST_TAG_NAME or re.search(r"[<>%&\\?/\x00-\x1f\x7f]", name):
        problems.append(
            TAG_NAME.broken(f"{spell_given(name)} is not a name that Azure takes for a tag.", allowed, "environment")
        )
    problems += _check_no_key(name)
    if name.lower().startswith(("microsoft", "azure", "windows")):
        problems.append(
            TAG_NAME_RESERVED.broken(
                f'"{shorten(name)}" begins with a word that Azure reserves.', "another name", "environment"
            )
        )
    return problems


def _check_no_key(text: str) -> list[Problem]:
    if "PRIVATE KEY" not in text:
        return []
    return [TAG_SECRET.broken("holds a private key.", "a text that everybody may read", "integration")]


def check_tag_value(value: str) -> list[Problem]:
    """Whether Azure takes this value of a tag."""
    if len(value) <= LONGEST_TAG_VALUE:
        return _check_no_key(value)
    return [TAG_VALUE.broken(f"has {len(value)} characters.", f"at most {LONGEST_TAG_VALUE}", "integration")]


def check_retirement(metadata_host: str | None, *, acknowledged: bool) -> list[Problem]:
    """What Azure says of the service today; nothing where another cloud is asked or where the owner knows.

    Args:
        metadata_host: the host that azure-native takes its cloud's addresses from; None for Azure itself.
        acknowledged: whether the owner of the stack says that the retirement is known.
    """
    if metadata_host or acknowledged:
        return []
    return [
        SERVICE_RETIRED.broken(
            "Azure refuses new integration service environments since 1 November 2022 and retired the service on 31 "
            "August 2024. An update that creates one ends with IntegrationServiceEnvironmentCreationNotAllowed.",
            remedy="Use Logic Apps Standard instead (https://aka.ms/isedeprecation). If this is known, set it to true.",
            place=("acknowledgeRetirement",),
        )
    ]


def resource_group_not_found(name: str) -> Problem:
    """The problem that Azure knows nothing of a group that the stack does not make."""
    return RESOURCE_GROUP_FOUND.broken(
        f"{spell_given(name)} does not exist, and resourceGroup.create is false: nothing can be made in it.",
        "the name of a resource group that exists; or create: true",
        "{name: Fabrikam-RG, create: true}",
        "Correct the name, or choose the subscription that the group is in (azure-native:subscriptionId). A stack "
        "whose group is gone is destroyed by `pulumi destroy` without --run-program.",
        place=("resourceGroup", "name"),
    )
