"""The progress of setup: concurrent steps with their elapsed time.

On a terminal, one line at the bottom is updated. A file or a pipe gets one line for the start and one for the end of
each step, and every 30 seconds one for the steps that run.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

REDRAW_SECONDS = 0.25
"""The interval of the updates on a terminal."""

REPEAT_SECONDS = 30.0
"""The interval of the lines in a file or a pipe."""


class Progress:
    """The running steps. Thread-safe."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        """Write progress to this stream."""
        self._stream = stream
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Write a permanent line."""
        with self._lock:
            self._clear()
            self._stream.write(f"{text}\n")
            self._stream.flush()

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """Show ``doing`` with the elapsed time while the block runs, then ``done`` with its duration."""
        if not self._stream.isatty():
            self.say(f"{doing} ...")
        start = time.monotonic()
        with self._lock:
            self._running[doing] = start
        try:
            yield
        finally:
            with self._lock:
                del self._running[doing]
        self.say(f"{done} ({elapsed(time.monotonic() - start)})")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the running steps again and again while the block runs."""
        ended = threading.Event()
        painter = threading.Thread(target=self._paint_until, args=(ended,), daemon=True)
        painter.start()
        try:
            yield
        finally:
            ended.set()
            painter.join()
            with self._lock:
                self._clear()

    def _paint_until(self, ended: threading.Event) -> None:
        is_terminal = self._stream.isatty()
        while not ended.wait(REDRAW_SECONDS if is_terminal else REPEAT_SECONDS):
            with self._lock:
                now = time.monotonic()
                steps = "  |  ".join(f"{doing}, {elapsed(now - start)}" for doing, start in self._running.items())
                self._clear()
                if steps:
                    self._stream.write(steps if is_terminal else f"{steps}\n")
                    self._stream.flush()

    def _clear(self) -> None:
        if self._stream.isatty():
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def elapsed(seconds: float) -> str:
    """Format a duration, such as ``8 s`` or ``4 min 30 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
