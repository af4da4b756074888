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

RESOURCE_TYPE, ACCOUNT_TYPE = "integrationServiceEnvironments", "integrationAccounts"

_SUBNET_KEYS = ("subnetName", "addressPrefix")

KNOWN_LATER = "known after creation"
"""Replaces values that the service assigns, because a recording has invented ones."""


class Parts:
    """An environment with all its parts. What exists already has its name only."""

    def __init__(self, registrations: Iterable[Registration]) -> None:
        """Select the registrations by type.

        Args:
            registrations: those of one environment, in any order, because the order of independent registrations
                varies.
        """
        self._registrations = sorted(registrations, key=lambda each: each.urn)
        inside = [each for each in self._registrations if each.type == GENERIC_RESOURCE]
        (self._environment,) = (each for each in inside if each.inputs["resourceType"] == RESOURCE_TYPE)
        self.environment = self._environment.inputs
        self.connectors = [each.inputs["resourceName"] for each in inside if each.inputs["parentResourcePath"]]
        self.accounts = [each.inputs["resourceName"] for each in inside if each.inputs["resourceType"] == ACCOUNT_TYPE]
        certificates: dict[str, dict[str, str]] = self.environment["properties"].get("certificates") or {}
        self.certificates = [f"{name} ({sent['kind']})" for name, sent in sorted(certificates.items())]

        self._virtual_network = next(iter(self._inputs(VIRTUAL_NETWORK)), None)
        used = self.environment["properties"]["networkConfiguration"]["subnets"]
        new = {subnet["subnetName"]: subnet for subnet in self._inputs(SUBNET)}
        self.subnets = [new.get(_name_in(each), {"subnetName": _name_in(each)}) for each in used]
        """In the order of the environment's configuration; existing ones have their names only."""
        self.network_name = used[0]["id"].split("/virtualNetworks/")[1].partition("/")[0]
        self.address_spaces = [
            IPv4Network(each)
            for each in (self._virtual_network or {}).get("addressSpace", {}).get("addressPrefixes", ())
            if ":" not in each
        ]
        self.security_group = _name_of(self._inputs(SECURITY_GROUP), "networkSecurityGroupName")
        self.route_table = _name_of(self._inputs(ROUTE_TABLE), "routeTableName")
        self._routes = self._inputs(ROUTE)

    def _inputs(self, kind: str) -> list[dict[str, Any]]:
        return [each.inputs for each in self._registrations if each.type == kind]

    @property
    def kind(self) -> str:
        """SKU, size and endpoint type of the environment."""
        sku, properties = self.environment["sku"], self.environment["properties"]
        endpoint = properties["networkConfiguration"]["accessEndpoint"]["type"]
        return f"{sku['name']}, scale units: {sku['capacity']:g}, {endpoint} endpoint"

    @property
    def group(self) -> tuple[str, str]:
        """Name and description of the resource group."""
        new = "resource group" if self._inputs(RESOURCE_GROUP) else "existing resource group, environment"
        return self.environment["resourceGroupName"], f"{new} in {self.environment['location']}"

    @property
    def network(self) -> tuple[str, str]:
        """Name and description of the virtual network."""
        spaces = ", ".join(map(str, self.address_spaces))
        return self.network_name, f"virtual network {spaces}" if self._virtual_network else "existing virtual network"

    @property
    def sentence(self) -> str:
        """A description of the environment in one sentence."""
        subnets = ", ".join(" ".join(filter(None, map(subnet.get, _SUBNET_KEYS))) for subnet in self.subnets)
        spaces = "".join(f" {space}" for space in self.address_spaces)
        content = [*(["its certificates"] if self.certificates else [])]
        content += [f"the connectors {', '.join(self.connectors)}"] if self.connectors else []
        content += [f"the integration accounts {', '.join(self.accounts)}"] if self.accounts else []
        tables = [*([f"the rules of {self.security_group}"] if self.security_group else [])]
        tables += [f"the routes of {self.route_table}"] if self.route_table else []
        return (
            f"{self.environment['resourceName']} ({self.kind}){' with ' if content else ''}{' and '.join(content)}, "
            f"in the subnets {subnets} of {self.network_name}{spaces}"
            f"{'; below, ' if tables else ''}{' and '.join(tables)}"
        )

    @property
    def free_ranges(self) -> list[IPv4Network]:
        """The free ranges of the address spaces; none if the virtual network exists already."""
        free = self.address_spaces
        for taken in map(range_of, self.subnets if free else ()):
            free = [
                rest for each in free for rest in (each.address_exclude(taken) if taken.subnet_of(each) else [each])
            ]
        return sorted(free)

    @property
    def landmarks(self) -> list[tuple[IPv4Address, str]]:
        """The addresses in the network that its settings name, each with its meaning."""
        servers = (self._virtual_network or {}).get("dhcpOptions", {}).get("dnsServers", [])
        named = [(IPv4Address(server), "DNS server") for server in servers]
        named += [
            (IPv4Address(route["nextHopIpAddress"]), f"next hop of {route['routeName']}")
            for route in self._routes
            if "nextHopIpAddress" in route
        ]
        return sorted(
            (address, meaning) for address, meaning in named if any(address in each for each in self.address_spaces)
        )

    @property
    def on_subnets(self) -> dict[str, list[int]]:
        """The settings of subnets as text, each with the positions of the subnets that have it."""
        found: dict[str, list[int]] = {}
        for position, subnet in enumerate(self.subnets):
            for thing in _on(subnet):
                found.setdefault(thing, []).append(position)
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


def _name_of(inputs: list[dict[str, Any]], key: str) -> str:
    """Return the name of the resource, if the stack creates one; empty otherwise."""
    return str(inputs[0][key]) if inputs else ""


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
