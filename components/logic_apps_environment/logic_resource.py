"""Resources of Azure Logic Apps without a usable type in azure-native (docs/decisions/0001-generic-resource.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceHookBinding, ResourceOptions
from pulumi_azure_native import resources

from logic_apps_environment.azure.logic_api import API_VERSION, PROVIDER_NAMESPACE
from logic_apps_environment.hooks.external_settings import external_settings_hook
from logic_apps_environment.hooks.failures import failure_hook
from logic_apps_environment.validation.model import Input


def logic_resource(
    logical_name: str,
    resource_type: str,
    name: Input[str],
    *,
    inside_of: Input[str] = "",
    resource_group_name: Input[str],
    location: Input[str],
    properties: Mapping[str, Any],
    opts: ResourceOptions,
    **others: Any,  # noqa: ANN401 - as resources.Resource takes them
) -> resources.Resource:
    """Register a resource of the namespace Microsoft.Logic, of a type such as ``integrationAccounts``.

    It is inside of the resource with the type and name ``inside_of``, with a slash between them. ``properties`` of the
    request's body are sent unchanged; ``others`` are what else the body has: ``sku``, ``tags``, ``identity``.
    """
    hooks = ResourceHookBinding.merge(external_settings_hook(logical_name, opts.parent), failure_hook())
    opts.hooks = ResourceHookBinding.merge(opts.hooks, hooks)
    return resources.Resource(
        logical_name,
        api_version=API_VERSION,
        resource_provider_namespace=PROVIDER_NAMESPACE,
        parent_resource_path=inside_of,
        resource_type=resource_type,
        resource_name_=name,
        resource_group_name=resource_group_name,
        location=location,
        properties=properties,
        opts=opts,
        **others,
    )
