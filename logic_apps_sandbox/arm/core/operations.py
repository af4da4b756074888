"""Long-running operations: each is due at a simulated time, and the first request after that completes it.

Source of headers and documents: Microsoft, "Track asynchronous Azure operations" and the ARM resource provider
contract, "Asynchronous operations".
"""

import json
import math
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from logic_apps_sandbox.arm.core import operation_faults
from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.resource_id import ResourceId, stored_id
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, timestamp

IN_PROGRESS = "InProgress"
SUCCEEDED = "Succeeded"
FAILED = "Failed"

DELETE = "Delete"
"""The kind of an operation that removes its resource; the other kinds belong to the resource types."""

# Milliseconds between two polls that the simulator asks for. The lower limit keeps clients from polling without a
# pause, the upper one keeps progress visible.
_MIN_WAIT, _MAX_WAIT = 10, 1000
# `Retry-After` counts whole seconds; a client that knows only this header should not sleep through a short
# operation's end.
_MAX_RETRY_AFTER = 10

# The condition of two indexes, with the same text, so that SQLite uses them.
_RUNNING = f"status = '{IN_PROGRESS}'"

# How many operations are remembered after their end. Azure keeps them for at least a day; here the number is what
# has to stay small.
_MAX_FINISHED = 10_000

_COLUMNS = "id, type, resource, kind, locks, started, due, status, error, ending, progress"


@dataclass(frozen=True)
class Operation:
    """A long-running operation. Times are simulated seconds since 1970."""

    id: str
    resource: ResourceId
    kind: str
    """What is done when it is due: a name that the resource type defines."""
    started: float
    due: float
    status: str
    error: Json | None
    """Of an operation that runs: the error with which it will end."""
    ending: str = SUCCEEDED
    """The status that it will have when it is due."""
    progress_at_end: float = 1.0
    """The part that is done when it is due, 0 to 1; less than 1 for one that fails on the way."""

    @property
    def running(self) -> bool:
        """Whether the operation has not ended."""
        return self.status == IN_PROGRESS

    def progress(self, now: float) -> float:
        """Return the completed part, 0 to 1."""
        if not self.running:
            return self.progress_at_end
        length = self.due - self.started
        return 0.0 if length <= 0 else self.progress_at_end * min(1.0, max(0.0, (now - self.started) / length))


def start(
    session: Session,
    resource: ResourceId,
    kind: str,
    duration: float,
    *,
    locks: ResourceId | None = None,
    is_internal: bool = False,
) -> Operation:
    """Schedule an operation that takes ``duration`` simulated seconds.

    ``locks`` is the resource that accepts no other write meanwhile. Injected faults do not apply to an internal
    operation, which no client can see.
    """
    fault = None if is_internal else operation_faults.next_fault(session.store, resource, kind)
    operation = Operation(
        str(uuid.uuid4()),
        resource,
        kind,
        session.now,
        session.now + duration * (fault.progress if fault else 1.0),
        IN_PROGRESS,
        fault.error if fault else None,
        fault.status if fault else SUCCEEDED,
        fault.progress if fault else 1.0,
    )
    session.store.execute(
        f"INSERT INTO operation ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
        operation.id,
        resource.type.lower(),
        str(resource),
        kind,
        locks.key if locks else "",
        operation.started,
        operation.due,
        operation.status,
        json.dumps(operation.error) if operation.error else None,
        operation.ending,
        operation.progress_at_end,
    )
    session.store.execute(
        f"DELETE FROM operation WHERE rowid <= (SELECT max(rowid) FROM operation) - ? AND NOT {_RUNNING}",  # noqa: S608
        _MAX_FINISHED,
    )
    return operation


def find(session: Session, operation_id: str, resource_type: str) -> Operation | None:
    """Return an operation on a resource of this type or of a type below it, by its id in any letter case."""
    condition = "id = ? AND (type || '/') LIKE (? || '/%')"
    return next(_select(session, condition, operation_id.lower(), resource_type.lower()), None)


def holding_lock(session: Session, resource: ResourceId) -> Operation | None:
    """Return the running operation that prevents other writes to a resource."""
    return next(_select(session, f"locks = ? AND {_RUNNING} LIMIT 1", resource.key), None)


def running(session: Session) -> list[Operation]:
    """Return all running operations, ordered by the time at which they are due."""
    return list(_select(session, f"{_RUNNING} ORDER BY due"))


def run_due(session: Session, complete: Callable[[Session, Operation], None]) -> None:
    """Run all due operations in order, each at its own simulated time.

    ``complete`` completes the operation, or applies its injected failure (``Operation.ending``); when it raises
    ArmError, the operation ends as Failed with that error.
    """
    next_due = f"{_RUNNING} AND due <= ? ORDER BY due, started LIMIT 1"
    while (operation := next(_select(session, next_due, session.now), None)) is not None:
        ending, error = operation.ending, operation.error
        try:
            complete(replace(session, now=operation.due), operation)
        except ArmError as failure:
            ending, error = FAILED, failure.error
        session.store.execute(
            "UPDATE operation SET status = ?, error = ? WHERE id = ?",
            ending,
            None if error is None else json.dumps(error),
            operation.id,
        )


def status_document(session: Session, operation: Operation, status_id: str) -> Json:
    """Return the body at an ``Azure-AsyncOperation`` URL."""
    document: Json = {
        "id": status_id,
        "name": operation.id,
        "status": operation.status,
        "startTime": timestamp(operation.started),
        "percentComplete": math.floor(100 * operation.progress(session.now)),
    }
    if not operation.running:
        document["endTime"] = timestamp(operation.due)
        if operation.error:
            document["error"] = operation.error
    return document


def result(request: Request, operation: Operation, status: int) -> Response:
    """Return the response at a ``Location`` URL: 202 while the operation runs, then ``status``, or 409 for an error."""
    if operation.running:
        here = f"{request.base_url}/{'/'.join(request.segments)}?api-version={request.api_version}"
        return Response(202, headers={"Location": here, **retry_headers(request.session, operation)})
    return Response(409, {"error": operation.error}) if operation.error else Response(status)


def retry_headers(session: Session, operation: Operation) -> dict[str, str]:
    """Return the headers with the time of the next poll: at completion, or earlier to show progress.

    ``x-ms-retry-after-ms`` is precise and takes precedence in azcore; ``Retry-After`` must be whole seconds (RFC 9110,
    10.2.3).
    """
    if not operation.running:
        return {}
    # One millisecond more than what remains, so that the client does not arrive just too early.
    seconds = session.clock.real_seconds_until(operation.due, session.now)
    milliseconds = min(_MAX_WAIT, max(_MIN_WAIT, math.ceil(seconds * 1000) + 1))
    return {
        "Retry-After": str(min(_MAX_RETRY_AFTER, max(1, math.ceil(seconds)))),
        "x-ms-retry-after-ms": str(milliseconds),
    }


def _select(session: Session, condition: str, *values: object) -> Iterator[Operation]:
    """Return the operations that fulfill a condition of SQL."""
    rows = session.store.execute(f"SELECT {_COLUMNS} FROM operation WHERE {condition}", *values)  # noqa: S608
    for operation_id, _, resource, kind, _, started, due, status, error, ending, progress in rows:
        problem = json.loads(error) if error else None
        yield Operation(operation_id, stored_id(resource), kind, started, due, status, problem, ending, progress)
