"""Text of clients, made safe for a terminal."""


def printable(text: str) -> str:
    """Return ``text`` with a question mark for each character that does not print.

    A client may send control characters, which a terminal would interpret.
    """
    return "".join(character if character.isprintable() else "?" for character in text)
