"""The errors that end a recovery."""


class RecoveryError(Exception):
    """Recovery cannot go on; the message says what was met and what to do."""


class ResourceError(RecoveryError):
    """Azure does not show one resource. The message says why; the others can be recovered."""


class StateUnreadableError(RecoveryError):
    """Pulumi does not give the stack's state."""
