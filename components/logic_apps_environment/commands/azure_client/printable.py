"""Make external text safe to print on a terminal."""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"\b(sig=)[^&\s\"']+", re.IGNORECASE)


def printable(text: object) -> str:
    r"""Return ``text`` as one line, in which each character that does not print is a Python escape such as ``\x1b``.

    Names, messages and IDs come from files and servers. Control characters in them could change the terminal, and line
    ends could add lines that look like the command's own.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in str(text)
    )


def printable_lines(text: object) -> str:
    """Return ``text`` as :func:`printable` does, but keep its line feeds."""
    return "\n".join(map(printable, str(text).split("\n")))


def without_signatures(text: str) -> str:
    """Return a text with its shared access signatures redacted.

    Errors of Pulumi and of Azure's libraries can have the URL of the failed request, of which the signature is a part.
    """
    return _SIGNATURE.sub(r"\1REDACTED", text)
