"""An Azure on one machine: a simulated ARM, a stand-in for the azure-native plugin, and the Pulumi toolchain.

It exists because nobody can try an integration service environment on Azure: creating one took hours, and Azure refuses
new ones since 1 November 2022. The program in this repository does not know that the sandbox exists. See
docs/sandbox.md.
"""

import sys

# Here, because this file alone is read by a Python of any age before it meets syntax that it does not know.
if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well run this before anything is installed
    sys.exit(
        "error: Python %d.%d is too old: 3.11 or newer is needed, as in: make PYTHON=python3.11 up"  # noqa: UP031
        % sys.version_info[:2]
    )
