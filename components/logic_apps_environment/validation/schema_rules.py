"""Rules for all configuration: known keys, namespaces, required values, types and choices."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, describe, redact

UNKNOWN_KEY = Rule("unknown-key", "Every key is known.", references.LIBRARY)
NAMESPACE_MISSPELLED = Rule(
    "namespace-misspelled",
    "No namespace of a key is a misspelling of the project's name, azure-native or pulumi.",
    references.LIBRARY,
)
MISSING_VALUE = Rule("missing-value", "Every required key has a value.", references.LIBRARY)
WRONG_KIND = Rule("wrong-kind", "Every value has the type of its key; null is not accepted.", references.LIBRARY)
ENCRYPTED_VALUE = Rule(
    "encrypted-value", "Only the content links of connectors are secrets.", references.API_DESCRIPTION
)
ENDPOINT_TYPE = Rule(
    "endpoint-type",
    "The endpoint is Internal or External.",
    f"{references.HOW_TO}; {references.API_DESCRIPTION}",
)
SKU_NAME = Rule(
    "sku-name",
    "The SKU is Developer or Premium.",
    f"{references.ISE_ARTICLE}, Create your ISE; {references.API_DESCRIPTION}",
)

OTHER_NAMESPACES = ("azure-native", "pulumi")
"""The other namespaces whose keys affect a deployment."""

_MISSPELLED = 0.9
"""The minimum similarity of a misspelling: two wrong letters among the 20 of logicappsenvironment."""

_MIN_CUT_LENGTH = 5
"""The minimum number of letters of an abbreviation of the project's name."""


def check_namespace(project: str, key: str, known: Collection[str]) -> list[Problem]:
    """Check that the namespace of a full key is not a misspelling of the project's name, azure-native or pulumi.

    Only letters and digits are compared, ignoring case. A namespace is a misspelling if nine of ten characters are
    equal, or if one letter or the order of the letters differs. A name with a digit, such as azure-native-v2, is
    another package. An abbreviation or extension of the project's name is a misspelling if the key is ``known`` there.
    """
    namespace, _, name = key.partition(":")
    if namespace in (project, *OTHER_NAMESPACES):
        return []
    if _is_misspelled(namespace, project) or (name in known and _is_cut(namespace, project)):
        return [
            NAMESPACE_MISSPELLED.violation(
                f"is set as {describe(key)}, in a namespace that this program does not read.",
                f"the namespace {project}",
                remedy="Correct the namespace, or remove the key.",
                path=(name,),
            )
        ]
    return [
        NAMESPACE_MISSPELLED.violation(
            f"{describe(key)} is not read by Pulumi or a provider.",
            f"the namespace {meant}",
            f"{meant}:{redact(name)}",
            "Correct the namespace, or remove the key.",
        )
        for meant in OTHER_NAMESPACES
        if _is_misspelled(namespace, meant)
    ]


def with_other_namespaces(problems: Iterable[Problem], project: str, keys: Collection[str]) -> list[Problem]:
    """Return the problems; those of missing keys name a key of that name in another namespace than the project's.

    ``keys`` has the full keys of the stack.
    """
    others: dict[str, str] = {}
    for key in keys:
        namespace, _, name = key.partition(":")
        if namespace not in (project, *OTHER_NAMESPACES):
            others[name] = key

    def with_other(problem: Problem) -> Problem:
        other = others.get(str(problem.path[0])) if len(problem.path) == 1 else None
        if problem.rule is not MISSING_VALUE or other is None:
            return problem
        return replace(problem, remedy=f"The program reads {project}:{problem.path[0]}, not {redact(other)}.")

    return [with_other(problem) for problem in problems]


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
    return len(given) >= _MIN_CUT_LENGTH and (right.startswith(given) or given.startswith(right))


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
