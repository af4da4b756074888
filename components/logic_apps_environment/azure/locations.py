"""The regions of Azure, and how their names are written."""

from __future__ import annotations

import re

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe
from logic_apps_environment.validation.suggestions import nearest

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


def check_location(given: str) -> list[Problem]:
    """Whether ``given`` is the name or display name of an Azure region."""
    location = normalise_location(given)
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
    statement = f"{describe(given)} is not {what}.{suggestion}"
    return [rule.violation(statement, _LOCATION_ALLOWED, meant or "westus2")]
