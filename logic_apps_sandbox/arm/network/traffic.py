"""Evaluation of traffic by security rules and routes.

Sources: Microsoft, "Network security groups" (order of evaluation) and "Virtual network traffic routing".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network

from logic_apps_sandbox.arm.core.session import Json
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_space import Network, is_inside, range_of
from logic_apps_sandbox.arm.network.security_rules import ADDRESSES, ALL_PORTS, ports_of
from logic_apps_sandbox.arm.network.service_tags import VIRTUAL_NETWORK, covers


@dataclass(frozen=True)
class Traffic:
    """Traffic between a subnet and something else."""

    direction: str
    """``Inbound`` or ``Outbound``, as the subnet sees it."""
    protocol: str
    """``Tcp`` or ``Udp``."""
    remote: str
    """The other end: a service tag, or a range in CIDR notation."""
    ports: tuple[tuple[int, int], ...]
    """The destination's ports: ranges with both ends."""


def blocking_rule(rules: Iterable[Json], traffic: Traffic, subnet: list[Network], space: list[Network]) -> str | None:
    """Return the name of the rule that blocks a part of the traffic; None if all of it is allowed.

    Args:
        rules: the documents of a security group's rules, the default ones included.
        traffic: the traffic that must be allowed.
        subnet: the ranges of the subnet, the traffic's near end.
        space: the ranges of the virtual network, which is ``VirtualNetwork``.

    The matching rule with the lowest priority number applies. Rules for application security groups, and rules that
    allow single public addresses, are ignored, because the owner of the addresses is unknown.
    """
    left = list(traffic.ports)
    for rule in sorted(rules, key=lambda rule: int(rule["properties"]["priority"])):
        if not _applies(rule["properties"], traffic, subnet, space):
            continue
        ports = _port_ranges(rule["properties"], "destination")
        if rule["properties"]["access"] == "Allow":
            left = [rest for part in left for rest in _subtract(part, ports)]
        elif any(_overlap(a, b) for a in left for b in ports):
            return str(rule["name"])
        if not left:
            return None
    return None


def _applies(properties: Json, traffic: Traffic, subnet: list[Network], space: list[Network]) -> bool:
    """Return whether a rule, ignoring its ports, allows all of the traffic or denies a part of it."""
    if properties["direction"] != traffic.direction or properties["protocol"] not in ("*", traffic.protocol):
        return False
    allows = properties["access"] == "Allow"
    # A rule that is limited to some source ports leaves the others, of which clients use any.
    if allows and ALL_PORTS not in _port_ranges(properties, "source"):
        return False
    near, far = ("destination", "source") if traffic.direction == "Inbound" else ("source", "destination")
    meets = _covers_all if allows else _touches
    return meets(_prefixes(properties, near), [str(network) for network in subnet], space) and meets(
        _prefixes(properties, far), [traffic.remote], space
    )


def _port_ranges(properties: Json, end: str) -> list[tuple[int, int]]:
    texts = [properties[f"{end}PortRange"]] if properties.get(f"{end}PortRange") else properties[f"{end}PortRanges"]
    return [ports for text in texts if (ports := ports_of(text))]


def _prefixes(properties: Json, end: str) -> list[str]:
    one_name, many_name, _ = ADDRESSES[end]
    return [properties[one_name]] if properties.get(one_name) else list(properties.get(many_name) or ())


def _covers_all(prefixes: list[str], addresses: list[str], space: list[Network]) -> bool:
    """Return whether each of the addresses (ranges or service tags) is in one of a rule's prefixes."""
    return all(any(_covers(prefix, address, space) for prefix in prefixes) for address in addresses)


def _covers(prefix: str, address: str, space: list[Network]) -> bool:
    if prefix == "*":
        return True
    wider, inner = range_of(prefix), range_of(address)
    if inner is None:
        # The addresses of a service are unknown here; only a prefix for all addresses has them for certain.
        return covers(prefix, address) if wider is None else wider.prefixlen == 0
    if wider is None:
        return prefix.lower() == VIRTUAL_NETWORK and any(is_inside(inner, network) for network in space)
    return is_inside(inner, wider)


def _touches(prefixes: list[str], addresses: list[str], space: list[Network]) -> bool:
    """Return whether one of a rule's prefixes overlaps one of the addresses."""
    return any(_touch(prefix, address, space) for prefix in prefixes for address in addresses)


def _touch(prefix: str, address: str, space: list[Network]) -> bool:
    outer, inner = range_of(prefix), range_of(address)
    if outer is None or inner is None:
        return _covers(prefix, address, space)
    return outer.version == inner.version and outer.overlaps(inner)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _subtract(part: tuple[int, int], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the rest of a range of ports."""
    left = [part]
    for first, last in taken:
        left = [
            rest
            for low, high in left
            for rest in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if rest[0] <= rest[1]
        ]
    return left


def next_hop_to_service(routes: Iterable[Resource], tag: str) -> tuple[str, str] | None:
    """Return name and next hop type of the route for traffic to a service; None if Azure's own route applies.

    A route for the service's tag comes before one for all addresses ("Virtual network traffic routing", service tags
    for user-defined routes). Other ranges are ignored, because the owner of the addresses is unknown.
    """
    routes = list(routes)
    by_tag = [route for route in routes if covers(route.properties["addressPrefix"], tag)]
    by_tag.sort(key=lambda route: _order_of_tag(str(route.properties["addressPrefix"]), tag))
    # Half of all addresses counts as all: two such routes are the usual way around a route from elsewhere.
    widest = [ip_network(text) for text in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")]
    everywhere = [route for route in routes if range_of(route.properties["addressPrefix"]) in widest]
    found = next(iter(by_tag + everywhere), None)
    return None if found is None else (found.name, found.properties["nextHopType"])


def _order_of_tag(prefix: str, tag: str) -> tuple[int, bool]:
    """Return the rank of a tag: the service's own, ``AzureCloud``, ``Internet``, each first for a region."""
    name, _, region = prefix.lower().partition(".")
    return [tag.lower(), "azurecloud"].index(name) if name in (tag.lower(), "azurecloud") else 2, not region


def dropping_route(routes: Iterable[Resource], ranges: list[Network]) -> str | None:
    """Return the name of a route that drops traffic to a part of these ranges.

    The route must be at least as specific as Azure's own route to the virtual network, which otherwise takes
    precedence.
    """
    for route in routes:
        network = range_of(route.properties["addressPrefix"])
        if network and route.properties["nextHopType"] == "None" and any(is_inside(network, own) for own in ranges):
            return route.name
    return None
