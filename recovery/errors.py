"""The errors that end a recovery."""


class RecoveryError(Exception):
    """Recovery cannot go on; the message says what was met and what to do."""


class StateUnreadableError(RecoveryError):
    """Pulumi does not give the stack's state."""
