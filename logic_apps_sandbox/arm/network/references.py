"""References of a subnet to its security group and route table, which list their subnets.

Sources: Azure REST API reference, "Subnets", "Network Security Groups", "Route Tables" (read-only ``subnets``); code
and text of the error: Microsoft, "Resolve errors for resource not found" (InvalidResourceReference).
"""

from logic_apps_sandbox.arm.core.errors import conflict, invalid_reference
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource

_TYPES = {
    "networkSecurityGroup": "microsoft.network/networksecuritygroups",
    "routeTable": "microsoft.network/routetables",
}


def check_references(session: Session, subnet: Resource, location: str) -> None:
    """Reject a security group or route table that does not exist or is in another region than the subnet."""
    for member, kind in _TYPES.items():
        given = subnet.properties.get(member)
        if given is None:
            continue
        named = subnet.reference(member)
        found = session.store.resource(named) if named and named.type.lower() == kind else None
        if found is None or found.location != location:
            raise invalid_reference(str(given["id"])[:300], subnet.id, details=[])
        if found.properties["provisioningState"] == "Deleting":
            # The code for a reference to a resource that is being deleted is not documented.
            raise conflict(f"Resource {found.id} referenced by resource {subnet.id} is being deleted.")


def subnets_shown(session: Session, resource_id: ResourceId) -> dict[str, list[Json]]:
    """Return the read-only ``subnets`` of a security group or route table, which is absent without any."""
    subnets = session.store.referring_to(resource_id)
    return {"subnets": [{"id": str(subnet.id)} for subnet in subnets]} if subnets else {}
