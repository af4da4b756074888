"""What Azure has of a stack's resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from logic_apps_environment.commands.recovery.azure_ids import canonical, collapsed
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.polling import Poller
    from logic_apps_environment.commands.recovery.properties import Properties
    from logic_apps_environment.commands.recovery.resource_types import ResourceType

_ENVIRONMENTS = "providers/Microsoft.Logic/integrationServiceEnvironments"
_LOGIC_API_VERSION = "2019-05-01"


class Arm(Protocol):
    """What is asked of Azure."""

    @property
    def subscription(self) -> str | None:
        """The subscription that a login or a configuration names."""
        ...

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """What Resource Manager has under an id; None when there is nothing."""
        ...


class Inventory:
    """Looks up resources, each once.

    Args:
        state: the stack's state, which has the providers.
        arm: Azure.
        poller: waits for resources that Azure has not finished with.
    """

    def __init__(self, state: State, arm: Arm, poller: Poller) -> None:
        self._state = state
        self._arm = arm
        self._poller = poller
        self._found: dict[str, Properties | None] = {}

    def find(self, resource: Resource, type_: ResourceType, identifier: str) -> Properties | None:
        """The resource under an id, when Azure has finished with it; None if it does not exist.

        Raises:
            ResourceError: Azure does not show this resource, or the id is not one of Azure.
            RecoveryError: Azure cannot be asked.
        """
        if not identifier.startswith("/"):
            raise ResourceError(
                f"the state has the id {identifier!r}, and an id of Azure begins with /subscriptions/. Put back a "
                "backup of the state"
            )
        key = canonical(identifier)
        if key not in self._found:
            version = type_.api_version(resource.get("inputs") or {})
            path = collapsed(identifier)
            self._found[key] = self._poller.settled(logical_name(resource), lambda: self._arm.look_up(path, version))
        return self._found[key]

    def identifier(self, resource: Resource, type_: ResourceType) -> str | None:
        """The id of a resource, made from its inputs as azure-native makes it; None while one of them is unknown.

        Raises:
            RecoveryError: it is not known in which subscription the resource is.
        """
        provider = self._state.live(str(resource.get("provider", "")).rpartition("::")[0]) or {}
        subscription = (
            (provider.get("inputs") or {}).get("subscriptionId") or self._arm.subscription or self._state.subscription()
        )
        if not isinstance(subscription, str):
            raise RecoveryError(
                "it is not known which subscription to look in. Set ARM_SUBSCRIPTION_ID, or run: "
                "pulumi config set azure-native:subscriptionId ID"
            )
        return type_.arm_id(resource.get("inputs") or {}, subscription)

    def environments_in(self, group: str) -> list[str]:
        """The ids of all integration service environments in a resource group.

        Raises:
            RecoveryError: Azure cannot be asked.
        """
        answer = self._arm.look_up(f"{group}/{_ENVIRONMENTS}", _LOGIC_API_VERSION) or {}
        listed = answer.get("value")
        return [str(each["id"]) for each in listed if "id" in each] if isinstance(listed, list) else []
