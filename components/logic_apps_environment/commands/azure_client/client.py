"""Reading resources from Azure Resource Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.core.configuration import Configuration
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from logic_apps_environment.commands.azure_client.cloud import Settings
from logic_apps_environment.commands.azure_client.errors import AzureClientError, first_line
from logic_apps_environment.commands.azure_client.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping


class AzureClient:
    """Azure Resource Manager of one cloud, asked with one login.

    Attributes:
        subscription: the subscription that the login or the configuration names; None where neither does.
    """

    def __init__(
        self, environment: Mapping[str, str], configuration: Mapping[str, str] | None = None, *, user_agent: str
    ) -> None:
        """Nothing is asked yet.

        Args:
            environment: environment variables.
            configuration: a stack's ``azure-native:…`` configuration without that prefix; it wins over the
                environment.
            user_agent: what the requests call themselves.
        """
        self._settings = Settings(environment, configuration or {})
        self._user_agent = user_agent
        self._client: ARMPipelineClient[Any, Any] | None = None
        self.subscription = self._settings.subscription

    def get(self, path: str, api_version: str) -> tuple[int, Any]:
        """Status and JSON of what ARM answers to a GET, whatever it is; None for what is no JSON.

        Args:
            path: an id, or an id with what is below it.
            api_version: of the resource's type.

        Raises:
            AzureClientError: there is no login, or the cloud cannot be reached.
        """
        try:
            if self._client is None:
                self._client = self._connect()
            # The client completes paths for generated clients only; a request of one's own has the whole URL.
            url = self._client.format_url(path)
            response = self._client.send_request(HttpRequest("GET", url, params={"api-version": api_version}))
        except ClientAuthenticationError as error:
            raise AzureClientError(
                f"Azure did not let us sign in: {first_line(error)}\n"
                "Sign in as for `pulumi up`: with `az login`, or with ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID "
                "and ARM_SUBSCRIPTION_ID."
            ) from error
        except AzureError as error:
            raise AzureClientError(
                f"Azure cannot be reached to ask for {printable(path)}: {first_line(error)}\n"
                "Look at the connection, then run this again."
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


def spell_error(found: object) -> str:
    """The code and message in the body of a refusal of ARM, as one line."""
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, dict):
        return printable(f"{error.get('code')}: {error.get('message')}")
    return "no explanation"
