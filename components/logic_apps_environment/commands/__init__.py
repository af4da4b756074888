"""The console command ``logic-apps-environment``.

It calls Azure through Azure's client libraries, an extra of the package: ``logic-apps-environment[commands]``.
"""

import sys


def main() -> None:
    """Run the console command and exit with its code."""
    try:
        from logic_apps_environment.commands.cli import main as command  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the package {error.name} is not installed in this Python. Install what the command needs: "
            "pip install 'logic-apps-environment[commands]'"
        )
    command(prog_name="logic-apps-environment")
