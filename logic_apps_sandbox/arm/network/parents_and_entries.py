"""Microsoft.Network: shared code of security groups with their rules and route tables with their routes.

Rules and routes are resources that also appear inside their parent, which accepts one write at a time, including those
of its entries. Subnets reference the parents.
"""

import uuid
from abc import abstractmethod
from typing import ClassVar

from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import check_identity, read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.bodies import (
    check_name,
    invalid_request_format,
    network_body,
    read_children,
    replace_children,
    with_etag,
    without,
)
from logic_apps_sandbox.arm.network.network_type import WRITE, NetworkChild, NetworkType
from logic_apps_sandbox.arm.network.references import subnets_shown

# How long each takes, in simulated seconds.
_ENTRY_WRITE_DURATION, _PARENT_WRITE_DURATION, _DELETION_DURATION = 2.0, 3.0, 5.0


class EntryType(NetworkChild):
    """A type of entries: security rules or routes."""

    deletion = _DELETION_DURATION

    @abstractmethod
    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """Return an entry from the body of a PUT; raises ArmError."""

    @abstractmethod
    def check_together(self, entries: list[Resource]) -> None:
        """Reject entries that one parent cannot have together; raises ArmError."""

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace an entry."""
        session = request.session
        parent = session.store.existing(resource_id.parent)
        body = network_body(request)
        check_identity(body, resource_id)
        entry = self.read(body, resource_id)
        siblings = session.store.children(parent.id, self.full_name)
        self.check_together([*(other for other in siblings if other.key != entry.key), entry])
        self.refuse_while_busy(request, entry)
        return self.begin(request, entry, WRITE, _ENTRY_WRITE_DURATION, 200 if existing else 201)


class ParentType(NetworkType):
    """A type of parents, which subnets name and which have entries."""

    deletion = _DELETION_DURATION
    entries: ClassVar[EntryType]
    member: ClassVar[str]
    """The property in which the entries appear."""
    read_only: ClassVar[frozenset[str]]
    """The read-only properties; values in a request are ignored."""

    @abstractmethod
    def settings(self, properties: JsonObject) -> Json:
        """Return the properties that are stored in another form than sent; raises ArmError."""

    def computed(self, resource: Resource) -> Json:  # noqa: ARG002 - for types that need it
        """Return the properties that are computed when the resource is read."""
        return {}

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a parent.

        Whether a PUT without entries deletes existing ones is not documented. It does here, because azure-native
        copies the rules of a security group into its updates.
        """
        check_name(resource_id.name)
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        settings = self.settings(properties)
        before = self.children(session, envelope.id)
        after = read_children(properties, self.member, envelope.id, before, self.entries.read)
        self.entries.check_together(after)
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
        self.refuse_while_busy(request, stored)
        replace_children(session, before, after)
        return self.begin(request, stored, WRITE, _PARENT_WRITE_DURATION, 200 if existing else 201)

    def present(self, session: Session, resource: Resource) -> Json:
        """Return the document with the current entries and subnets."""
        shown = {
            self.member: [with_etag(entry.document) for entry in self.children(session, resource.id)],
            **self.computed(resource),
            **subnets_shown(session, resource.id),
        }
        return with_etag(resource.with_properties(**shown).document)

    def children(self, session: Session, resource_id: ResourceId) -> list[Resource]:
        """Return the entries by name."""
        return session.store.children(resource_id, self.entries.full_name)
