"""Microsoft.ManagedIdentity: user-assigned identities.

Source: Azure REST API reference, "User Assigned Identities" (2023-01-31).
"""

import re

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_request_content
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.core.resource_type import (
    ENVELOPE,
    ResourceType,
    check_identity,
    read_envelope,
    with_merged_tags,
)
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.managedidentity import identities as managed_identities

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.ManagedIdentity.
_NAME = re.compile(r"[A-Za-z0-9][\w-]{2,127}", re.ASCII)


class UserAssignedIdentities(ResourceType):
    """``Microsoft.ManagedIdentity/userAssignedIdentities``; every request is answered at once."""

    namespace = "Microsoft.ManagedIdentity"
    name = "userAssignedIdentities"
    api_versions = (
        "2015-08-31-preview", "2018-11-30", "2021-09-30-preview", "2022-01-31-preview", "2023-01-31",
        "2023-07-31-preview", "2024-11-30", "2025-05-31-preview",
    )  # fmt: skip

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create an identity, or replace its tags."""
        if not _NAME.fullmatch(resource_id.name):
            raise invalid_request_content(
                f"the name '{resource_id.name[:150]}' must have 3 to 128 letters, digits, '-' or '_', and begin "
                "with a letter or digit."
            )
        body = request.body
        body.refuse_unknown(ENVELOPE)
        envelope = read_envelope(body, self, resource_id, existing)
        stored = Resource(envelope.id, envelope.document(managed_identities.user_assigned(str(envelope.id))))
        return self.saved(request, stored, existing)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags."""
        check_identity(request.body, resource.id)
        return Response(200, with_merged_tags(request, resource).document)


def refuse_missing(session: Session, given: Json | None, resource: ResourceId) -> None:
    """Reject identities that do not exist.

    ``given`` is its ``identity``. Code and text: azure-libraries-for-net #690, azure-policy #1311.
    """
    for text in (given or {}).get("userAssignedIdentities", {}):
        named = parse_resource_id(text)
        if named is None or session.store.resource(named) is None:
            raise ArmError(
                400,
                "FailedIdentityOperation",
                f"Identity operation for resource '{resource}' failed with error 'Failed to perform resource identity "
                f"operation. Status: 'BadRequest'. Response: 'Resource '{text[:300]}' was not found.''.",
            )


PROVIDER = ResourceProvider(
    (UserAssignedIdentities(),),
    # The API description `Microsoft.ManagedIdentity`.
    not_simulated=frozenset(
        {
            "identities",
            "operations",
            "userassignedidentities/federatedidentitycredentials",
            "userassignedidentities/listassociatedresources",
        }
    ),
)
