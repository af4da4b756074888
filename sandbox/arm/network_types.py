"""Microsoft.Network: what the namespace declares."""

from sandbox.arm.network import VirtualNetworks
from sandbox.arm.network_private_endpoints import PrivateEndpoints
from sandbox.arm.network_requests import operation_result, operation_status
from sandbox.arm.network_route_tables import Routes, RouteTables
from sandbox.arm.network_security_groups import NetworkSecurityGroups, SecurityRules
from sandbox.arm.network_subnets import Subnets
from sandbox.arm.resource_provider import ResourceProvider

TYPES = (
    VirtualNetworks(),
    Subnets(),
    NetworkSecurityGroups(),
    SecurityRules(),
    RouteTables(),
    PrivateEndpoints(),
    Routes(),
)
PROVIDER = ResourceProvider(
    TYPES, location_paths={"operations": operation_status, "operationresults": operation_result}
)
