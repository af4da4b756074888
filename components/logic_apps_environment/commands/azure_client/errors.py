"""The errors of requests to Azure."""

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.errors import CommandError


class AzureClientError(CommandError):
    """A request to Azure is not possible. The message states the reason and what to do."""


def first_line(error: Exception) -> str:
    """Return the first line of an error's message. Azure's libraries append complete responses."""
    return printable(next(iter(str(error).strip().splitlines()), type(error).__name__))
