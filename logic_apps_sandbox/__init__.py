"""The sandbox: a simulated Azure Resource Manager, an emulator of the azure-native provider and the Pulumi toolchain.

It runs the real Pulumi engine on one machine, because Azure no longer creates integration service environments. See
docs/sandbox.md.
"""

import sys

# Here, because an older Python reads this file before it reaches syntax that it does not support.
if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may run this before anything is installed
    sys.exit(
        "error: Python %d.%d is too old: Python 3.11 or later is required. Example: make PYTHON=python3.11 up"  # noqa: UP031
        % sys.version_info[:2]
    )
