"""What Azure Resource Manager has, for a state that has to be set right by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.azure_client.client import AzureClient, spell_error
from logic_apps_environment.commands.azure_client.errors import AzureClientError
from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _TOO_MANY = 200, 401, 403, 404, 408, 429
_CLIENT_ERRORS = range(400, 500)

# These refuse the login or the moment. Every other client error is about the resource that was asked for.
_ABOUT_ALL_REQUESTS = frozenset({_UNAUTHORIZED, _TIMEOUT, _TOO_MANY})
_OTHER_TENANT = "InvalidAuthenticationTokenTenant"
"""The code of a 401 for a subscription in a tenant that the login is not for."""

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
            ResourceError: the login cannot read this resource, its subscription is unknown, or its id is not valid.
            RecoveryError: no login, or ARM cannot be reached or answers with another error.
        """
        try:
            status, found = self._client.get(identifier, api_version)
        except AzureClientError as error:
            raise RecoveryError(f"{error}\nThe state was not changed.") from error
        if status == _NOT_FOUND and _error_code(found) in _GONE:
            return None
        if status == _OK and isinstance(found, dict):
            return found
        answer = f"Azure returned status {status} for {printable(identifier)}: {spell_error(found)}"
        if status in _CLIENT_ERRORS and (status not in _ABOUT_ALL_REQUESTS or _error_code(found) == _OTHER_TENANT):
            hint = " The login needs permission to read it." if status == _FORBIDDEN else ""
            raise ResourceError(f"{answer}{hint}")
        raise RecoveryError(f"{answer}\nThe state was not changed. Correct that, then run this again.")


def _error_code(found: object) -> object:
    error = found.get("error") if isinstance(found, dict) else None
    return error.get("code") if isinstance(error, dict) else None
