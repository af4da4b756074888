"""The error that ends a recovery."""


class RecoveryError(Exception):
    """Recovery cannot go on; the message says what was met and what to do."""
