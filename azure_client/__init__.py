"""Asking Azure Resource Manager with the login of ``pulumi up``, for the project's own commands.

It knows nothing of what is asked for; and it only reads.
"""

from azure_client.client import AzureClient, spell_error
from azure_client.errors import AzureClientError

__all__ = ["AzureClient", "AzureClientError", "spell_error"]
