"""Microsoft.Network: route tables and their routes.

Source: Azure REST API reference, "Route Tables", "Routes" (2024-05-01); Microsoft, "Virtual network traffic routing".
"""

from __future__ import annotations

import uuid
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from sandbox.arm.address_space import is_inside
from sandbox.arm.errors import ArmError
from sandbox.arm.json_body import JsonObject
from sandbox.arm.network_entries import DELETION_DURATION, NetworkEntries, begin_write_with_entries
from sandbox.arm.network_references import refuse_removal_of_route_table, users_of
from sandbox.arm.network_requests import (
    API_VERSIONS,
    CHILD_NAME,
    NAMESPACE,
    WRITE,
    accepted,
    begin_deletion,
    check_name,
    finish,
    invalid_request_format,
    network_body,
    patched_tags,
    read_children,
    refuse_while_busy,
    with_etag,
    without,
)
from sandbox.arm.network_service_tags import covers, is_service_tag
from sandbox.arm.resource_type import ResourceType, read_envelope
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.arm.address_space import Network
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Request, Response, Session

_READ_ONLY = {"provisioningState", "resourceGuid", "routes", "subnets"}

_APPLIANCE = "VirtualAppliance"
_NEXT_HOPS = {name.lower(): name for name in ("VirtualNetworkGateway", "VnetLocal", "Internet", _APPLIANCE, "None")}


class RouteTables(ResourceType):
    """`Microsoft.Network/routeTables`; its routes are resources of their own and appear inside it."""

    namespace = NAMESPACE
    name = "routeTables"
    api_versions = API_VERSIONS

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace. OPEN: `routes` that are absent go, as with the rules of a security group."""
        check_name(resource_id.name, CHILD_NAME, "1 to 80")
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        before = routes_of(session, envelope.id)
        after = read_children(properties, "routes", envelope.id, before, read_route)
        _check_prefixes(after)
        refuse_while_busy(request, envelope.id, envelope.location)
        stored = Resource(
            envelope.id,
            envelope.document(
                {
                    **without(properties.value, _READ_ONLY),
                    "disableBgpRoutePropagation": properties.flag("disableBgpRoutePropagation") or False,
                    "provisioningState": "Updating",
                    "resourceGuid": existing.properties["resourceGuid"] if existing else str(uuid.uuid4()),
                }
            ),
        )
        operation = begin_write_with_entries(session, stored, before, after)
        return accepted(request, operation, envelope.location, 200 if existing else 201, self.present(session, stored))

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags; answered at once."""
        return self.get(request, patched_tags(request, resource))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete; refused while a subnet uses it."""
        refuse_while_busy(request, resource.id, resource.location)
        refuse_removal_of_route_table(request.session, resource.id)
        return begin_deletion(request, resource, resource, DELETION_DURATION)

    def present(self, session: Session, resource: Resource) -> Json:
        """With the routes and the subnets that use it as they are now."""
        routes = [with_etag(route.document) for route in routes_of(session, resource.id)]
        return with_etag(
            resource.with_properties(routes=routes, **users_of(session, resource.id, "routeTable")).document
        )

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it with its routes."""
        refuse_removal_of_route_table(session, resource.id)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        finish(session, operation, *(routes_of(session, operation.resource) if operation.kind == WRITE else ()))

    fail = complete


class Routes(NetworkEntries):
    """`Microsoft.Network/routeTables/routes`; one write at a time to a table and its routes."""

    name = "routeTables/routes"

    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """A route from the body of a PUT; raises ArmError."""
        return read_route(body, entry_id)

    def check_together(self, entries: list[Resource]) -> None:
        """Raises ArmError when these cannot be the routes of one table."""
        _check_prefixes(entries)


def routes_of(session: Session, table_id: ResourceId) -> list[Resource]:
    """The routes of a route table, by name."""
    return session.store.children(table_id, f"{NAMESPACE}/routeTables/routes")


def read_route(body: JsonObject, route_id: ResourceId) -> Resource:
    """A route from the body of a PUT; raises ArmError.

    `nextHopIpAddress` belongs to `VirtualAppliance` and to nothing else ("Routes", nextHopIpAddress).
    """
    check_name(route_id.name, CHILD_NAME, "1 to 80")
    properties = body.required_member("properties")
    prefix = properties.required_text("addressPrefix")
    if not is_service_tag(prefix) and _range(prefix) is None:
        raise ArmError(
            400,
            "InvalidAddressPrefixFormat",
            f"Address prefix {prefix[:80]} of resource {route_id} is not formatted correctly. It should follow CIDR "
            "notation, for example 10.0.0.0/24, or be a service tag.",
            details=[],
        )
    given = properties.required_text("nextHopType")
    next_hop = _NEXT_HOPS.get(given.lower())
    if next_hop is None:
        raise properties.refuse(
            f"'{properties.where('nextHopType')}' is '{given[:40]}'; it has to be one of "
            f"{', '.join(_NEXT_HOPS.values())}."
        )
    _check_address(properties, next_hop)
    return Resource(
        route_id,
        {
            "id": str(route_id),
            "name": route_id.name,
            "type": route_id.type,
            "properties": {
                **without(properties.value, ("provisioningState", "hasBgpOverride")),
                "nextHopType": next_hop,
                "hasBgpOverride": False,
                "provisioningState": "Updating",
            },
        },
    )


def next_hop_to_service(routes: Iterable[Resource], tag: str) -> tuple[str, str] | None:
    """Name and next hop type of the own route that traffic to a service takes; None when Azure's own route stands.

    A route for the service's tag comes before one for all addresses ("Virtual network traffic routing", service tags
    for user-defined routes). Ranges that are not all addresses do not count: whose they are is not known here.
    """
    by_tag = [route for route in routes if covers(route.properties["addressPrefix"], tag)]
    # Half of all addresses counts as all: two such routes are the usual way around a route from elsewhere.
    widest = [ip_network(text) for text in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")]
    everywhere = [route for route in routes if _range(route.properties["addressPrefix"]) in widest]
    found = next(iter(by_tag + everywhere), None)
    return None if found is None else (found.name, found.properties["nextHopType"])


def dropping_route(routes: Iterable[Resource], ranges: list[Network]) -> str | None:
    """The name of a route that drops traffic to a part of these ranges.

    Only one that is at least as specific counts: a wider one loses against Azure's own route to the virtual network.
    """
    for route in routes:
        network = _range(route.properties["addressPrefix"])
        if network and route.properties["nextHopType"] == "None" and any(is_inside(network, own) for own in ranges):
            return route.name
    return None


def _check_address(properties: JsonObject, next_hop: str) -> None:
    address = properties.text("nextHopIpAddress")
    if next_hop == _APPLIANCE:
        try:
            ip_address(address or "")
        except ValueError:
            raise properties.refuse(
                f"'{properties.where('nextHopIpAddress')}' has to be the IP address of the appliance when the next hop "
                f"type is {_APPLIANCE}. Example: 10.0.0.4"
            ) from None
    elif address:
        raise properties.refuse(
            f"'{properties.where('nextHopIpAddress')}' is allowed only when the next hop type is {_APPLIANCE}, not "
            f"{next_hop}."
        )


def _check_prefixes(routes: Iterable[Resource]) -> None:
    """No two routes of a table have the same prefix ("Virtual network traffic routing", user-defined)."""
    seen: dict[str, str] = {}
    for route in routes:
        prefix = str(route.properties["addressPrefix"]).lower()
        if prefix in seen:
            # OPEN: the code is not in the documents at hand.
            raise ArmError(
                400,
                "RouteConflict",
                f"Route {route.name} conflicts with route {seen[prefix]}. Routes cannot have the same AddressPrefix.",
                details=[],
            )
        seen[prefix] = route.name


def _range(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None
