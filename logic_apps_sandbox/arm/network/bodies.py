"""Bodies of Microsoft.Network: names, members, children and entity tags, and the form of its errors.

Source: Azure REST API reference, Microsoft.Network.
"""

import json
import re
import uuid
from collections.abc import Callable, Collection

from logic_apps_sandbox.arm.core.errors import ArmError, not_simulated
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.session import Json, Request, Session
from logic_apps_sandbox.arm.core.store import Resource

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Network: all types but virtual networks.
_NAME = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?", re.ASCII)


def network_error(code: str, message: str) -> ArmError:
    """Return 400 in Network's form, with ``details`` even if there are none."""
    return ArmError(400, code, message, details=[])


def invalid_request_format(message: str) -> ArmError:
    """Return 400 for a body that Network cannot read (form of the error: azure-powershell #9920)."""
    return ArmError(
        400, "InvalidRequestFormat", "Cannot parse the request.", details=[{"code": "InvalidJson", "message": message}]
    )


def network_body(request: Request) -> JsonObject:
    """Return the body with Network's form of errors; raises ArmError NotImplemented for an edge zone."""
    if request.content and "extendedLocation" in request.content:
        raise not_simulated("extendedLocation")
    return JsonObject(request.content or {}, refuse=invalid_request_format)


def check_name(name: str, allowed: re.Pattern[str] = _NAME, length: str = "1 to 80") -> None:
    """Validate a name; raises ArmError InvalidResourceName. ``length`` describes the allowed length."""
    if not allowed.fullmatch(name):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"Resource name {name[:100]} is invalid. The name has {length} characters; it begins with a letter or a "
            "digit, ends with a letter, a digit or '_', and contains only these, '.' and '-'.",
        )


def check_kinds(properties: JsonObject, *, flags: tuple[str, ...], lists: tuple[str, ...]) -> None:
    """Validate only the types of the members that the simulator stores as given."""
    for name in flags:
        properties.flag(name)
    for name in lists:
        properties.objects(name)


def read_children(
    properties: JsonObject,
    member: str,
    parent: ResourceId,
    before: list[Resource],
    read: Callable[[JsonObject, ResourceId], Resource],
) -> list[Resource]:
    """Return the children that a parent's body lists under ``member``, which is also their type; empty if absent.

    ``read`` creates a child from its part of the body; existing children keep the spelling of their id.
    """
    known = {child.key: child.id for child in before}
    after: dict[str, Resource] = {}
    for item in properties.objects(member) or ():
        child_id = parent.child(member, item.required_text("name"))
        if child_id.key in after:
            raise ArmError(
                400,
                "InvalidRequestFormat",
                "Cannot parse the request.",
                details=[
                    {
                        "code": "DuplicateResourceName",
                        "message": f"Resource {parent} has two child resources named {child_id.name}.",
                    }
                ],
            )
        after[child_id.key] = read(item, known.get(child_id.key, child_id))
    return list(after.values())


def replace_children(session: Session, before: list[Resource], after: list[Resource]) -> None:
    """Store the children of a resource, and remove those that are no longer listed."""
    for gone in {child.id for child in before} - {child.id for child in after}:
        session.store.remove(gone)
    for child in after:
        session.store.save(child)


def without(value: Json, names: Collection[str]) -> Json:
    """Return the members that have other names and are not null."""
    return {name: item for name, item in value.items() if name not in names and item is not None}


def with_etag(document: Json) -> Json:
    """Return a document with an entity tag that depends only on its content."""
    content = json.dumps(document, sort_keys=True)
    tagged = {"etag": f'W/"{uuid.uuid5(uuid.NAMESPACE_URL, content)}"', **without(document, ("etag",))}
    # Azure shows id and name first.
    return {"name": tagged.pop("name"), "id": tagged.pop("id"), **tagged}
