"""Rules about names of resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, check_unique, describe

ENVIRONMENT_NAME = Rule(
    "environment-name",
    "An environment name has 1 to 80 letters, digits, hyphens, underscores and periods.",
    f"{references.NAMING_RULES}, Microsoft.Logic; {references.ISE_ARTICLE}, Create your ISE",
)
RESOURCE_GROUP_NAME = Rule(
    "resource-group-name",
    "A resource group name has 1 to 90 letters, digits, underscores, parentheses, hyphens and periods, not ending with "
    "a period.",
    f"{references.NAMING_RULES}, Microsoft.Resources",
)
VIRTUAL_NETWORK_NAME = Rule(
    "virtual-network-name",
    "A virtual network name has 2 to 64 letters, digits, underscores, periods and hyphens, beginning with a letter or "
    "digit and ending with a letter, digit or underscore.",
    f"{references.NAMING_RULES}, Microsoft.Network",
)
SUBNET_NAME = Rule(
    "subnet-name",
    "A subnet name has 1 to 80 letters, digits, underscores, periods and hyphens, beginning with a letter and ending "
    "with a letter, digit or underscore.",
    f"{references.NAMING_RULES}, Microsoft.Network; {references.ISE_ARTICLE}, Prerequisites",
)
TRAFFIC_RESOURCE_NAME = Rule(
    "guard-name",
    "The name of a network security group, route table or route has 1 to 80 letters, digits, underscores, periods and "
    "hyphens, beginning with a letter or digit and ending with a letter, digit or underscore.",
    f"{references.NAMING_RULES}, Microsoft.Network",
)
SUBNET_NAME_REPEATED = Rule(
    "subnet-name-repeated",
    "Subnet names are unique; letter case is ignored.",
    references.NAMING_RULES,
)
SUBNET_NAME_RESERVED = Rule(
    "subnet-name-reserved",
    "A subnet name is not reserved for gateways, firewalls, bastions or route servers.",
    f"{references.NETWORK_FAQ}; the documentation of each service",
)
ENVIRONMENT_NAME_RESERVED = Rule(
    "environment-name-reserved",
    "An environment name contains no reserved word.",
    references.RESERVED_NAMES,
)
NAME_RESPELLED = Rule(
    "name-respelled",
    "The name or ID of an existing resource keeps its letter case.",
    references.NAMING_RULES,
)

# The regular expression of the names that a rule allows, an example, and what has such a name.
_SHAPES = {
    ENVIRONMENT_NAME: (re.compile(r"[A-Za-z0-9._-]{1,80}"), "Fabrikam-ISE", "an environment"),
    RESOURCE_GROUP_NAME: (re.compile(r"[\w().-]{0,89}[\w()-]"), "Fabrikam-RG", "a resource group"),
    VIRTUAL_NETWORK_NAME: (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_]"),
        "Fabrikam-VNET",
        "a virtual network",
    ),
    TRAFFIC_RESOURCE_NAME: (
        re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"),
        "nsg-logic-apps",
        "a network security group, route table or route",
    ),
    SUBNET_NAME: (re.compile(r"[A-Za-z](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"), "subnet-1", "a subnet"),
}

_RESERVED_SUBNETS = {
    "gatewaysubnet",
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "azurebastionsubnet",
    "routeserversubnet",
}

# fmt: off
_RESERVED_WORDS = {
    "ACCESS", "APP_CODE", "APP_THEMES", "APP_DATA", "APP_GLOBALRESOURCES", "APP_LOCALRESOURCES",
    "APP_WEBREFERENCES", "APP_BROWSERS", "AZURE", "BING", "BIZSPARK", "BIZTALK", "CORTANA", "DIRECTX", "DOTNET",
    "DYNAMICS", "EXCEL", "EXCHANGE", "FOREFRONT", "GROOVE", "HOLOLENS", "HYPERV", "KINECT", "LYNC", "MSDN",
    "O365", "OFFICE", "OFFICE365", "ONEDRIVE", "ONENOTE", "OUTLOOK", "POWERPOINT", "SHAREPOINT", "SKYPE", "VISIO",
    "VISUALSTUDIO", "WEB.CONFIG", "XBOX",
}
# fmt: on
_RESERVED_ANYWHERE = ("MICROSOFT", "WINDOWS")
_RESERVED_AT_THE_START = "LOGIN"


def name_pattern(rule: Rule) -> str:
    """Return the regular expression of the names that one of the five rules allows."""
    # In JSON Schema, unlike in Python, `\w` matches ASCII only.
    pattern = _SHAPES[rule][0].pattern.replace(r"\w", r"\w\u0080-\uffff")
    return f"^{pattern}$"


def check_name(rule: Rule, name: str) -> Iterator[Problem]:
    """Check ``name`` against one of the five rules about the format of names."""
    shape, example, subject = _SHAPES[rule]
    allowed = rule.statement.split(" has ", 1)[1].removesuffix(".")
    if not shape.fullmatch(name):
        yield rule.violation(f"{describe(name)} is not a valid name for {subject}.", allowed, example)
    elif rule is ENVIRONMENT_NAME:
        yield from _check_reserved_words(name)
    elif rule is SUBNET_NAME and name.lower() in _RESERVED_SUBNETS:
        yield SUBNET_NAME_RESERVED.violation(
            f'"{name}" is reserved for another Azure service.', "another name", example
        )


def _check_reserved_words(name: str) -> list[Problem]:
    upper = name.upper()
    words = [word for word in _RESERVED_ANYWHERE if word in upper]
    words += [_RESERVED_AT_THE_START] if upper.startswith(_RESERVED_AT_THE_START) else []
    words += [upper] if upper in _RESERVED_WORDS else []
    return [
        ENVIRONMENT_NAME_RESERVED.violation(
            f'"{name}" contains the reserved word {word}.', "a name without a reserved word", "Fabrikam-ISE"
        )
        for word in words[:1]
    ]


def check_subnet_names(names: Mapping[int, str]) -> list[Problem]:
    """Check that the names of the subnets, by their positions, are unique, ignoring case."""
    statement = "{value} is already the name of another subnet (letter case is ignored)."
    return check_unique(SUBNET_NAME_REPEATED, names, statement, "Rename one of the two.", "name")


def name_respelled(existing: str, given: str) -> Problem:
    """Return the problem that ``given`` differs only in letter case from the name or ID of an existing resource."""
    return NAME_RESPELLED.violation(
        f'"{given}" differs only in letter case from the existing "{existing}". Azure treats both as the same '
        "resource, but Pulumi would replace it.",
        remedy=f'Use "{existing}".',
    )
