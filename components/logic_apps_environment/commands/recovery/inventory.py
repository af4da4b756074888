"""The resources of a stack in Azure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from logic_apps_environment.azure.logic_api import API_VERSION, ENVIRONMENT_TYPE
from logic_apps_environment.commands.recovery.azure_ids import canonical, collapsed
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name

if TYPE_CHECKING:
    from logic_apps_environment.commands.recovery.polling import Poller
    from logic_apps_environment.commands.recovery.properties import Properties
    from logic_apps_environment.commands.recovery.resource_types import ResourceType


class Arm(Protocol):
    """The interface to Azure Resource Manager."""

    @property
    def subscription(self) -> str | None:
        """The subscription of the login or the configuration; None if neither names one."""
        ...

    def look_up(self, identifier: str, api_version: str) -> dict[str, Any] | None:
        """Return the resource with this ID; None if it does not exist."""
        ...


@dataclass(frozen=True)
class Inventory:
    """Reads each resource once. The state has the providers, whose subscriptions are parts of the IDs."""

    state: State
    arm: Arm
    poller: Poller
    _found: dict[str, Properties | None] = field(default_factory=dict)

    def find(self, resource: Resource, type_: ResourceType, identifier: str) -> Properties | None:
        """Return the resource with this ID after all operations on it have ended; None if it does not exist.

        Raises:
            ResourceError: Azure does not return this resource, or the ID is not an Azure ID.
        """
        if not identifier.startswith("/"):
            raise ResourceError(
                f"the state has the ID {identifier!r}, but IDs in Azure start with /subscriptions/. Restore a backup "
                "of the state"
            )
        key = canonical(identifier)
        if key not in self._found:
            version = type_.api_version(resource.get("inputs") or {})
            path = collapsed(identifier)
            self._found[key] = self.poller.wait_until_finished(
                logical_name(resource), lambda: self.arm.look_up(path, version)
            )
        return self._found[key]

    def identifier(self, resource: Resource, type_: ResourceType) -> str | None:
        """Return the ID that azure-native forms from a resource's inputs; None while one of them is unknown.

        Raises:
            RecoveryError: the subscription is unknown.
        """
        provider = self.state.live(str(resource.get("provider", "")).rpartition("::")[0]) or {}
        subscription = (
            (provider.get("inputs") or {}).get("subscriptionId") or self.arm.subscription or self.state.subscription()
        )
        if not isinstance(subscription, str):
            raise RecoveryError(
                "the subscription of the stack is unknown. Set ARM_SUBSCRIPTION_ID, or run: "
                "pulumi config set azure-native:subscriptionId ID"
            )
        return type_.arm_id(resource.get("inputs") or {}, subscription)

    def environments_in(self, group: str) -> list[str]:
        """Return the IDs of all integration service environments in a resource group."""
        response = self.arm.look_up(f"{group}/providers/{ENVIRONMENT_TYPE}", API_VERSION) or {}
        listed = response.get("value")
        return [str(each["id"]) for each in listed if "id" in each] if isinstance(listed, list) else []
