"""The managed connectors of an integration service environment.

A new environment has none; each is added by a separate request (Microsoft, "Create an ISE by using the Logic Apps
REST API"; API description 2019-05-01, managedApis).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlsplit

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import resources
from pydantic import BeforeValidator

from logic_apps_environment.azure.logic_api import RESOURCE_TYPE
from logic_apps_environment.logic_resource import logic_resource
from logic_apps_environment.validation import references
from logic_apps_environment.validation.change_effects import Part, creates, deletes, in_place
from logic_apps_environment.validation.checks import Rules, check, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.notation import Notation
from logic_apps_environment.validation.rule import Problem, Rule, Severity, check_unique, describe
from logic_apps_environment.validation.suggestions import did_you_mean, nearest

CONNECTOR_NAME = Rule(
    "connector-name",
    "A connector name has 1 to 80 letters, digits, hyphens and underscores.",
    references.LIBRARY,
)
CONNECTOR_UNKNOWN = Rule(
    "connector-unknown",
    "A connector is one that Microsoft lists for ISEs.",
    f"{references.QUICKSTART}; {references.CONNECTORS}",
    Severity.WARNING,
)
CONNECTOR_REPEATED = Rule(
    "connector-repeated",
    "Each connector is listed once; letter case is ignored.",
    references.API_DESCRIPTION,
)
CONNECTOR_CONTENT_LINK = Rule(
    "connector-content-link",
    "A content link is an HTTPS URL.",
    f"{references.SAP_CONNECTOR}, prerequisites",
)
CONNECTOR_CONTENT_LINK_PLAIN = Rule(
    "connector-content-link-plain",
    "A stack file stores content links as secrets.",
    f"{references.SAP_CONNECTOR}, prerequisites",
    Severity.WARNING,
)
CONNECTOR_SAP_LIBRARIES = Rule(
    "connector-sap-libraries",
    "The SAP connector has a content link to SAP's client libraries.",
    f"{references.SAP_CONNECTOR}, prerequisites",
    Severity.WARNING,
)
CONNECTOR_TAGGED = Rule(
    "connector-tagged",
    "A managed connector has no tags, not even from a transform.",
    references.ISE_ARTIFACTS,
    Severity.WARNING,
)

# fmt: off
KNOWN_CONNECTORS = (
    # Azure quickstart template integration-service-environment.
    "azureblob", "azurefile", "azurequeues", "azuretables", "db2", "documentdb", "edifact", "eventhubs", "ftp", "mq",
    "servicebus", "sftpwithssh", "si3270", "smtp", "sql", "sqldw", "x12",
    # Microsoft's list of ISE connectors has these by their titles; the names are those of the connectors' references.
    "as2", "azureautomation", "azureeventgrid", "azuremonitorlogs", "filesystem", "keyvault", "sap",
)
# fmt: on
"""The connectors of integration service environments, by the names of their managed APIs."""

NAME_PATTERN = "[A-Za-z0-9_-]{1,80}"


def check_connector_name(name: str) -> Iterator[Problem]:
    """Check that ``name`` is the valid name of a known connector."""
    if not re.fullmatch(NAME_PATTERN, name):
        yield CONNECTOR_NAME.violation(
            f"{describe(name)} is not a valid connector name.",
            "1 to 80 letters, digits, hyphens and underscores",
            "sql",
        )
    elif name.lower() not in KNOWN_CONNECTORS:
        meant = nearest(name, KNOWN_CONNECTORS)
        yield CONNECTOR_UNKNOWN.violation(
            f"{describe(name)} is not a known ISE connector.{did_you_mean(meant)} Azure rejects an unknown connector "
            "only after it has created the environment, which takes hours.",
            f"one of {', '.join(sorted(KNOWN_CONNECTORS))}",
            meant or "sql",
        )


def check_content_link(link: str) -> Iterator[Problem]:
    """Check that ``link`` is the URL of a package. Messages never repeat it, because it contains a signature."""
    try:
        address = urlsplit(link)
        usable = address.scheme == "https" and bool(address.hostname) and link.isprintable() and " " not in link
    except ValueError:
        usable = False
    if not usable:
        yield CONNECTOR_CONTENT_LINK.violation(
            "The value is not an HTTPS URL.",
            "the URL of a package in Azure Storage, with a shared access signature",
            "https://fabrikam.blob.core.windows.net/sap/libraries.zip?…",
        )


def check_links_are_secret(positions: Iterable[int]) -> list[Problem]:
    """Return warnings about the content links of these connectors, by position, in plain text in a stack file."""
    return [
        CONNECTOR_CONTENT_LINK_PLAIN.violation(
            "The link contains a signature, and is in plain text in the stack file and in Pulumi's update history.",
            "a link that is set as a secret",
            remedy="Create a new signature, because the history keeps this one, and set the new link (the command "
            f"prompts for it): pulumi config set --secret --path 'managedConnectors[{position}].contentLink'",
            path=(position, "contentLink"),
        )
        for position in positions
    ]


def check_no_tags(name: str, tags: Mapping[str, str] | None) -> list[Problem]:
    """Check that the resource of a connector has no tags after all transforms."""
    if not tags:
        return []
    return [
        CONNECTOR_TAGGED.violation(
            f"A transform adds tags to the connector {describe(name)}. Azure rejects them "
            "(IntergrationServiceEnvironmentManagedApiDefinitionTagsNotSupported).",
            remedy="In the transform, skip resources of type azure-native:resources:Resource whose "
            '"resourceType" is "managedApis". Also exempt managed connectors from Azure policies that add tags.',
            path=("managedConnectors",),
        )
    ]


ConnectorName = Annotated[str, Rules(check_connector_name, {"pattern": f"^{NAME_PATTERN}$"})]


class ConnectorArgs(Model):
    """A managed connector: its name and, for SAP, the link to its client libraries."""

    name: ConnectorName = setting(
        "Name of the connector's managed API.",
        allowed="a known connector, such as sql, ftp, servicebus, mq, sftpwithssh or sap",
        example="sql",
        change=(creates(Part.CONNECTOR), deletes(Part.PREVIOUS)),
        is_name=True,
    )
    content_link: Input[Annotated[str, Rules(check_content_link, {"pattern": "^[hH][tT][tT][pP][sS]://"})]] | None = (
        setting(
            "URL, with a shared access signature, of a package for the connector; required by SAP. The URL is a "
            "secret.",
            allowed="an HTTPS URL",
            example="https://fabrikam.blob.core.windows.net/sap/libraries.zip?…",
            confidential=True,
            change=in_place(Part.CONNECTOR, remark="Installs the package at the new URL."),
            default=None,
            is_registered=False,
        )
    )

    def __init__(self, **values: Unpack[ConnectorArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_libraries(self) -> Iterator[Problem]:
        if self.name.lower() == "sap" and not self.has("content_link"):
            yield CONNECTOR_SAP_LIBRARIES.violation(
                "The SAP connector requires client libraries, which SAP provides to its customers. Without them, no "
                "connection works.",
                "an object with name and contentLink",
                "{name: sap, contentLink: https://…}",
                "Add libicudecnumber.dll, rscp4n.dll, sapnco.dll and sapnco_utils.dll to the root of a zip file, "
                "upload it to Azure Storage, and set contentLink to its URL with a shared access signature.",
            )


def _from_name(value: object) -> object:
    """Convert a name alone to the arguments of a connector with this name."""
    return {"name": value} if isinstance(value, str) else value


def _check_each_once(connectors: Sequence[ConnectorArgs]) -> list[Problem]:
    names = valid(connectors, lambda each: each.name)
    return check_unique(
        CONNECTOR_REPEATED, names, "{value} is listed twice (letter case is ignored).", "Remove one of the two."
    )


ManagedConnector = Annotated[
    ConnectorArgs, BeforeValidator(_from_name, json_schema_input_type=ConnectorName | ConnectorArgs)
]
ManagedConnectors = Annotated[tuple[ManagedConnector, ...], Rules(_check_each_once)]

MANAGED_APIS = "managedApis"

SERVICE_FILLED = tuple(
    f"properties.{member}"
    for member in (
        "apiDefinitionUrl",
        "apiDefinitions",
        "backendService",
        "capabilities",
        "category",
        "connectionParameters",
        "generalInformation",
        "integrationServiceEnvironment",
        "metadata",
        "name",
        "policies",
        "provisioningState",
        "runtimeUrls",
    )
)
"""The paths in ``properties`` that the service sets itself (API description 2019-05-01)."""


def create_connectors(
    name: str,
    connectors: Sequence[ConnectorArgs],
    *,
    environment: resources.Resource,
    resource_group_name: Input[str],
    location: Input[str],
    parent: pulumi.Resource,
    notation: Notation,
) -> dict[str, resources.Resource]:
    """Register the connectors, which are created in parallel, and return them by name.

    The logical name of each is ``{name}-connector-{api}``, with the logical name of the component.
    """
    made = {}
    for connector in connectors:
        resource = logic_resource(
            f"{name}-connector-{connector.name.lower()}",
            MANAGED_APIS,
            connector.name,
            inside_of=pulumi.Output.concat(RESOURCE_TYPE, "/", environment.name),
            resource_group_name=resource_group_name,
            location=location,
            # No tags: the service rejects them.
            properties=_properties(connector),
            opts=ResourceOptions(
                parent=parent,
                delete_before_replace=True,
                ignore_changes=list(SERVICE_FILLED),
            ),
        )
        # A transform may add tags; the preview warns about them.
        resource.tags.apply(partial(_warn_of_tags, connector.name, resource, notation))
        made[connector.name] = resource
    return made


def _properties(connector: ConnectorArgs) -> dict[str, Any]:
    """Return ``properties`` of the request: empty as in the Azure quickstart template, or with the content link."""
    if connector.content_link is None:
        return {}
    # The link contains a signature, which grants access to the package.
    link = pulumi.Output.secret(connector.content_link)
    return {"deploymentParameters": {"contentLinkDefinition": {"uri": link}}}


def _warn_of_tags(name: str, resource: pulumi.Resource, notation: Notation, tags: Mapping[str, str] | None) -> None:
    notation.warn(check_no_tags(name, tags), resource)


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class ConnectorArgsDict(TypedDict):
    """A managed connector: its name and, for SAP, the link to its client libraries."""

    name: str
    """Name of the connector's managed API."""

    content_link: NotRequired[pulumi.Input[str] | None]
    """URL, with a shared access signature, of a package for the connector; required by SAP. The URL is a secret."""
