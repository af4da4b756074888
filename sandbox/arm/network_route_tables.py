"""Microsoft.Network: route tables and their routes.

Source: Azure REST API reference, "Route Tables", "Routes" (2024-05-01); Microsoft, "Virtual network traffic routing".
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from sandbox.arm.address_space import is_inside
from sandbox.arm.network_guards import EntryType, ParentType
from sandbox.arm.network_requests import (
    CHILD_NAME,
    NAMESPACE,
    check_name,
    network_error,
    without,
)
from sandbox.arm.network_service_tags import covers, is_service_tag
from sandbox.arm.resource_type import Envelope
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.arm.address_space import Network
    from sandbox.arm.errors import ArmError
    from sandbox.arm.json_body import JsonObject
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Session

_APPLIANCE = "VirtualAppliance"
_NEXT_HOPS = ("VirtualNetworkGateway", "VnetLocal", "Internet", _APPLIANCE, "None")


class Routes(EntryType):
    """`Microsoft.Network/routeTables/routes`; one write at a time to a table and its routes."""

    name = "routeTables/routes"

    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """A route from the body of a PUT; raises ArmError."""
        return read_route(body, entry_id)

    def check_together(self, entries: list[Resource]) -> None:
        """Raises ArmError when these cannot be the routes of one table."""
        _check_prefixes(entries)


class RouteTables(ParentType):
    """`Microsoft.Network/routeTables`; its routes are resources of their own and appear inside it."""

    name = "routeTables"
    entries = Routes()
    member = "routes"
    read_only = frozenset({"subnets"})

    def settings(self, properties: JsonObject) -> Json:
        """Routes of the gateway are taken over unless it is said otherwise."""
        return {"disableBgpRoutePropagation": properties.flag("disableBgpRoutePropagation") or False}

    def computed(self, resource: Resource) -> Json:  # noqa: ARG002 - the same for all
        """Nothing."""
        return {}

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:  # noqa: ARG002 - Azure does not name them
        """Code and text: Microsoft's page on InUseRouteTableCannotBeDeleted."""
        return network_error(
            "InUseRouteTableCannotBeDeleted",
            f"Route table {resource.name} is in use and cannot be deleted.",
        )


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
        raise network_error(
            "InvalidAddressPrefixFormat",
            f"Address prefix {prefix[:80]} of resource {route_id} is not formatted correctly. It should follow CIDR "
            "notation, for example 10.0.0.0/24, or be a service tag.",
        )
    next_hop = properties.one_of("nextHopType", _NEXT_HOPS, ignore_case=True)
    _check_address(properties, next_hop)
    stored = {
        **without(properties.value, ("provisioningState", "hasBgpOverride")),
        "nextHopType": next_hop,
        "hasBgpOverride": False,
        "provisioningState": "Updating",
    }
    return Resource(route_id, Envelope(route_id).document(stored))


def next_hop_to_service(routes: Iterable[Resource], tag: str) -> tuple[str, str] | None:
    """Name and next hop type of the own route that traffic to a service takes; None when Azure's own route stands.

    A route for the service's tag comes before one for all addresses ("Virtual network traffic routing", service tags
    for user-defined routes). Ranges that are not all addresses do not count: whose they are is not known here.
    """
    routes = list(routes)
    by_tag = [route for route in routes if covers(route.properties["addressPrefix"], tag)]
    by_tag.sort(key=lambda route: _order_of_tag(str(route.properties["addressPrefix"]), tag))
    # Half of all addresses counts as all: two such routes are the usual way around a route from elsewhere.
    widest = [ip_network(text) for text in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")]
    everywhere = [route for route in routes if _range(route.properties["addressPrefix"]) in widest]
    found = next(iter(by_tag + everywhere), None)
    return None if found is None else (found.name, found.properties["nextHopType"])


def _order_of_tag(prefix: str, tag: str) -> tuple[int, bool]:
    """Where a tag stands that covers another: the service's own, `AzureCloud`, `Internet`, each first for a region."""
    name, _, region = prefix.lower().partition(".")
    return [tag.lower(), "azurecloud"].index(name) if name in (tag.lower(), "azurecloud") else 2, not region


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
            raise network_error(
                "RouteConflict",
                f"Route {route.name} conflicts with route {seen[prefix]}. Routes cannot have the same AddressPrefix.",
            )
        seen[prefix] = route.name


def _range(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None
