"""The control interface over HTTP: everything below ``/sandbox``, a path that Azure does not have.

Reading requires no token, so that the page at ``/`` works in any browser on this machine, and returns neither
properties of resources nor bodies of requests. Writing requires the bearer token of an ARM request. See
docs/sandbox.md, "Control API".
"""

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass

from logic_apps_sandbox.arm.control import request_log
from logic_apps_sandbox.arm.control.control import Control
from logic_apps_sandbox.arm.control.settings import SimulatorSettings
from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, method_not_allowed
from logic_apps_sandbox.arm.core.json_body import JsonObject, camel_case
from logic_apps_sandbox.arm.core.operation_faults import OperationFault
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.request_faults import RequestFault
from logic_apps_sandbox.arm.core.session import Json, Response, Session, collection, timestamp

ROOT = "sandbox"
"""The first segment of all paths here."""

_MAX_LISTED = 1000


@dataclass(frozen=True)
class _Call:
    """A request to the control interface."""

    session: Session
    control: Control
    query: dict[str, str]
    """Names in lower case."""
    body: JsonObject


def answer(session: Session, method: str, path: list[str], query: dict[str, str], content: Json | None) -> Response:
    """Serve a request; ``path`` is what follows ``/sandbox``, in lower case, ``content`` the body of a POST or PATCH.

    Raises ArmError 400 InvalidRequestContent or InvalidParameter, 404 and 405.
    """
    where = "/".join(path)
    handlers = _HANDLERS.get(where)
    if handlers is None:
        known = ", ".join(f"/{ROOT}/{name}" for name in _HANDLERS)
        raise ArmError(404, "NotFound", f"The control interface has no /{ROOT}/{where[:200]}, but {known}.")
    handler = handlers.get(method)
    if handler is None:
        raise method_not_allowed(method, f"/{ROOT}/{where}")
    body = JsonObject(content or {}, refuse=_invalid)
    try:
        return handler(_Call(session, Control(lambda: nullcontext(session)), query, body))
    except ValueError as error:
        raise _invalid(str(error)) from error


def _invalid(message: str) -> ArmError:
    return ArmError(400, "InvalidRequestContent", f"The control request is invalid: {message}")


def _shown(value: RequestFault | OperationFault | SimulatorSettings) -> Json:
    """Return a dataclass as an object with members in camel case."""
    return {camel_case(name): content for name, content in asdict(value).items()}


def _time(call: _Call) -> Response:
    time = call.control.time()
    return Response(200, {"now": timestamp(time.now.timestamp()), "pace": time.pace})


def _change_time(call: _Call) -> Response:
    body, control = call.body, call.control
    body.refuse_unknown({"advanceHours", "pace"})
    # The pace first: hours that are advanced are simulated ones at any pace.
    if (pace := body.number("pace")) is not None:
        control.set_pace(pace)
    if (hours := body.number("advanceHours")) is not None:
        control.advance(hours)
    return _time(call)


def _inject(call: _Call, kind: type[RequestFault | OperationFault]) -> Response:
    call.control.inject(call.body.read(kind))
    return Response(201)


def _clear_faults(call: _Call) -> Response:
    call.control.clear_faults()
    return Response(204)


def _settings(call: _Call) -> Response:
    return Response(200, _shown(call.control.settings()))


def _change_settings(call: _Call) -> Response:
    body = call.body
    body.refuse_unknown({"subnetHoldHours", "retired", "registrationRequired"})
    call.control.change_settings(
        subnet_hold_hours=body.number("subnetHoldHours"),
        retired=body.flag("retired"),
        registration_required=body.flag("registrationRequired"),
    )
    return _settings(call)


def _resources(call: _Call) -> Response:
    """List the resources with their running operations."""
    session = call.session
    running = {operation.resource.key: operation for operation in operations.running(session)}
    listed = []
    for resource in session.store.all_resources():
        operation = running.get(resource.key)
        listed.append(
            {
                "id": str(resource.id),
                "type": resource.id.type,
                "name": resource.name,
                "location": resource.location,
                "state": str(resource.properties.get("provisioningState", "")),
                **({} if operation is None else {"operation": _operation(session, operation)}),
            }
        )
    return collection(listed)


def _operation(session: Session, operation: Operation) -> Json:
    return {
        "kind": operation.kind,
        "percentComplete": math.floor(100 * operation.progress(session.now)),
        "due": timestamp(operation.due),
        "realSecondsLeft": round(session.clock.real_seconds_until(operation.due, session.now), 1),
    }


def _requests(call: _Call) -> Response:
    after, last = _count(call.query, "after", 0), _count(call.query, "last", 100)
    found = request_log.recorded(call.session.store, after=after, last=min(last, _MAX_LISTED))
    return collection([_request(request) for request in found])


def _request(request: request_log.RecordedRequest) -> Json:
    return {
        "number": request.number,
        "realTime": timestamp(request.real_time.timestamp()),
        "simulatedTime": timestamp(request.simulated_time.timestamp()),
        "method": request.method,
        "path": request.path,
        "status": request.status,
        "client": request.client,
        "duration": request.duration,
    }


def _count(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    # Bounded, because SQLite's integers are.
    if not (text.isascii() and text.isdigit() and len(text) <= 15):  # noqa: PLR2004
        raise ArmError(
            400, "InvalidParameter", f"The query parameter '{name}' is '{text[:40]}', but must be a whole number."
        )
    return int(text)


_HANDLERS: dict[str, dict[str, Callable[[_Call], Response]]] = {
    "time": {"GET": _time, "POST": _change_time},
    "faults": {"DELETE": _clear_faults},
    "faults/requests": {
        "GET": lambda call: collection([_shown(fault) for fault in call.control.request_faults()]),
        "POST": lambda call: _inject(call, RequestFault),
    },
    "faults/operations": {
        "GET": lambda call: collection([_shown(fault) for fault in call.control.operation_faults()]),
        "POST": lambda call: _inject(call, OperationFault),
    },
    "settings": {"GET": _settings, "PATCH": _change_settings},
    "resources": {"GET": _resources},
    "requests": {"GET": _requests},
}
"""The handlers of each path below ``/sandbox``, by method."""
