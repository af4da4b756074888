"""Microsoft.Logic: long-running operations of environments (ISEs) and of the managed APIs in them.

Source: the API description ``Microsoft.Logic`` 2019-05-01 (``operationStatuses``).
"""

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ResourceType
from logic_apps_sandbox.arm.core.session import Request, Response
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.placement import ENVIRONMENTS, NAMESPACE

# What an ISE consists of, in the order in which the status document reports it, with the part of the time after which
# it is ready.
_STEPS = ((0.1, "Compute"), (0.5, "AppServiceEnvironment"), (0.85, "ApiManagement"), (1.0, "Cache"))


class EnvironmentType(ResourceType):
    """The base of environments and their parts, with the status URL below the resource."""

    namespace = NAMESPACE
    api_versions = ("2018-07-01-preview", "2019-05-01")
    status_collection = "operationstatuses"

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:  # noqa: ARG002
        """Return ``Azure-AsyncOperation`` alone."""
        url = f"{request.base_url}{operation.resource}/operationStatuses/{operation.id}"
        return {"Azure-AsyncOperation": f"{url}?api-version={request.api_version}"}

    def operation_status(self, request: Request, resource_id: ResourceId, operation_id: str) -> Response:
        """Serve operations of an environment and its managed APIs; a creation reports the step that is running."""
        operation = operations.find(request.session, operation_id, ENVIRONMENTS)
        if operation is None or resource_id.key not in (operation.resource.key, operation.resource.parent.key):
            raise ArmError(
                404,
                "InvalidOperationId",
                f"The operation '{operation_id[:80]}' of '{resource_id.name[:80]}' was not found.",
            )
        status_id = f"{resource_id}/operationStatuses/{operation.id}"
        document = operations.status_document(request.session, operation, status_id)
        is_environment = operation.resource.type.lower() == ENVIRONMENTS.lower()
        if operation.running and operation.kind == "Create" and is_environment:
            progress = operation.progress(request.session.now)
            document["properties"] = {"step": next(step for part, step in _STEPS if progress <= part)}
        return Response(200, document, operations.retry_headers(request.session, operation))
