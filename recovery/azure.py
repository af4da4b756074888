"""What Azure Resource Manager has, for a state that has to be set right by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure_client import AzureClient, AzureClientError, spell_error
from recovery.errors import RecoveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404

# With which ARM says that a resource, or what it is inside of, does not exist (Microsoft's "Resolve errors for resource
# not found" and "Common deployment errors"). Others of status 404, such as SubscriptionNotFound with a login to another
# tenant or InvalidResourceType, say nothing of the resource: taken for its end, they would empty the state.
_GONE = frozenset({"NotFound", "ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound"})


class Azure:
    """Reads resources.

    Args:
        environment: environment variables.
        configuration: the stack's `azure-native:…` configuration without that prefix; it wins over the environment.
    """

    def __init__(self, environment: Mapping[str, str], configuration: Mapping[str, str]) -> None:
        self._client = AzureClient(environment, configuration, user_agent="logic-apps-environment-recovery")
        self.subscription = self._client.subscription

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """What ARM has under an id; None when there is nothing.

        Raises:
            RecoveryError: no login, no permission, or ARM cannot be reached or answers with an error.
        """
        try:
            status, found = self._client.get(identifier, api_version)
        except AzureClientError as error:
            raise RecoveryError(f"{error}\nThe state was not changed.") from error
        if status == _NOT_FOUND and _error_code(found) in _GONE:
            return None
        if status == _OK and isinstance(found, dict):
            return found
        hint = "The login needs to read it. " if status == _FORBIDDEN else ""
        raise RecoveryError(
            f"Azure answered with status {status} when asked for {identifier}: {spell_error(found)}\n"
            f"{hint}The state was not changed. Mend that, then run this again."
        )


def _error_code(found: object) -> object:
    error = found.get("error") if isinstance(found, dict) else None
    return error.get("code") if isinstance(error, dict) else None
