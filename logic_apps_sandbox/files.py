"""Atomic writes and file locks; standard library only."""

import contextlib
import fcntl
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

PRIVATE = 0o600
EXECUTABLE = 0o755


def write_file(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a text to ``path`` with this mode, atomically; a file that has both is not written.

    A missing folder is created. If the writer is killed, the previous or the new file exists.
    """
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if path.read_text(encoding="utf-8") == text and path.stat().st_mode & 0o777 == mode:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def file_lock(lock: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Lock a file; the lock of a process that dies is released.

    Args:
        lock: the file, which is created.
        shared: whether other processes may have a shared lock at the same time.
        wait: whether to wait for other processes.

    Raises:
        BlockingIOError: ``wait`` is false, and another process holds the lock.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        yield


def python_executable(python: Path, code_root: Path, module: str, *arguments: str) -> str:
    """Return a shell script that runs a module of the code root with this Python and the script's arguments.

    It is a shell script, because a path with a space or more than 127 characters is not valid in a ``#!`` line
    (execve(2)). It adds the code root to ``sys.path`` and not to PYTHONPATH, which child processes would inherit.
    """
    # Until the module sets its own handler, Ctrl-C ends it without a traceback.
    start = (
        "import signal; signal.getsignal(2) is signal.default_int_handler and signal.signal(2, signal.SIG_DFL); "
        f"import runpy, sys; sys.path.insert(0, {str(code_root)!r}); "
        f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    words = [str(python), "-P", "-u", "-c", start, *arguments]
    return f'#!/bin/sh\n# Written by the sandbox.\nexec {shlex.join(words)} "$@"\n'
