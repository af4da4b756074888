"""Read resources from Azure Resource Manager for a recovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logic_apps_environment.commands.azure_client.client import AzureClient, describe_error
from logic_apps_environment.commands.azure_client.errors import AzureClientError
from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError

_OK, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _TOO_MANY = 200, 401, 403, 404, 408, 429
_CLIENT_ERRORS = range(400, 500)

# These concern the login or all requests. Every other client error concerns the requested resource.
_ABOUT_ALL_REQUESTS = frozenset({_UNAUTHORIZED, _TIMEOUT, _TOO_MANY})
_OTHER_TENANT = "InvalidAuthenticationTokenTenant"
"""The code of a 401 for a subscription in another tenant than that of the login."""

# The codes of a 404 for a resource or parent that does not exist (Microsoft, "Resolve errors for resource not found",
# "Common deployment errors"). Other codes of a 404, such as SubscriptionNotFound for a login to another tenant, do not
# mean that the resource does not exist: to treat them so would empty the state.
_GONE = frozenset({"NotFound", "ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound"})


class Azure:
    """Reads resources with the stack's ``azure-native:…`` configuration, without that prefix.

    The configuration takes precedence over the environment variables.
    """

    def __init__(self, environment: Mapping[str, str], configuration: Mapping[str, str]) -> None:
        self._client = AzureClient(environment, configuration, user_agent="logic-apps-environment-recovery")
        self.subscription = self._client.subscription

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """Return the resource with this ID; None if it does not exist.

        Raises:
            ResourceError: the login cannot read this resource, its subscription is unknown, or its ID is not valid.
            RecoveryError: signing in failed, Azure cannot be reached, or it returned another error.
        """
        try:
            status, body = self._client.get(identifier, api_version)
        except AzureClientError as error:
            raise RecoveryError(f"{error}\nThe state was not changed.") from error
        if status == _NOT_FOUND and _error_code(body) in _GONE:
            return None
        if status == _OK and isinstance(body, dict):
            return body
        response = f"Azure returned status {status} for {printable(identifier)}: {describe_error(body)}"
        if status in _CLIENT_ERRORS and (status not in _ABOUT_ALL_REQUESTS or _error_code(body) == _OTHER_TENANT):
            hint = " Your account has no permission to read it." if status == _FORBIDDEN else ""
            raise ResourceError(f"{response}{hint}")
        raise RecoveryError(f"{response}\nThe state was not changed. Correct the error, then run the command again.")


def _error_code(body: object) -> object:
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) else None
