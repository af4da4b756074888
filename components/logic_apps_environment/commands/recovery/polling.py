"""Wait until Azure has finished the operations on a resource."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from logic_apps_environment.commands.azure_client.printable import printable
from logic_apps_environment.commands.recovery.resource_types import provisioning_state

# The final states (Azure Resource Manager's REST contract, "Asynchronous operations").
_FINAL_STATES = frozenset({"succeeded", "failed", "canceled"})

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_SECONDS_BETWEEN_LINES = 60.0


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
            pause = min(pause * 2, _LONGEST_PAUSE)
