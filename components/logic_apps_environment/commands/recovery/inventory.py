"""The resources of a stack in Azure, after the operations on them have ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from logic_apps_environment.azure.logic_api import API_VERSION, ENVIRONMENT_TYPE
from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.azure_ids import canonical, collapsed
from logic_apps_environment.commands.recovery.errors import RecoveryError, ResourceError
from logic_apps_environment.commands.recovery.properties import Properties
from logic_apps_environment.commands.recovery.resource_types import ResourceType, provisioning_state
from logic_apps_environment.commands.recovery.state import Resource, State, logical_name

# The final states (Azure Resource Manager's REST contract, "Asynchronous operations").
_FINAL_STATES = frozenset({"succeeded", "failed", "canceled"})

_FIRST_PAUSE, _MAX_PAUSE = 1.0, 30.0
_SECONDS_BETWEEN_LINES = 60.0


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
class Poller:
    """Polls resources and reports progress in lines for the user.

    The creation of an environment can take four hours (Microsoft's REST how-to, "Create the environment"), so there is
    no timeout. Ctrl-C ends the wait before anything is changed. A dry run does not wait.
    """

    report: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    is_dry_run: bool = field(default=False, kw_only=True)

    def wait_until_finished(self, name: str, look_up: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """Return the resource when its provisioning state is final; None if it does not exist, or was deleted."""
        begin, reported, pause = time.monotonic(), float("-inf"), _FIRST_PAUSE
        while True:
            body = look_up()
            if body is None or provisioning_state(body).lower() in _FINAL_STATES:
                return body
            state = provisioning_state(body)
            if self.is_dry_run:
                self.report(
                    printable(f"{name} is not finished: its provisioning state is {state}. Recovery would wait for it.")
                )
                return body
            now = time.monotonic()
            if now - reported >= _SECONDS_BETWEEN_LINES:
                waited = f", {(now - begin) / 60:.0f} minutes so far" if now - begin >= _SECONDS_BETWEEN_LINES else ""
                line = f"Waiting for {name}: {state}{waited}. Ctrl-C ends the wait; nothing is changed yet."
                self.report(printable(line))
                reported = now
            self.pause(pause)
            pause = min(pause * 2, _MAX_PAUSE)


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
