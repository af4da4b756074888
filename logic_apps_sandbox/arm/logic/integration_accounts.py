"""Microsoft.Logic: integration accounts, alone or in an integration service environment (ISE).

Sources: the API description ``Microsoft.Logic`` 2019-05-01; Microsoft, "Limits and configuration reference for Azure
Logic Apps" (integration accounts per ISE, by SKU; one Free account per region) and "Pricing and billing models".
These error codes are not documented; see ``logic_apps_sandbox.arm.core.errors``.
"""

from logic_apps_sandbox.arm.core.errors import ArmError, conflict, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ENVELOPE, ResourceType, patch_as_put, read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.placement import (
    ACCOUNT_API_VERSIONS,
    ACCOUNTS,
    ENVIRONMENT,
    NAMESPACE,
    check_name,
    read_environment,
    ready_environment,
    reference_to,
)

_SKUS = ("Free", "Basic", "Standard")
_STATES = ("Enabled", "Disabled")
_MAX_IN_ENVIRONMENT, _MAX_FREE_IN_DEVELOPER = 20, 1


class IntegrationAccounts(ResourceType):
    """``Microsoft.Logic/integrationAccounts``; every request is answered at once."""

    namespace = NAMESPACE
    name = "integrationAccounts"
    api_versions = ACCOUNT_API_VERSIONS
    references = (ENVIRONMENT,)

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace an account."""
        check_name(resource_id.name)
        session, body = request.session, request.body
        body.refuse_unknown(ENVELOPE | {"sku"})
        envelope = read_envelope(body, self, resource_id, existing)
        sku = body.required_member("sku").one_of("name", _SKUS)
        properties = body.member("properties") or JsonObject({}, "properties")
        properties.refuse_unknown({ENVIRONMENT, "state"})
        state = properties.one_of("state", _STATES, existing.properties["state"] if existing else "Enabled")
        named = read_environment(properties, existing)
        kept: Json = {"state": state}
        if named is not None:
            environment = ready_environment(session, named, envelope.location)
            _check_room(session, environment, envelope.id, sku)
            kept[ENVIRONMENT] = reference_to(environment)
        elif sku == "Free":
            _check_only_free_one(session, envelope.id, envelope.location)
        stored = Resource(envelope.id, envelope.document(kept, sku={"name": sku}))
        return self.saved(request, stored, existing)

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change tags, SKU or state; absent members do not change."""
        given = {name: value for name, value in request.body.value.items() if value is not None}
        return self.put(patch_as_put(request, resource, given), resource.id, resource)

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        """Return a conflict. Undocumented: whether Azure rejects the deletion of an account that workflows use."""
        return conflict(
            f"The integration account '{resource.name}' is in use by {', '.join(users)}. "
            "Delete these workflows, or let them use another account, first."
        )


def _check_room(session: Session, environment: Resource, account: ResourceId, sku: str) -> None:
    """Limit an ISE to 20 accounts: all Standard, one may be Free in a Developer environment, none Basic."""
    kind = environment.document["sku"]["name"]
    allowed = ("Standard",) if kind == "Premium" else ("Free", "Standard")
    if sku not in allowed:
        raise invalid_request_content(
            f"an integration account of SKU '{sku}' cannot be in a {kind} integration service environment. Supported "
            f"SKUs: {', '.join(allowed)}."
        )
    others = [
        other
        for other in session.store.referring_to(environment.id)
        if other.id.type.lower() == ACCOUNTS.lower() and other.key != account.key
    ]
    if len(others) >= _MAX_IN_ENVIRONMENT:
        raise conflict(
            f"The integration service environment '{environment.name}' has {len(others)} integration accounts; "
            f"at most {_MAX_IN_ENVIRONMENT} are allowed."
        )
    free = [other for other in others if other.document["sku"]["name"] == "Free"]
    if sku == "Free" and len(free) >= _MAX_FREE_IN_DEVELOPER:
        raise conflict(
            f"The integration service environment '{environment.name}' already has a Free integration account, "
            f"'{free[0].name}'; only one is allowed."
        )


def _check_only_free_one(session: Session, account: ResourceId, location: str) -> None:
    """Limit Free accounts to one in each region, not counting those in an ISE."""
    for other in session.store.resources_of_type(ACCOUNTS):
        if (
            other.key != account.key
            and other.location == location
            and other.document["sku"]["name"] == "Free"
            and other.reference(ENVIRONMENT) is None
        ):
            raise conflict(
                f"The subscription already has a Free integration account in '{location}', '{other.name}'; only one "
                "is allowed in a region."
            )
