"""Rules about what guards and leads the subnets' traffic: security group, routes, DNS servers, service endpoints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from logic_apps_environment.azure.address_ranges import check_address_range
from logic_apps_environment.traffic import service_tags
from logic_apps_environment.traffic.required_ports import MANAGEMENT_TAGS
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.repetition import repeated
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe
from logic_apps_environment.validation.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DNS_SERVER = Rule(
    "dns-server",
    "A DNS server of the network is given by its IPv4 address.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Virtual Networks, DhcpOptions; IPv4 only, since all of the network is",
)
CALLERS_EMPTY = Rule(
    "callers-empty",
    "Callers are at least one range or service tag; left out, they are all of the internet.",
    Severity.ERROR,
    f"{sources.LIBRARY_GUARDS}: an empty list could mean everybody or nobody",
)
CALLER_SOURCE = Rule(
    "caller-source",
    "A caller is an IPv4 range in CIDR notation or a service tag.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Security Rules, sourceAddressPrefix",
)
CALLER_REPEATED = Rule("caller-repeated", "No caller is given twice.", Severity.ERROR, sources.LIBRARY_GUARDS)
CALLERS_INTERNAL = Rule(
    "callers-internal",
    "Callers are chosen for an External endpoint; an Internal one is reached from the virtual network only.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Network ports used by your ISE, inbound port 443",
)
SERVICE_TAG_UNKNOWN = Rule(
    "service-tag-unknown",
    "A service tag is one of those that Microsoft lists.",
    Severity.WARNING,
    f"{sources.SERVICE_TAGS}; a warning, because the list grows",
)
SECURITY_GROUP_GOVERNMENT = Rule(
    "security-group-government",
    "No security group is made in Azure Government, where some of the service tags that it needs do not work.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Network ports used by your ISE: Azure Government needs the services' addresses instead",
)
ROUTE_PREFIX = Rule(
    "route-prefix",
    "A route is for an IPv4 range in CIDR notation or for a service tag.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Routes, addressPrefix",
)
ROUTE_NEXT_HOP = Rule(
    "route-next-hop",
    "A route's next hop is of a kind that Azure knows.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Routes, nextHopType",
)
ROUTE_NEXT_HOP_ADDRESS = Rule(
    "route-next-hop-address",
    "A route has the IPv4 address of its next hop exactly when that is a virtual appliance.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Routes, nextHopIpAddress",
)
ROUTE_PREFIX_REPEATED = Rule(
    "route-prefix-repeated",
    "The routes of a table are for different ranges or tags.",
    Severity.ERROR,
    f"{sources.TRAFFIC_ROUTING}, user-defined",
)
ROUTE_NAME_REPEATED = Rule(
    "route-name-repeated",
    "The routes of a table have different names; Azure ignores case.",
    Severity.ERROR,
    f"{sources.NAMING_RULES}: names compare without case",
)
ROUTE_MANAGEMENT_TRAFFIC = Rule(
    "route-management-traffic",
    "Where all traffic takes another way than the internet, the answers to Azure's management services do not.",
    Severity.WARNING,
    f"{sources.ISE_ARTICLE}, Forced tunneling (asymmetric routing); a warning, because routes for single addresses of "
    "these services do as well",
)
SERVICE_ENDPOINT = Rule(
    "service-endpoint",
    "A service endpoint is the name of a service, such as Microsoft.Storage.",
    Severity.ERROR,
    f"{sources.NETWORK_API}, Subnets, ServiceEndpointPropertiesFormat",
)
SERVICE_ENDPOINT_REPEATED = Rule(
    "service-endpoint-repeated", "No service endpoint is given twice.", Severity.ERROR, sources.LIBRARY_GUARDS
)
SERVICE_ENDPOINT_UNKNOWN = Rule(
    "service-endpoint-unknown",
    "A service endpoint is one of those that Microsoft lists.",
    Severity.WARNING,
    f"{sources.SERVICE_ENDPOINTS}; a warning, because the list grows",
)

VIRTUAL_APPLIANCE = "VirtualAppliance"
"""The only kind of next hop that has an address."""

_SERVICES_WITH_ENDPOINTS = (  # Microsoft, "Virtual network service endpoints"
    "Microsoft.AzureActiveDirectory",
    "Microsoft.AzureCosmosDB",
    "Microsoft.CognitiveServices",
    "Microsoft.ContainerRegistry",
    "Microsoft.EventHub",
    "Microsoft.KeyVault",
    "Microsoft.ServiceBus",
    "Microsoft.Sql",
    "Microsoft.Storage",
    "Microsoft.Storage.Global",
    "Microsoft.Web",
)

_RANGE_OR_TAG = "an IPv4 range in CIDR notation, or a service tag"
_EVERYTHING = {IPv4Network(text) for text in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")}


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What the rules look at in a route: where to, and by which kind of next hop."""

    address_prefix: str
    next_hop_type: str


def check_dns_server(address: str) -> list[Problem]:
    """Whether ``address`` is that of a DNS server."""
    try:
        IPv4Address(address)
    except AddressValueError:
        return [DNS_SERVER.violation(f"{describe(address)} is no IPv4 address.", "an IPv4 address", "10.0.0.4")]
    return []


def check_caller(caller: str) -> list[Problem]:
    """Whether a security rule can let ``caller`` in: a range, or a service tag."""
    return _check_range_or_tag(CALLER_SOURCE, caller, "203.0.113.0/24")


def check_callers(callers: Mapping[int, str], count: int) -> list[Problem]:
    """Whether these callers can be let in together.

    Args:
        callers: the valid ones by their positions.
        count: how many are given, valid or not.
    """
    if not count:
        return [
            CALLERS_EMPTY.violation(
                "holds no caller.",
                "at least one range or service tag",
                '["203.0.113.0/24"]',
                "Leave it out to let all of the internet call, or give VirtualNetwork to let nobody from outside.",
            )
        ]
    return [
        CALLER_REPEATED.violation(f"{describe(callers[position])} is given twice.", "each once", path=(position,))
        for position, _ in repeated(callers)
    ]


def check_callers_of(endpoint_type: str, *, callers_given: bool) -> list[Problem]:
    """Whether callers can be chosen for an endpoint of this type."""
    if endpoint_type != "Internal" or not callers_given:
        return []
    return [
        CALLERS_INTERNAL.violation(
            "has no effect with an Internal endpoint.",
            "nothing, with an Internal endpoint",
            remedy='Take it out, or set endpoint to "External" (which replaces an existing environment).',
        )
    ]


def check_government(location: str) -> list[Problem]:
    """Whether the rules of a security group can be made in ``location``, normalised."""
    if not location.startswith(("usgov", "usdod")):
        return []
    return [
        SECURITY_GROUP_GOVERNMENT.violation(
            f"In {location} the service tags LogicAppsManagement, LogicApps and AzureConnectors do not work.",
            "nothing, in Azure Government",
            remedy="Take it out, make a security group with the addresses that Microsoft lists, and give the four "
            "subnets with it as network.subnetIds.",
        )
    ]


def check_route_prefix(prefix: str) -> list[Problem]:
    """Whether a route can be for ``prefix``."""
    return _check_range_or_tag(ROUTE_PREFIX, prefix, "0.0.0.0/0")


def check_next_hop_address(address: str) -> list[Problem]:
    """Whether ``address`` can be that of a virtual appliance."""
    try:
        IPv4Address(address)
    except AddressValueError:
        return [_next_hop_address(f"{describe(address)} is no IPv4 address.")]
    return []


def check_next_hop(next_hop_type: str, *, has_address: bool) -> list[Problem]:
    """Whether a route with a next hop of this kind may have, or lack, the next hop's address."""
    if has_address == (next_hop_type == VIRTUAL_APPLIANCE):
        return []
    if has_address:
        return [_next_hop_address(f"was given, but a next hop of kind {next_hop_type} has no address.")]
    return [_next_hop_address(f"is required with {VIRTUAL_APPLIANCE} and was not given.")]


def _next_hop_address(statement: str) -> Problem:
    allowed = f"the private IPv4 address of the appliance, with nextHopType {VIRTUAL_APPLIANCE} only"
    return ROUTE_NEXT_HOP_ADDRESS.violation(statement, allowed, "10.0.1.4")


def check_route_names(names: Iterable[str]) -> list[Problem]:
    """Whether the names of the routes of one table differ, ignoring case."""
    return [
        ROUTE_NAME_REPEATED.violation(
            f"is already the name of another route, {describe(earlier)}: Azure ignores case.",
            "different names",
            path=(name,),
        )
        for name, earlier in repeated({name: name for name in names})
    ]


def check_route_prefixes(prefixes: Mapping[str, str]) -> list[Problem]:
    """Whether the routes of one table, by name, are for different ranges or service tags."""
    return [
        ROUTE_PREFIX_REPEATED.violation(
            f"{describe(prefixes[name])} has a route already: {describe(earlier)}.",
            "one route for each range or service tag",
            path=(name, "addressPrefix"),
        )
        for name, earlier in repeated(prefixes)
    ]


def check_management_traffic(routes: Mapping[str, RouteFacts]) -> list[Problem]:
    """Whether an environment works with these routes, by name."""
    away = [
        name
        for name, route in routes.items()
        if "/" in route.address_prefix
        and IPv4Network(route.address_prefix) in _EVERYTHING
        and route.next_hop_type not in ("Internet", "VnetLocal")
    ]
    direct = [route.address_prefix for route in routes.values() if route.next_hop_type == "Internet"]
    missing = [tag for tag in MANAGEMENT_TAGS if not any(service_tags.covers(prefix, tag) for prefix in direct)]
    if not away or not missing:
        return []
    return [
        ROUTE_MANAGEMENT_TRAFFIC.violation(
            f"leads all traffic away from the internet, the answers to {', '.join(missing)} too: they would not find "
            "back, and the environment's creation fails.",
            f"a route with nextHopType Internet for each of {', '.join(missing)}",
            "logic-apps: {addressPrefix: LogicApps, nextHopType: Internet}",
            "See docs/how-to/single-outbound-address.md. Routes for the addresses of these services do as well.",
            path=(away[0],),
        )
    ]


def check_service_endpoint(service: str) -> list[Problem]:
    """Whether ``service`` is the name of a service that has endpoints."""
    allowed, example = f"one of {', '.join(_SERVICES_WITH_ENDPOINTS)}", "Microsoft.Storage"
    if not re.fullmatch(r"Microsoft(?:\.[A-Za-z]+)+", service):
        meant = nearest(f"Microsoft.{service}", _SERVICES_WITH_ENDPOINTS)
        suggestion = f' Did you mean "{meant}"?' if meant else ""
        return [
            SERVICE_ENDPOINT.violation(
                f"{describe(service)} is not the name of a service.{suggestion}", allowed, meant or example
            )
        ]
    if service in _SERVICES_WITH_ENDPOINTS:
        return []
    meant = nearest(service, _SERVICES_WITH_ENDPOINTS)
    suggestion = f' Did you mean "{meant}"?' if meant else ""
    return [
        SERVICE_ENDPOINT_UNKNOWN.violation(
            f"{describe(service)} is no service that is known here to have endpoints.{suggestion}",
            allowed,
            meant or example,
        )
    ]


def check_service_endpoints(services: Mapping[int, str]) -> list[Problem]:
    """Whether each service, by its position, is given once."""
    return [
        SERVICE_ENDPOINT_REPEATED.violation(
            f"{describe(services[position])} is given twice.", "each once", path=(position,)
        )
        for position, _ in repeated(services)
    ]


def _check_range_or_tag(rule: Rule, text: str, example: str) -> list[Problem]:
    if service_tags.looks_like_a_tag(text):
        if service_tags.is_known(text):
            return []
        meant = service_tags.nearest_tag(text)
        suggestion = f' Did you mean "{meant}"?' if meant else ""
        return [
            SERVICE_TAG_UNKNOWN.violation(
                f"{describe(text)} is no service tag that is known here.{suggestion}",
                "a service tag of Microsoft's list, alone or followed by a region",
                meant or "LogicApps",
            )
        ]
    return [
        rule.violation(found.statement, _RANGE_OR_TAG, found.example)
        for found in check_address_range(text, example=example, usual_length=32)
    ]
