"""Microsoft.Logic: integration service environments (ISE).

Sources: Microsoft, "Create integration service environments (ISEs) with Logic Apps REST API" (the how-to) and
"Connect to Azure virtual
networks … with an integration service environment" (prerequisites, limits, times); the API description
`Microsoft.Logic` 2019-05-01.
The codes of the service's own refusals are not documented: see `sandbox.arm.errors` for the rule that is applied.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from sandbox.arm import (
    managed_identities,
    network,
    operations,
    simulator_settings,
    subnet_holds,
    user_assigned_identities,
)
from sandbox.arm.errors import ArmError, conflict, invalid_request_content
from sandbox.arm.json_body import JsonObject
from sandbox.arm.logic_certificates import read_certificates
from sandbox.arm.logic_encryption import check_encryption, encryption_obstacle, read_encryption
from sandbox.arm.logic_network_health import deployment_obstacles, network_health
from sandbox.arm.logic_placement import API_VERSIONS, NAMESPACE, inhabitants
from sandbox.arm.logic_subnets import SUBNETS, check_subnets, unusable_subnets
from sandbox.arm.network_requests import existing_resource
from sandbox.arm.resource_id import ResourceId, parse_resource_id
from sandbox.arm.resource_type import ResourceType, check_identity, merged_tags, read_envelope
from sandbox.arm.session import Json, Request, Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.arm.operations import Operation
    from sandbox.arm.session import Session

_MINUTE, _HOUR = 60.0, 3600.0
# Simulated seconds: creation usually takes up to two hours, a scale unit 20 to 30 minutes on average; for
# certificates and for a restart no time is documented.
_CREATION, _SCALING, _CERTIFICATES, _RESTART = 2 * _HOUR, 25 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE

# What an ISE is made of, in the order in which the status document reports it, with the part of the time after which
# it is ready.
_STEPS = ((0.1, "Compute"), (0.5, "AppServiceEnvironment"), (0.85, "ApiManagement"), (1.0, "Cache"))

_NAME = re.compile(r"[\w.-]{1,80}", re.ASCII)
_MOST_UNITS = {"Premium": 10, "Developer": 0}
_ENDPOINT_TYPES = ("Internal", "External")

_DOCUMENTATION_RANGES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")

_MEMBERS = {"id", "name", "type", "location", "tags", "sku", "identity", "properties"}
_PROPERTIES = {
    "provisioningState", "state", "integrationServiceEnvironmentId", "endpointsConfiguration", "networkConfiguration",
    "encryptionConfiguration", "certificates",
}  # fmt: skip


@dataclass(frozen=True)
class Specification:
    """What a client asks for, without what the service fills in."""

    sku_name: str
    capacity: int
    endpoint_type: str
    subnet_ids: tuple[ResourceId, ...]
    encryption: Json | None
    identity: Json | None
    certificates: Json | None

    @property
    def fixed(self) -> dict[str, Any]:
        """The parts that cannot change after creation, by their path.

        Subnets have no order: terraform-provider-azurerm keeps them as a set. Ids ignore case.
        """
        return {
            "sku.name": self.sku_name,
            "properties.networkConfiguration.accessEndpoint.type": self.endpoint_type,
            "properties.networkConfiguration.subnets": {subnet.key for subnet in self.subnet_ids},
            "properties.encryptionConfiguration": self.encryption and _with_lower_case_id(self.encryption),
        }


class IntegrationServiceEnvironments(ResourceType):
    """`Microsoft.Logic/integrationServiceEnvironments`."""

    namespace = NAMESPACE
    name = "integrationServiceEnvironments"
    api_versions = API_VERSIONS
    actions = {"skus": "GET", "restart": "POST", "health/network": "GET"}  # noqa: RUF012 - as the base class declares

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create, which takes hours, or replace what can change.

        OPEN: what an updating PUT without `certificates` does is not documented; a PUT replaces, so here it removes
        them.
        """
        if not _NAME.fullmatch(resource_id.name):
            raise invalid_request_content(
                f"the name '{resource_id.name[:100]}' has to have 1 to 80 letters, digits, '-', '_' or '.'."
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
                {"provisioningState": "InProgress", **_requested(specification)}, **_tops(specification, envelope.id)
            ),
        )
        request.session.store.save(resource)
        for subnet_id in specification.subnet_ids:
            subnet_holds.hold(request.session, subnet_id, envelope.id)
        return self._accepted(request, resource, "Create", _CREATION, 201)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change tags, capacity or certificates; what is absent stays, `certificates` replaces the whole set."""
        body = request.body
        body.refuse_unknown(_MEMBERS)
        check_identity(body, resource.id)
        _refuse_unless_succeeded(request.session, resource)
        if (location := body.text("location")) and location.replace(" ", "").lower() != resource.location:
            raise _fixed("location")
        merged = read_specification(JsonObject(_merge(_written_by_client(resource), request.content or {})))
        return self._update(request, resource, merged, merged_tags(resource, body))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Gone at once, with its managed APIs; not a long-running operation in the API description."""
        _refuse_while_busy(request.session, resource)
        self.remove(request.session, resource)
        return Response(200)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it; its subnets are free now, or after the hours that the setting names.

        OPEN: what Azure does with the workflows and integration accounts inside is not documented; here nothing is
        lost that nobody asked to delete.
        """
        if inside := inhabitants(session, resource.id):
            raise conflict(
                f"The integration service environment '{resource.name}' cannot be deleted while these are in it: "
                f"{', '.join(str(inhabitant.id) for inhabitant in inside)}. Delete them first."
            )
        session.store.remove(resource.id)
        hours = simulator_settings.read(session.store).subnet_hold_hours
        if hours > 0:
            cleaning_up = operations.start(session, resource.id, "ReleaseSubnets", hours * _HOUR, is_internal=True)
            subnet_holds.keep_until_end_of(session, resource.id, cleaning_up)
        else:
            subnet_holds.release(session, resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a creation, an update, a restart, or the cleaning up after a deletion."""
        if operation.kind == "ReleaseSubnets":
            subnet_holds.release_after(session, operation)
            return
        resource = session.store.resource(operation.resource)
        if resource is None:
            return
        if operation.kind == "Create" and (
            obstacles := [*unusable_subnets(session, resource), *deployment_obstacles(session, resource)]
        ):
            session.store.save(resource.with_properties(provisioningState="Failed"))
            # OPEN: the code is not documented; that the deployment fails is ("Network ports used by your ISE").
            raise conflict(f"The deployment of '{resource.name}' failed: {' '.join(obstacles)}")
        if operation.kind == "Create" and (refusal := encryption_obstacle(session, resource)):
            session.store.save(resource.with_properties(provisioningState="Failed"))
            raise refusal
        filled_in = _filled_in(session, resource) if operation.kind == "Create" else {}
        session.store.save(resource.with_properties(provisioningState="Succeeded", **filled_in))

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """SKUs, restart, network health."""
        match action:
            case "skus":
                return Response(200, {"value": [_sku_definition(name) for name in _MOST_UNITS]})
            case "restart":
                _refuse_unless_succeeded(request.session, resource)
                # The answer is not marked as long-running, but the API description's example has the header.
                response = self._accepted(request, resource, "Restart", _RESTART, 200)
                return Response(200, None, response.headers)
            case _:
                return Response(200, network_health(request.session, resource))

    def _update(
        self, request: Request, existing: Resource, wanted: Specification, tags: dict[str, str] | None
    ) -> Response:
        session = request.session
        _refuse_while_busy(session, existing)
        present = read_specification(JsonObject(_written_by_client(existing)))
        for path, value in wanted.fixed.items():
            if value != present.fixed[path]:
                raise _fixed(path)
        if wanted.identity != present.identity:
            user_assigned_identities.refuse_missing(session, wanted.identity, existing.id)
        document = {k: v for k, v in existing.document.items() if k not in {"tags", "identity", "properties"}}
        if tags is not None:
            document["tags"] = tags
        properties = {k: v for k, v in existing.properties.items() if k != "certificates"}
        if wanted.certificates is not None:
            properties["certificates"] = wanted.certificates
        changed = Resource(existing.id, {**document, **_tops(wanted, existing.id), "properties": properties})
        if "state" not in existing.properties:
            # OPEN: what a PUT does after a failed creation; a PUT says what is wanted, so it is tried once more.
            return self._accepted(
                request, changed.with_properties(provisioningState="InProgress"), "Create", _CREATION, 200
            )
        if wanted.capacity != present.capacity:
            return self._accepted(
                request, changed.with_properties(provisioningState="Updating"), "Update", _SCALING, 200
            )
        left_undone = existing.properties["provisioningState"] != "Succeeded"
        if left_undone or (wanted.certificates or {}) != (present.certificates or {}):
            return self._accepted(
                request, changed.with_properties(provisioningState="InProgress"), "Update", _CERTIFICATES, 200
            )
        session.store.save(changed)
        return Response(200, changed.document)

    @staticmethod
    def _accepted(request: Request, resource: Resource, kind: str, duration: float, status: int) -> Response:
        session = request.session
        session.store.save(resource)
        operation = operations.start(session, resource.id, kind, duration, locks=resource.id)
        url = f"{request.base_url}{resource.id}/operationStatuses/{operation.id}?api-version={request.api_version}"
        return Response(
            status, resource.document, {"Azure-AsyncOperation": url, **operations.retry_headers(session, operation)}
        )


def operation_status(request: Request, owner: ResourceId, operation_id: str) -> Response:
    """`…/integrationServiceEnvironments/{name}/operationStatuses/{id}`, with the part that is being built.

    Args:
        request: the GET.
        owner: an environment, whose managed APIs' operations it has too, or one managed API.
        operation_id: the last segment.
    """
    operation = operations.find(request.session, operation_id, IntegrationServiceEnvironments().full_name)
    if operation is None or owner.key not in (operation.resource.key, operation.resource.parent.key):
        raise ArmError(
            404, "InvalidOperationId", f"The operation '{operation_id[:80]}' of '{owner.name[:80]}' was not found."
        )
    document = operations.status_document(request.session, operation, f"{owner}/operationStatuses/{operation.id}")
    is_environment = operation.resource.type.lower() == IntegrationServiceEnvironments().full_name.lower()
    if operation.running and operation.kind == "Create" and is_environment:
        progress = operation.progress(request.session.now)
        document["properties"] = {"step": next(step for part, step in _STEPS if progress <= part)}
    return Response(200, document, operations.retry_headers(request.session, operation))


def _sku_definition(name: str) -> Json:
    """Source: the API description's example IntegrationServiceEnvironments_Skus.json."""
    most = _MOST_UNITS[name]
    return {
        "resourceType": f"{NAMESPACE}/integrationServiceEnvironments",
        "sku": {"name": name},
        "capacity": {"minimum": 0, "maximum": most, "default": 0, "scaleType": "Automatic" if most else "None"},
    }


def _creation_not_allowed(subscription: str) -> ArmError:
    """What Azure has answered to every new ISE since 1 November 2022 (aztfmod/terraform-azurerm-caf #1591)."""
    return ArmError(
        400,
        "IntegrationServiceEnvironmentCreationNotAllowed",
        f"The subscription '{subscription}' cannot create new integration service environments, because they are "
        "deprecated. Use Logic Apps Standard to build your workflows. See https://aka.ms/isedeprecation for details.",
    )


def read_specification(body: JsonObject) -> Specification:
    """Check the body of a PUT in itself, without a look at what exists; raises ArmError InvalidRequestContent."""
    sku = body.required_member("sku")
    sku.refuse_unknown({"name", "capacity"})
    sku_name = sku.required_text("name")
    if sku_name not in _MOST_UNITS:
        raise invalid_request_content(f"'sku.name' is '{sku_name[:40]}'; it has to be one of {', '.join(_MOST_UNITS)}.")
    capacity = sku.integer("capacity") or 0
    if not 0 <= capacity <= _MOST_UNITS[sku_name]:
        raise invalid_request_content(
            f"'sku.capacity' of a {sku_name} environment has to be 0 to {_MOST_UNITS[sku_name]}."
        )

    properties = body.required_member("properties")
    properties.refuse_unknown(_PROPERTIES)
    configuration = properties.required_member("networkConfiguration")
    configuration.refuse_unknown({"virtualNetworkAddressSpace", "accessEndpoint", "subnets"})
    endpoint_type = configuration.required_member("accessEndpoint").required_text("type")
    if endpoint_type not in _ENDPOINT_TYPES:
        raise invalid_request_content(
            f"'properties.networkConfiguration.accessEndpoint.type' is '{endpoint_type[:40]}'; it has to be one of "
            f"{', '.join(_ENDPOINT_TYPES)}."
        )
    return Specification(
        sku_name,
        capacity,
        endpoint_type,
        _read_subnet_ids(configuration),
        read_encryption(properties),
        managed_identities.read(body),
        read_certificates(properties),
    )


def _read_subnet_ids(configuration: JsonObject) -> tuple[ResourceId, ...]:
    given = configuration.objects("subnets") or []
    where = configuration.where("subnets")
    if len(given) != SUBNETS:
        raise invalid_request_content(f"'{where}' has to name exactly {SUBNETS} subnets, {len(given)} were given.")
    read = []
    for item in given:
        item.refuse_unknown({"id", "name", "type"})
        text = item.required_text("id")
        subnet_id = parse_resource_id(text)
        if subnet_id is None or subnet_id.type.lower() != "microsoft.network/virtualnetworks/subnets":
            raise invalid_request_content(
                f"'{item.where('id')}' is '{text[:200]}', which is not the id of a subnet. Example: "
                f"/subscriptions/{{subscription}}/resourceGroups/"
                "{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}"
            )
        read.append(subnet_id)
    if len({subnet_id.key for subnet_id in read}) != SUBNETS:
        raise invalid_request_content(f"'{where}' names the same subnet twice; all {SUBNETS} have to be different.")
    if len({subnet_id.parent.key for subnet_id in read}) != 1:
        raise invalid_request_content(f"'{where}' has to name subnets of one virtual network.")
    return tuple(read)


def _requested(specification: Specification) -> Json:
    """The properties as the client asked for them."""
    properties: Json = {
        "networkConfiguration": {
            "accessEndpoint": {"type": specification.endpoint_type},
            "subnets": [{"id": str(subnet_id)} for subnet_id in specification.subnet_ids],
        }
    }
    if specification.encryption is not None:
        properties["encryptionConfiguration"] = specification.encryption
    if specification.certificates is not None:
        properties["certificates"] = specification.certificates
    return properties


def _tops(specification: Specification, environment: ResourceId) -> Json:
    """The members beside `properties` that come from the specification."""
    given = specification.identity
    identity = {} if given is None else {"identity": managed_identities.shown(given, environment)}
    return {"sku": {"name": specification.sku_name, "capacity": specification.capacity}, **identity}


def _written_by_client(resource: Resource) -> Json:
    return {
        name: {k: v for k, v in value.items() if k in _PROPERTIES} if name == "properties" else value
        for name, value in resource.document.items()
    }


def _merge(old: Json, patch: Json) -> Json:
    """Merge objects member by member; null keeps what is there.

    Except `certificates`: the last upload replaces all earlier ones (the how-to, 2022 text).
    """
    merged = dict(old)
    for name, value in patch.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict) and name != "certificates":
            merged[name] = _merge(old[name], value)
        elif value is not None:
            merged[name] = value
    return merged


def _with_lower_case_id(encryption: Json) -> Json:
    reference = encryption["encryptionKeyReference"]
    return {**reference, "keyVault": {"id": reference["keyVault"]["id"].lower()}}


def _fixed(path: str) -> ArmError:
    # The code is ARM's general one; which one Logic uses is not documented.
    return ArmError(
        409,
        "PropertyChangeNotAllowed",
        f"Changing property '{path}' is not allowed: it is fixed when an integration service environment is created. "
        "Delete the environment and create it again.",
        target=path,
    )


def _refuse_while_busy(session: Session, resource: Resource) -> None:
    if operation := operations.holding_lock(session, resource.id):
        # OPEN: the code that Logic uses is not documented.
        error = conflict(
            f"The integration service environment '{resource.name}' has an operation under way "
            f"(provisioningState {resource.properties['provisioningState']}, operation {operation.id}). Try again "
            f"when it has ended."
        )
        error.headers = operations.retry_headers(session, operation)
        raise error


def _refuse_unless_succeeded(session: Session, resource: Resource) -> None:
    """Refuse what changes an environment that is not as it was last asked for. OPEN: the code is not documented."""
    _refuse_while_busy(session, resource)
    state = resource.properties["provisioningState"]
    if state != "Succeeded":
        raise conflict(
            f"The integration service environment '{resource.name}' has the provisioningState '{state}'. Only a PUT "
            "can repair it."
        )


def _filled_in(session: Session, resource: Resource) -> Json:
    """What the service adds when an ISE is ready; it follows from the id and the network, so it never changes."""
    configuration = resource.properties["networkConfiguration"]
    # Held subnets and their network cannot go away, so they are all there.
    subnet_ids = [found for entry in configuration["subnets"] if (found := parse_resource_id(entry["id"]))]
    ranges = [
        IPv4Network(str(network.prefixes_of(existing_resource(session, subnet_id))[0])) for subnet_id in subnet_ids
    ]
    return {
        "state": "Enabled",
        "integrationServiceEnvironmentId": _digest(resource).hex()[:32],
        "endpointsConfiguration": _endpoints(resource, configuration["accessEndpoint"]["type"], ranges),
        "networkConfiguration": {
            "accessEndpoint": configuration["accessEndpoint"],
            "subnets": [
                {
                    "id": str(subnet_id),
                    "name": f"{subnet_id.parent.name}/{subnet_id.name}",
                    "type": "Microsoft.Network/virtualNetworks/subnets",
                }
                for subnet_id in subnet_ids
            ],
        },
    }


def _endpoints(resource: Resource, endpoint_type: str, ranges: list[IPv4Network]) -> Json:
    """The addresses of workflows and connectors.

    Outgoing lists mix public addresses with the ranges of subnets: the first for workflows, the second and third for
    connectors
    (example of the API description). The access endpoint of workflows is public, or inside their subnet; connectors
    have none.
    """
    public = _public_addresses(resource)

    def outgoing(subnets: list[IPv4Network]) -> list[Json]:
        return [{"address": address} for address in (next(public), next(public), *map(str, subnets))]

    workflow: Json = {"outgoingIpAddresses": outgoing(ranges[0:1])}
    # The fifth usable address: Azure keeps .0 to .3 and the last for itself, and the API description's example has .6
    # too.
    access = next(public) if endpoint_type == "External" else str(ranges[0][6])
    workflow["accessEndpointIpAddresses"] = [{"address": access}]
    return {"workflow": workflow, "connector": {"outgoingIpAddresses": outgoing(ranges[1:3])}}


def _digest(resource: Resource) -> bytes:
    return hashlib.sha256(resource.key.encode()).digest()


def _public_addresses(resource: Resource) -> Iterator[str]:
    """Addresses of the ranges that RFC 5737 keeps for documentation, beginning at a place that follows from the id."""
    pool = [str(address) for text in _DOCUMENTATION_RANGES for address in IPv4Network(text).hosts()]
    start = int.from_bytes(_digest(resource)[:4])
    return (pool[(start + index) % len(pool)] for index in range(len(pool)))
