"""What ends a question to Azure."""

from logic_apps_environment.commands.azure_client.printable import printable


class AzureClientError(Exception):
    """Azure cannot be asked; the message says why, and what to do."""


def first_line(error: Exception) -> str:
    """The first line of an error's message; Azure's libraries append whole responses."""
    return printable(next(iter(str(error).strip().splitlines()), type(error).__name__))
