"""Text from outside, made safe for a terminal. It imports nothing, so that commands can use it at their start."""

from __future__ import annotations


def printable(text: object) -> str:
    r"""Return ``text`` as one line, in which each character that does not print is a Python escape such as ``\x1b``.

    Names, messages and ids come from files and servers. Control characters in them would change colors, titles and
    lines of the terminal that already print, and line ends would add lines that look like the command's own.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in str(text)
    )


def printable_lines(text: object) -> str:
    """Return ``text`` as :func:`printable` does, but keep its line feeds."""
    return "\n".join(map(printable, str(text).split("\n")))
