"""The managed connectors of an integration service environment.

A fresh environment has none; each is added by a request of its own (Microsoft, "Create an ISE by using the Logic Apps
REST API"; API description 2019-05-01, managedApis).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import ResourceOptions

from .logic_resource import logic_resource
from .request_body import RESOURCE_TYPE
from .rules import connectors as connector_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_azure_native import resources

    from .connector_arguments import ConnectorArgs
    from .model import Input
    from .notation import Notation

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
"""What the service writes into ``properties`` by itself (API description 2019-05-01), as property paths."""


def make_connectors(
    name: str,
    connectors: Sequence[ConnectorArgs],
    *,
    environment: resources.Resource,
    resource_group_name: Input[str],
    location: Input[str],
    parent: pulumi.Resource,
    notation: Notation,
) -> dict[str, resources.Resource]:
    """Registers the connectors, each by itself, so that they are added side by side; returns them by their names.

    Args:
        name: logical name of the component; each connector is named ``{name}-connector-{api}``.
        connectors: the connectors.
        environment: the environment that they are added to.
        resource_group_name: its resource group.
        location: its region, which is theirs.
        parent: the component.
        notation: that of the arguments of the environment.
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
            # No tags, whatever the stack gives to everything else: the service refuses them.
            properties=_properties(connector),
            opts=ResourceOptions(
                parent=parent,
                delete_before_replace=True,
                ignore_changes=list(SERVICE_FILLED),
            ),
        )
        # A transform may add tags after all; the preview shows what came of it.
        resource.tags.apply(partial(_warn_of_tags, connector.name, resource, notation))
        made[connector.name] = resource
    return made


def _properties(connector: ConnectorArgs) -> dict[str, Any]:
    """``properties`` of the request: empty as in the Azure quickstart template, or with the link to the package."""
    if connector.content_link is None:
        return {}
    # The link carries a signature: whoever has it can read the package.
    link = pulumi.Output.secret(connector.content_link)
    return {"deploymentParameters": {"contentLinkDefinition": {"uri": link}}}


def _warn_of_tags(name: str, resource: pulumi.Resource, notation: Notation, tags: Mapping[str, str] | None) -> None:
    for warning in notation.summaries(connector_rules.check_no_tags(name, tags)):
        pulumi.log.warn(warning, resource)
