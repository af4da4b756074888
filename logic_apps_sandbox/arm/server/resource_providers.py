"""The resource providers of the simulator: the only list of the namespaces."""

from collections.abc import Callable

from logic_apps_sandbox.arm.core import operations
from logic_apps_sandbox.arm.core.operations import Operation
from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.core.resource_type import ResourceType
from logic_apps_sandbox.arm.core.session import Response, Session
from logic_apps_sandbox.arm.keyvault import provider as key_vault_types
from logic_apps_sandbox.arm.logic import provider as logic_types
from logic_apps_sandbox.arm.managedidentity import user_assigned as user_assigned_identities
from logic_apps_sandbox.arm.network import provider as network_types
from logic_apps_sandbox.arm.resources.groups import ResourceGroups


def type_named(full_name: str) -> ResourceType:
    """Return the resource type of a stored resource."""
    return TYPES[full_name.lower()]


GROUPS = ResourceGroups(type_named)
# Azure REST API reference, Microsoft.Resources.
_NOT_SIMULATED = """
    builtintemplatespecs calculatetemplatehash changes checkpolicycompliance checkresourcename checkzonepeers
    databoundaries deployments deploymentscripts deploymentstacks deploymentstackswhatifresults links locations
    notifyresourcejobs operations resources snapshots subscriptions tags templatespecs
    """
PROVIDERS = {
    provider.namespace.lower(): provider
    for provider in (
        ResourceProvider((GROUPS,), not_simulated=frozenset(_NOT_SIMULATED.split())),
        network_types.PROVIDER,
        logic_types.PROVIDER,
        key_vault_types.PROVIDER,
        user_assigned_identities.PROVIDER,
    )
}
"""By namespace, in lower case."""
TYPES = {each.full_name.lower(): each for provider in PROVIDERS.values() for each in provider.types}
"""By full name, in lower case."""
REFERENCES = {name: resource_type.references for name, resource_type in TYPES.items()}
"""By type, in lower case: the references that ``Store`` indexes."""


def complete(session: Session, operation: Operation) -> None:
    """Complete an operation that is due, or apply the failure that was injected for it."""
    resource_type = type_named(operation.resource.type)
    if operation.ending == operations.SUCCEEDED:
        resource_type.complete(session, operation)
    else:
        resource_type.set_final_state(session, operation)


def data_plane(method: str, host: str, segments: list[str]) -> Callable[[Session], Response] | None:
    """Return the handler of a request to another host name than ARM's; None if no resource provider has one."""
    candidates = (provider.data_plane(method, host, segments) for provider in PROVIDERS.values() if provider.data_plane)
    return next((serve for serve in candidates if serve), None)
