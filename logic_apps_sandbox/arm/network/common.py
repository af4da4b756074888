"""Shared code of the resource types of Microsoft.Network: bodies, names, long-running operations, locks.

Source: Azure REST API reference, Microsoft.Network; long-running methods as azure-mgmt-network marks them.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, ClassVar

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError
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

API_VERSIONS = (
    "2019-11-01", "2020-11-01", "2021-05-01", "2021-08-01", "2022-01-01", "2022-07-01", "2022-09-01", "2023-02-01",
    "2023-04-01", "2023-05-01", "2023-06-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01",
    "2024-05-01", "2024-07-01",
    "2024-10-01", "2025-01-01", "2025-03-01", "2025-05-01", "2025-07-01", "2026-03-01",
)  # fmt: skip

CHILD_NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?", re.ASCII)
"""Names of 1 to 80 characters: subnets, security groups and rules, route tables and routes (Microsoft, "Naming rules
and restrictions for Azure resources", Microsoft.Network)."""

WRITE = "Write"
"""The kind of an operation that creates or updates."""


class NetworkType(ResourceType):
    """A type of Microsoft.Network: one long-running operation at a time, a status URL below the location."""

    namespace = NAMESPACE
    api_versions = API_VERSIONS
    deletion: ClassVar[float]
    """How long a deletion takes, in simulated seconds."""

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags ("Update Tags"), which Network answers at once."""
        self.refuse_while_busy(request, resource)
        tags = merged_tags(resource, network_body(request))
        changed = Resource(resource.id, {**resource.document, **({} if tags is None else {"tags": tags})})
        request.session.store.save(changed)
        return self.get(request, changed)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete; refused while the resource is in use."""
        self.refuse_while_busy(request, resource)
        self.refuse_removal(request.session, resource)
        deleting = resource.with_properties(provisioningState="Deleting")
        return self.begin(request, deleting, operations.DELETE, self.deletion, ACCEPTED)

    def present(self, session: Session, resource: Resource) -> Json:  # noqa: ARG002 - the same for most types
        """The document with an entity tag."""
        return with_etag(resource.document)

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:
        """One write at a time to a resource and its children (text: azapi #503)."""
        return ArmError(
            409,
            "AnotherOperationInProgress",
            "Another operation on this or dependent resource is in progress. To retrieve status of the operation "
            f"use uri: {_operation_url(request, 'operations', locked.location, operation)}.",
            details=[],
        )

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:
        """`Azure-AsyncOperation`, and for a deletion `Location` too."""
        headers = {"Azure-AsyncOperation": _operation_url(request, "operations", locked.location, operation)}
        if operation.kind == operations.DELETE:
            headers["Location"] = _operation_url(request, "operationResults", locked.location, operation)
        return headers


class NetworkChild(NetworkType):
    """A type whose resources are part of their parent: one write at a time to the parent and all its children."""

    has_location = False
    patch = ResourceType.patch

    def locked_by(self, session: Session, resource: Resource) -> Resource:
        """The parent."""
        return session.store.existing(resource.id.parent)


def replace_children(session: Session, before: list[Resource], after: list[Resource]) -> None:
    """Store the children of a resource, and remove those that are no longer listed."""
    for gone in {child.id for child in before} - {child.id for child in after}:
        session.store.remove(gone)
    for child in after:
        session.store.save(child)


def network_error(code: str, message: str) -> ArmError:
    """400 as Network words it, with `details` even when there are none."""
    return ArmError(400, code, message, details=[])


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
    return operations.result(request, _find_operation(request, location, operation_id), 204)


def without(value: Json, names: Collection[str]) -> Json:
    """The members that have other names than these and are not null."""
    return {name: item for name, item in value.items() if name not in names and item is not None}


def with_etag(document: Json) -> Json:
    """An entity tag that is the same for the same content."""
    content = json.dumps(document, sort_keys=True)
    tagged = {"etag": f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, content)}"', **without(document, ("etag",))}
    # Azure shows id and name first.
    return {"name": tagged.pop("name"), "id": tagged.pop("id"), **tagged}
