"""Shared code of the resource types of Microsoft.Network: bodies, names, long-running operations, locks.

Source: Azure REST API reference, Microsoft.Network; long-running methods as azure-mgmt-network marks them.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, ClassVar

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, not_simulated
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_type import ACCEPTED, ResourceType, merged_tags
from logic_apps_sandbox.arm.core.session import Json, Request, Response
from logic_apps_sandbox.arm.core.store import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from logic_apps_sandbox.arm.core.operations import Operation
    from logic_apps_sandbox.arm.core.resource_id import ResourceId
    from logic_apps_sandbox.arm.core.session import Session

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

CHILD_NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?", re.ASCII)
"""Names of 1 to 80 characters: subnets, security groups and rules, route tables and routes (Microsoft, "Naming rules
and restrictions for Azure resources", Microsoft.Network)."""

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


def replace_children(session: Session, before: list[Resource], after: list[Resource]) -> None:
    """Store the children of a resource, and remove those that are no longer listed."""
    for gone in {child.id for child in before} - {child.id for child in after}:
        session.store.remove(gone)
    for child in after:
        session.store.save(child)


def network_error(code: str, message: str) -> ArmError:
    """Return 400 in Network's form, with ``details`` even if there are none."""
    return ArmError(400, code, message, details=[])


def invalid_request_format(message: str) -> ArmError:
    """Return 400 for a body that Network cannot read (form of the error: azure-powershell #9920)."""
    return ArmError(
        400, "InvalidRequestFormat", "Cannot parse the request.", details=[{"code": "InvalidJson", "message": message}]
    )


def network_body(request: Request) -> JsonObject:
    """Return the body with Network's form of errors; raises ArmError NotImplemented for an edge zone."""
    if request.content and "extendedLocation" in request.content:
        raise not_simulated("extendedLocation")
    return JsonObject(request.content or {}, refuse=invalid_request_format)


def check_name(name: str, allowed: re.Pattern[str], length: str) -> None:
    """Validate a name; raises ArmError InvalidResourceName. ``length`` describes the allowed length."""
    if not allowed.fullmatch(name):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"Resource name {name[:100]} is invalid. The name has {length} characters; it begins with a letter or a "
            f"digit, ends with "
            "a letter, a digit or '_', and contains only these, '.' and '-'.",
        )


def check_kinds(properties: JsonObject, *, flags: tuple[str, ...], lists: tuple[str, ...]) -> None:
    """Validate only the types of the members that the simulator stores as given."""
    for name in flags:
        properties.flag(name)
    for name in lists:
        properties.objects(name)


def read_children(
    properties: JsonObject,
    member: str,
    parent: ResourceId,
    before: list[Resource],
    read: Callable[[JsonObject, ResourceId], Resource],
) -> list[Resource]:
    """Return the children that a parent's body lists under ``member``, which is also their type; empty if absent.

    ``read`` creates a child from its part of the body; existing children keep the spelling of their id.
    """
    known = {child.key: child.id for child in before}
    after: dict[str, Resource] = {}
    for item in properties.objects(member) or ():
        child_id = parent.child(member, item.required_text("name"))
        if child_id.key in after:
            raise ArmError(
                400,
                "InvalidRequestFormat",
                "Cannot parse the request.",
                details=[
                    {
                        "code": "DuplicateResourceName",
                        "message": f"Resource {parent} has two child resources named {child_id.name}.",
                    }
                ],
            )
        after[child_id.key] = read(item, known.get(child_id.key, child_id))
    return list(after.values())


def _operation_url(request: Request, collection: str, location: str, operation: Operation) -> str:
    return (
        f"{request.base_url}/subscriptions/{operation.resource.subscription}/providers/{NAMESPACE}/locations/{location}/"
        f"{collection}/{operation.id}?api-version={request.api_version}"
    )


def _find_operation(request: Request, location: str, operation_id: str) -> Operation:
    operation = operations.find(request.session, operation_id, NAMESPACE)
    if operation is None:
        # OPEN: the code is not documented.
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


def without(value: Json, names: Collection[str]) -> Json:
    """Return the members that have other names and are not null."""
    return {name: item for name, item in value.items() if name not in names and item is not None}


def with_etag(document: Json) -> Json:
    """Return a document with an entity tag that depends only on its content."""
    content = json.dumps(document, sort_keys=True)
    tagged = {"etag": f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, content)}"', **without(document, ("etag",))}
    # Azure shows id and name first.
    return {"name": tagged.pop("name"), "id": tagged.pop("id"), **tagged}
