"""`python -m health`."""

import sys

if __name__ == "__main__":
    try:
        from health.cli import main

        main()
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the package {error.name} is not installed in this Python. Install what the command needs: "
            "pip install -r azure_client/requirements.txt -r health/requirements.txt"
        )
