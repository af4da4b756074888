"""Find the rule of an existing network security group, or the route, that blocks traffic an environment requires.

Sources: Microsoft, "Network security groups" (order of evaluation, default security rules) and "How network security
groups filter network traffic"; "Virtual network service tags"; "Virtual network traffic routing" (how Azure selects a
route, service tags for user-defined routes); the ISE article, "Network ports used by your ISE" (TCP and UDP) and
"ExpressRoute" (asymmetric routing). The required traffic is in required_ports.py.

It is unknown to whom single public IP addresses in a rule or a route belong. If such a rule allows the port, or such a
route has the next hop type Internet, the result is uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from logic_apps_environment.traffic.required_ports import SecurityRule
from logic_apps_environment.traffic.rules import DEFAULT_ROUTES
from logic_apps_environment.traffic.service_tags import INTERNET, LOAD_BALANCER, VIRTUAL_NETWORK

PROTOCOLS = ("Tcp", "Udp")
"""The protocols of all required traffic (ISE article)."""

_EVERYWHERE = (IPv4Network("0.0.0.0/0"),)
_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_ALL_PORTS = (0, 65535)

PortRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FoundRule:
    """A rule of a network security group, as Azure returns it.

    Attributes:
        priority: the priority; the rule with the lowest number is evaluated first.
        direction: ``Inbound`` or ``Outbound``.
        allows: whether the access is ``Allow``.
        protocol: ``*``, ``Tcp``, ``Udp`` or another.
        sources: ranges, service tags or ``*``; empty for application security groups. Destinations are the same.
        source_ports: single ports, port ranges or ``*``.
        ports: the destination ports, like ``source_ports``.
    """

    name: str
    priority: int
    direction: str
    allows: bool
    protocol: str
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    source_ports: tuple[str, ...]
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A route of a route table: the name, the range or service tag, and the next hop type."""

    name: str
    address_prefix: str
    next_hop_type: str


@dataclass(frozen=True, slots=True)
class TrafficContext:
    """The network of the environment: the ranges of its subnets, and the prefixes of the virtual network.

    The region is normalized; None while unknown.
    """

    subnets: tuple[IPv4Network, ...]
    address_space: tuple[IPv4Network, ...]
    location: str | None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Required traffic that is blocked.

    Attributes:
        by: the name of the rule or the route.
        ports: the ports of the required traffic.
        is_certain: whether the result does not depend on the owners of single public IP addresses.
        priority: the priority of the rule; None for a route.
        next_hop: the next hop of the route; empty for a rule.
    """

    by: str
    ports: tuple[str, ...]
    is_certain: bool
    priority: int | None = None
    next_hop: str = ""


def blocked_by_rule(rules: Iterable[FoundRule], needed: SecurityRule, context: TrafficContext) -> Blocked | None:
    """Return the rule that blocks some of the required traffic; None if all of it is allowed."""
    ordered = sorted((rule for rule in rules if rule.direction == needed.direction), key=lambda rule: rule.priority)
    far = needed.sources if needed.direction == "Inbound" else needed.destinations
    for remote in far:
        for subnet in context.subnets:
            for protocol in PROTOCOLS:
                found = _first_block(ordered, needed, remote, subnet, protocol, context)
                if found:
                    return found
    return None


def _first_block(
    rules: Sequence[FoundRule],
    needed: SecurityRule,
    remote: str,
    subnet: IPv4Network,
    protocol: str,
    context: TrafficContext,
) -> Blocked | None:
    left = [_ports(text) for text in needed.ports]
    is_certain = True
    for rule in rules:
        near, far = (
            (rule.destinations, rule.sources) if needed.direction == "Inbound" else (rule.sources, rule.destinations)
        )
        ports = [_ports(text) for text in rule.ports]
        if rule.protocol not in ("*", protocol) or not any(_overlap(a, b) for a in left for b in ports):
            continue
        if not rule.allows:
            if _touches(near, str(subnet), context) and _touches(far, remote, context):
                return Blocked(rule.name, needed.ports, is_certain, priority=rule.priority)
            continue
        # Clients can use any source port.
        if _ALL_PORTS not in map(_ports, rule.source_ports) or not _covers(near, str(subnet), context):
            continue
        if _covers(far, remote, context):
            left = [rest for part in left for rest in _without(part, ports)]
        elif _may_cover(far, remote):
            is_certain = False
        if not left:
            return None
    return None


def _covers(prefixes: Iterable[str], wanted: str, context: TrafficContext) -> bool:
    """Whether one of a rule's prefixes contains all of a range or of a service tag."""
    return any(_contains(prefix, wanted, context) for prefix in prefixes)


def _contains(prefix: str, wanted: str, context: TrafficContext) -> bool:
    outer, inner = _range(prefix), _range(wanted)
    if prefix == "*" or outer in _EVERYWHERE:
        return True
    if inner is None:
        return outer is None and _tag_contains(prefix, wanted, context)
    if outer is not None:
        return inner.subnet_of(outer)
    tag = prefix.lower()
    if tag == VIRTUAL_NETWORK.lower():
        # The tag also includes the ranges of peers and of networks behind gateways, which are unknown.
        return any(inner.subnet_of(space) for space in (*context.address_space, *_PRIVATE))
    return tag == INTERNET.lower() and not any(inner.subnet_of(space) for space in (*context.address_space, *_PRIVATE))


def _tag_contains(prefix: str, wanted: str, context: TrafficContext) -> bool:
    service, _, region = prefix.lower().partition(".")
    if region and region != context.location:
        return False
    if service == wanted.lower():
        return True
    if wanted in (VIRTUAL_NETWORK, LOAD_BALANCER):
        return False
    return service == INTERNET.lower() or (service == "azurecloud" and wanted != INTERNET)


def _touches(prefixes: Iterable[str], wanted: str, context: TrafficContext) -> bool:
    """Whether one of a rule's prefixes overlaps a range or a service tag."""
    inner = _range(wanted)
    for prefix in prefixes:
        outer = _range(prefix)
        if outer is not None and inner is not None:
            if outer.overlaps(inner):
                return True
        elif _contains(prefix, wanted, context):
            return True
    return False


def _may_cover(prefixes: Iterable[str], wanted: str) -> bool:
    """Whether ranges of public IP addresses might belong to a service."""
    return _range(wanted) is None and any(_is_public(_range(prefix)) for prefix in prefixes)


def _is_public(network: IPv4Network | None) -> bool:
    return network is not None and not any(network.overlaps(private) for private in _PRIVATE)


def blocked_by_route(routes: Sequence[FoundRoute], needed: SecurityRule, context: TrafficContext) -> Blocked | None:
    """Return the route that blocks some of the required traffic; None if all of it is allowed.

    The next hop type ``None`` drops traffic. Answers to a management service that leave through an appliance or a
    gateway take another path than the request (asymmetric routing), and are lost.
    """
    inbound = needed.direction == "Inbound"
    for remote in needed.sources if inbound else needed.destinations:
        if remote == LOAD_BALANCER:
            # Its probes come from the host, so routes do not apply.
            continue
        network = _range(remote)
        if network is not None or remote == VIRTUAL_NETWORK:
            inside = (network,) if network else context.address_space
            for route in routes:
                target = _range(route.address_prefix)
                if route.next_hop_type == "None" and target and any(target.subnet_of(each) for each in inside):
                    return Blocked(route.name, needed.ports, is_certain=True, next_hop=route.next_hop_type)
            continue
        taken = _route_to(routes, remote, context)
        if taken is None:
            continue
        asymmetric = inbound and taken.next_hop_type in ("VirtualAppliance", "VirtualNetworkGateway")
        if taken.next_hop_type == "None" or asymmetric:
            direct = (_range(each.address_prefix) for each in routes if each.next_hop_type == "Internet")
            is_certain = not any(_is_public(each) and each not in DEFAULT_ROUTES for each in direct)
            return Blocked(taken.name, needed.ports, is_certain, next_hop=taken.next_hop_type)
    return None


def _route_to(routes: Sequence[FoundRoute], service: str, context: TrafficContext) -> FoundRoute | None:
    """Return the route for traffic to a service; None if there is none.

    A route for the service tag has precedence over one for a wider tag, a regional tag over a global one, and tags over
    a default route ("Virtual network traffic routing", service tags for user-defined routes).
    """

    def of_tag(tag: str) -> Iterator[FoundRoute]:
        for wanted in ((tag.lower(), context.location), (tag.lower(), "")):
            for route in routes:
                name, _, region = route.address_prefix.lower().partition(".")
                if (name, region) == wanted:
                    yield route

    everywhere = (route for route in routes if _range(route.address_prefix) in DEFAULT_ROUTES)
    wider = () if service == INTERNET else (*of_tag("AzureCloud"), *of_tag(INTERNET))
    return next(iter((*of_tag(service), *wider, *everywhere)), None)


def _range(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text)
    except ValueError:
        return None


def _ports(text: str) -> PortRange:
    if text == "*":
        return _ALL_PORTS
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _overlap(a: PortRange, b: PortRange) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _without(part: PortRange, taken: Iterable[PortRange]) -> list[PortRange]:
    """Return a port range without the ranges in ``taken``."""
    left = [part]
    for first, last in taken:
        left = [
            rest
            for low, high in left
            for rest in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if rest[0] <= rest[1]
        ]
    return left
