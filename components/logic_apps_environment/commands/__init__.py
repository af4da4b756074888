"""The console command ``logic-apps-environment``.

It calls Azure through Azure's client libraries, which the extra ``logic-apps-environment[commands]`` installs.
"""

import sys


def main() -> None:
    """Run the console command and exit with its exit code."""
    try:
        from logic_apps_environment.commands.cli import main as command  # noqa: PLC0415 - needs the extra

        command(prog_name="logic-apps-environment")
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the package {error.name} is not installed in this Python environment. Install the packages that "
            "the command needs: pip install 'logic-apps-environment[commands]'"
        )
