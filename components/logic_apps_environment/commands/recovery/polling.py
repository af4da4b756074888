"""Waiting until Azure has finished with a resource."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.resource_types import provisioning_state

if TYPE_CHECKING:
    from collections.abc import Callable

# ARM's REST contract, "Asynchronous operations": these end an operation, every other state is on the way.
_ENDED = frozenset({"succeeded", "failed", "canceled"})

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_SECONDS_BETWEEN_LINES = 60.0


class Poller:
    """Waits for resources, and reports that it does.

    An environment may take four hours (Microsoft's REST how-to, "Create the environment"), so there is no limit; Ctrl-C
    ends the wait before anything is changed.

    Args:
        tell: takes a line for the user.
        pause: waits so many seconds.
        is_dry_run: whether not to wait at all.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
        *,
        is_dry_run: bool = False,
    ) -> None:
        self._tell = tell
        self._pause = pause
        self._is_dry_run = is_dry_run

    def settled(self, name: str, look_up: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """The resource when Azure has finished with it; None if it does not exist, or not any more."""
        begun, told, pause = time.monotonic(), float("-inf"), _FIRST_PAUSE
        while True:
            body = look_up()
            if body is None or provisioning_state(body).lower() in _ENDED:
                return body
            state = provisioning_state(body)
            if self._is_dry_run:
                self._tell(printable(f"{name} is not finished: Azure says {state}. It would be waited for."))
                return body
            now = time.monotonic()
            if now - told >= _SECONDS_BETWEEN_LINES:
                waited = f", {(now - begun) / 60:.0f} minutes so far" if now - begun >= _SECONDS_BETWEEN_LINES else ""
                line = f"Waiting for {name}: Azure says {state}{waited}. Ctrl-C ends this; nothing is changed yet."
                self._tell(printable(line))
                told = now
            self._pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
