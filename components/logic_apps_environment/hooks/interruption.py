"""Ending a wait of the program when the user interrupts the deployment.

On the first Ctrl-C the engine asks its plugins to cancel, and waits until the running hooks return. It tells the hooks
nothing, and a function that azure-native runs goes on. What reaches a program is the language host's answer to the
engine's Cancel: SIGINT (pulumi-language-python, Run; since March 2026). What reaches a component package is the Cancel
of the provider protocol, which calls :func:`interrupt`.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

Result = TypeVar("Result")

_running: set[Interruptible] = set()


class InterruptedWaitError(Exception):
    """The user has interrupted the deployment."""


class Interruptible:
    """A context in which SIGINT ends what is waited for, instead of the program.

    It takes SIGINT only where the program runs in the main thread, as in Pulumi's language host, and where the event
    loop can handle signals, which it cannot on Windows. Afterwards SIGINT does what it did before.
    """

    def __enter__(self) -> Self:
        self._interrupted = asyncio.Event()
        if not _running:
            _take_sigint()
        _running.add(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        _running.discard(self)
        if not _running:
            _give_sigint_back()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of ``work``.

        Raises:
            InterruptedWaitError: the deployment is interrupted. ``work`` is cancelled and not waited for.
        """
        task, interruption = asyncio.ensure_future(work), asyncio.ensure_future(self._interrupted.wait())
        try:
            await asyncio.wait({task, interruption}, return_when=asyncio.FIRST_COMPLETED)
            if self._interrupted.is_set():
                raise InterruptedWaitError
            return task.result()
        finally:
            task.cancel()
            interruption.cancel()

    def interrupt(self) -> None:
        """End what is waited for, now and later."""
        self._interrupted.set()


def interrupt() -> None:
    """End everything that is waited for in an ``Interruptible``. Call it in the thread of the event loop."""
    for context in _running:
        context.interrupt()


_previous_handler: list[Any] = []


def _take_sigint() -> None:
    previous = signal.getsignal(signal.SIGINT)
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
    except (NotImplementedError, RuntimeError, ValueError):
        return
    _previous_handler.append(previous)


def _give_sigint_back() -> None:
    if _previous_handler:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, _previous_handler.pop())
