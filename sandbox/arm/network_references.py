"""Security groups and route tables as subnets use them: what a subnet may name, and who names it.

Sources: Azure REST API reference, "Subnets", "Network Security Groups", "Route Tables" (read-only `subnets`); codes and
texts of refusals: Microsoft, "Resolve errors for resource not found" (InvalidResourceReference),
terraform-provider-azurerm's and Microsoft's own pages on InUseNetworkSecurityGroupCannotBeDeleted and
InUseRouteTableCannotBeDeleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.arm.errors import ArmError

if TYPE_CHECKING:
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Session
    from sandbox.arm.store import Resource

_TYPES = {
    "networkSecurityGroup": "microsoft.network/networksecuritygroups",
    "routeTable": "microsoft.network/routetables",
}


def check_reference(session: Session, subnet: Resource, member: str, location: str) -> None:
    """A security group or route table that a subnet names exists, in the region of its virtual network."""
    given = subnet.properties.get(member)
    if given is None:
        return
    named = subnet.reference(member)
    found = session.store.resource(named) if named and named.type.lower() == _TYPES[member] else None
    if found is None or found.location != location:
        raise ArmError(
            400,
            "InvalidResourceReference",
            f"Resource {str(given['id'])[:300]} referenced by resource {subnet.id} was not found. Please make sure "
            "that the referenced resource exists, and that both resources are in the same region.",
            details=[],
        )
    if found.properties["provisioningState"] == "Deleting":
        # OPEN: the code for a reference to what is being deleted is not documented; the clash is with the state.
        raise ArmError(409, "Conflict", f"Resource {found.id} referenced by resource {subnet.id} is being deleted.")


def users_of(session: Session, resource_id: ResourceId, member: str) -> dict[str, list[Json]]:
    """The read-only `subnets` of a security group or route table; without any the property is absent."""
    subnets = session.store.referring_to(resource_id, member)
    return {"subnets": [{"id": str(subnet.id)} for subnet in subnets]} if subnets else {}


def refuse_removal_of_security_group(session: Session, resource_id: ResourceId) -> None:
    """Refuse to delete a security group that subnets use."""
    users = session.store.referring_to(resource_id, "networkSecurityGroup")
    if users:
        raise ArmError(
            400,
            "InUseNetworkSecurityGroupCannotBeDeleted",
            f"Network security group {resource_id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(str(subnet.id) for subnet in users)}. In order to delete the Network security group, remove "
            "the association with the resource(s). To learn how to do this, see aka.ms/deletensg.",
            details=[],
        )


def refuse_removal_of_route_table(session: Session, resource_id: ResourceId) -> None:
    """Refuse to delete a route table that subnets use."""
    if session.store.referring_to(resource_id, "routeTable"):
        raise ArmError(
            400,
            "InUseRouteTableCannotBeDeleted",
            f"Route table {resource_id.name} is in use and cannot be deleted.",
            details=[],
        )
