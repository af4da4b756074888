"""The parts of an environment, from the registrations of a program."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, Literal

from tests.support.recording import (
    GENERIC_RESOURCE,
    RESOURCE_GROUP,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SECURITY_RULE,
    SUBNET,
    VIRTUAL_NETWORK,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.recording import Registration

Row = list[list[str]]
"""A row of a table: the lines of each cell."""

KNOWN_LATER = "known after creation"
"""Replaces values that the service assigns, because a recording has invented ones."""


class Parts:
    """An environment with all its parts. A missing registration is an error, because the picture shows all parts."""

    def __init__(self, registrations: Iterable[Registration]) -> None:
        """Select the registrations by type.

        Args:
            registrations: those of one environment with a new network, in any order, because the order of independent
                registrations varies.
        """
        self._registrations = sorted(registrations, key=lambda each: each.urn)
        (self.group,) = self._inputs(RESOURCE_GROUP)
        (self.virtual_network,) = self._inputs(VIRTUAL_NETWORK)
        # Several prefixes would require several scales.
        (address_space,) = self.virtual_network["addressSpace"]["addressPrefixes"]
        self.address_space = IPv4Network(address_space)
        (security_group,) = self._inputs(SECURITY_GROUP)
        self.security_group: str = security_group["networkSecurityGroupName"]
        (route_table,) = self._inputs(ROUTE_TABLE)
        self.route_table: str = route_table["routeTableName"]
        self._routes = self._inputs(ROUTE)

        inside = [each for each in self._registrations if each.type == GENERIC_RESOURCE]
        (self._environment,) = (each for each in inside if not each.inputs["parentResourcePath"])
        self.environment = self._environment.inputs
        self.connectors: list[str] = [each.inputs["resourceName"] for each in inside if each != self._environment]
        certificates: dict[str, dict[str, str]] = self.environment["properties"]["certificates"]
        self.certificates = [f"{name} ({sent['kind']})" for name, sent in sorted(certificates.items())]
        taken = [_name_in(each) for each in self.environment["properties"]["networkConfiguration"]["subnets"]]
        self.subnets = sorted(self._inputs(SUBNET), key=lambda subnet: taken.index(subnet["subnetName"]))
        """In the order of the environment's configuration."""

    def _inputs(self, kind: str) -> list[dict[str, Any]]:
        return [each.inputs for each in self._registrations if each.type == kind]

    @property
    def kind(self) -> str:
        """SKU, size and endpoint type of the environment."""
        sku, properties = self.environment["sku"], self.environment["properties"]
        endpoint = properties["networkConfiguration"]["accessEndpoint"]["type"]
        return f"{sku['name']}, scale units: {sku['capacity']:g}, {endpoint} endpoint"

    @property
    def sentence(self) -> str:
        """A description of the environment in one sentence."""
        subnets = ", ".join(f"{subnet['subnetName']} {subnet['addressPrefix']}" for subnet in self.subnets)
        return (
            f"{self.environment['resourceName']} ({self.kind}) with its certificates and the connectors "
            f"{', '.join(self.connectors)}, in the subnets {subnets} of {self.virtual_network['virtualNetworkName']} "
            f"{self.address_space}; below, the rules of {self.security_group} and the routes of {self.route_table}"
        )

    @property
    def free_ranges(self) -> list[IPv4Network]:
        """The free ranges of the address space."""
        free = [self.address_space]
        for taken in map(range_of, self.subnets):
            free = [
                rest for each in free for rest in (each.address_exclude(taken) if taken.subnet_of(each) else [each])
            ]
        return sorted(free)

    @property
    def landmarks(self) -> list[tuple[IPv4Address, str]]:
        """The addresses in the network that its settings name, each with its meaning."""
        servers = self.virtual_network.get("dhcpOptions", {}).get("dnsServers", [])
        named = [(IPv4Address(server), "DNS server") for server in servers]
        named += [
            (IPv4Address(route["nextHopIpAddress"]), f"next hop of {route['routeName']}")
            for route in self._routes
            if "nextHopIpAddress" in route
        ]
        return sorted((address, meaning) for address, meaning in named if address in self.address_space)

    @property
    def on_subnets(self) -> dict[str, list[IPv4Network]]:
        """The settings of subnets as text, each with the ranges of the subnets that have it."""
        found: dict[str, list[IPv4Network]] = {}
        for subnet in self.subnets:
            for thing in _on(subnet):
                found.setdefault(thing, []).append(range_of(subnet))
        return found

    def rules(self, direction: Literal["Inbound", "Outbound"]) -> list[Row]:
        """Return the security rules of a direction by priority, with priority, other side, ports and purpose."""
        other = "source" if direction == "Inbound" else "destination"
        rules = [r for r in self._registrations if r.type == SECURITY_RULE and r.inputs["direction"] == direction]
        return [self._rule(rule, other) for rule in sorted(rules, key=lambda rule: float(rule.inputs["priority"]))]

    def _rule(self, rule: Registration, other: str) -> Row:
        inputs, many = rule.inputs, f"{other}AddressPrefixes"
        comes_later = self._environment.urn in rule.request.propertyDependencies[many].urns
        addresses = [KNOWN_LATER] if comes_later else _one_or_many(inputs, f"{other}AddressPrefix", many)
        ports = _one_or_many(inputs, "destinationPortRange", "destinationPortRanges")
        spelled = ", ".join("all" if port == "*" else port for port in ports)
        return [[f"{inputs['priority']:g}"], addresses, [spelled], [inputs["description"]]]

    @property
    def routes(self) -> list[Row]:
        """The routes with name, destination, next hop type and next hop address."""
        keys = ("routeName", "addressPrefix", "nextHopType", "nextHopIpAddress")
        return [[[route[key]] if key in route else [] for key in keys] for route in self._routes]


def range_of(subnet: dict[str, Any]) -> IPv4Network:
    """Return the address range of a subnet."""
    return IPv4Network(subnet["addressPrefix"])


def _on(subnet: dict[str, Any]) -> Iterator[str]:
    for delegation in subnet.get("delegations", []):
        yield f"delegated to {delegation['serviceName']}"
    if group := subnet.get("networkSecurityGroup"):
        yield f"security group {_name_in(group)}"
    if table := subnet.get("routeTable"):
        yield f"route table {_name_in(table)}"
    if endpoints := subnet.get("serviceEndpoints"):
        yield f"service endpoints {', '.join(endpoint['service'] for endpoint in endpoints)}"


def _name_in(reference: dict[str, str]) -> str:
    """Return the name in the ID of a referenced resource."""
    return reference["id"].rpartition("/")[2]


def _one_or_many(rule: dict[str, Any], one: str, many: str) -> list[str]:
    """Return the addresses or ports of a rule from either of two properties."""
    return [rule[one]] if one in rule else list(rule[many])
