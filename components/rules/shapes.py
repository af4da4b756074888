"""Rules about configuration as such: keys, namespaces, presence, types of values, choices."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from . import sources
from .rule import Problem, Rule, Severity, spell_given

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
    "No key has a namespace that is nearly the project's name.",
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


_MISSPELLED = 0.9
"""How much of two names has to be alike. In the 20 letters of logicappsenvironment, two may be wrong."""

_SHORTEST_CUT = 5
"""The letters that the beginning of the project's name has at least, to be taken for it."""


def check_namespace(project: str, key: str, known: Collection[str]) -> list[Problem]:
    """Whether the namespace of a configuration key is another one than the project's, and not a slip of it.

    Only letters and digits are compared, and not their case. A namespace is a slip when nine of ten are alike; or when
    it is the beginning of the project's name, or begins with it, and the key is one of the project's.

    Args:
        project: the project's name, which is the namespace of its keys.
        key: the full key.
        known: the project's keys.
    """
    namespace, _, name = key.partition(":")
    if namespace == project:
        return []
    given, meant = _letters(namespace), _letters(project)
    is_cut = name in known and len(given) >= _SHORTEST_CUT and (meant.startswith(given) or given.startswith(meant))
    if not is_cut and SequenceMatcher(None, given, meant).ratio() < _MISSPELLED:
        return []
    return [
        NAMESPACE_MISSPELLED.broken(
            f"is written as {spell_given(key)}, a key that no program reads.",
            f"the namespace {project}",
            remedy="Correct the namespace, or remove the key.",
            place=(name,),
        )
    ]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
