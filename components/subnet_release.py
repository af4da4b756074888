"""Waiting until Azure lets go of subnets.

Deleting an environment is done at once, but Azure holds its subnets for hours: "up to an hour" says Microsoft's REST
how-to of 2020, up to nine hours its page "Manage your ISE" of 2023. Deleting a subnet is refused meanwhile, and so is
another environment in it. The engine asks an error hook whether to try again, at most a hundred times; the pauses grow
from a second to seven minutes, so that a hundred tries are more than ten hours, and a sandbox that releases subnets
soon is not waited for.

On ``pulumi destroy`` hooks run only with ``--run-program``.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pulumi import ErrorHookArgs

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=7)

MOST_TRIES = 100
"""How often the engine tries again because of an error hook."""

_HELD = {
    # Azure's network resource provider, on deleting a subnet in which something is left.
    "delete": ("InUseSubnetCannotBeDeleted",),
    # What the service answers when an environment is created in subnets that are still held is documented nowhere:
    # every answer that says that something is in use is taken for it. Others fail at once.
    "create": ("InUseSubnet", "subnet is in use", "is in use by"),
}


_HOOK = "logic-apps-environment-subnet-release"

# A program has one engine to talk to, so one hook serves all of its environments. Its name is kept with each resource
# and has to be the same in every later run.
_hooks: WeakKeyDictionary[object, pulumi.ErrorHook] = WeakKeyDictionary()


def subnet_release_hook() -> pulumi.ErrorHook:
    """The program's error hook that waits for Azure to release a subnet."""
    monitor = get_monitor()
    if monitor not in _hooks:
        _hooks[monitor] = pulumi.ErrorHook(_HOOK, SubnetRelease())
    return _hooks[monitor]


def pause_before(attempt: int) -> timedelta:
    """How long to wait before trying for the ``attempt``-th time again, counted from 1."""
    # Doubling reaches the longest pause after nine tries; the exponent is bounded so that it stays a small number.
    doublings = min(attempt - 1, 16)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def is_held(operation: str, message: str) -> bool:
    """Whether an operation failed because Azure still holds a subnet."""
    return any(mark in message for mark in _HELD.get(operation, ()))


class SubnetRelease:
    """An error hook's function: tries again while Azure holds a subnet, and says what is waited for and since when."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``sleep`` and ``now`` are the clock; tests put their own."""
        self._sleep = sleep
        self._now = now
        self._since: dict[str, datetime] = {}

    async def __call__(self, failure: ErrorHookArgs) -> bool:
        """Whether the engine shall try again; comes back when it is time to."""
        if not failure.errors or not is_held(failure.failed_operation, failure.errors[0]):
            return False
        attempt = len(failure.errors)
        since = self._since.setdefault(failure.urn, self._now())
        if attempt >= MOST_TRIES:
            pulumi.log.error(
                f"{failure.name}: Azure holds the subnet since {since:%Y-%m-%d %H:%M} UTC. Run the same command again: "
                "it goes on where it stopped. If that lasts for more than a day, Microsoft's support can release it."
            )
            return False
        pause = pause_before(attempt)
        waiting = f"waiting since {since:%H:%M} UTC for Azure to release the subnet, next try in {_spell(pause)}"
        if attempt == 1:
            # Azure's own words once: they name what holds the subnet, and whether that will ever let go of it.
            pulumi.log.info(f"{failure.name}: {waiting}. This may take hours. Azure says: {failure.errors[0].strip()}")
        else:
            pulumi.log.info(f"{failure.name}: {waiting}", ephemeral=True)
        await self._sleep(pause.total_seconds())
        return True


def _spell(pause: timedelta) -> str:
    minutes, seconds = divmod(int(pause.total_seconds()), 60)
    return f"{minutes} min" if minutes else f"{seconds} s"
