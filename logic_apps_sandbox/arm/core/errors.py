"""ARM's error envelope, and the documented error codes that several modules use.

Codes and texts: Microsoft's "Troubleshoot common Azure deployment errors" and "Resolve errors" pages, unless a
function names another source. Where no document names the code, an invalid body is ``InvalidRequestContent`` (400), and
a conflict with the current state is ``Conflict`` (409).
"""

from typing import Any


class ArmError(Exception):
    """An error response of ARM: HTTP status, ``{"error": {"code", "message", ...}}`` and headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str | None = None,
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details
        self.headers = headers or {}

    @property
    def error(self) -> dict[str, Any]:
        """The ``error`` object, in responses and in status documents of failed operations."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        if self.details is not None:
            error["details"] = self.details
        return error

    @property
    def body(self) -> dict[str, Any]:
        """The whole response body (azcore rejects a 409 without an ``error`` object)."""
        return {"error": self.error}


def invalid_request_content(message: str) -> ArmError:
    """Return 400 for a body that ARM or Logic cannot accept."""
    return ArmError(400, "InvalidRequestContent", f"The request content was invalid: {message}")


def conflict(message: str) -> ArmError:
    """Return 409 for a conflict with the current state for which no document names a code."""
    return ArmError(409, "Conflict", message)


def resource_group_not_found(group: str) -> ArmError:
    """Return 404 for anything inside a resource group that does not exist."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def resource_not_found(relative_name: str, group: str) -> ArmError:
    """Return 404 for a resource; ``relative_name`` is ``namespace/type/name[/type/name]``."""
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{relative_name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def invalid_reference(named: object, referring: object, *, details: list[dict[str, Any]] | None = None) -> ArmError:
    """Return 400 for a reference to a resource that does not exist or is in another region.

    Source: Microsoft, "Resolve errors for resource not found", InvalidResourceReference.
    """
    return ArmError(
        400,
        "InvalidResourceReference",
        f"Resource {named} referenced by resource {referring} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region.",
        details=details,
    )


def method_not_allowed(method: str, what: str) -> ArmError:
    """Return 405 for a method that a resource type does not have."""
    return ArmError(405, "HttpMethodNotAllowed", f"The http method '{method}' is not supported for '{what}'.")


def no_such_path(segments: list[str]) -> ArmError:
    """Return 404 for a path that neither Azure nor the simulator has."""
    return ArmError(404, "NotFound", f"The simulator has no path '/{'/'.join(segments)[:200]}'.")


def not_simulated(what: str) -> ArmError:
    """Return 501 for what Azure has and the simulator does not; another status would describe the resource."""
    return ArmError(501, "NotImplemented", f"The sandbox does not simulate '{what[:200]}'.")


def internal_server_error() -> ArmError:
    """Return 500 without details, which are on the simulator's stderr."""
    return ArmError(
        500,
        "InternalServerError",
        "The simulator failed to process this request. Please report the error in its error output.",
    )
