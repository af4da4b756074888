"""The user's cache of executables, which all projects on the machine share."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from logic_apps_sandbox.files import file_lock
from logic_apps_sandbox.toolchain.archive import this_platform
from logic_apps_sandbox.toolchain.progress import Progress

TEMPORARY = ".new-"


def user_cache(variables: Mapping[str, str], *, otherwise: Path) -> Path:
    """Return the folder ``logic-apps-sandbox`` of the user's cache (XDG Base Directory Specification).

    Args:
        variables: the user's environment variables; ``XDG_CACHE_HOME`` names another folder than ``~/.cache``.
        otherwise: the folder to use if that of the user cannot be written, for example because there is no home.
    """
    given = variables.get("XDG_CACHE_HOME", "")
    try:
        base = Path(given) if given.startswith("/") else Path(variables.get("HOME") or "~").expanduser() / ".cache"
        folder = base / "logic-apps-sandbox"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home
        return otherwise
    return folder if os.access(folder, os.W_OK) else otherwise


def cached_path(cache: Path, name: str) -> Path:
    """Return the path of a file or folder in the cache, whether or not it exists; ``name`` identifies its version."""
    return cache / "-".join((name, *this_platform()))


def cached(cache: Path, name: str, make: Callable[[Path], object], progress: Progress) -> Path:
    """Return the path of a file or folder in the cache.

    Args:
        cache: the folder of the cache.
        name: identifies the contents and their version.
        make: creates the file or folder at the path that it gets, if the cache does not have it.
        progress: shows that another setup makes it at the same time.
    """
    path = cached_path(cache, name)
    if path.exists():
        return path
    lock = cache / f".{path.name}.lock"
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(lock, wait=False))
        except BlockingIOError:
            progress.say(f"Waiting for another setup, which installs {name} ...")
            stack.enter_context(file_lock(lock))
        for leftover in cache.glob(f"{TEMPORARY}{path.name}-*"):
            shutil.rmtree(leftover)
        if not path.exists():
            create(path, make)
    return path


def create(path: Path, make: Callable[[Path], object]) -> None:
    """Create a file or folder atomically; ``make`` creates it at the path that it gets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{TEMPORARY}{path.name}-") as temporary:
        new = Path(temporary) / path.name
        make(new)
        new.rename(path)


def copy(source: Path, target: Path) -> None:
    """Copy a file or folder; not as hard links, so that changes in a project do not affect the cache."""
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
