"""Microsoft.Network: network security groups and their rules.

Source: Azure REST API reference, "Network Security Groups", "Security Rules", "Default Security Rules" (2024-05-01).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sandbox.arm.errors import resource_not_found
from sandbox.arm.json_body import JsonObject
from sandbox.arm.network_entries import DELETION_DURATION, NetworkEntries, begin_write_with_entries
from sandbox.arm.network_references import refuse_removal_of_security_group, users_of
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
from sandbox.arm.network_security_rules import check_priorities, default_rules, read_rule
from sandbox.arm.resource_type import ResourceType, read_envelope
from sandbox.arm.session import Json, Request, Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Session

_READ_ONLY = {
    "provisioningState", "resourceGuid", "securityRules", "defaultSecurityRules", "subnets", "networkInterfaces",
    "flowLogs",
}  # fmt: skip


class NetworkSecurityGroups(ResourceType):
    """`Microsoft.Network/networkSecurityGroups`; its rules are resources of their own and appear inside it."""

    namespace = NAMESPACE
    name = "networkSecurityGroups"
    api_versions = API_VERSIONS
    actions = {  # noqa: RUF012 - declared as a class variable by the base class
        "defaultsecurityrules": "GET",
        **{f"defaultsecurityrules/{name}": "GET" for name in (
            "allowvnetinbound", "allowazureloadbalancerinbound", "denyallinbound",
            "allowvnetoutbound", "allowinternetoutbound", "denyalloutbound",
        )},
    }  # fmt: skip

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace.

        OPEN: what a PUT without `securityRules` does to those that exist is not documented for security groups; a PUT
        replaces, and azure-native copies them into its updates, so here they go.
        """
        check_name(resource_id.name, CHILD_NAME, "1 to 80")
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        properties.flag("flushConnection")
        before = rules_of(session, envelope.id)
        after = read_children(properties, "securityRules", envelope.id, before, read_rule)
        check_priorities(after)
        refuse_while_busy(request, envelope.id, envelope.location)
        stored = Resource(
            envelope.id,
            envelope.document(
                {
                    **without(properties.value, _READ_ONLY),
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
        refuse_removal_of_security_group(request.session, resource.id)
        return begin_deletion(request, resource, resource, DELETION_DURATION)

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002 - the same for all
        """The default rules, together or one of them."""
        rules = default_rules(resource.id)
        if "/" not in action:
            return Response(200, {"value": rules})
        return Response(200, next(rule for rule in rules if rule["name"].lower() == action.partition("/")[2]))

    def present(self, session: Session, resource: Resource) -> Json:
        """With the rules and the subnets that use it as they are now."""
        rules = [with_etag(rule.document) for rule in rules_of(session, resource.id)]
        return with_etag(
            resource.with_properties(
                securityRules=rules,
                defaultSecurityRules=default_rules(resource.id),
                **users_of(session, resource.id, "networkSecurityGroup"),
            ).document
        )

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it with its rules."""
        refuse_removal_of_security_group(session, resource.id)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        finish(session, operation, *(rules_of(session, operation.resource) if operation.kind == WRITE else ()))

    fail = complete


class SecurityRules(NetworkEntries):
    """`Microsoft.Network/networkSecurityGroups/securityRules`; one write at a time to a group and its rules."""

    name = "networkSecurityGroups/securityRules"

    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """A rule from the body of a PUT; raises ArmError."""
        return read_rule(body, entry_id)

    def check_together(self, entries: list[Resource]) -> None:
        """Raises ArmError when these cannot be the rules of one group."""
        check_priorities(entries)


def rules_of(session: Session, group_id: ResourceId) -> list[Resource]:
    """The rules of a security group, by name."""
    return session.store.children(group_id, f"{NAMESPACE}/networkSecurityGroups/securityRules")


def effective_rules(session: Session, group_id: ResourceId) -> list[Json]:
    """The documents of all rules of a group, the default ones included.

    Raises ArmError ResourceNotFound when the group does not exist.
    """
    if session.store.resource(group_id) is None:
        raise resource_not_found(group_id.relative_name, group_id.group)
    return [*(rule.document for rule in rules_of(session, group_id)), *default_rules(group_id)]
