"""Rules about configuration as such: keys, namespaces, presence, types of values, choices."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

if TYPE_CHECKING:
    from collections.abc import Collection

UNKNOWN_KEY = Rule(
    "unknown-key",
    "Every key is one that the program knows.",
    Severity.ERROR,
    f"{sources.LIBRARY}: Pulumi would ignore it, and what it was to change would stay as it is",
)
NAMESPACE_MISSPELLED = Rule(
    "namespace-misspelled",
    "No key has a namespace that is nearly the project's name, azure-native or pulumi.",
    Severity.ERROR,
    f"{sources.LIBRARY}: Pulumi would ignore the key",
)
MISSING_VALUE = Rule("missing-value", "Every key without a default has a value.", Severity.ERROR, sources.LIBRARY)
WRONG_KIND = Rule(
    "wrong-kind",
    "Every value has the type of its key; null is not accepted.",
    Severity.ERROR,
    sources.LIBRARY,
)
ENCRYPTED_VALUE = Rule(
    "encrypted-value",
    "Nothing but the content link of a connector is kept as a secret: Azure shows all of an environment's settings, so "
    "they would not stay one.",
    Severity.ERROR,
    f"{sources.API_DESCRIPTION}: GET returns all of it",
)
ENDPOINT_TYPE = Rule(
    "endpoint-type",
    "The endpoint is Internal or External.",
    Severity.ERROR,
    f"{sources.HOW_TO}, Request body; {sources.API_DESCRIPTION}",
)
SKU_NAME = Rule(
    "sku-name",
    "The SKU is Developer or Premium.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Create your ISE, SKU; {sources.API_DESCRIPTION}",
)


OTHER_NAMESPACES = ("azure-native", "pulumi")
"""The namespaces besides the project's whose keys change what a stack deploys, and where."""

_MISSPELLED = 0.9
"""How much of two names has to be alike. In the 20 letters of logicappsenvironment, two may be wrong."""

_SHORTEST_CUT = 5
"""The letters that the beginning of the project's name has at least, to be taken for it."""


def check_namespace(project: str, key: str, known: Collection[str]) -> list[Problem]:
    """Whether the namespace of a configuration key is a misspelling of the project's name, azure-native or pulumi.

    Only letters and digits are compared, and not their case. A namespace is a misspelling when nine of ten are alike,
    or when one letter or the order of the letters differs. A name with a digit, such as azure-native-v2, is another
    package. The beginning of the project's name, or a longer name, is a misspelling if the key is one of the project's.

    Args:
        project: the project's name, which is the namespace of its keys.
        key: the full key.
        known: the project's keys.
    """
    namespace, _, name = key.partition(":")
    if namespace in (project, *OTHER_NAMESPACES):
        return []
    if _is_misspelled(namespace, project) or (name in known and _is_cut(namespace, project)):
        return [
            NAMESPACE_MISSPELLED.violation(
                f"is written as {describe(key)}, a key that no program reads.",
                f"the namespace {project}",
                remedy="Correct the namespace, or remove the key.",
                path=(name,),
            )
        ]
    return [
        NAMESPACE_MISSPELLED.violation(
            f"{describe(key)} is a key that neither Pulumi nor a provider reads.",
            f"the namespace {meant}",
            f"{meant}:{redact(name)}",
            "Correct the namespace, or remove the key.",
        )
        for meant in OTHER_NAMESPACES
        if _is_misspelled(namespace, meant)
    ]


def _is_misspelled(namespace: str, meant: str) -> bool:
    given, right = _letters(namespace), _letters(meant)
    if any(character.isdigit() for character in given):
        return False
    if SequenceMatcher(None, given, right).ratio() >= _MISSPELLED:
        return True
    differing = sum(one != other for one, other in zip(given, right, strict=False))
    return len(given) == len(right) and (differing == 1 or sorted(given) == sorted(right))


def _is_cut(namespace: str, meant: str) -> bool:
    given, right = _letters(namespace), _letters(meant)
    return len(given) >= _SHORTEST_CUT and (right.startswith(given) or given.startswith(right))


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
