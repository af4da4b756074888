"""Report the progress of operations that take hours, which Pulumi shows only in seconds.

The engine shows an ephemeral message in the row of its resource: on a terminal until the next one, in the output of a
CI job as a line (pulumi/pulumi v3.274.1, pkg/backend/display: rows.go, jsonmessage.go). A narrow terminal has no room
for it, so a preview that creates an environment shows the same once in full.

Deletions have no hook: the engine fails to delete a resource whose state names a hook that the program does not
register (pkg/resource/deploy, RunHooks), as after its removal from the program and on ``pulumi destroy`` without
``--run-program``. Azure deletes an environment at once; the wait for its subnets reports its progress itself.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pulumi
from pulumi.resource import DependencyResource

from logic_apps_environment.hooks.deployment import register_once, suggested_commands
from logic_apps_environment.hooks.interruption import Interruptible

ON_A_TERMINAL, ELSEWHERE = timedelta(minutes=1), timedelta(minutes=10)
"""The intervals of the messages."""


class Progress:
    """Logs what happens to resources, at once and at an interval, until it ends.

    What begins for a resource while something else happens to it, such as the wait for the subnets of an environment
    that is created, takes its place until it ends. Tests replace the clock.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        call_later: Callable[..., asyncio.TimerHandle] = lambda *call: asyncio.get_running_loop().call_later(*call),
    ) -> None:
        self._now = now
        self._call_later = call_later
        self._messages: dict[str, list[Callable[[str], str]]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._interruptible: dict[str, Interruptible] = {}

    def begin(self, urn: str, message: Callable[[str], str], since: datetime | None = None) -> None:
        """Log the progress of what begins, by default now. Until all of it has ended, SIGINT does not end the program.

        ``message`` returns the message for the beginning and duration, such as ``20:00 UTC (1 h 20 min)``.
        """
        if urn not in self._messages:
            self._interruptible[urn] = Interruptible().__enter__()
        self._messages.setdefault(urn, []).append(message)
        self._restart(urn, since or self._now())

    def end(self, urn: str) -> None:
        """End what began last, and continue with what happened before."""
        self._messages[urn].pop()
        if self._messages[urn]:
            self._restart(urn, self._now())
        else:
            self.end_all(urn)

    def end_all(self, urn: str) -> None:
        """End everything that happens to a resource, if anything does."""
        if self._messages.pop(urn, None) is not None:
            self._timers.pop(urn).cancel()
            self._interruptible.pop(urn).__exit__()

    def _restart(self, urn: str, since: datetime) -> None:
        if urn in self._timers:
            self._timers[urn].cancel()
        self._log(urn, since)

    def _log(self, urn: str, since: datetime) -> None:
        duration = format_duration(self._now() - since)
        message = self._messages[urn][-1](f"{since:%H:%M} UTC{f' ({duration})' if duration else ''}")
        pulumi.log.info(message, DependencyResource(urn), ephemeral=True)
        interval = ON_A_TERMINAL if _has_terminal() else ELSEWHERE
        # A timer, not a task: one that is left over when the program ends is not reported.
        self._timers[urn] = self._call_later(interval.total_seconds(), self._log, urn, since)


PROGRESS = Progress()
"""The progress of all resources of this process."""


def format_duration(duration: timedelta) -> str:
    """Return hours and minutes, such as ``1 h 20 min``; empty for less than a minute."""
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])


def environment_progress_hooks() -> pulumi.ResourceHookBinding:
    """Return the binding of the hooks that report the progress of an environment's creation and updates."""
    before, after = register_once("logic-apps-environment-progress", _register_hooks)
    return pulumi.ResourceHookBinding(
        before_create=[before], after_create=[after], before_update=[before], after_update=[after]
    )


def _register_hooks() -> tuple[pulumi.ResourceHook, pulumi.ResourceHook]:
    return (
        pulumi.ResourceHook(
            "logic-apps-environment-progress",
            _before,
            pulumi.ResourceHookOptions(on_dry_run=True, ignore_errors=True),
        ),
        pulumi.ResourceHook(
            "logic-apps-environment-progress-end",
            lambda operation: PROGRESS.end_all(operation.urn),
            pulumi.ResourceHookOptions(ignore_errors=True),
        ),
    )


# Microsoft, "Create an ISE with the Logic Apps REST API" (creation) and "Manage your ISE" (scale units).
_CREATION = "usually within 2 h, sometimes 4 h"
_UPDATE = "usually minutes, 20 to 30 min for a scale unit"


def _before(operation: pulumi.ResourceHookArgs) -> None:
    commands = suggested_commands()
    steps = f"`{commands.recover}`, then `{commands.up}`"
    is_creation = operation.old_inputs is None
    if not pulumi.runtime.is_dry_run():
        ending = f"{_CREATION if is_creation else _UPDATE}. Ctrl-C is safe; to continue: {steps}"
        PROGRESS.begin(operation.urn, lambda since: f"since {since}, {ending}")
    elif is_creation:
        pulumi.log.info(
            f"Azure creates an environment {_CREATION}. Interrupting the update with Ctrl-C is safe: Azure continues. "
            f"To continue, run {steps}.",
            DependencyResource(operation.urn),
        )


def _has_terminal() -> bool:
    """Whether this process has a terminal, as it has if ``pulumi`` runs on one."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    os.close(terminal)
    return True
