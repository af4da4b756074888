"""``python -m logic_apps_sandbox``, the same as the console command ``logic-apps-sandbox``."""

import signal
import sys


def main() -> None:
    """Run the console command and exit with its code."""
    # Ctrl-C ends the slow imports without a traceback, as it ends other programs. An ignored signal remains ignored.
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from logic_apps_sandbox.commands.cli import main as command  # noqa: PLC0415 - needs the extra, and is slow
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the package {error.name} is not installed in this Python. Install what the sandbox needs: "
            "pip install 'logic-apps-environment[sandbox]'"
        )
    signal.signal(signal.SIGINT, handler)
    command(prog_name="logic-apps-sandbox")


if __name__ == "__main__":
    main()
