"""Microsoft.Resources: resource groups.

Source: Azure REST API reference, "Resource Groups"; Microsoft, "Delete resource groups" (order, retries).
"""

import json
import re
from collections.abc import Callable

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import (
    ACCEPTED,
    Envelope,
    ResourceType,
    available_location,
    check_identity,
    merged_tags,
    read_tags,
)
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource

# Simulated seconds that the deletion of a group takes.
_DELETION = 60.0

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Resources: 1 to 90 characters, no period
# at the end.
_NAME = re.compile(r"[\w().-]{0,89}[\w()-]")


# The list in Azure's own error (ansible-collections/azure #1739, azure-cli #27239), and API descriptions since then.
_VERSIONS = """
    2013-03-01 2014-01-01 2014-02-26 2014-04 2014-04-01 2014-04-01-preview 2015-01-01 2015-11-01 2016-02-01
    2016-06-01 2016-07-01 2016-09-01 2017-03-01 2017-05-01 2017-05-10 2017-06-01 2017-08-01 2017-12-01 2018-01-01
    2018-02-01 2018-05-01 2018-06-01 2018-07-01 2018-08-01 2018-09-01 2018-11-01 2019-03-01 2019-05-01 2019-05-10
    2019-06-01 2019-07-01 2019-08-01 2019-09-01 2019-10-01 2019-11-01 2020-01-01 2020-05-01 2020-06-01 2020-07-01
    2020-08-01 2020-09-01 2020-10-01 2021-01-01 2021-04-01 2022-01-01 2022-03-01-preview 2022-05-01 2022-06-01
    2022-09-01 2022-11-01-preview 2022-12-01 2023-03-01-preview 2023-07-01 2023-07-01-preview 2024-03-01
    2024-06-01-preview 2024-07-01 2024-08-01 2024-11-01 2025-03-01 2025-04-01
    """
_API_VERSIONS = tuple(_VERSIONS.split())


class ResourceGroups(ResourceType):
    """``/subscriptions/{s}/resourceGroups/{g}``."""

    namespace = "Microsoft.Resources"
    name = "resourceGroups"
    api_versions = _API_VERSIONS

    has_filter = True

    def __init__(self, type_named: Callable[[str], ResourceType]) -> None:
        self._type_named = type_named

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or update a group at once."""
        if existing:
            refuse_while_deleting(existing)
        elif not _NAME.fullmatch(resource_id.group):
            raise invalid_request_content(
                f"the resource group name '{resource_id.group[:100]}' must have 1 to 90 letters, digits, '-', '.', "
                "'(', ')' or '_', and not end with '.'."
            )
        body = request.body
        check_identity(body, resource_id)
        location = available_location(body.required_text("location"), self.full_name)
        if existing and existing.location != location:
            raise ArmError(
                409,
                "InvalidResourceGroupLocation",
                f"Invalid resource group location '{location}'. "
                f"The Resource group already exists in location '{existing.location}'.",
            )
        group = Resource(resource_id, _document(resource_id, location, read_tags(body), body.text("managedBy")))
        return self.saved(request, group, existing)

    def head(self, request: Request, resource: Resource) -> Response:  # noqa: ARG002 - the same for all
        """Return 204 ("Resource Groups - Check Existence")."""
        return Response(204)

    def unsupported_api_version(self, version: str, location: str) -> ArmError:  # noqa: ARG002 - as the base class
        """Return ARM's own error."""
        return ArmError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version[:40]}' is invalid. The supported versions are "
            f"'{','.join(reversed(self.api_versions))}'.",
        )

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags."""
        refuse_while_deleting(resource)
        managed_by = request.body.text("managedBy") or resource.document.get("managedBy")
        group = Resource(
            resource.id, _document(resource.id, resource.location, merged_tags(resource, request.body), managed_by)
        )
        request.session.store.save(group)
        return Response(200, group.document)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Start to delete the group with everything in it; a second DELETE joins the first."""
        session = request.session
        if running := operations.holding_lock(session, resource.id):
            return self.accepted(request, resource, running, ACCEPTED)
        deleting = resource.with_properties(provisioningState="Deleting")
        return self.begin(request, deleting, operations.DELETE, _DELETION, ACCEPTED)

    def tracking_headers(self, request: Request, locked: Resource, operation: Operation) -> dict[str, str]:
        """Return ``Location``, which ``deletion_result`` serves."""
        path = f"/subscriptions/{locked.id.subscription}/operationresults/{operation.id}"
        return {"Location": f"{request.base_url}{path}?api-version={request.api_version}"}

    def deletion_result(self, request: Request, operation_id: str) -> Response:
        """Return the result of the deletion of a group: 202 while it runs, then 200 or the error."""
        operation = operations.find(request.session, operation_id, self.full_name)
        if operation is None:
            raise ArmError(404, "OperationNotFound", f"The operation '{operation_id[:80]}' was not found.")
        return operations.result(request, operation, 200)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove everything in the group, then the group.

        Resources in use are retried after the others, as in ARM. If a resource remains, the group remains: code and
        text from azure-docs #52282.
        """
        failures: dict[ResourceId, ArmError] = {}
        left = -1
        while left != len(failures):
            left, failures = len(failures), {}
            for inside in session.store.resources_in(resource.id):
                if len(inside.id.types) > 1:
                    continue  # deleted with its parent
                try:
                    self._type_named(inside.id.type).remove(session, inside)
                except ArmError as error:
                    failures[inside.id] = error
        if failures:
            names = ",".join(blocked.relative_name for blocked in failures)
            raise ArmError(
                409,
                "ResourceGroupDeletionBlocked",
                f"Deletion of resource group '{resource.name}' failed as resources with identifiers '{names}' could "
                "not be deleted. The provisioning state of the resource group will be rolled back.",
                details=[
                    {"code": None, "target": str(blocked), "message": json.dumps(why.body)}
                    for blocked, why in failures.items()
                ],
            )
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """Complete a deletion."""
        group = session.store.resource(operation.resource)
        if group is None:
            return
        try:
            self.remove(session, group)
        except ArmError:
            self.set_final_state(session, operation)
            raise

    def set_final_state(self, session: Session, operation: Operation) -> None:
        """Restore the group after a failed deletion, as the message of ARM states."""
        group = session.store.resource(operation.resource)
        if group is not None:
            session.store.save(group.with_properties(provisioningState="Succeeded"))


def refuse_while_deleting(group: Resource) -> None:
    """Reject new resources in a group that is being deleted (text: azure-cli #28679)."""
    if group.properties.get("provisioningState") == "Deleting":
        raise ArmError(
            409,
            "ResourceGroupBeingDeleted",
            f"The resource group '{group.name}' is in deprovisioning state and cannot perform this operation.",
        )


def _document(resource_id: ResourceId, location: str, tags: dict[str, str] | None, managed_by: str | None) -> Json:
    more = {} if managed_by is None else {"managedBy": managed_by}
    return Envelope(resource_id, location, tags).document({"provisioningState": "Succeeded"}, **more)
