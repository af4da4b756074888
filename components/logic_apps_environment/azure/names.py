"""Rules about names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.repetition import repeated
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_NAME = Rule(
    "environment-name",
    "The environment's name has 1 to 80 letters, digits, hyphens, underscores and periods.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Logic; {sources.ISE_ARTICLE}, Create your ISE",
)
RESOURCE_GROUP_NAME = Rule(
    "resource-group-name",
    "A resource group's name has 1 to 90 letters, digits, underscores, parentheses, hyphens and periods; the last "
    "is no period.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Resources",
)
VIRTUAL_NETWORK_NAME = Rule(
    "virtual-network-name",
    "A virtual network's name has 2 to 64 letters, digits, underscores, periods and hyphens; it begins with a letter "
    "or digit and ends with one or an underscore.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Network",
)
SUBNET_NAME = Rule(
    "subnet-name",
    "A subnet's name has 1 to 80 letters, digits, underscores, periods and hyphens; it begins with a letter and ends "
    "with a letter, digit or underscore.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Network; {sources.ISE_ARTICLE}, Prerequisites (first character no digit)",
)
TRAFFIC_RESOURCE_NAME = Rule(
    "guard-name",
    "The name of a security group, a route table or a route has 1 to 80 letters, digits, underscores, periods and "
    "hyphens; it begins with a letter or digit and ends with one or an underscore.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}, Microsoft.Network",
)
SUBNET_NAME_REPEATED = Rule(
    "subnet-name-repeated",
    "The four subnets have different names; Azure ignores case.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}: names compare without case, scope of subnets is the virtual network",
)
SUBNET_NAME_RESERVED = Rule(
    "subnet-name-reserved",
    "A subnet is not called as those that Azure keeps for gateways, firewalls, bastions and route servers.",
    Severity.ERROR,
    f"{sources.NETWORK_FAQ}; the service's page of each of these subnets",
)
ENVIRONMENT_NAME_RESERVED = Rule(
    "environment-name-reserved",
    "The name of a resource with endpoints holds no word that Azure reserves.",
    Severity.ERROR,
    sources.RESERVED_NAMES,
)

NAME_RESPELLED = Rule(
    "name-respelled",
    "A name or id of something that exists keeps its letter case.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}: names compare without case; Pulumi would delete and recreate the resource",
)

_SHAPES = {
    ENVIRONMENT_NAME: (re.compile(r"[A-Za-z0-9._-]{1,80}"), "Fabrikam-ISE"),
    RESOURCE_GROUP_NAME: (re.compile(r"[\w().-]{0,89}[\w()-]"), "Fabrikam-RG"),
    VIRTUAL_NETWORK_NAME: (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_]"), "Fabrikam-VNET"),
    TRAFFIC_RESOURCE_NAME: (re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"), "nsg-logic-apps"),
    SUBNET_NAME: (re.compile(r"[A-Za-z](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?"), "subnet-1"),
}

_SUBJECTS = {
    ENVIRONMENT_NAME: "an environment",
    RESOURCE_GROUP_NAME: "a resource group",
    VIRTUAL_NETWORK_NAME: "a virtual network",
    SUBNET_NAME: "a subnet",
    TRAFFIC_RESOURCE_NAME: "a security group, a route table or a route",
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


def check_name(rule: Rule, name: str) -> list[Problem]:
    """Whether ``name`` is one that Azure takes, by one of the five rules about the shape of names."""
    shape, example = _SHAPES[rule]
    allowed = rule.statement.split(" has ", 1)[1].removesuffix(".")
    if not shape.fullmatch(name):
        return [
            rule.violation(f"{describe(name)} is not a name that Azure takes for {_SUBJECTS[rule]}.", allowed, example)
        ]
    if rule is ENVIRONMENT_NAME:
        return _check_reserved_words(name)
    if rule is SUBNET_NAME and name.lower() in _RESERVED_SUBNETS:
        return [
            SUBNET_NAME_RESERVED.violation(
                f'"{name}" is a name that Azure keeps for another service.', "any other name", example
            )
        ]
    return []


def _check_reserved_words(name: str) -> list[Problem]:
    upper = name.upper()
    words = [word for word in _RESERVED_ANYWHERE if word in upper]
    words += [_RESERVED_AT_THE_START] if upper.startswith(_RESERVED_AT_THE_START) else []
    words += [upper] if upper in _RESERVED_WORDS else []
    return [
        ENVIRONMENT_NAME_RESERVED.violation(
            f'"{name}" holds the reserved word {word}.', "a name without it", "Fabrikam-ISE"
        )
        for word in words[:1]
    ]


def check_subnet_names(names: Mapping[int, str]) -> list[Problem]:
    """Whether the names of the subnets, by their positions, differ, ignoring case."""
    return [
        SUBNET_NAME_REPEATED.violation(
            f"{describe(names[position])} is already the name of another subnet.",
            "four different names",
            path=(position, "name"),
        )
        for position, _ in repeated(names)
    ]


def name_respelled(existing: str, given: str) -> Problem:
    """The problem that ``given`` differs from the name or id of something that exists in letter case only."""
    return NAME_RESPELLED.violation(
        f'"{given}" differs from the existing "{existing}" in letter case only. Azure treats both as the same '
        "resource, but Pulumi would replace it.",
        existing,
        remedy=f'Write "{existing}".',
    )
