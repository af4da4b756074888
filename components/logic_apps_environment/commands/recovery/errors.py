"""The errors of a recovery."""

from logic_apps_environment.commands.errors import CommandError


class RecoveryError(CommandError):
    """Recovery cannot continue."""


class ResourceError(RecoveryError):
    """Azure does not return one resource. The other resources can be recovered."""


class StateUnreadableError(RecoveryError):
    """Pulumi cannot read the stack's state."""
