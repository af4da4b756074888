"""End the waits of hooks when the user interrupts the deployment.

At the first Ctrl-C, the engine sends Cancel to its plugins and waits until the running hooks return; it does not notify
the hooks, and running functions of azure-native continue. The language host forwards Cancel to a program as SIGINT
(pulumi-language-python, Run; since March 2026). A component package receives Cancel itself and calls :func:`interrupt`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

Result = TypeVar("Result")

_running: set[Interruptible] = set()


class InterruptedWaitError(Exception):
    """The user has interrupted the deployment."""


class Interruptible:
    """A context in which SIGINT ends the waits instead of the program.

    It handles SIGINT only if the program runs in the main thread, as in Pulumi's language host, and if the event loop
    supports signals, which it does not on Windows. Afterwards, the previous handler is restored.
    """

    def __enter__(self) -> Self:
        self._interrupted = asyncio.Event()
        if not _running:
            _replace_handler()
        _running.add(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        _running.discard(self)
        if not _running:
            _restore_handler()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of ``work``.

        Raises:
            InterruptedWaitError: the deployment is interrupted. ``work`` is canceled; its end is not awaited.
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
        """End the current wait and all later ones."""
        self._interrupted.set()


def interrupt() -> None:
    """End the waits of every ``Interruptible``. Call it in the thread of the event loop."""
    for context in _running:
        context.interrupt()


_previous_handler: list[Any] = []


def _replace_handler() -> None:
    previous = signal.getsignal(signal.SIGINT)
    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
    except (NotImplementedError, RuntimeError, ValueError):
        return
    _previous_handler.append(previous)


def _restore_handler() -> None:
    if _previous_handler:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, _previous_handler.pop())
