"""Azure regions and their names."""

from __future__ import annotations

import re

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe
from logic_apps_environment.validation.suggestions import did_you_mean, nearest

LOCATION_SHAPE = Rule(
    "location-shape", "A location is the name or display name of an Azure region.", references.REGIONS
)
LOCATION_UNKNOWN = Rule(
    "location-unknown",
    "A location is a region that Microsoft lists.",
    references.REGIONS,
    Severity.WARNING,
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


_LOCATION_ALLOWED = "the name or display name of an Azure region (listed by `az account list-locations`)"


def normalize_location(location: str) -> str:
    """Return the name of a region as ARM spells it: ``westus2`` for "West US 2" and "WestUS2"."""
    return location.replace(" ", "").lower()


def check_location(given: str) -> list[Problem]:
    """Check that ``given`` is the name or display name of an Azure region."""
    location = normalize_location(given)
    # Azure's longest region name has 18 characters. A much longer value could be a key in the wrong line, which a
    # warning must not repeat.
    if location in REGIONS:
        return []
    # The Azure portal shows the geography before the region, such as "(US) West US 2".
    meant = nearest(re.sub(r"^\([^)]*\)|[^a-z0-9]", "", location), REGIONS)
    is_name = re.fullmatch(r"[a-z][a-z0-9]{0,49}", location)
    rule = LOCATION_UNKNOWN if is_name else LOCATION_SHAPE
    what = "a known Azure region" if is_name else "a valid Azure region name"
    statement = f"{describe(given)} is not {what}.{did_you_mean(meant)}"
    return [rule.violation(statement, _LOCATION_ALLOWED, meant or "westus2")]
