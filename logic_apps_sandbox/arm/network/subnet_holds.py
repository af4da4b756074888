"""Which resource uses a subnet.

Network rejects changes to such a subnet; the namespace of the resource releases it.
"""

from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Session


def hold(session: Session, subnet: ResourceId, holder: ResourceId) -> None:
    """Record that ``holder`` uses the subnet."""
    session.store.execute("INSERT INTO subnet_hold VALUES (?, ?, '')", subnet.key, str(holder))


def holder_of(session: Session, subnet: ResourceId) -> str | None:
    """Return the id of the resource that uses the subnet, None if it is free. The resource may have been deleted."""
    row = session.store.execute("SELECT holder FROM subnet_hold WHERE subnet = ?", subnet.key).fetchone()
    return None if row is None else str(row[0])


def release(session: Session, holder: ResourceId) -> None:
    """Release the subnets that ``holder`` uses."""
    session.store.execute("DELETE FROM subnet_hold WHERE lower(holder) = ? AND until = ''", holder.key)


def keep_until_end_of(session: Session, holder: ResourceId, operation: Operation) -> None:
    """Keep the subnets that ``holder`` uses until the operation calls ``release_after``.

    A new resource with the same name has its own subnets.
    """
    session.store.execute(
        "UPDATE subnet_hold SET until = ? WHERE lower(holder) = ? AND until = ''", operation.id, holder.key
    )


def release_after(session: Session, operation: Operation) -> None:
    """Release the subnets that were kept until the end of this operation."""
    session.store.execute("DELETE FROM subnet_hold WHERE until = ?", operation.id)
