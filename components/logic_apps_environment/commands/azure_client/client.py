"""Reading resources from Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azure.core.configuration import Configuration
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from logic_apps_environment.commands.azure_client.cloud import Settings
from logic_apps_environment.commands.azure_client.errors import AzureClientError, first_line
from logic_apps_environment.commands.azure_client.printable import printable


class AzureClient:
    """A client of Azure Resource Manager that signs in when it is first used.

    A stack's ``azure-native:…`` configuration, without that prefix, takes precedence over the environment variables.

    Attributes:
        subscription: the subscription of the login or the configuration; None if neither names one.
    """

    def __init__(
        self, environment: Mapping[str, str], configuration: Mapping[str, str] | None = None, *, user_agent: str
    ) -> None:
        self._settings = Settings(environment, configuration or {})
        self._user_agent = user_agent
        self._client: ARMPipelineClient[Any, Any] | None = None
        self.subscription = self._settings.subscription

    def get(self, path: str, api_version: str) -> tuple[int, Any]:
        """Return the status and the JSON body of the response to a GET; the body is None if it is not JSON.

        The path is the ID of a resource, or a path below it.

        Raises:
            AzureClientError: signing in failed, or Azure cannot be reached.
        """
        try:
            if self._client is None:
                self._client = self._connect()
            # ``send_request`` expects a complete URL.
            url = self._client.format_url(path)
            response = self._client.send_request(HttpRequest("GET", url, params={"api-version": api_version}))
        except ClientAuthenticationError as error:
            raise AzureClientError(
                f"signing in to Azure failed: {first_line(error)}\n"
                "Sign in as for `pulumi up`: run `az login`, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID "
                "and ARM_SUBSCRIPTION_ID."
            ) from error
        except AzureError as error:
            raise AzureClientError(
                f"Azure cannot be reached to read {printable(path)}: {first_line(error)}\n"
                "Check the network connection, then run the command again."
            ) from error
        try:
            return response.status_code, response.json()
        except ValueError:
            return response.status_code, None

    def _connect(self) -> ARMPipelineClient[Any, Any]:
        cloud = self._settings.cloud()
        configuration: Configuration[Any, Any] = Configuration()
        configuration.retry_policy = policies.RetryPolicy()
        configuration.user_agent_policy = policies.UserAgentPolicy(base_user_agent=self._user_agent)
        configuration.redirect_policy = policies.RedirectPolicy()
        credential = self._settings.credential(cloud)
        configuration.authentication_policy = ARMChallengeAuthenticationPolicy(credential, cloud.scope)
        return ARMPipelineClient(base_url=cloud.resource_manager, config=configuration)


def describe_error(body: object) -> str:
    """Return the error code and message in the body of a response, as one line."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return printable(f"{error.get('code')}: {error.get('message')}")
    return "no error message"
