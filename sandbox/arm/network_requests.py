"""What all resource types of Microsoft.Network have in common: bodies, names, long-running operations, locks.

Source: Azure REST API reference, Microsoft.Network; long-running methods as azure-mgmt-network marks them.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING

from sandbox.arm import operations
from sandbox.arm.errors import ArmError, resource_not_found
from sandbox.arm.json_body import JsonObject
from sandbox.arm.resource_type import merged_tags
from sandbox.arm.session import Json, Request, Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Session

NAMESPACE = "Microsoft.Network"

API_VERSIONS = (
    "2019-11-01", "2020-11-01", "2021-05-01", "2021-08-01", "2022-01-01", "2022-07-01", "2022-09-01", "2023-02-01",
    "2023-04-01", "2023-05-01", "2023-06-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01",
    "2024-05-01", "2024-07-01",
    "2024-10-01", "2025-01-01", "2025-03-01", "2025-05-01", "2025-07-01", "2026-03-01",
)  # fmt: skip

CHILD_NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?", re.ASCII)
"""Names of 1 to 80 characters: subnets, security groups and rules, route tables and routes (Microsoft, "Naming rules
and restrictions for Azure resources", Microsoft.Network)."""

WRITE, DELETE = "Write", "Delete"
"""The kinds of operations."""


def patched_tags(request: Request, resource: Resource) -> Resource:
    """Store the tags of a PATCH ("Update Tags"), which Network answers at once."""
    refuse_while_busy(request, resource.id, resource.location)
    tags = merged_tags(resource, network_body(request))
    changed = Resource(resource.id, {**resource.document, **({} if tags is None else {"tags": tags})})
    request.session.store.save(changed)
    return changed


def save_with_children(session: Session, parent: Resource, before: list[Resource], after: list[Resource]) -> None:
    """Store a resource with what is inside of it, and take away what was there before and is no longer listed."""
    for gone in {child.id for child in before} - {child.id for child in after}:
        session.store.remove(gone)
    for resource in (parent, *after):
        session.store.save(resource)


def finish(session: Session, operation: Operation, *more: Resource) -> None:
    """The end, good or ordered, of a deletion or of a write to a resource and to `more` that was written with it."""
    resource = session.store.resource(operation.resource)
    if resource is None:
        return
    if operation.kind == DELETE and operation.ending == operations.SUCCEEDED:
        session.store.remove(resource.id)
        return
    for written in (resource, *more):
        session.store.save(written.with_properties(provisioningState=operation.ending))


def begin_deletion(request: Request, resource: Resource, locked: Resource, duration: float) -> Response:
    """Begin to delete within `duration` simulated seconds; `locked`, it or its parent, takes no other write."""
    request.session.store.save(resource.with_properties(provisioningState="Deleting"))
    operation = operations.start(request.session, resource.id, DELETE, duration, locks=locked.id)
    return accepted(request, operation, locked.location, 202, None)


def invalid_request_format(message: str) -> ArmError:
    """400 for a body that Network cannot read (form of the error: azure-powershell #9920)."""
    return ArmError(
        400, "InvalidRequestFormat", "Cannot parse the request.", details=[{"code": "InvalidJson", "message": message}]
    )


def network_body(request: Request) -> JsonObject:
    """The body in Network's wording of errors."""
    return JsonObject(request.content or {}, refuse=invalid_request_format)


def check_name(name: str, allowed: re.Pattern[str], length: str) -> None:
    """Raises ArmError InvalidResourceName; `length` says in words how long a name may be."""
    if not allowed.fullmatch(name):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"Resource name {name[:100]} is invalid. The name has {length} characters; it begins with a letter or a "
            f"digit, ends with "
            "a letter, a digit or '_', and contains only these, '.' and '-'.",
        )


def check_kinds(properties: JsonObject, *, flags: tuple[str, ...], lists: tuple[str, ...]) -> None:
    """The members that the simulator keeps as given have at least the kind of value that Azure expects."""
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
    """The children that a parent's body lists under `member`, which is also their type; none when it is absent.

    `read` makes a child of its part of the body; children that exist keep the spelling of their id.
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


def existing_resource(session: Session, resource_id: ResourceId) -> Resource:
    """A resource that has to be there: the router, or a lock, sees to it."""
    found = session.store.resource(resource_id)
    if found is None:
        raise resource_not_found(resource_id.relative_name, resource_id.group)
    return found


def refuse_while_busy(request: Request, locked: ResourceId, location: str) -> None:
    """One write at a time to a resource and its children (text: azapi #503)."""
    if operation := operations.holding_lock(request.session, locked):
        raise ArmError(
            409,
            "AnotherOperationInProgress",
            "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
            "use uri: "
            f"{_operation_url(request, 'operations', location, operation)}.",
            details=[],
            headers=operations.retry_headers(request.session, operation),
        )


def accepted(request: Request, operation: Operation, location: str, status: int, body: Json | None) -> Response:
    """The answer that begins a long-running operation; one without a body, a deletion, has `Location` too."""
    headers = {
        "Azure-AsyncOperation": _operation_url(request, "operations", location, operation),
        **operations.retry_headers(request.session, operation),
    }
    if body is None:
        headers["Location"] = _operation_url(request, "operationResults", location, operation)
    return Response(status, body, headers)


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
    """`…/providers/Microsoft.Network/locations/{location}/operations/{id}`, where `Azure-AsyncOperation` points to."""
    operation = _find_operation(request, location, operation_id)
    status_id = "/" + "/".join(request.segments)
    document = operations.status_document(request.session, operation, status_id)
    return Response(200, document, operations.retry_headers(request.session, operation))


def operation_result(request: Request, location: str, operation_id: str) -> Response:
    """`…/operationResults/{id}`, where `Location` points to: 202 while it runs, then 204 or the error."""
    operation = _find_operation(request, location, operation_id)
    if operation.running:
        here = f"{request.base_url}/{'/'.join(request.segments)}?api-version={request.api_version}"
        return Response(202, headers={"Location": here, **operations.retry_headers(request.session, operation)})
    if operation.error:
        return Response(409, {"error": operation.error})
    return Response(204)


def without(value: Json, names: Collection[str]) -> Json:
    """The members that have other names than these and are not null."""
    return {name: item for name, item in value.items() if name not in names and item is not None}


def with_etag(document: Json) -> Json:
    """An entity tag that is the same for the same content, whoever asks."""
    content = json.dumps(document, sort_keys=True)
    tagged = {"etag": f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, content)}"', **without(document, ("etag",))}
    # Azure shows id and name first.
    return {"name": tagged.pop("name"), "id": tagged.pop("id"), **tagged}
