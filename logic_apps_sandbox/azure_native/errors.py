"""The errors of the emulator, with messages for users of ``pulumi``."""

from typing import Any


class ProviderError(Exception):
    """An error with a message that the engine prints for the resource."""


class OperationTimedOutError(ProviderError):
    """The timeout of a create, read, update or delete has expired.

    Source: azure-native provider source, crud.go: one context spans the whole call.
    """

    def __init__(self) -> None:
        super().__init__("operation timed out")


class OperationCancelledError(ProviderError):
    """The engine canceled the operation (Cancel). The message is that of Go's ``context.Canceled``."""

    def __init__(self) -> None:
        super().__init__("context canceled")


class ArmError(ProviderError):
    """ARM returned an error, or a long-running operation failed.

    Args:
        status: the HTTP status code.
        code: ``error.code`` of ARM's error envelope, empty when there was none.
        text: the message for the user.
        target: ``error.details[0].target``: for a missing registration, the namespace to register.
    """

    def __init__(self, status: int, code: str, text: str, *, target: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.target = target


class PartialFailureError(ProviderError):
    """ARM accepted the resource, but its creation or update failed.

    The engine keeps such a resource in the state with its initialization errors, and the next ``pulumi up`` updates it.

    ``outputs`` are those read after the failure, empty when it could not be read. Source: Pulumi's provider protocol,
    ``ErrorResourceInitFailed``.
    """

    def __init__(self, identifier: str, outputs: dict[str, Any], inputs: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.identifier = identifier
        self.outputs = outputs
        self.inputs = inputs
