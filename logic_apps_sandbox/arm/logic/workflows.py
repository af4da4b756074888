"""Microsoft.Logic: workflows (Consumption logic apps), alone or in an integration service environment (ISE).

Sources: the API description ``Microsoft.Logic`` 2019-05-01; Microsoft, "Add resources to your integration service
environment" (location); terraform issue #27868 (workflow and integration account in different ISEs). Definitions are
stored, not run.
"""

import hashlib

from logic_apps_sandbox.arm.core.errors import ArmError, invalid_reference
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ENVELOPE, ResourceType, read_envelope, with_merged_tags
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, timestamp
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.callback_urls import callback_url, trigger_callback_url
from logic_apps_sandbox.arm.logic.placement import (
    ACCOUNT,
    ENVIRONMENT,
    NAMESPACE,
    check_name,
    read_environment,
    read_reference,
    ready_environment,
    reference_to,
)
from logic_apps_sandbox.arm.managedidentity import identities as managed_identities
from logic_apps_sandbox.arm.managedidentity import user_assigned as user_assigned_identities

_READ_ONLY = {"provisioningState", "createdTime", "changedTime", "version", "accessEndpoint", "sku"}
_PROPERTIES = {
    *_READ_ONLY, "state", "endpointsConfiguration", "accessControl", ACCOUNT, ENVIRONMENT, "definition", "parameters",
}  # fmt: skip
_STATES = ("Enabled", "Disabled")


class Workflows(ResourceType):
    """``Microsoft.Logic/workflows``; every request is answered at once."""

    namespace = NAMESPACE
    name = "workflows"
    api_versions = (  # Azure's own list: Azure/LogicAppsUX #8196
        "2015-02-01-preview", "2015-08-01-preview", "2016-06-01", "2016-10-01", "2017-07-01", "2018-07-01-preview",
        "2019-05-01",
    )  # fmt: skip
    references = (ENVIRONMENT, ACCOUNT)
    actions = {  # noqa: RUF012 - declared as a class variable by the base class
        "enable": "POST",
        "disable": "POST",
        "listcallbackurl": "POST",
        "triggers/{}/listcallbackurl": "POST",
    }

    def missing_body(self, method: str) -> ArmError | None:
        """Return None: a PATCH has no body in the API description, and changes nothing."""
        return None if method == "PATCH" else super().missing_body(method)

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a workflow."""
        check_name(resource_id.name)
        session, body = request.session, request.body
        body.refuse_unknown(ENVELOPE | {"identity"})
        envelope = read_envelope(body, self, resource_id, existing)
        properties = body.required_member("properties")
        properties.refuse_unknown(_PROPERTIES)
        # Undocumented: whether a workflow without a definition is accepted.
        properties.required_member("definition")
        for member in ("parameters", "accessControl", "endpointsConfiguration"):
            properties.member(member)
        # A PUT without `state` keeps it, as terraform-provider-azurerm's acceptance tests expect.
        state = properties.one_of("state", _STATES, existing.properties["state"] if existing else "Enabled")
        placed = read_environment(properties, existing)
        kept: Json = {k: v for k, v in properties.value.items() if k not in _READ_ONLY and v is not None}
        if placed is not None:
            environment = ready_environment(session, placed, envelope.location)
            kept |= {
                ENVIRONMENT: reference_to(environment),
                "endpointsConfiguration": environment.properties["endpointsConfiguration"],
            }
        if (account := read_reference(properties, ACCOUNT)) is not None:
            kept[ACCOUNT] = reference_to(_account(session, envelope.id, account, placed, envelope.location))
        given = managed_identities.read(body)
        user_assigned_identities.refuse_missing(session, given, envelope.id)
        identity = {} if given is None else {"identity": managed_identities.shown(given, envelope.id)}
        filled_in = _filled_in(session, envelope.id, envelope.location, existing)
        stored = Resource(envelope.id, envelope.document({**filled_in, **kept, "state": state}, **identity))
        return self.saved(request, stored, existing)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags if there is a body."""
        if request.content is None:
            return Response(200, resource.document)
        return Response(200, with_merged_tags(request, resource).document)

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """Enable or disable a workflow, or return a callback URL."""
        match action:
            case "listcallbackurl":
                return callback_url(request, resource)
            case "triggers/{}/listcallbackurl":
                return trigger_callback_url(request, resource, request.segments[-2])
        state = "Enabled" if action == "enable" else "Disabled"
        request.session.store.save(resource.with_properties(state=state))
        return Response(200)


def _account(
    session: Session, workflow: ResourceId, account_id: ResourceId, placed: ResourceId | None, location: str
) -> Resource:
    """Return the integration account of a workflow, which must be in the same ISE, or both in none."""
    account = session.store.resource(account_id)
    if account is None or account.location != location:
        raise invalid_reference(account_id, workflow)
    inside = account.reference(ENVIRONMENT)
    if (inside.key if inside else None) != (placed.key if placed else None):
        raise ArmError(
            400,
            "WorkflowNotInSameIntegrationServiceEnvironmentAsIntegrationAccount",
            f"The workflow '{workflow.name}' and the integration account '{account.name}' must be in the same "
            f"integration service environment: the workflow is in {placed or 'none'}, the account in "
            f"{inside or 'none'}.",
        )
    return account


def _filled_in(session: Session, workflow: ResourceId, location: str, existing: Resource | None) -> Json:
    """Return the properties that the service adds; each write has a new version."""
    digest = hashlib.sha256(workflow.key.encode()).hexdigest()
    now = timestamp(session.now)
    return {
        "provisioningState": "Succeeded",
        "createdTime": existing.properties["createdTime"] if existing else now,
        "changedTime": now,
        "version": f"{int(existing.properties['version']) + 1 if existing else 1:020d}",
        "accessEndpoint": f"https://prod-00.{location}.logic.azure.com:443/workflows/{digest[:32]}",
    }
