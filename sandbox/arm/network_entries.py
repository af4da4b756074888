"""Microsoft.Network: what rules of security groups and routes of route tables have in common.

Both are small resources of their own that also appear inside their parent, which with all of them takes one write at a
time.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from sandbox.arm import operations
from sandbox.arm.network_requests import (
    API_VERSIONS,
    NAMESPACE,
    WRITE,
    accepted,
    begin_deletion,
    existing_resource,
    finish,
    network_body,
    refuse_while_busy,
    with_etag,
)
from sandbox.arm.resource_type import ResourceType, check_identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.arm.json_body import JsonObject
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Request, Response, Session
    from sandbox.arm.store import Resource

# Simulated seconds.
_ENTRY_WRITE_DURATION, _PARENT_WRITE_DURATION = 2.0, 3.0

DELETION_DURATION = 5.0
"""How long the deletion of an entry or of its parent takes, in simulated seconds."""


class NetworkEntries(ResourceType):
    """A type of entries; one write at a time to a parent and its entries."""

    namespace = NAMESPACE
    api_versions = API_VERSIONS
    has_location = False

    @abstractmethod
    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """An entry from the body of a PUT; raises ArmError."""

    @abstractmethod
    def check_together(self, entries: list[Resource]) -> None:
        """Raises ArmError when these cannot be the entries of one parent."""

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace."""
        session = request.session
        parent = existing_resource(session, resource_id.parent)
        body = network_body(request)
        entry_id = existing.id if existing else resource_id
        check_identity(body, entry_id)
        entry = self.read(body, entry_id)
        siblings = session.store.children(parent.id, self.full_name)
        self.check_together([*(other for other in siblings if other.key != entry.key), entry])
        refuse_while_busy(request, parent.id, parent.location)
        session.store.save(entry)
        operation = operations.start(session, entry.id, WRITE, _ENTRY_WRITE_DURATION, locks=parent.id)
        return accepted(request, operation, parent.location, 200 if existing else 201, self.present(session, entry))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete."""
        parent = existing_resource(request.session, resource.id.parent)
        refuse_while_busy(request, parent.id, parent.location)
        return begin_deletion(request, resource, parent, DELETION_DURATION)

    def present(self, session: Session, resource: Resource) -> Json:  # noqa: ARG002 - the same for all types
        """With an entity tag."""
        return with_etag(resource.document)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it."""
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        finish(session, operation)

    fail = complete


def begin_write_with_entries(
    session: Session, parent: Resource, before: Iterable[Resource], after: list[Resource]
) -> Operation:
    """Store a parent with its entries, take away those that are no longer listed, and begin the write."""
    for gone in {entry.id for entry in before} - {entry.id for entry in after}:
        session.store.remove(gone)
    for resource in (parent, *after):
        session.store.save(resource)
    return operations.start(session, parent.id, WRITE, _PARENT_WRITE_DURATION, locks=parent.id)
