"""Shared access signatures in texts of other programs."""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"\b(sig=)[^&\s\"']+", re.IGNORECASE)


def without_signatures(text: str) -> str:
    """Return a text with its shared access signatures redacted.

    Errors of Pulumi and of Azure's libraries can have the URL of the failed request, of which the signature is a part.
    """
    return _SIGNATURE.sub(r"\1REDACTED", text)
