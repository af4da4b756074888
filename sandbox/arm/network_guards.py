"""Microsoft.Network: what security groups with their rules and route tables with their routes have in common.

Rules and routes are small resources of their own that also appear inside their parent, which with all of them takes one
write at a time. Subnets name the parents.
"""

from __future__ import annotations

import uuid
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from sandbox.arm import operations
from sandbox.arm.json_body import JsonObject
from sandbox.arm.network_references import users_of
from sandbox.arm.network_requests import (
    API_VERSIONS,
    CHILD_NAME,
    NAMESPACE,
    WRITE,
    accepted,
    begin_deletion,
    check_name,
    existing_resource,
    finish,
    invalid_request_format,
    network_body,
    patched_tags,
    read_children,
    refuse_while_busy,
    save_with_children,
    with_etag,
    without,
)
from sandbox.arm.resource_type import ResourceType, check_identity, read_envelope
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Request, Response, Session

# How long each takes, in simulated seconds.
_ENTRY_WRITE_DURATION, _PARENT_WRITE_DURATION, _DELETION_DURATION = 2.0, 3.0, 5.0


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
        return begin_deletion(request, resource, parent, _DELETION_DURATION)

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


class SubnetGuards(ResourceType):
    """A type of parents: what subnets name, and what has entries."""

    namespace = NAMESPACE
    api_versions = API_VERSIONS

    entries: ClassVar[NetworkEntries]
    member: ClassVar[str]
    """The property in which the entries appear."""
    named_as: ClassVar[str]
    """The property of a subnet that names one."""
    read_only: ClassVar[frozenset[str]]
    """What Azure fills in, whatever a request says of it."""

    @abstractmethod
    def settings(self, properties: JsonObject) -> Json:
        """What of its properties is kept in a form of its own; raises ArmError when it cannot be used."""

    @abstractmethod
    def computed(self, resource: Resource) -> Json:
        """What is shown of it beside what is stored."""

    @abstractmethod
    def refuse_removal(self, session: Session, resource_id: ResourceId) -> None:
        """Raises ArmError while a subnet names it."""

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace.

        OPEN: what a PUT without entries does to those that exist is documented for neither; a PUT replaces, and
        azure-native copies the rules of a security group into its updates, so here they go.
        """
        check_name(resource_id.name, CHILD_NAME, "1 to 80")
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        settings = self.settings(properties)
        before = self._entries_of(session, envelope.id)
        after = read_children(properties, self.member, envelope.id, before, self.entries.read)
        self.entries.check_together(after)
        refuse_while_busy(request, envelope.id, envelope.location)
        stored = Resource(
            envelope.id,
            envelope.document(
                {
                    **without(properties.value, {"provisioningState", "resourceGuid", self.member, *self.read_only}),
                    **settings,
                    "provisioningState": "Updating",
                    "resourceGuid": existing.properties["resourceGuid"] if existing else str(uuid.uuid4()),
                }
            ),
        )
        save_with_children(session, stored, before, after)
        operation = operations.start(session, stored.id, WRITE, _PARENT_WRITE_DURATION, locks=stored.id)
        return accepted(request, operation, envelope.location, 200 if existing else 201, self.present(session, stored))

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags; answered at once."""
        return self.get(request, patched_tags(request, resource))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete; refused while a subnet uses it."""
        refuse_while_busy(request, resource.id, resource.location)
        self.refuse_removal(request.session, resource.id)
        return begin_deletion(request, resource, resource, _DELETION_DURATION)

    def present(self, session: Session, resource: Resource) -> Json:
        """With the entries and the subnets that use it as they are now."""
        shown = {
            self.member: [with_etag(entry.document) for entry in self._entries_of(session, resource.id)],
            **self.computed(resource),
            **users_of(session, resource.id, self.named_as),
        }
        return with_etag(resource.with_properties(**shown).document)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it with its entries."""
        self.refuse_removal(session, resource.id)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        entries = self._entries_of(session, operation.resource) if operation.kind == WRITE else []
        finish(session, operation, *entries)

    fail = complete

    def _entries_of(self, session: Session, resource_id: ResourceId) -> list[Resource]:
        return session.store.children(resource_id, self.entries.full_name)
