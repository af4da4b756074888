"""References of Microsoft.Logic's resources to an integration service environment (ISE).

Sources: the API description ``Microsoft.Logic`` 2019-05-01 (``integrationServiceEnvironment`` of workflows, integration
accounts and managed APIs; error codes of ErrorResponseCode); Microsoft, "Add resources to your integration service
environment" (same location as the ISE); azure-rest-api-specs #10725 and terraform-provider-azurerm PR #8315
(InvalidRequestContent for more, or less, than a reference).
"""

import re

from logic_apps_sandbox.arm.core.errors import ArmError, conflict, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource

NAMESPACE = "Microsoft.Logic"
ACCOUNT_API_VERSIONS = ("2015-08-01-preview", "2016-06-01", "2018-07-01-preview", "2019-05-01")
"""The api-versions of integration accounts and their artifacts; those of the API descriptions."""

ENVIRONMENT, ACCOUNT = "integrationServiceEnvironment", "integrationAccount"
"""The members of ``properties`` that name another resource."""

ENVIRONMENTS, ACCOUNTS = f"{NAMESPACE}/integrationServiceEnvironments", f"{NAMESPACE}/integrationAccounts"
"""The types of what they name."""

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Logic; terraform-provider-azurerm.
_NAME = re.compile(r"[\w().-]{1,80}", re.ASCII)

_TYPES = {ENVIRONMENT: ENVIRONMENTS, ACCOUNT: ACCOUNTS}


def check_name(name: str) -> None:
    """Validate the name of a workflow or account. Undocumented: the code of the error."""
    if not _NAME.fullmatch(name):
        raise invalid_request_content(
            f"the name '{name[:100]}' must have 1 to 80 letters, digits, '-', '_', '.', '(' or ')'."
        )


def read_reference(properties: JsonObject, member: str) -> ResourceId | None:
    """Return the resource that ``properties.{member}`` names; None if absent.

    A reference has an id, and the name and type that the service adds; a complete resource is rejected.
    """
    reference = properties.member(member)
    if reference is None:
        return None
    reference.refuse_unknown({"id", "name", "type"})
    text = reference.required_text("id")
    named = parse_resource_id(text)
    if named is None or named.type.lower() != _TYPES[member].lower():
        raise invalid_request_content(
            f"'{reference.where('id')}' is '{text[:200]}', which is not the id of a resource of type {_TYPES[member]}."
        )
    return named


def reference_to(resource: Resource) -> Json:
    """Return a reference as the service shows it."""
    return {"id": str(resource.id), "name": resource.name, "type": resource.id.type}


def ready_environment(session: Session, environment: ResourceId, location: str) -> Resource:
    """Return the ISE that is to contain a resource of this location; raises ArmError if it cannot."""
    found = session.store.resource(environment)
    if found is None:
        # The API description has the code, but not the status, of an invalid reference; 400 is that of the others.
        raise ArmError(
            400,
            "IntegrationServiceEnvironmentNotFound",
            f"The integration service environment '{environment}' could not be found.",
        )
    if found.location != location:
        # The code is not documented.
        raise invalid_request_content(
            f"the location '{location}' is not that of the integration service environment '{found.name}', which is "
            f"'{found.location}'."
        )
    require_ready(found)
    return found


def require_ready(environment: Resource) -> None:
    """Reject a resource in an ISE that is not ready. The code is not documented."""
    if environment.properties.get("state") != "Enabled":
        raise conflict(
            f"The integration service environment '{environment.name}' is not ready: its provisioningState is "
            f"'{environment.properties['provisioningState']}'."
        )


def read_environment(properties: JsonObject, existing: Resource | None) -> ResourceId | None:
    """Return the ISE of a workflow or account; reject a move to another one. The code is not documented."""
    named = read_reference(properties, ENVIRONMENT)
    before = existing.reference(ENVIRONMENT) if existing else named
    if existing and (before.key if before else None) != (named.key if named else None):
        raise ArmError(
            409,
            "PropertyChangeNotAllowed",
            f"Changing property 'properties.{ENVIRONMENT}.id' is not allowed: '{existing.name}' cannot be moved. "
            "Delete it and create it again.",
            target=f"properties.{ENVIRONMENT}.id",
        )
    return named
