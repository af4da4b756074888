"""The integration accounts in an integration service environment.

An account names its environment, and only workflows in the same one can use it (Microsoft, "Connect to Azure virtual
networks from Azure Logic Apps using an ISE"; API description 2019-05-01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import resources

from .logic_resource import logic_resource
from .outputs import after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .integration_account_arguments import IntegrationAccountArgs
    from .model import Input

RESOURCE_TYPE = "integrationAccounts"

SERVICE_FILLED = (
    "properties.state",
    "properties.integrationServiceEnvironment.name",
    "properties.integrationServiceEnvironment.type",
)
"""What the service writes into ``properties`` by itself (API description 2019-05-01), as property paths."""


def make_integration_accounts(
    name: str,
    accounts: Mapping[str, IntegrationAccountArgs],
    *,
    environment_id: pulumi.Output[str],
    resource_group_name: Input[str],
    location: Input[str],
    tags: Mapping[str, Input[str]],
    parent: pulumi.Resource,
) -> dict[str, resources.Resource]:
    """Registers the integration accounts; returns them by their names.

    Args:
        name: logical name of the component; each account is named ``{name}-account-{account}``.
        accounts: the accounts by the names that they have in Azure.
        environment_id: the id of the environment that they are in.
        resource_group_name: their resource group.
        location: the environment's region, which is theirs.
        tags: their tags.
        parent: the component.
    """
    return {
        account: logic_resource(
            f"{name}-account-{account}",
            RESOURCE_TYPE,
            # An account stays in the environment that it was made in, and goes before it; see the environment's name.
            after(account, environment_id),
            resource_group_name=resource_group_name,
            location=location,
            sku=resources.SkuArgs(name=args.sku),
            tags=tags or None,
            properties={"integrationServiceEnvironment": {"id": environment_id}},
            opts=ResourceOptions(parent=parent, delete_before_replace=True, ignore_changes=list(SERVICE_FILLED)),
        )
        for account, args in accounts.items()
    }
