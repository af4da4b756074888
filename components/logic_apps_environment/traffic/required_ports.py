"""The security rules of an environment: the documented ports as data.

Sources: Microsoft's ISE article (2022-08-20), "Network ports used by your ISE", inbound and outbound rules, in the
    order of its tables; Microsoft, "Configure virtual network support for a Premium Azure Cache for Redis", port
    requirements, to which the ISE article refers.

All rows of the tables require TCP and UDP (or any protocol), any source port, and all four subnets.

Calls of workflows to other systems are not included. By default, a network security group allows all outbound traffic,
so the outbound rules matter only if other rules deny traffic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from logic_apps_environment.traffic.service_tags import INTERNET, LOAD_BALANCER, VIRTUAL_NETWORK

Direction = Literal["Inbound", "Outbound"]

ALL_PORTS = ("*",)

REDIS_PORTS = ("6379-6383",)
"""The ports between the instances of the cache (ISE article)."""

REDIS_PROBE_PORTS = ("6379-6380", "8500", "10221-10231", "13000-13999", "15000-15999", "16001")
"""The ports at which Azure's load balancer probes the cache (Redis article)."""

AZURE_DNS = ("168.63.129.16/32", "169.254.169.254/32")
"""The addresses of Azure's DNS and of the instance metadata service, which the cache uses (Redis article)."""

MAX_DESCRIPTION_LENGTH = 140
"""The maximum length of a rule's description in characters (REST API reference, "Security Rules")."""

_ESSENTIAL = "Without it the environment's creation fails."

CALLERS_RULE = "AllowCallersInbound"
"""The name of the rule for the ranges of callers."""

FIRST_CALLER_TAG_PRIORITY = 1001
"""The priority of the rule for the first service tag among the callers; the others follow in order."""


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """A rule that allows traffic with any protocol from any port.

    Attributes:
        name: the name in Azure, and a part of the logical name. Both must never change.
        priority: 100 to 4096, unique for each direction. All rules allow traffic, so their order has no effect; the
            numbers must not change, because exchanging two causes a conflict during the update.
        direction: the direction as seen from the subnets.
        sources: address ranges, or a single service tag.
        destinations: address ranges, or a single service tag.
        ports: the destination ports.
        description: the purpose of the rule, at most 140 characters.
    """

    name: str
    priority: int
    direction: Direction
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    ports: tuple[str, ...]
    description: str

    @property
    def is_essential(self) -> bool:
        """Whether the creation of an environment fails without the rule."""
        return self.description.endswith(_ESSENTIAL)

    @property
    def purpose(self) -> str:
        """The description for messages. The description itself is deployed and must not change."""
        return self.description.replace(_ESSENTIAL, "Without it, creation of the environment fails.")


MANAGEMENT_TAGS = (
    "LogicAppsManagement",
    "LogicApps",
    "AzureConnectors",
    "AppServiceManagement",
    "AzureTrafficManager",
    "ApiManagement",
)
"""The services that manage the environment by inbound calls, and require the answers on the same path."""


def security_rules(
    *,
    external: bool,
    premium: bool,
    address_space: Sequence[str],
    dns_servers: Sequence[str] = (),
    callers: Sequence[str] | None = None,
    has_late_callers: bool = False,
) -> list[SecurityRule]:
    """Return the rules that are created before the environment, in the order of their creation.

    Args:
        external: whether the endpoint is External.
        premium: whether the SKU is Premium; a Developer environment has no cache.
        address_space: the prefixes of the virtual network, or the service tag VirtualNetwork.
        dns_servers: the addresses of the network's custom DNS servers.
        callers: ranges and service tags that can call an External environment; None for the whole internet.
        has_late_callers: whether there are other ranges, which a preview does not know.
    """
    rules = _inbound(external=external, premium=premium, address_space=tuple(address_space))
    rules += _callers(
        callers if external else None,
        everybody=INTERNET if external else VIRTUAL_NETWORK,
        has_ranges=external and has_late_callers,
    )
    rules += _outbound(premium=premium, address_space=tuple(address_space))
    return [*rules, dns_rule(dns_servers)] if dns_servers else rules


def required_traffic(
    *, external: bool | None, premium: bool, address_space: Sequence[str], dns_servers: Sequence[str]
) -> list[SecurityRule]:
    """Return the rules that an existing network security group has to contain.

    Callers are not included, because the owner of the group chooses them. ``external`` is None while unknown.
    """
    rules = _inbound(external=bool(external), premium=premium, address_space=tuple(address_space))
    rules += _outbound(premium=premium, address_space=tuple(address_space))
    rules = [rule for rule in rules if external is not None or "AzureTrafficManager" not in rule.sources]
    return [*rules, dns_rule(dns_servers)] if dns_servers else rules


def dns_rule(dns_servers: Sequence[str]) -> SecurityRule:
    """Return the rule for the network's custom DNS servers, or for Azure's if there are none."""
    servers = tuple(dict.fromkeys(f"{server}/32" for server in dns_servers))
    return _out(210, "Dns", ("53",), "The network's DNS servers.", servers or AZURE_DNS)


def connector_rule(
    address_space: Sequence[str], inside: Sequence[IPv4Network], addresses: Iterable[str]
) -> SecurityRule:
    """Return the rule for calls from the managed connectors of an External environment.

    The outgoing addresses of the connectors are known after the environment is created. Those in the known ranges
    ``inside`` the network are omitted, because another rule allows them.
    """
    outside = [
        each
        for each in (IPv4Network(address) for address in addresses)
        if not any(each.subnet_of(prefix) for prefix in inside)
    ]
    return SecurityRule(
        "AllowConnectorsInbound",
        200,
        "Inbound",
        _apart(outside),
        tuple(address_space),
        ALL_PORTS,
        "Calls from the environment's managed connectors, by their outgoing addresses.",
    )


def _inbound(*, external: bool, premium: bool, address_space: tuple[str, ...]) -> list[SecurityRule]:
    probes = ("443",) if external else ("454",)
    rules = [
        _within_network(100, "Inbound", address_space),
        _in(110, "LogicAppsManagement", ("454",), "Dynamic properties in the designer."),
        _in(120, "LogicApps", ("454",), "Network health check."),
        _in(130, "AzureConnectors", ("454",), f"Deployment of connectors. {_ESSENTIAL}"),
        _in(140, "AppServiceManagement", ("454", "455"), "Management of the App Service Environment."),
        _in(150, "AzureTrafficManager", probes, "Probes of Traffic Manager."),
        _in(160, "ApiManagement", ("3443",), f"Management endpoint of API Management. {_ESSENTIAL}"),
    ]
    if premium:
        rules += [
            _in(170, "Redis", REDIS_PORTS, "Azure Cache for Redis between its instances.", VIRTUAL_NETWORK),
            _in(180, "RedisProbes", REDIS_PROBE_PORTS, "Probes of Azure Cache for Redis.", LOAD_BALANCER),
        ]
    return rules


def _callers(callers: Sequence[str] | None, *, everybody: str, has_ranges: bool) -> list[SecurityRule]:
    """Return the rules for triggers and run histories. A rule can have many ranges, but only one service tag."""
    purpose = "Calls of request and webhook triggers, and inputs and outputs in run histories."
    given = (everybody,) if callers is None else tuple(callers)
    ranges = caller_ranges(given)
    tags = [each for each in given if "/" not in each]
    rules = [SecurityRule(CALLERS_RULE, 1000, "Inbound", ranges, (VIRTUAL_NETWORK,), ("443",), purpose)]
    return (rules if ranges or has_ranges else []) + [
        _in(FIRST_CALLER_TAG_PRIORITY - 1 + position, f"CallerTag{position}", ("443",), purpose, tag)
        for position, tag in enumerate(tags, start=1)
    ]


def caller_ranges(callers: Iterable[str]) -> tuple[str, ...]:
    """Return the ranges among the callers, as one rule contains them."""
    return _apart(IPv4Network(each) for each in callers if "/" in each)


def _outbound(*, premium: bool, address_space: tuple[str, ...]) -> list[SecurityRule]:
    web = ("80", "443")
    rules = [
        _within_network(100, "Outbound", address_space),
        _out(110, "Internet", web, "Verification of TLS certificates."),
        _out(120, "AzureActiveDirectory", web, "Microsoft Entra ID."),
        _out(130, "Storage", (*web, "445"), "Azure Storage."),
        _out(140, "AppService", ("443",), "Management of connections."),
        _out(150, "AzureMonitor", ("443", "1886"), "Logs, metrics and Resource Health."),
        _out(160, "Sql", ("1433",), "Azure SQL."),
        _out(170, "EventHub", ("5672",), "Logs to Event Hubs, and the monitoring agent."),
    ]
    if premium:
        rules += [
            _out(180, "Redis", REDIS_PORTS, "Azure Cache for Redis between its instances.", (VIRTUAL_NETWORK,)),
            _out(190, "AzureKeyVault", ("443",), "Azure Key Vault, for Azure Cache for Redis."),
            _out(200, "AzureDns", ("53",), "Azure's DNS, for Azure Cache for Redis.", AZURE_DNS),
        ]
    return rules


def _apart(ranges: Iterable[IPv4Network]) -> tuple[str, ...]:
    """Return the ranges in order, without those inside another one; whether Azure accepts these is not documented."""
    different = sorted(set(ranges))
    return tuple(
        str(each) for each in different if not any(each != other and each.subnet_of(other) for other in different)
    )


def _within_network(priority: int, direction: Direction, address_space: tuple[str, ...]) -> SecurityRule:
    name = f"AllowWithinNetwork{direction}"
    purpose = "Traffic between the environment's subnets and within each of them."
    return SecurityRule(name, priority, direction, address_space, address_space, ALL_PORTS, purpose)


def _in(priority: int, name: str, ports: tuple[str, ...], description: str, source: str = "") -> SecurityRule:
    """Return an inbound rule from a service tag, by default that of the name."""
    sources, destinations = (source or name,), (VIRTUAL_NETWORK,)
    return SecurityRule(f"Allow{name}Inbound", priority, "Inbound", sources, destinations, ports, description)


def _out(
    priority: int, name: str, ports: tuple[str, ...], description: str, destinations: tuple[str, ...] = ()
) -> SecurityRule:
    """Return an outbound rule to ranges or a service tag, by default that of the name."""
    sources, destinations = (VIRTUAL_NETWORK,), destinations or (name,)
    return SecurityRule(f"Allow{name}Outbound", priority, "Outbound", sources, destinations, ports, description)
