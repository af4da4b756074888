"""Repair of a damaged store."""

from contextlib import closing
from pathlib import Path

from logic_apps_sandbox.arm.core.store import FILE_NAME, Store
from logic_apps_sandbox.arm.core.store_errors import DamagedStoreError, IncompatibleStoreError

_ASIDE = "store.damaged"


def repair(directory: Path) -> str:
    """Repair the store in a directory that no simulator serves, and return the actions as sentences.

    Invalid settings get their defaults. A store that is damaged otherwise, or of another version, is set aside.

    Raises:
        StoreUnavailableError: the file system or another process keeps the store from being used.
    """
    if not Store.exists(directory):
        return f"There is no store in {directory}: nothing is damaged."
    try:
        with closing(Store(directory)) as store, store.transaction():
            store.check()
            removed = store.remove_invalid_settings()
    except (DamagedStoreError, IncompatibleStoreError):
        return _set_aside(directory)
    if removed:
        return f"These settings were reset to their defaults: {', '.join(removed)}."
    return f"The store in {directory} is not damaged."


def _set_aside(directory: Path) -> str:
    aside = directory / _ASIDE
    (directory / FILE_NAME).replace(aside)
    for ending in ("-wal", "-shm"):
        (directory / f"{FILE_NAME}{ending}").unlink(missing_ok=True)
    return (
        f"The damaged store is now {aside}. The next command starts with an empty Azure. To remove the lost resources "
        "from a stack's state, run: logic-apps-sandbox run -- pulumi refresh --stack NAME"
    )
