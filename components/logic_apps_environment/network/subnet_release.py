"""Wait until Azure has released subnets.

Azure deletes an environment at once, but releases its subnets only after hours: up to one hour according to
Microsoft's REST how-to of 2020, up to nine hours according to "Manage your ISE" of 2023. Until then, Azure rejects the
deletion of the subnets, and another environment in them. The engine asks an error hook whether to retry, and logs a
warning for each retry. To avoid these, the hook reads the subnets and returns when no service is linked to them, as
terraform-provider-azurerm does; if it cannot read them, the engine retries. The pauses grow from one second to seven
minutes, so that 100 of them last more than ten hours, and a sandbox that releases subnets soon causes no long wait
(docs/decisions/0008-subnet-release.md).

On ``pulumi destroy``, hooks run only with ``--run-program``. One Ctrl-C ends the wait (interruption.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pulumi
from pulumi.resource import DependencyResource

from logic_apps_environment.azure.ids import in_azure_spelling
from logic_apps_environment.azure.network_ids import network_of
from logic_apps_environment.hooks.deployment import register_once
from logic_apps_environment.hooks.interruption import InterruptedWaitError, Interruptible
from logic_apps_environment.hooks.progress import PROGRESS, Progress
from logic_apps_environment.network.existing.lookup import read_network

FIRST_PAUSE = timedelta(seconds=1)
MAX_PAUSE = timedelta(minutes=7)

MAX_PAUSES = 100
"""The maximum number of pauses, which is the number of retries that the engine allows."""

_IN_USE = {
    # Azure's network resource provider, on deleting a subnet in use.
    "delete": ("InUseSubnetCannotBeDeleted",),
    # The error for an environment in subnets that are not yet released is undocumented, so every error about a
    # resource in use counts. Other errors fail at once.
    "create": ("InUseSubnet", "subnet is in use", "is in use by"),
}


# The state of each resource contains the name, so it must never change.
_HOOK = "logic-apps-environment-subnet-release"


def subnet_release_hook(name: str, component: pulumi.Resource) -> pulumi.ResourceHookBinding:
    """Return the hook that makes a resource wait until Azure has released its subnets.

    ``name`` is the logical name of the resource; the provider of its component reads the subnets.
    """
    hook, release = register_once(_HOOK, _register_hook)
    release.components.setdefault(name, []).append(component)
    return pulumi.ResourceHookBinding(on_error=[hook])


def _register_hook() -> tuple[pulumi.ErrorHook, SubnetRelease]:
    release = SubnetRelease()
    return pulumi.ErrorHook(_HOOK, release), release


def pause_before(attempt: int) -> timedelta:
    """Return the pause before retry number ``attempt``, from 1."""
    # Doubling reaches the longest pause after nine retries; the exponent is bounded to keep the number small.
    doublings = min(attempt - 1, 16)
    return min(FIRST_PAUSE * (1 << doublings), MAX_PAUSE)


def subnets_of(failure: pulumi.ErrorHookArgs) -> Sequence[str]:
    """Return the IDs of the subnets that must be released for a failed operation."""
    if failure.failed_operation == "delete":
        return [in_azure_spelling(failure.id)]
    properties = (failure.new_inputs or {}).get("properties") or {}
    return [subnet["id"] for subnet in (properties.get("networkConfiguration") or {}).get("subnets") or ()]


async def any_is_linked(subnet_ids: Sequence[str], component: pulumi.Resource) -> bool:
    """Whether the network shows a link of a service to any of these subnets, which are in one network.

    Raises:
        RunError: the network cannot be read.
    """
    wanted = {identity.lower() for identity in subnet_ids}
    found = await read_network(network_of(subnet_ids[0]), pulumi.InvokeOutputOptions(parent=component))
    return any(subnet.linked_services for subnet in found.subnets if subnet.identity.lower() in wanted)


class SubnetRelease:
    """The function of an error hook that waits until Azure has released a subnet, and logs the progress."""

    def __init__(
        self,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_linked: Callable[[Sequence[str], pulumi.Resource], Awaitable[bool]] = any_is_linked,
        progress: Progress = PROGRESS,
    ) -> None:
        """Create the hook function; tests replace the arguments."""
        self._sleep = sleep
        self._progress = progress
        self._now = now
        self._is_linked = is_linked
        self._since: dict[str, datetime] = {}
        self._pauses: Counter[str] = Counter()
        self.components: dict[str, list[pulumi.Resource]] = {}
        """Components by the logical names of their waiting resources; several components can use the same name."""

    async def __call__(self, failure: pulumi.ErrorHookArgs) -> bool:
        """Wait, and return whether the engine has to retry; return early if the deployment is interrupted."""
        is_retried = False
        marks = _IN_USE.get(failure.failed_operation, ())
        if failure.errors and any(mark in failure.errors[0] for mark in marks):
            if failure.urn not in self._since:
                self._since[failure.urn] = self._now()
                # It names the resource that uses the subnet.
                pulumi.log.info(f"Message from Azure: {failure.errors[0].strip()}", DependencyResource(failure.urn))
            self._progress.begin(failure.urn, _waiting, self._since[failure.urn])
            try:
                with Interruptible() as interruptible:
                    is_retried = await self._wait(failure, interruptible)
            except (InterruptedWaitError, asyncio.CancelledError):
                pulumi.log.warn(
                    f"{failure.name}: stopped waiting for Azure to release the subnet. Run the same command again to "
                    "continue."
                )
        if is_retried:
            self._progress.end(failure.urn)
        else:
            self._progress.end_all(failure.urn)
        return is_retried

    async def _wait(self, failure: pulumi.ErrorHookArgs, interruptible: Interruptible) -> bool:
        is_released = False
        while not is_released:
            self._pauses[failure.urn] += 1
            number = self._pauses[failure.urn]
            if number >= MAX_PAUSES:
                pulumi.log.error(
                    f"{failure.name}: Azure has not released the subnet since "
                    f"{self._since[failure.urn]:%Y-%m-%d %H:%M} UTC. Run the same command again to continue. If Azure "
                    "does not release the subnet within a day, contact Azure support."
                )
                return False
            await interruptible.run(self._sleep(pause_before(number).total_seconds()))
            is_released = not await interruptible.run(self._is_in_use(failure))
        return True

    async def _is_in_use(self, failure: pulumi.ErrorHookArgs) -> bool:
        """Whether Azure shows that a service uses the subnets; False if unknown, so that the engine retries."""
        for component in self.components.get(failure.name, ()):
            try:
                if await self._is_linked(subnets_of(failure), component):
                    return True
            except Exception as error:  # noqa: BLE001 - a failed look-up must not end the wait
                pulumi.log.debug(f"{failure.name}: the subnet could not be read: {error}")
        return False


def _waiting(since: str) -> str:
    return (
        f"waiting since {since} for Azure to release the subnet, usually within 1 h, sometimes 9 h. Ctrl-C is safe; to "
        "continue: run the same command again"
    )
