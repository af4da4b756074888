"""The declaration of a resource type to ARM, and the code that all types share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content, method_not_allowed
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.locations import LOCATIONS, normalize
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource

ENVELOPE = frozenset({"id", "name", "type", "location", "tags", "properties"})
"""The members that the body of every resource may have."""

ACCEPTED = 202
"""The HTTP status that begins an operation whose answer has no body."""

# Microsoft, "Use tags to organize your Azure resources", Limitations.
_MAX_TAGS, _MAX_TAG_NAME_LENGTH, _MAX_TAG_VALUE_LENGTH, _NOT_IN_TAG_NAMES = 50, 512, 256, "<>%&\\?/"


class ResourceType(ABC):
    """One ARM resource type. Instances have no state: everything is in the store.

    A type declares its paths (``actions``, ``status_collection``), its references and its lock (``locked_by``); the
    router, the store and the other types depend on nothing else. The router checks subscription, resource group,
    parent, existence and api-version before it calls a method.
    """

    namespace: ClassVar[str]
    name: ClassVar[str]
    """The type below the namespace, for example ``virtualNetworks/subnets``."""
    api_versions: ClassVar[tuple[str, ...]]
    """The api-versions that are served, oldest first."""
    has_location: ClassVar[bool] = True
    has_filter: ClassVar[bool] = False
    """Whether its list takes ``$filter``, as ARM's own lists do; those of resource providers return 501 for one."""
    actions: ClassVar[dict[str, str]] = {}
    """The operations besides reading and writing: the path below the resource, in lower case, with
    ``{}`` for a name, and the method; for example ``{"restart": "POST", "triggers/{}/listcallbackurl": "POST"}``."""
    references: ClassVar[tuple[str, ...]] = ()
    """The members of ``properties`` of the form ``{"id": …}`` that name another resource, which is in use by this."""
    status_collection: ClassVar[str] = ""
    """The path below a resource, in lower case, under which ``operation_status`` is served; empty for none."""

    @property
    def full_name(self) -> str:
        """For example ``Microsoft.Network/virtualNetworks/subnets``."""
        return f"{self.namespace}/{self.name}"

    @abstractmethod
    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or update the resource, whose id has the spelling of the request that created it."""

    def saved(self, request: Request, resource: Resource, existing: Resource | None) -> Response:
        """Store a resource that a PUT made ready at once, and return it."""
        request.session.store.save(resource)
        return Response(200 if existing else 201, self.present(request.session, resource))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Delete an existing resource at once; a type whose deletion takes time starts an operation instead."""
        self.remove(request.session, resource)
        return Response(200)

    def get(self, request: Request, resource: Resource) -> Response:
        """Read an existing resource."""
        return Response(200, self.present(request.session, resource))

    def head(self, request: Request, resource: Resource) -> Response:
        """Answer whether an existing resource exists, where the type has this method."""
        raise method_not_allowed(request.method, resource.id.type)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change parts of an existing resource."""
        raise method_not_allowed(request.method, resource.id.type)

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """Run one of ``actions`` for an existing resource."""
        raise NotImplementedError(action)

    def unsupported_api_version(self, version: str, location: str) -> ArmError:
        """Return the error for an api-version that the type does not have (text: Azure/LogicAppsUX #8196)."""
        return ArmError(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{location}' and API version '{version[:40]}' for "
            f"type '{self.name}'. The supported api-versions are '{', '.join(self.api_versions)}'. "
            f"The supported locations are '{', '.join(LOCATIONS)}'.",
        )

    def missing_body(self, method: str) -> ArmError | None:  # noqa: ARG002 - for types that need it
        """Return the error for a PUT or PATCH without a body; None if the type accepts one."""
        return invalid_request_content("a JSON object is expected, the body is empty.")

    def present(self, session: Session, resource: Resource) -> Json:  # noqa: ARG002 - for types that need it
        """Return the document that clients receive."""
        return resource.document

    def check_conditions(  # noqa: B027 - most types have no entity tags
        self, request: Request, resource_id: ResourceId, existing: Resource | None
    ) -> None:
        """Reject a write whose ``If-Match`` or ``If-None-Match`` is false, if the type has entity tags."""

    # Use by other resources

    def users(self, session: Session, resource: Resource) -> list[str]:
        """Return the ids of the resources that use this one and prevent its deletion."""
        return [str(user.id) for user in session.store.referring_to(resource.id)]

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        """Return the error for the deletion of a resource that has these users."""
        raise NotImplementedError(resource.id.type)

    def refuse_removal(self, session: Session, resource: Resource) -> None:
        """Raise the ArmError of ``in_use`` while the resource is in use."""
        if users := self.users(session, resource):
            raise self.in_use(resource, users)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove an existing resource at once, as the deletion of its resource group does.

        Raises ArmError when it is in use.
        """
        self.refuse_removal(session, resource)
        session.store.remove(resource.id)

    # Long-running operations

    def locked_by(self, session: Session, resource: Resource) -> Resource:  # noqa: ARG002 - for types that need it
        """Return the resource that is locked while an operation on this one runs: itself or its parent."""
        return resource

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:
        """Return the error for a write while the operation runs."""
        raise NotImplementedError(operation.kind)

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:
        """Return the headers with the URLs at which a client tracks the operation."""
        raise NotImplementedError(operation.kind)

    def operation_status(self, request: Request, resource_id: ResourceId, operation_id: str) -> Response:
        """Serve ``{resource}/{status_collection}/{operation_id}``; neither has to exist."""
        raise NotImplementedError(operation_id)

    def refuse_while_busy(self, request: Request, resource: Resource) -> None:
        """Raise the ArmError of ``busy`` while an operation locks the resource."""
        locked = self.locked_by(request.session, resource)
        if operation := operations.holding_lock(request.session, locked.id):
            error = self.busy(request, locked, operation)
            error.headers = operations.retry_headers(request.session, operation)
            raise error

    def begin(self, request: Request, resource: Resource, kind: str, duration: float, status: int) -> Response:
        """Store a resource and start an operation on it that takes ``duration`` simulated seconds."""
        session = request.session
        session.store.save(resource)
        locked = self.locked_by(session, resource)
        operation = operations.start(session, resource.id, kind, duration, locks=locked.id)
        return self.accepted(request, resource, operation, status)

    def accepted(self, request: Request, resource: Resource, operation: Operation, status: int) -> Response:
        """Return the response that starts an operation: a 202 without a body, or the resource."""
        session = request.session
        locked = self.locked_by(session, resource)
        headers = {
            **self.tracking_headers(request, locked, operation),
            **operations.retry_headers(session, operation),
        }
        return Response(status, None if status == ACCEPTED else self.present(session, resource), headers)

    def children(self, session: Session, resource_id: ResourceId) -> list[Resource]:  # noqa: ARG002
        """Return the child resources that are written with the resource and share its provisioning state."""
        return []

    def complete(self, session: Session, operation: Operation) -> None:
        """Complete an operation of this type that is due; its resource may have been deleted.

        Raises ArmError when it fails.
        """
        resource = session.store.resource(operation.resource)
        if resource is not None and operation.kind == operations.DELETE:
            session.store.remove(resource.id)
        else:
            self.set_final_state(session, operation)

    def set_final_state(self, session: Session, operation: Operation) -> None:
        """Set the provisioning state after an operation that failed, was canceled, or was an update."""
        resource = session.store.resource(operation.resource)
        if resource is None:
            return
        children = () if operation.kind == operations.DELETE else self.children(session, resource.id)
        for written in (resource, *children):
            session.store.save(written.with_properties(provisioningState=operation.ending))


@dataclass(frozen=True)
class Envelope:
    """The part of a resource that looks the same for all types."""

    id: ResourceId
    location: str = ""
    tags: dict[str, str] | None = None

    def document(self, properties: Json, **more: object) -> Json:
        """Return the stored document in ARM's usual order."""
        document: Json = {"id": str(self.id), "name": self.id.name, "type": self.id.type}
        if self.location:
            document["location"] = self.location
        if self.tags is not None:
            document["tags"] = self.tags
        return {**document, **more, "properties": properties}


def read_envelope(
    body: JsonObject, resource_type: ResourceType, resource_id: ResourceId, existing: Resource | None
) -> Envelope:
    """Validate what ARM itself validates in a PUT body: identity, location and tags.

    Raises ArmError: InvalidRequestContent, LocationRequired, LocationNotAvailableForResourceType,
    InvalidResourceLocation.
    """
    check_identity(body, resource_id)
    location = ""
    if resource_type.has_location:
        given = body.text("location")
        if not given:
            raise ArmError(400, "LocationRequired", "The location property is required for this definition.")
        location = available_location(given, resource_type.full_name)
        if existing and existing.location != location:
            raise ArmError(
                409,
                "InvalidResourceLocation",
                f"The resource '{resource_id.name}' already exists in location '{existing.location}' in resource group "
                f"'{resource_id.group}'. A resource with the same name cannot be created in location '{location}'. "
                "Please select a new resource name.",
            )
    return Envelope(resource_id, location, read_tags(body))


def check_identity(body: JsonObject, resource_id: ResourceId) -> None:
    """Reject ``id``, ``name`` and ``type`` in a body that differ from the address."""
    for name, address in (("id", str(resource_id)), ("name", resource_id.name), ("type", resource_id.type)):
        given = body.text(name)
        if given is not None and given.lower() != address.lower():
            raise invalid_request_content(
                f"'{body.where(name)}' is not the '{name}' of the resource at this address, which is '{address}'."
            )


def available_location(given: str, resource_type: str) -> str:
    """Return the normalized location; raises ArmError LocationNotAvailableForResourceType for an unknown one."""
    location = normalize(given)
    if location not in LOCATIONS:
        # The status is not documented; every other invalid value is a 400.
        raise ArmError(
            400,
            "LocationNotAvailableForResourceType",
            f"The provided location '{given[:80]}' is not available for resource type '{resource_type}'. "
            f"List of available regions for the resource type is '{','.join(LOCATIONS)}'.",
        )
    return location


def read_tags(body: JsonObject) -> dict[str, str] | None:
    """Return the ``tags`` map, None if absent.

    Sources: azure-powershell, Az.Migrate, and Microsoft's tutorial for the Azure CLI, which print ARM's errors.

    Raises:
        ArmError: InvalidTagNameCharacters, InvalidTagName, InvalidTagValueLength; InvalidRequestContent where no code
            is documented.
    """
    tags = body.member("tags")
    if tags is None:
        return None
    if len(tags.value) > _MAX_TAGS:
        raise invalid_request_content(f"a resource takes at most {_MAX_TAGS} tags, {len(tags.value)} were given.")
    if "" in tags.value:
        raise invalid_request_content("a tag has an empty name.")
    if reserved := [name for name in tags.value if any(c in _NOT_IN_TAG_NAMES or not c.isprintable() for c in name)]:
        raise ArmError(
            400,
            "InvalidTagNameCharacters",
            f"The tag names '{', '.join(reserved)[:80]}' have reserved characters '{','.join(_NOT_IN_TAG_NAMES)}' or "
            "control characters.",
        )
    if any(len(name) > _MAX_TAG_NAME_LENGTH for name in tags.value):
        raise _too_long("InvalidTagName", "name", _MAX_TAG_NAME_LENGTH)
    if len({name.lower() for name in tags.value}) < len(tags.value):
        raise invalid_request_content("a tag name is given twice; tag names ignore case.")
    read = {name: tags.text(name) or "" for name in tags.value}
    if any(len(value) > _MAX_TAG_VALUE_LENGTH for value in read.values()):
        raise _too_long("InvalidTagValueLength", "value", _MAX_TAG_VALUE_LENGTH)
    return read


def _too_long(code: str, part: str, longest: int) -> ArmError:
    """Return the error for a tag. Azure's repeats the name or value, which may be a secret."""
    return ArmError(400, code, f"Tag {part} too large. Maximum allowed length for tag {part} - '{longest}' characters.")


def merged_tags(resource: Resource, body: JsonObject) -> dict[str, str] | None:
    """Return the tags after a PATCH: a ``tags`` member replaces the whole map, an absent one keeps it.

    ARM's own contract for PATCH of tags: Microsoft, "Use tags to organize your Azure resources" (update operations
    through PATCH of the resource).
    """
    return resource.document.get("tags") if not body.has("tags") else read_tags(body)


def with_merged_tags(request: Request, resource: Resource) -> Resource:
    """Store the resource with the tags after a PATCH, and return it."""
    changed = Resource(resource.id, {**resource.document, "tags": merged_tags(resource, request.body) or {}})
    request.session.store.save(changed)
    return changed


def patch_as_put(request: Request, resource: Resource, members: Json | None = None) -> Request:
    """Return the PUT that is equivalent to a PATCH; absent properties and tags do not change, other members may."""
    body = request.body
    check_identity(body, resource.id)
    given = body.member("properties")
    merged = {
        **resource.document,
        **(members or {}),
        "properties": {**resource.properties, **(given.value if given else {})},
        "tags": merged_tags(resource, body),
    }
    return Request(request.session, "PUT", request.base_url, request.segments, request.query, merged)
