"""Install or update the virtual environment and the Pulumi CLI of the sandbox.

Every target of the Makefile runs this command first. It does nothing if both are up to date.
"""

import argparse
import os
import sys
import threading
from pathlib import Path

from logic_apps_sandbox.layout import ProjectNotFoundError, find_layout
from logic_apps_sandbox.toolchain.commands import Interrupted, SetUpError
from logic_apps_sandbox.toolchain.set_up import set_up

EXIT_INTERRUPTED = 130


def main() -> int:
    """Install what is missing and return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m logic_apps_sandbox.toolchain", description=__doc__)
    parser.add_argument(
        "--with-tests", action="store_true", help="also install the packages for `make test` and `make check`"
    )
    arguments = parser.parse_args()
    try:
        set_up(find_layout(Path.cwd()), with_tests=arguments.with_tests)
    except (SetUpError, ProjectNotFoundError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except (KeyboardInterrupt, Interrupted):
        sys.stderr.write("Setup was interrupted. The next run continues it.\n")
        return EXIT_INTERRUPTED
    return 0


if __name__ == "__main__":
    # A thread with a hanging download must not keep the process alive.
    code = main()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(code)
    sys.exit(code)
