"""The items of ARM's lists of resources: a short form, with more members on ``$expand``.

Source: Azure REST API reference, "Resources - List" (``$expand``: createdTime, changedTime, provisioningState).
"""

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.session import Json, Request, timestamp
from logic_apps_sandbox.arm.core.store import Resource

_MEMBERS = ("createdTime", "changedTime", "provisioningState")
_LEFT_OUT = {"properties", "etag"}


def list_items(request: Request, resources: list[Resource]) -> list[Json]:
    """Return the items of resources.

    Raises:
        ArmError: InvalidExpandInQueryString (400) for another member. The code is not documented.
    """
    expanded = _expanded(request)
    return [_item(request, resource, expanded) for resource in resources]


def _item(request: Request, resource: Resource, expanded: list[str]) -> Json:
    document = {name: value for name, value in resource.document.items() if name not in _LEFT_OUT}
    if not expanded:
        return document
    values = _values(request, resource)
    return {**document, **{name: values[name] for name in expanded if name in values}}


def _expanded(request: Request) -> list[str]:
    known = {member.lower(): member for member in _MEMBERS}
    names = [name.strip() for name in request.query.get("$expand", "").split(",") if name.strip()]
    for name in names:
        if name.lower() not in known:
            raise ArmError(
                400,
                "InvalidExpandInQueryString",
                f"'$expand' has '{name[:80]}'; it takes {', '.join(_MEMBERS)}. Example: $expand=createdTime",
            )
    return [known[name.lower()] for name in names]


def _values(request: Request, resource: Resource) -> Json:
    """Return the values of all members that the resource has."""
    values: Json = {}
    if times := request.session.store.times(resource.id):
        values = {"createdTime": timestamp(times[0]), "changedTime": timestamp(times[1])}
    if state := resource.properties.get("provisioningState"):
        values["provisioningState"] = state
    return values
