"""`python -m sandbox`, with whichever Python: that of the virtual environment goes on where packages are missing."""

import importlib.util
import os
import sys

from sandbox.layout import CODE_ROOT

_VIRTUAL_ENVIRONMENT = CODE_ROOT / ".venv"
_PACKAGES = ("click", "pulumi_azure_native")
"""Two of those that the sandbox needs; whoever has them has them all."""


def _go_on_with_packages() -> None:
    if all(importlib.util.find_spec(package) for package in _PACKAGES):
        return
    python = _VIRTUAL_ENVIRONMENT / "bin" / "python"
    if not python.exists() or sys.prefix == str(_VIRTUAL_ENVIRONMENT):
        sys.exit("error: the sandbox is not set up. Set it up with `make up`, or with: python3 -m sandbox.toolchain")
    # The same process, so that signals, exit code and terminal are as if it had been called at once.
    os.execv(python, [str(python), "-m", "sandbox", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    _go_on_with_packages()

    from sandbox.cli import main

    main()
