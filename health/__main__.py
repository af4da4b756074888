"""`python -m health`."""

from health.cli import main

if __name__ == "__main__":
    main()
