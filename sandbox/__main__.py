"""`python -m sandbox`, with whichever Python: that of the virtual environment goes on where packages are missing."""

import os
import signal
import sys

_PACKAGES = ("click", "pulumi_azure_native")
"""Two of those that the sandbox needs; whoever has them has them all."""


def _go_on_with_packages() -> None:
    import importlib.util  # noqa: PLC0415 - see below

    from sandbox.layout import CODE_ROOT  # noqa: PLC0415

    if all(importlib.util.find_spec(package) for package in _PACKAGES):
        return
    virtual_environment = CODE_ROOT / ".venv"
    python = virtual_environment / "bin" / "python"
    if not python.exists() or sys.prefix == str(virtual_environment):
        sys.exit("error: the sandbox is not set up. Set it up with `make up`, or with: python3 -m sandbox.toolchain")
    # The same process, so that signals, exit code and terminal are as if it had been called at once.
    os.execv(python, [str(python), "-m", "sandbox", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    # Ctrl-C ends the slow imports without a traceback, as it ends other programs. A signal that is ignored stays so.
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _go_on_with_packages()

    from sandbox.cli import main

    signal.signal(signal.SIGINT, interrupted)
    main()
