"""Waiting until Azure lets go of subnets.

Deleting an environment is done at once, but Azure holds its subnets for hours: "up to an hour" says Microsoft's REST
how-to of 2020, up to nine hours its page "Manage your ISE" of 2023. Deleting a subnet is refused meanwhile, and so is
another environment in it. The engine asks an error hook whether to try again, and warns each time that it does. The
hook therefore looks at the subnets itself and says yes when no link to a service is left on them, as
terraform-provider-azurerm does; where they cannot be looked at, each try is the look. The pauses grow from a second to
seven minutes, so that a hundred of them are more than ten hours, and a sandbox that releases subnets soon is not waited
for (docs/decisions/0008-subnet-release.md).

On ``pulumi destroy`` hooks run only with ``--run-program``. One Ctrl-C ends the wait (interruption.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pulumi

from logic_apps_environment.azure.ids import in_azure_spelling
from logic_apps_environment.azure.network_ids import network_of
from logic_apps_environment.hooks.deployment import once_in_deployment
from logic_apps_environment.hooks.interruption import InterruptedWaitError, Interruptible
from logic_apps_environment.network.existing.lookup import read_network

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from pulumi import ErrorHookArgs

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=7)

MOST_PAUSES = 100
"""How often a subnet is waited for. The engine asks an error hook no more often than that."""

_HELD = {
    # Azure's network resource provider, on deleting a subnet in which something is left.
    "delete": ("InUseSubnetCannotBeDeleted",),
    # What the service answers when an environment is created in subnets that are still held is documented nowhere:
    # every answer that says that something is in use is taken for it. Others fail at once.
    "create": ("InUseSubnet", "subnet is in use", "is in use by"),
}


# The name is kept with each resource and has to be the same in every later run.
_HOOK = "logic-apps-environment-subnet-release"


def waits_for_subnets(name: str, component: pulumi.Resource) -> pulumi.ResourceHookBinding:
    """What lets a resource wait for Azure to release subnets.

    Args:
        name: the resource's logical name.
        component: the component that it is in, whose provider is asked about the subnets.
    """
    hook, release = once_in_deployment(_HOOK, _registered)
    release.components.setdefault(name, []).append(component)
    return pulumi.ResourceHookBinding(on_error=[hook])


def _registered() -> tuple[pulumi.ErrorHook, SubnetRelease]:
    release = SubnetRelease()
    return pulumi.ErrorHook(_HOOK, release), release


def pause_before(attempt: int) -> timedelta:
    """How long to wait before trying for the ``attempt``-th time again, counted from 1."""
    # Doubling reaches the longest pause after nine tries; the exponent is bounded so that it stays a small number.
    doublings = min(attempt - 1, 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def is_held(operation: str, message: str) -> bool:
    """Whether an operation failed because Azure still holds a subnet."""
    return any(mark in message for mark in _HELD.get(operation, ()))


def subnets_of(failure: ErrorHookArgs) -> Sequence[str]:
    """The ids of the subnets that a failed operation needs to be free."""
    if failure.failed_operation == "delete":
        return [in_azure_spelling(failure.id)]
    properties = (failure.new_inputs or {}).get("properties") or {}
    return [subnet["id"] for subnet in (properties.get("networkConfiguration") or {}).get("subnets") or ()]


async def any_is_linked(subnet_ids: Sequence[str], component: pulumi.Resource) -> bool:
    """Whether a service holds any of these subnets, all in one network, as far as the network shows it.

    Raises:
        RunError: the network cannot be read.
    """
    wanted = {identity.lower() for identity in subnet_ids}
    found = await read_network(network_of(subnet_ids[0]), pulumi.InvokeOutputOptions(parent=component))
    return any(subnet.holders for subnet in found.subnets if subnet.identity.lower() in wanted)


class SubnetRelease:
    """An error hook's function: waits while Azure holds a subnet, and says what is waited for and since when."""

    def __init__(
        self,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_linked: Callable[[Sequence[str], pulumi.Resource], Awaitable[bool]] = any_is_linked,
    ) -> None:
        """``sleep``, ``now`` and ``is_linked`` are the clock and Azure; tests put their own."""
        self._sleep = sleep
        self._now = now
        self._is_linked = is_linked
        self._since: dict[str, datetime] = {}
        self._pauses: Counter[str] = Counter()
        self.components: dict[str, list[pulumi.Resource]] = {}
        """By the logical names of the resources that wait; in different components, these can be the same."""

    async def __call__(self, failure: ErrorHookArgs) -> bool:
        """Whether the engine shall try again; comes back when it is time to, or when the deployment is interrupted."""
        if not failure.errors or not is_held(failure.failed_operation, failure.errors[0]):
            return False
        try:
            with Interruptible() as interruptible:
                return await self._wait(failure, interruptible)
        except (InterruptedWaitError, asyncio.CancelledError):
            pulumi.log.warn(
                f"{failure.name}: stopped waiting for Azure to release the subnet. Run the same command again to "
                "continue."
            )
            return False

    async def _wait(self, failure: ErrorHookArgs, interruptible: Interruptible) -> bool:
        since = self._since.setdefault(failure.urn, self._now())
        is_released = False
        while not is_released:
            self._pauses[failure.urn] += 1
            number = self._pauses[failure.urn]
            if number >= MOST_PAUSES:
                pulumi.log.error(
                    f"{failure.name}: Azure holds the subnet since {since:%Y-%m-%d %H:%M} UTC. Run the same command "
                    "again: it goes on where it stopped. If that lasts for more than a day, Microsoft's support can "
                    "release it."
                )
                return False
            pause = pause_before(number)
            waiting = f"waiting since {since:%H:%M} UTC for Azure to release the subnet, next check in {_spell(pause)}"
            if number == 1:
                # Azure's own words once: they name what holds the subnet, and whether that will ever let go of it.
                waiting += f". This may take hours. Azure says: {failure.errors[0].strip()}"
            pulumi.log.info(f"{failure.name}: {waiting}", ephemeral=number > 1)
            await interruptible.run(self._sleep(pause.total_seconds()))
            is_released = not await interruptible.run(self._is_known_to_be_held(failure))
        return True

    async def _is_known_to_be_held(self, failure: ErrorHookArgs) -> bool:
        """Whether Azure shows that it holds the subnets. If it cannot be told, the operation itself finds out."""
        for component in self.components.get(failure.name, ()):
            try:
                if await self._is_linked(subnets_of(failure), component):
                    return True
            except Exception as error:  # noqa: BLE001 - to look is a courtesy; nothing wrong in it may end the wait
                pulumi.log.debug(f"{failure.name}: the subnet could not be looked at: {error}")
        return False


def _spell(pause: timedelta) -> str:
    minutes, seconds = divmod(int(pause.total_seconds()), 60)
    return f"{minutes} min" if minutes else f"{seconds} s"
