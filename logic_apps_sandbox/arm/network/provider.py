"""Microsoft.Network: the types and paths of the namespace."""

from logic_apps_sandbox.arm.core.resource_provider import ResourceProvider
from logic_apps_sandbox.arm.network.common import operation_result, operation_status
from logic_apps_sandbox.arm.network.peerings import VirtualNetworkPeerings
from logic_apps_sandbox.arm.network.private_endpoints import PrivateEndpoints
from logic_apps_sandbox.arm.network.route_tables import Routes, RouteTables
from logic_apps_sandbox.arm.network.security_groups import NetworkSecurityGroups
from logic_apps_sandbox.arm.network.security_rules import SecurityRules
from logic_apps_sandbox.arm.network.subnets import Subnets
from logic_apps_sandbox.arm.network.virtual_networks import VirtualNetworks

_TYPES = (
    VirtualNetworks(),
    Subnets(),
    NetworkSecurityGroups(),
    SecurityRules(),
    RouteTables(),
    PrivateEndpoints(),
    VirtualNetworkPeerings(),
    Routes(),
)
PROVIDER = ResourceProvider(
    _TYPES,
    location_paths={"operations": operation_status, "operationresults": operation_result},
)
