"""Microsoft.Network: route tables and their routes.

Source: Azure REST API reference, "Route Tables", "Routes" (2024-05-01); Microsoft, "Virtual network traffic routing".
"""

from ipaddress import ip_address

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import Envelope
from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_space import range_of
from logic_apps_sandbox.arm.network.bodies import check_name, network_error, without
from logic_apps_sandbox.arm.network.network_type import NAMESPACE
from logic_apps_sandbox.arm.network.parents_and_entries import EntryType, ParentType
from logic_apps_sandbox.arm.network.service_tags import is_service_tag

_APPLIANCE = "VirtualAppliance"
_NEXT_HOPS = ("VirtualNetworkGateway", "VnetLocal", "Internet", _APPLIANCE, "None")


class Routes(EntryType):
    """``Microsoft.Network/routeTables/routes``; one write at a time to a table and its routes."""

    name = "routeTables/routes"

    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """Return a route from the body of a PUT; raises ArmError."""
        check_name(entry_id.name)
        properties = body.required_member("properties")
        prefix = properties.required_text("addressPrefix")
        if not is_service_tag(prefix) and range_of(prefix) is None:
            raise network_error(
                "InvalidAddressPrefixFormat",
                f"Address prefix {prefix[:80]} of resource {entry_id} is not formatted correctly. It should follow "
                "CIDR notation, for example 10.0.0.0/24, or be a service tag.",
            )
        next_hop = properties.one_of("nextHopType", _NEXT_HOPS, ignore_case=True)
        _check_address(properties, next_hop)
        stored = {
            **without(properties.value, ("provisioningState", "hasBgpOverride")),
            "nextHopType": next_hop,
            "hasBgpOverride": False,
            "provisioningState": "Updating",
        }
        return Resource(entry_id, Envelope(entry_id).document(stored))

    def check_together(self, entries: list[Resource]) -> None:
        """Reject two routes of a table with the same prefix ("Virtual network traffic routing", user-defined)."""
        seen: dict[str, str] = {}
        for route in entries:
            prefix = str(route.properties["addressPrefix"]).lower()
            if prefix in seen:
                # The code is not documented.
                raise network_error(
                    "RouteConflict",
                    f"Route {route.name} conflicts with route {seen[prefix]}. Routes cannot have the same "
                    "AddressPrefix.",
                )
            seen[prefix] = route.name


class RouteTables(ParentType):
    """``Microsoft.Network/routeTables``; its routes are separate resources that appear inside it."""

    name = "routeTables"
    entries = Routes()
    member = "routes"
    read_only = frozenset({"subnets"})

    def settings(self, properties: JsonObject) -> Json:
        """Return the setting for gateway routes, which are propagated by default."""
        return {"disableBgpRoutePropagation": properties.flag("disableBgpRoutePropagation") or False}

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:  # noqa: ARG002 - Azure does not name them
        """Return the error (code and text: Microsoft's page on InUseRouteTableCannotBeDeleted)."""
        return network_error(
            "InUseRouteTableCannotBeDeleted",
            f"Route table {resource.name} is in use and cannot be deleted.",
        )


def routes_of(session: Session, table_id: ResourceId) -> list[Resource]:
    """Return the routes of a route table, by name."""
    return session.store.children(table_id, f"{NAMESPACE}/routeTables/routes")


def _check_address(properties: JsonObject, next_hop: str) -> None:
    """Require ``nextHopIpAddress`` with ``VirtualAppliance``, and reject it otherwise ("Routes", nextHopIpAddress)."""
    address = properties.text("nextHopIpAddress")
    if next_hop == _APPLIANCE:
        try:
            ip_address(address or "")
        except ValueError:
            raise properties.refuse(
                f"'{properties.where('nextHopIpAddress')}' must be the IP address of the appliance when the next hop "
                f"type is {_APPLIANCE}. Example: 10.0.0.4"
            ) from None
    elif address:
        raise properties.refuse(
            f"'{properties.where('nextHopIpAddress')}' is allowed only when the next hop type is {_APPLIANCE}, not "
            f"{next_hop}."
        )
