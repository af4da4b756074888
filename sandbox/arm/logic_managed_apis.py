"""Microsoft.Logic: managed APIs, the connectors of an integration service environment (ISE), added one by one.

Sources: the API description `Microsoft.Logic` 2019-05-01 (long-running PUT and DELETE); Microsoft, "Add resources to
your integration service environment" (tags are refused; a fresh ISE has no connectors); azure-rest-api-specs #15725
(a PUT without a body ends in InvalidResource); azure-quickstart-templates, integration-service-environment (body and
names).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.arm import operations
from sandbox.arm.errors import ArmError, conflict, invalid_request_content
from sandbox.arm.json_body import JsonObject
from sandbox.arm.logic_placement import (
    API_VERSIONS,
    ENVIRONMENT,
    NAMESPACE,
    read_reference,
    reference_to,
    require_ready,
)
from sandbox.arm.network_requests import existing_resource
from sandbox.arm.resource_type import ResourceType, available_location, check_identity
from sandbox.arm.session import Json, Request, Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Session

_MINUTE = 60.0
# Simulated seconds. OPEN: no time is documented; half an hour is what a Terraform draft allowed for.
_CREATION, _DELETION = 20 * _MINUTE, 10 * _MINUTE

_MEMBERS = {"id", "name", "type", "location", "tags", "properties"}

_CONNECTORS = {
    # Names in the quickstart template.
    "sql": "SQL Server", "ftp": "FTP", "azureblob": "Azure Blob Storage", "azurefile": "Azure File Storage",
    "azurequeues": "Azure Queues", "azuretables": "Azure Table Storage", "sftpwithssh": "SFTP - SSH",
    "edifact": "EDIFACT", "x12": "X12", "servicebus": "Service Bus", "documentdb": "Azure Cosmos DB",
    "eventhubs": "Event Hubs", "mq": "MQ", "sqldw": "Azure SQL Data Warehouse", "db2": "DB2", "smtp": "SMTP",
    "si3270": "IBM 3270",
    # Titles in Microsoft's list of ISE connectors. OPEN: their names are inferred from the connectors' references.
    "as2": "AS2", "azureautomation": "Azure Automation", "azureeventgrid": "Azure Event Grid",
    "keyvault": "Azure Key Vault", "azuremonitorlogs": "Azure Monitor Logs", "filesystem": "File System", "sap": "SAP",
}  # fmt: skip


class ManagedApis(ResourceType):
    """`Microsoft.Logic/integrationServiceEnvironments/managedApis`."""

    namespace = NAMESPACE
    name = "integrationServiceEnvironments/managedApis"
    api_versions = API_VERSIONS
    actions = {"apioperations": "GET"}  # noqa: RUF012 - declared as a class variable by the base class

    def missing_body(self, method: str) -> ArmError | None:  # noqa: ARG002 - a managed API has no PATCH
        """OPEN: the code is reported, its status and text are not."""
        return ArmError(400, "InvalidResource", "The resource is invalid: a managed API needs a request body.")

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Add a connector, or change its deployment parameters."""
        session, body = request.session, request.body
        environment = existing_resource(session, resource_id.parent)
        resource_id = existing.id if existing else resource_id
        body.refuse_unknown(_MEMBERS)
        check_identity(body, resource_id)
        title = _CONNECTORS.get(resource_id.name.lower())
        if title is None:
            # OPEN: what Azure answers to the name of no connector is not documented.
            raise invalid_request_content(
                f"'{resource_id.name[:80]}' is not a connector of integration service environments. These are: "
                f"{', '.join(sorted(_CONNECTORS))}."
            )
        if (tags := body.member("tags")) and tags.value:
            # Spelled as documented.
            raise ArmError(
                400,
                "IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported",
                f"The tags are not supported on the integration service environment managed API '{resource_id.name}'.",
            )
        _check_location(body, environment, self.full_name)
        parameters = _read_properties(body, environment)
        require_ready(environment)
        _refuse_while_busy(request, resource_id)
        stored = Resource(resource_id, _document(resource_id, environment, title, parameters))
        session.store.save(stored)
        operation = operations.start(
            session, resource_id, "Update" if existing else "Create", _CREATION, locks=resource_id
        )
        return _accepted(request, operation, 200 if existing else 201, stored.document)

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to take the connector away."""
        _refuse_while_busy(request, resource.id)
        request.session.store.save(resource.with_properties(provisioningState="Deleting"))
        operation = operations.start(request.session, resource.id, "Delete", _DELETION, locks=resource.id)
        return _accepted(request, operation, 202, None)

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002 - the same for all
        """The operations that the connector offers to workflows: none, because no connector is modelled."""
        return Response(200, {"value": []})

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove it."""
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a creation, an update or a deletion."""
        resource = session.store.resource(operation.resource)
        if resource is None:
            return
        if operation.kind == "Delete":
            session.store.remove(resource.id)
        else:
            session.store.save(resource.with_properties(provisioningState="Succeeded"))


def _check_location(body: JsonObject, environment: Resource, resource_type: str) -> None:
    """The connector is where its ISE is. OPEN: whether `location` may be absent; it says nothing new."""
    given = body.text("location")
    if given and available_location(given, resource_type) != environment.location:
        raise invalid_request_content(
            f"'location' is '{given[:80]}'; a managed API is in the location of its environment, "
            f"'{environment.location}'."
        )


def _read_properties(body: JsonObject, environment: Resource) -> Json | None:
    """The checked `deploymentParameters`: null, or a link to a package that is deployed with the connector."""
    # OPEN: whether `properties` may be absent; azure-native leaves it out when there is nothing to say.
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
    return {
        "id": str(resource_id),
        "name": resource_id.name,
        "type": resource_id.type,
        "location": environment.location,
        "properties": properties,
    }


def _accepted(request: Request, operation: Operation, status: int, body: Json | None) -> Response:
    url = f"{request.base_url}{operation.resource}/operationStatuses/{operation.id}?api-version={request.api_version}"
    headers = {"Azure-AsyncOperation": url, **operations.retry_headers(request.session, operation)}
    return Response(status, body, headers)


def _refuse_while_busy(request: Request, resource_id: ResourceId) -> None:
    if operation := operations.holding_lock(request.session, resource_id):
        # OPEN: the code that Logic uses is not documented.
        error = conflict(f"The managed API '{resource_id.name}' has an operation under way, {operation.id}.")
        error.headers = operations.retry_headers(request.session, operation)
        raise error
