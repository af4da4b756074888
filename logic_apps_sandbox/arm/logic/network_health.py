"""Network health of an integration service environment (ISE): blocked dependencies of its subnets.

Sources: Microsoft, "Connect to Azure virtual networks … with an integration service environment", "Network ports used
by your ISE" (inbound and outbound rules) and "ExpressRoute", "Forced tunneling" (routes); "Configure virtual network
support for a Premium Azure Cache for Redis" (ports); the API description ``Microsoft.Logic`` 2019-05-01 (shape,
categories, states) and its example IntegrationServiceEnvironments_NetworkHealth.json, which has ``Healthy`` where the
description has the names of an accessibility.

Differences from Azure: there are no connections. The documented rules apply by service tag; rules and routes for single
public addresses are not recognized as those of a service. The description has no member for inbound traffic, so the
error's details name what blocks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from logic_apps_sandbox.arm.core.session import Json, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.logic.subnets import subnets_of_environment
from logic_apps_sandbox.arm.network.address_space import Network, ranges_of
from logic_apps_sandbox.arm.network.route_tables import routes_of
from logic_apps_sandbox.arm.network.security_groups import effective_rules
from logic_apps_sandbox.arm.network.security_rules import ALL_PORTS
from logic_apps_sandbox.arm.network.subnets import prefixes_of
from logic_apps_sandbox.arm.network.traffic import Traffic, blocking_rule, dropping_route, next_hop_to_service

Ports = tuple[tuple[int, int], ...]

_IN, _OUT = "Inbound", "Outbound"
# "Configure virtual network support for a Premium Azure Cache for Redis", inbound ports from AzureLoadBalancer.
_REDIS_PROBES: Ports = (
    (6379, 6380), (8500, 8500), (10221, 10231), (13000, 13999), (15000, 15999), (16001, 16001),
)  # fmt: skip

_PROTOCOLS = ("Tcp", "Udp")
"""The documentation requires both; a subnet that is open for TCP only is not healthy (azure-docs #38509)."""


@dataclass(frozen=True)
class Dependency:
    """Traffic that an ISE needs, as the documentation lists it."""

    direction: str
    remote: str
    """A service tag or a range."""
    ports: Ports
    category: str
    """The API description's word for outgoing traffic; also used to name incoming traffic."""
    purpose: str
    for_deployment: bool = False
    """Whether the documentation says that an ISE cannot be deployed without."""


def network_health(session: Session, environment: Resource) -> Json:
    """Return the response of ``health/network``: a map by the names of the subnets."""
    return {
        subnet.name: _subnet_health(session, environment, subnet)
        for subnet in subnets_of_environment(session, environment)
    }


def deployment_obstacles(session: Session, environment: Resource) -> list[str]:
    """Return what prevents the deployment of the ISE, as texts; empty if nothing does."""
    return [
        obstacle
        for subnet in subnets_of_environment(session, environment)
        for dependency, obstacle in _obstacles(session, environment, subnet)
        if dependency.for_deployment
    ]


def dependencies(
    endpoint_type: str, sku_name: str, space: list[str], dns_servers: list[str], connector_addresses: list[str]
) -> list[Dependency]:
    """Return everything that an ISE of this SKU requires in each of its subnets.

    ``connector_addresses`` are the public outgoing addresses of its connectors, known when it is ready; an External ISE
    receives callbacks from them.

    Port 443 from the internet to an External ISE is not included, because the user chooses its callers.
    """
    everything: Ports = (ALL_PORTS,)
    web: Ports = ((80, 80), (443, 443))
    probe = 454 if endpoint_type == "Internal" else 443
    needed = [
        *(Dependency(_IN, own, everything, "RegionalService", "traffic between the subnets") for own in space),
        Dependency(_IN, "LogicAppsManagement", ((454, 454),), "AzureManagement", "designer, dynamic properties"),
        Dependency(_IN, "LogicApps", ((454, 454),), "AzureManagement", "network health check"),
        Dependency(
            _IN, "AzureConnectors", ((454, 454),), "IntegrationServiceEnvironmentConnectors", "connector deployment",
            for_deployment=True,
        ),
        Dependency(_IN, "AppServiceManagement", ((454, 455),), "AzureManagement", "App Service management"),
        Dependency(_IN, "AzureTrafficManager", ((probe, probe),), "AccessEndpoints", "Traffic Manager probes"),
        Dependency(
            _IN, "ApiManagement", ((3443, 3443),), "AzureManagement", "API Management's management endpoint",
            for_deployment=True,
        ),
        *(Dependency(_OUT, own, everything, "RegionalService", "traffic between the subnets") for own in space),
        Dependency(_OUT, "Internet", web, "SSLCertificateVerification", "verification of TLS certificates"),
        Dependency(_OUT, "AzureActiveDirectory", web, "AzureActiveDirectory", "Microsoft Entra ID"),
        Dependency(_OUT, "Storage", (*web, (445, 445)), "AzureStorage", "Azure Storage"),
        Dependency(_OUT, "AppService", ((443, 443),), "AzureManagement", "connection management"),
        Dependency(_OUT, "AzureMonitor", ((443, 443), (1886, 1886)), "DiagnosticLogsAndMetrics", "logs and metrics"),
        Dependency(_OUT, "Sql", ((1433, 1433),), "SQL", "Azure SQL"),
        Dependency(_OUT, "EventHub", ((5672, 5672),), "DiagnosticLogsAndMetrics", "logs to Event Hubs"),
        *(Dependency(_OUT, f"{server}/32", ((53, 53),), "RegionalService", "the network's DNS server")
          for server in dns_servers if ":" not in server),
    ]  # fmt: skip
    if endpoint_type == "External":
        needed += [
            Dependency(
                _IN, f"{address}/32", everything, "IntegrationServiceEnvironmentConnectors", "calls from connectors"
            )
            for address in connector_addresses
        ]
    if sku_name == "Premium":
        # A Developer environment has no cache.
        needed.append(
            Dependency(_IN, "AzureLoadBalancer", _REDIS_PROBES, "RedisCache", "probes of Azure Cache for Redis")
        )
        redis: Ports = ((6379, 6383),)
        needed += [
            Dependency(d, own, redis, "RedisCache", "Azure Cache for Redis") for d in (_IN, _OUT) for own in space
        ]
    return needed


def _subnet_health(session: Session, environment: Resource, subnet: Resource) -> Json:
    obstacles = list(_obstacles(session, environment, subnet))
    blocked = {dependency for dependency, _ in obstacles}
    blocked_out = any(dependency.direction == _OUT for dependency, _ in obstacles)
    outbound: Json = {"state": "Unhealthy" if blocked_out else "Healthy"}
    if obstacles:
        outbound["error"] = {
            # The codes are not documented.
            "code": "NetworkDependencyBlocked",
            "message": f"Subnet '{subnet.name}' blocks traffic that an integration service environment requires.",
            "details": [{"code": f"{d.direction}Blocked", "message": text} for d, text in obstacles],
        }
    return {
        "networkDependencyHealthState": "Unhealthy" if obstacles else "Healthy",
        "outboundNetworkDependencies": [
            {
                "category": dependency.category,
                "displayName": dependency.purpose,
                "endpoints": [
                    {
                        # The service tag represents its hosts, which are not modeled.
                        "domainName": dependency.remote,
                        "ports": _shown(dependency.ports),
                        "accessibility": "NotAvailable" if dependency in blocked else "Available",
                    }
                ],
            }
            for dependency in _needed(session, environment)
            if dependency.direction == _OUT
        ],
        "outboundNetworkHealth": outbound,
    }


def _shown(ports: Ports) -> list[str]:
    return [str(first) if first == last else f"{first}-{last}" for first, last in ports]


def _obstacles(session: Session, environment: Resource, subnet: Resource) -> Iterator[tuple[Dependency, str]]:
    """Return what is blocked in a subnet, and by what, as texts."""
    virtual_network = session.store.existing(subnet.id.parent)
    space = ranges_of(virtual_network)
    group, table = subnet.reference("networkSecurityGroup"), subnet.reference("routeTable")
    rules = effective_rules(session, group) if group else []
    routes = routes_of(session, table) if table else []
    for dependency in _needed(session, environment):
        where = (
            f"subnet '{subnet.name}': {dependency.direction.lower()} traffic for {dependency.purpose} "
            f"({dependency.remote}, port {', '.join(_shown(dependency.ports))})"
        )
        if group and (rule := _blocking_rule(rules, dependency, prefixes_of(subnet), space)):
            yield dependency, f"{where} is blocked by rule '{rule}' of security group '{group.name}'."
        elif table and (route := _blocking_route(routes, dependency)):
            yield dependency, f"{where} is blocked by route '{route}' of route table '{table.name}'."


def _blocking_rule(rules: list[Json], needed: Dependency, subnet: list[Network], space: list[Network]) -> str | None:
    for protocol in _PROTOCOLS:
        traffic = Traffic(needed.direction, protocol, needed.remote, needed.ports)
        # Different rules may be for different ranges of the subnet.
        for prefix in subnet:
            if rule := blocking_rule(rules, traffic, [prefix], space):
                return rule
    return None


def _blocking_route(routes: list[Resource], needed: Dependency) -> str | None:
    """Return the route that blocks a dependency.

    ``None`` as the next hop drops the traffic. An appliance or a gateway may forward outbound traffic, but a response
    to a management service on another path than its request is lost: "asymmetric routing".
    """
    if needed.remote == "AzureLoadBalancer":
        # Its probes come from the host itself; routes do not apply to them.
        return None
    if "/" in needed.remote:
        return dropping_route(routes, [ip_network(needed.remote)])
    taken = next_hop_to_service(routes, needed.remote)
    if taken is None:
        return None
    name, next_hop = taken
    asymmetric = needed.direction == _IN and next_hop in ("VirtualAppliance", "VirtualNetworkGateway")
    return name if next_hop == "None" or asymmetric else None


def _needed(session: Session, environment: Resource) -> list[Dependency]:
    virtual_network = session.store.existing(subnets_of_environment(session, environment)[0].id.parent)
    dns = virtual_network.properties.get("dhcpOptions") or {}
    connector = (environment.properties.get("endpointsConfiguration") or {}).get("connector") or {}
    outgoing = [entry["address"] for entry in connector.get("outgoingIpAddresses", ())]
    return dependencies(
        environment.properties["networkConfiguration"]["accessEndpoint"]["type"],
        environment.document["sku"]["name"],
        virtual_network.properties["addressSpace"]["addressPrefixes"],
        dns.get("dnsServers") or [],
        # The others are ranges of the ISE's own subnets.
        [address for address in outgoing if "/" not in address],
    )
