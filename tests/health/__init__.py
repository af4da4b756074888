"""The command `python -m health`."""
