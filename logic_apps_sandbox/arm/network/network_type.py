"""The base classes of the resource types of Microsoft.Network: reads, deletions, locks, long-running operations.

Source: Azure REST API reference, Microsoft.Network; long-running methods as azure-mgmt-network marks them.
"""

from typing import ClassVar

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, not_simulated
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ACCEPTED, ResourceType, merged_tags
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.bodies import network_body, with_etag

NAMESPACE = "Microsoft.Network"

_VERSIONS = """
    2014-12-01-preview 2015-05-01-preview 2015-06-15 2016-03-30 2016-06-01 2016-07-01 2016-08-01 2016-09-01
    2016-10-01 2016-11-01 2016-12-01 2017-03-01 2017-04-01 2017-06-01 2017-08-01 2017-09-01 2017-10-01 2017-11-01
    2018-01-01 2018-02-01 2018-03-01 2018-04-01 2018-05-01 2018-06-01 2018-07-01 2018-08-01 2018-10-01 2018-11-01
    2018-12-01 2019-02-01 2019-04-01 2019-06-01 2019-07-01 2019-08-01 2019-09-01 2019-11-01 2019-12-01 2020-01-01
    2020-03-01 2020-04-01 2020-05-01 2020-06-01 2020-07-01 2020-08-01 2020-11-01 2021-01-01 2021-02-01 2021-03-01
    2021-04-01 2021-05-01 2021-06-01 2021-08-01 2021-12-01 2022-01-01 2022-05-01 2022-07-01 2022-09-01 2022-11-01
    2023-02-01 2023-04-01 2023-05-01 2023-06-01 2023-09-01 2023-11-01 2024-01-01 2024-03-01 2024-05-01 2024-07-01
    2024-10-01 2025-01-01 2025-03-01 2025-05-01 2025-07-01 2026-01-01 2026-03-01
    """
API_VERSIONS = tuple(_VERSIONS.split())
"""Sources: azure-cli #31868 (Azure's own list), and the API descriptions since then."""

WRITE = "Write"
"""The kind of an operation that creates or updates."""


class NetworkType(ResourceType):
    """A type of Microsoft.Network: one long-running operation at a time, with a status URL below the location."""

    namespace = NAMESPACE
    api_versions = API_VERSIONS
    deletion: ClassVar[float]
    """How long a deletion takes, in simulated seconds."""

    def get(self, request: Request, resource: Resource) -> Response:
        """Read an existing resource; raises ArmError NotImplemented for ``$expand``."""
        if "$expand" in request.query:
            raise not_simulated(f"{self.full_name}?$expand")
        return super().get(request, resource)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags ("Update Tags"); the response is immediate."""
        self.refuse_while_busy(request, resource)
        tags = merged_tags(resource, network_body(request))
        changed = Resource(resource.id, {**resource.document, **({} if tags is None else {"tags": tags})})
        request.session.store.save(changed)
        return self.get(request, changed)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Start to delete the resource; rejected while it is in use."""
        self.refuse_while_busy(request, resource)
        self.refuse_removal(request.session, resource)
        deleting = resource.with_properties(provisioningState="Deleting")
        return self.begin(request, deleting, operations.DELETE, self.deletion, ACCEPTED)

    def present(self, session: Session, resource: Resource) -> Json:  # noqa: ARG002 - the same for most types
        """Return the document with an entity tag."""
        return with_etag(resource.document)

    def check_conditions(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> None:
        """Reject a write whose condition is false (RFC 9110, 13.1; code and text: users' reports)."""
        current = "" if existing is None else self.present(request.session, existing)["etag"]
        matches = {"*", current} if current else set()
        if request.if_match and request.if_match not in matches:
            name, given = "if-match", request.if_match
        elif request.if_none_match in matches:
            name, given = "if-none-match", request.if_none_match
        else:
            return
        message = (
            f"Etag provided in {name} header {given[:100]} does not match etag {current} of resource {resource_id} in "
            "NRP data store."
        )
        detail = {"code": "PreconditionFailedEtagMismatch", "message": message}
        raise ArmError(412, "PreconditionFailed", "Precondition failed.", details=[detail])

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:
        """Return the error for a second write to a resource and its children (text: azapi #503)."""
        return ArmError(
            409,
            "AnotherOperationInProgress",
            "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
            f"use uri: {_operation_url(request, 'operations', locked.location, operation)}.",
            details=[],
        )

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:
        """Return ``Azure-AsyncOperation``, and for a deletion also ``Location``."""
        headers = {"Azure-AsyncOperation": _operation_url(request, "operations", locked.location, operation)}
        if operation.kind == operations.DELETE:
            headers["Location"] = _operation_url(request, "operationResults", locked.location, operation)
        return headers


class NetworkChild(NetworkType):
    """A type whose resources are parts of their parent: one write at a time to the parent and all its children."""

    has_location = False
    patch = ResourceType.patch

    def locked_by(self, session: Session, resource: Resource) -> Resource:
        """Return the parent."""
        return session.store.existing(resource.id.parent)


def _operation_url(request: Request, collection: str, location: str, operation: Operation) -> str:
    return (
        f"{request.base_url}/subscriptions/{operation.resource.subscription}/providers/{NAMESPACE}/locations/{location}/"
        f"{collection}/{operation.id}?api-version={request.api_version}"
    )


def _find_operation(request: Request, location: str, operation_id: str) -> Operation:
    operation = operations.find(request.session, operation_id, NAMESPACE)
    if operation is None:
        # The code is not documented.
        raise ArmError(
            404, "OperationNotFound", f"The operation '{operation_id}' was not found in location '{location}'."
        )
    return operation


def operation_status(request: Request, location: str, operation_id: str) -> Response:
    """Serve ``…/Microsoft.Network/locations/{location}/operations/{id}``, the ``Azure-AsyncOperation`` URL."""
    operation = _find_operation(request, location, operation_id)
    status_id = "/" + "/".join(request.segments)
    document = operations.status_document(request.session, operation, status_id)
    return Response(200, document, operations.retry_headers(request.session, operation))


def operation_result(request: Request, location: str, operation_id: str) -> Response:
    """Serve ``…/operationResults/{id}``, the ``Location`` URL: 202 while it runs, then 204 or the error."""
    return operations.result(request, _find_operation(request, location, operation_id), 204)
