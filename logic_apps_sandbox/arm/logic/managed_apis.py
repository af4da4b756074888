"""Microsoft.Logic: managed APIs, the connectors of an integration service environment (ISE), added one by one.

Sources: the API description ``Microsoft.Logic`` 2019-05-01 (long-running PUT and DELETE); Microsoft, "Add resources to
your integration service environment" (tags are rejected; a new ISE has no connectors); azure-rest-api-specs #15725 (a
PUT without a body returns InvalidResource); azure-quickstart-templates, integration-service-environment (body and
names).
"""

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.errors import ArmError, conflict, invalid_request_content
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import ACCEPTED, ENVELOPE, Envelope, available_location, check_identity
from logic_apps_sandbox.arm.core.session import Json, Request, Response, collection
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.operations import EnvironmentType
from logic_apps_sandbox.arm.logic.placement import ENVIRONMENT, read_reference, reference_to, require_ready

_MINUTE = 60.0
# Simulated seconds. The time is not documented; half an hour is what a Terraform draft allowed for.
_CREATION, _DELETION = 20 * _MINUTE, 10 * _MINUTE


_CONNECTORS = {
    # Names in the quickstart template.
    "sql": "SQL Server", "ftp": "FTP", "azureblob": "Azure Blob Storage", "azurefile": "Azure File Storage",
    "azurequeues": "Azure Queues", "azuretables": "Azure Table Storage", "sftpwithssh": "SFTP - SSH",
    "edifact": "EDIFACT", "x12": "X12", "servicebus": "Service Bus", "documentdb": "Azure Cosmos DB",
    "eventhubs": "Event Hubs", "mq": "MQ", "sqldw": "Azure SQL Data Warehouse", "db2": "DB2", "smtp": "SMTP",
    "si3270": "IBM 3270",
    # Titles in Microsoft's list of ISE connectors. Their names are inferred from the connectors' references.
    "as2": "AS2", "azureautomation": "Azure Automation", "azureeventgrid": "Azure Event Grid",
    "keyvault": "Azure Key Vault", "azuremonitorlogs": "Azure Monitor Logs", "filesystem": "File System", "sap": "SAP",
}  # fmt: skip


class ManagedApis(EnvironmentType):
    """``Microsoft.Logic/integrationServiceEnvironments/managedApis``."""

    name = "integrationServiceEnvironments/managedApis"
    actions = {"apioperations": "GET"}  # noqa: RUF012 - declared as a class variable by the base class

    def missing_body(self, method: str) -> ArmError | None:  # noqa: ARG002 - a managed API has no PATCH
        """Return the error. Its code is reported by users; its status and text are not documented."""
        return ArmError(400, "InvalidResource", "The resource is invalid: a managed API needs a request body.")

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Add a connector, or change its deployment parameters."""
        session, body = request.session, request.body
        environment = session.store.existing(resource_id.parent)
        body.refuse_unknown(ENVELOPE)
        check_identity(body, resource_id)
        title = _CONNECTORS.get(resource_id.name.lower())
        if title is None:
            # Azure's response to an unknown connector is not documented.
            raise invalid_request_content(
                f"'{resource_id.name[:80]}' is not a connector of integration service environments. These are: "
                f"{', '.join(sorted(_CONNECTORS))}."
            )
        if (tags := body.member("tags")) and tags.value:
            # The documented spelling.
            raise ArmError(
                400,
                "IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported",
                f"The tags are not supported on the integration service environment managed API '{resource_id.name}'.",
            )
        _check_location(body, environment, self.full_name)
        parameters = _read_properties(body, environment)
        require_ready(environment)
        stored = Resource(resource_id, _document(resource_id, environment, title, parameters))
        self.refuse_while_busy(request, stored)
        kind, status = ("Update", 200) if existing else ("Create", 201)
        return self.begin(request, stored, kind, _CREATION, status)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Start to delete the connector."""
        self.refuse_while_busy(request, resource)
        deleting = resource.with_properties(provisioningState="Deleting")
        return self.begin(request, deleting, operations.DELETE, _DELETION, ACCEPTED)

    def busy(self, request: Request, locked: Resource, operation: Operation) -> ArmError:  # noqa: ARG002
        """Return a conflict. The code that Logic uses is not documented."""
        return conflict(f"The managed API '{locked.name}' has an operation in progress, {operation.id}.")

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002 - the same for all
        """List the operations that the connector offers to workflows: none, because connectors are not modeled."""
        return collection([])


def _check_location(body: JsonObject, environment: Resource, resource_type: str) -> None:
    """Validate that the connector is in the region of its ISE. Undocumented: whether ``location`` may be absent."""
    given = body.text("location")
    if given and available_location(given, resource_type) != environment.location:
        raise invalid_request_content(
            f"'location' is '{given[:80]}'; a managed API is in the location of its environment, "
            f"'{environment.location}'."
        )


def _read_properties(body: JsonObject, environment: Resource) -> Json | None:
    """Return the validated ``deploymentParameters``: null, or a link to a package to deploy with the connector."""
    # Undocumented: whether `properties` may be absent; azure-native leaves it out when there is nothing to say.
    properties = body.member("properties") or JsonObject({}, "properties")
    named = read_reference(properties, ENVIRONMENT)
    if named is not None and named.key != environment.key:
        raise invalid_request_content(
            f"'{properties.where(ENVIRONMENT)}.id' is not the environment in the address, {environment.id}."
        )
    parameters = properties.member("deploymentParameters")
    if parameters is None:
        return None
    parameters.refuse_unknown({"contentLinkDefinition"})
    link = parameters.member("contentLinkDefinition")
    return {} if link is None else {"contentLinkDefinition": {"uri": link.required_text("uri")}}


def _document(resource_id: ResourceId, environment: Resource, title: str, parameters: Json | None) -> Json:
    api = resource_id.name.lower()
    host = f"{environment.properties['integrationServiceEnvironmentId']}.environments.microsoftazurelogicapps.net"
    properties: Json = {
        "name": api,
        "generalInformation": {
            "displayName": title,
            "description": title,
            "releaseTag": "Production",
            "tier": "NotSpecified",
        },
        "metadata": {"source": "marketplace"},
        "runtimeUrls": [
            f"https://{host}/apim/{api}",
        ],
        "capabilities": ["actions"],
        "category": "NotSpecified",
        "integrationServiceEnvironment": reference_to(environment),
        "provisioningState": "InProgress",
    }
    if parameters is not None:
        properties["deploymentParameters"] = parameters
    return Envelope(resource_id, environment.location).document(properties)
