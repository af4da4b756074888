"""Microsoft.Logic: integration service environments (ISE).

Sources: Microsoft, "Create integration service environments (ISEs) with Logic Apps REST API" (the how-to) and
"Connect to Azure virtual networks … with an integration service environment" (prerequisites, limits, times);
the API description ``Microsoft.Logic`` 2019-05-01. The codes of the service's own errors are not documented; see
``logic_apps_sandbox.arm.core.errors``.
"""

import re
from typing import NamedTuple

from logic_apps_sandbox.arm.control import settings as simulator_settings
from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, conflict, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.locations import normalize
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ENVELOPE, check_identity, merged_tags, read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, collection
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.encryption import check_encryption, encryption_obstacle
from logic_apps_sandbox.arm.logic.endpoints import service_properties
from logic_apps_sandbox.arm.logic.network_health import deployment_obstacles, network_health
from logic_apps_sandbox.arm.logic.operations import EnvironmentType
from logic_apps_sandbox.arm.logic.placement import NAMESPACE
from logic_apps_sandbox.arm.logic.specification import (
    MAX_UNITS,
    Specification,
    envelope_members,
    merge,
    read_specification,
    requested_properties,
    written_by_client,
)
from logic_apps_sandbox.arm.logic.subnets import check_subnets, unusable_subnets
from logic_apps_sandbox.arm.managedidentity import user_assigned as user_assigned_identities
from logic_apps_sandbox.arm.network import subnet_holds

_MINUTE, _HOUR = 60.0, 3600.0
# Simulated seconds: creation usually takes up to two hours, a scale unit 20 to 30 minutes on average; for
# certificates and for a restart no time is documented.
_CREATION, _SCALING, _CERTIFICATES, _RESTART = 2 * _HOUR, 25 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE

_NAME = re.compile(r"[\w.-]{1,80}", re.ASCII)
_MEMBERS = ENVELOPE | {"sku", "identity"}


class IntegrationServiceEnvironments(EnvironmentType):
    """``Microsoft.Logic/integrationServiceEnvironments``."""

    name = "integrationServiceEnvironments"
    actions = {"skus": "GET", "restart": "POST", "health/network": "GET"}  # noqa: RUF012 - as the base class declares

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Start to create an environment, which takes hours, or update it.

        Whether an updating PUT without ``certificates`` removes them, as here, is not documented.
        """
        if not _NAME.fullmatch(resource_id.name):
            raise invalid_request_content(
                f"the name '{resource_id.name[:100]}' must have 1 to 80 letters, digits, '-', '_' or '.'."
            )
        body = request.body
        body.refuse_unknown(_MEMBERS)
        envelope = read_envelope(body, self, resource_id, existing)
        specification = read_specification(body)
        if existing:
            return self._update(request, existing, specification, envelope.tags)
        if simulator_settings.read(request.session.store).retired:
            raise _creation_not_allowed(envelope.id.subscription)
        user_assigned_identities.refuse_missing(request.session, specification.identity, envelope.id)
        if specification.encryption is not None:
            check_encryption(request.session, specification.encryption, specification.identity, envelope.location)
        check_subnets(request.session, envelope.id, specification.subnet_ids, envelope.location)
        resource = Resource(
            envelope.id,
            envelope.document(
                {"provisioningState": "InProgress", **requested_properties(specification)},
                **envelope_members(specification, envelope.id),
            ),
        )
        for subnet_id in specification.subnet_ids:
            subnet_holds.hold(request.session, subnet_id, envelope.id)
        return self.begin(request, resource, "Create", _CREATION, 201)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change tags, capacity or certificates; absent members stay, and ``certificates`` replaces the whole set."""
        body = request.body
        body.refuse_unknown(_MEMBERS)
        check_identity(body, resource.id)
        self._refuse_unless_succeeded(request, resource)
        if (location := body.text("location")) and normalize(location) != resource.location:
            raise _fixed("location")
        merged = read_specification(JsonObject(merge(written_by_client(resource), request.content or {})))
        return self._update(request, resource, merged, merged_tags(resource, body))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Delete the environment and its managed APIs at once (the API description has no long-running operation)."""
        self.refuse_while_busy(request, resource)
        return super().delete(request, resource)

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        """Return a conflict. Undocumented: what Azure does with the workflows and accounts inside; here they stay."""
        return conflict(
            f"The integration service environment '{resource.name}' cannot be deleted while these are in it: "
            f"{', '.join(users)}. Delete them first."
        )

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:  # noqa: ARG002
        """Return a conflict. The code that Logic uses is not documented."""
        return conflict(
            f"The integration service environment '{locked.name}' has an operation in progress "
            f"(provisioningState {locked.properties['provisioningState']}, operation {operation.id}). Try again when "
            "it has ended."
        )

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove the environment; Azure releases its subnets at once, or after the hours of the setting."""
        super().remove(session, resource)
        hours = simulator_settings.read(session.store).subnet_hold_hours
        if hours > 0:
            cleaning_up = operations.start(session, resource.id, "ReleaseSubnets", hours * _HOUR, is_internal=True)
            subnet_holds.keep_until_end_of(session, resource.id, cleaning_up)
        else:
            subnet_holds.release(session, resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """Complete a creation, an update, a restart, or the release of subnets after a deletion."""
        if operation.kind == "ReleaseSubnets":
            subnet_holds.release_after(session, operation)
            return
        resource = session.store.resource(operation.resource)
        if resource is None:
            return
        filled_in: Json = {}
        if operation.kind == "Create":
            if error := _deployment_error(session, resource):
                session.store.save(resource.with_properties(provisioningState="Failed"))
                raise error
            filled_in = service_properties(session, resource)
        session.store.save(resource.with_properties(provisioningState="Succeeded", **filled_in))

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """List the SKUs, restart the environment, or return its network health."""
        match action:
            case "skus":
                return collection([_sku_definition(name) for name in MAX_UNITS])
            case "restart":
                self._refuse_unless_succeeded(request, resource)
                # The answer is not marked as long-running, but the API description's example has the header.
                response = self.begin(request, resource, "Restart", _RESTART, 200)
                return Response(200, None, response.headers)
            case _:
                return Response(200, network_health(request.session, resource))

    def _update(
        self, request: Request, existing: Resource, wanted: Specification, tags: dict[str, str] | None
    ) -> Response:
        self.refuse_while_busy(request, existing)
        present = read_specification(JsonObject(written_by_client(existing)))
        for path, value in wanted.fixed.items():
            if value != present.fixed[path]:
                raise _fixed(path)
        if wanted.identity != present.identity:
            user_assigned_identities.refuse_missing(request.session, wanted.identity, existing.id)
        changed = _changed(existing, wanted, tags)
        operation = _operation_for(existing, present, wanted)
        if operation is None:
            request.session.store.save(changed)
            return Response(200, changed.document)
        return self.begin(
            request, changed.with_properties(provisioningState=operation.state), operation.kind, operation.duration, 200
        )

    def _refuse_unless_succeeded(self, request: Request, resource: Resource) -> None:
        """Reject changes of an environment whose last operation has not succeeded. The code is not documented."""
        self.refuse_while_busy(request, resource)
        state = resource.properties["provisioningState"]
        if state != "Succeeded":
            raise conflict(
                f"The integration service environment '{resource.name}' has the provisioningState '{state}'. Only a "
                "PUT can repair it."
            )


def _deployment_error(session: Session, environment: Resource) -> ArmError | None:
    """Return why a new environment cannot be deployed; None if it can."""
    obstacles = [*unusable_subnets(session, environment), *deployment_obstacles(session, environment)]
    if obstacles:
        # The code is not documented; that the deployment fails is ("Network ports used by your ISE").
        return conflict(f"The deployment of '{environment.name}' failed: {' '.join(obstacles)}")
    return encryption_obstacle(session, environment)


class _PlannedOperation(NamedTuple):
    """What an update has to do."""

    kind: str
    state: str
    """The provisioning state meanwhile."""
    duration: float
    """Simulated seconds."""


def _operation_for(existing: Resource, present: Specification, wanted: Specification) -> _PlannedOperation | None:
    """Return the operation that an update needs; None if the environment changes at once."""
    if "state" not in existing.properties:
        # Undocumented: what a PUT does after a failed creation; here it retries the creation.
        return _PlannedOperation("Create", "InProgress", _CREATION)
    if wanted.capacity != present.capacity:
        return _PlannedOperation("Update", "Updating", _SCALING)
    is_unfinished = existing.properties["provisioningState"] != "Succeeded"
    if is_unfinished or (wanted.certificates or {}) != (present.certificates or {}):
        return _PlannedOperation("Update", "InProgress", _CERTIFICATES)
    return None


def _changed(existing: Resource, wanted: Specification, tags: dict[str, str] | None) -> Resource:
    """Return the environment with the members that an update can change: tags, SKU, identity and certificates."""
    document = {k: v for k, v in existing.document.items() if k not in {"tags", "identity", "properties"}}
    if tags is not None:
        document["tags"] = tags
    properties = {k: v for k, v in existing.properties.items() if k != "certificates"}
    if wanted.certificates is not None:
        properties["certificates"] = wanted.certificates
    return Resource(existing.id, {**document, **envelope_members(wanted, existing.id), "properties": properties})


def _sku_definition(name: str) -> Json:
    """Return a SKU (source: the API description's example IntegrationServiceEnvironments_Skus.json)."""
    most = MAX_UNITS[name]
    return {
        "resourceType": f"{NAMESPACE}/integrationServiceEnvironments",
        "sku": {"name": name},
        "capacity": {"minimum": 0, "maximum": most, "default": 0, "scaleType": "Automatic" if most else "None"},
    }


def _creation_not_allowed(subscription: str) -> ArmError:
    """Return Azure's response to every new ISE since November 1, 2022 (aztfmod/terraform-azurerm-caf #1591)."""
    return ArmError(
        400,
        "IntegrationServiceEnvironmentCreationNotAllowed",
        f"New integration service environments creations are not allowed for subscription '{subscription}'. "
        "Integration service environments are getting deprecated. Please use Logic Apps Standard instead. Please see "
        "https://aka.ms/isedeprecation for more details.",
    )


def _fixed(path: str) -> ArmError:
    # The code is ARM's general one; which one Logic uses is not documented.
    return ArmError(
        409,
        "PropertyChangeNotAllowed",
        f"Changing property '{path}' is not allowed: it is fixed when an integration service environment is created. "
        "Delete the environment and create it again.",
        target=path,
    )
