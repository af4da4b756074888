"""Rules about configuration as such: keys, presence, kinds of values, choices. The models apply them."""

from __future__ import annotations

from . import sources
from .rule import Rule, Severity

UNKNOWN_KEY = Rule(
    "unknown-key",
    "Every key is one that the program knows.",
    Severity.ERROR,
    f"{sources.LIBRARY}: Pulumi would ignore it, and what it was to change would stay as it is",
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
