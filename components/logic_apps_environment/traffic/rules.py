"""Rules about network security groups, routes, DNS servers and service endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from logic_apps_environment.azure.address_ranges import check_address_range
from logic_apps_environment.traffic import service_tags
from logic_apps_environment.traffic.required_ports import MANAGEMENT_TAGS
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity, check_unique, describe
from logic_apps_environment.validation.suggestions import did_you_mean, nearest

DNS_SERVER = Rule(
    "dns-server",
    "A DNS server is given by its IPv4 address.",
    f"{references.NETWORK_API}, Virtual Networks",
)
CALLERS_EMPTY = Rule(
    "callers-empty",
    "Callers, if set, contain at least one range or service tag.",
    references.LIBRARY_TRAFFIC,
)
CALLER_SOURCE = Rule(
    "caller-source",
    "A caller is an IPv4 range in CIDR notation or a service tag.",
    f"{references.NETWORK_API}, Security Rules",
)
CALLER_REPEATED = Rule("caller-repeated", "Each caller is listed once.", references.LIBRARY_TRAFFIC)
CALLERS_INTERNAL = Rule(
    "callers-internal",
    "Callers are set only with an External endpoint.",
    f"{references.ISE_ARTICLE}, Network ports",
)
SERVICE_TAG_UNKNOWN = Rule(
    "service-tag-unknown",
    "A service tag is one that Microsoft lists.",
    references.SERVICE_TAGS,
    Severity.WARNING,
)
SECURITY_GROUP_GOVERNMENT = Rule(
    "security-group-government",
    "The stack creates no network security group in Azure Government.",
    f"{references.ISE_ARTICLE}, Network ports",
)
ROUTE_PREFIX = Rule(
    "route-prefix",
    "A route's address prefix is an IPv4 range in CIDR notation or a service tag.",
    f"{references.NETWORK_API}, Routes",
)
ROUTE_NEXT_HOP = Rule(
    "route-next-hop",
    "A route's next hop type is one that Azure defines.",
    f"{references.NETWORK_API}, Routes",
)
ROUTE_NEXT_HOP_ADDRESS = Rule(
    "route-next-hop-address",
    "A route has a next hop IP address if, and only if, its next hop type is VirtualAppliance.",
    f"{references.NETWORK_API}, Routes",
)
ROUTE_PREFIX_REPEATED = Rule(
    "route-prefix-repeated",
    "The address prefixes of a route table are unique.",
    f"{references.TRAFFIC_ROUTING}, user-defined",
)
ROUTE_NAME_REPEATED = Rule(
    "route-name-repeated",
    "The route names of a route table are unique; letter case is ignored.",
    references.NAMING_RULES,
)
ROUTE_MANAGEMENT_TRAFFIC = Rule(
    "route-management-traffic",
    "If a route redirects all traffic, direct routes exist for Azure's management services.",
    f"{references.ISE_ARTICLE}, Forced tunneling",
    # Routes for the services' IP addresses also work.
    Severity.WARNING,
)
SERVICE_ENDPOINT = Rule(
    "service-endpoint",
    "A service endpoint is the name of a service, such as Microsoft.Storage.",
    f"{references.NETWORK_API}, Subnets",
)
SERVICE_ENDPOINT_REPEATED = Rule(
    "service-endpoint-repeated",
    "Each service endpoint is listed once.",
    references.LIBRARY_TRAFFIC,
)
SERVICE_ENDPOINT_UNKNOWN = Rule(
    "service-endpoint-unknown",
    "A service endpoint is one that Microsoft lists.",
    references.SERVICE_ENDPOINTS,
    Severity.WARNING,
)

VIRTUAL_APPLIANCE = "VirtualAppliance"
"""The only next hop type with an address."""

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

DEFAULT_ROUTES = {IPv4Network(text) for text in ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")}
"""The prefixes of routes for all traffic. Two halves are the usual way to override another default route."""


def check_dns_server(address: str) -> Iterator[Problem]:
    """Check that ``address`` is a valid address of a DNS server."""
    if not _is_ipv4(address):
        yield DNS_SERVER.violation(f"{describe(address)} is not a valid IPv4 address.", "an IPv4 address", "10.0.0.4")


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def check_resolved_caller(caller: str) -> Iterator[Problem]:
    """Check that a caller that was unknown in the preview is a range."""
    if "/" not in caller:
        yield CALLER_SOURCE.violation(
            f"{describe(caller)} is a service tag in an Output. A preview must know service tags, because each of them "
            "has a security rule of its own.",
            "IPv4 ranges in CIDR notation as Outputs, and service tags as plain values",
            "203.0.113.0/24",
        )


def check_callers(callers: Mapping[int, str], count: int) -> Iterator[Problem]:
    """Check that the list of callers is not empty and that each caller is listed once.

    ``callers`` has the valid ones by their positions; ``count`` is the number of all.
    """
    if not count:
        yield CALLERS_EMPTY.violation(
            "is empty.",
            "at least one IPv4 range in CIDR notation or service tag",
            '["203.0.113.0/24"]',
            "To allow the whole internet, remove the key. To allow only the virtual network, specify VirtualNetwork.",
        )
    yield from check_unique(
        CALLER_REPEATED, callers, "{value} is listed twice (letter case is ignored).", "Remove one of the two."
    )


def check_callers_of(endpoint_type: str, *, callers_given: bool) -> Iterator[Problem]:
    """Check that an endpoint of this type supports callers."""
    if endpoint_type == "Internal" and callers_given:
        yield CALLERS_INTERNAL.violation(
            "is not supported with an Internal endpoint, which is accessible only from the virtual network.",
            remedy='Remove it, or set endpoint to "External" (which replaces an existing environment).',
        )


def check_not_azure_government(location: str) -> Iterator[Problem]:
    """Check that the service tags of the security rules work in ``location``, normalized."""
    if location.startswith(("usgov", "usdod")):
        yield SECURITY_GROUP_GOVERNMENT.violation(
            f"is not supported in {location}, because the service tags LogicAppsManagement, LogicApps and "
            "AzureConnectors do not work there.",
            remedy="Remove it. Create four subnets with a network security group that allows the IP addresses that "
            "Microsoft lists, and set network.subnetIds to their IDs (which replaces an existing environment).",
        )


def check_next_hop_address(address: str) -> Iterator[Problem]:
    """Check that ``address`` is a valid address of a virtual appliance."""
    if not _is_ipv4(address):
        yield _next_hop_address(f"{describe(address)} is not a valid IPv4 address.")


def check_next_hop(next_hop_type: str, *, has_address: bool) -> Iterator[Problem]:
    """Check that a route has a next hop address if its next hop type requires one, and otherwise none."""
    needs_address = next_hop_type == VIRTUAL_APPLIANCE
    if has_address and not needs_address:
        yield _next_hop_address(f"is not supported with nextHopType {next_hop_type}.")
    if needs_address and not has_address:
        yield _next_hop_address(f"is required with nextHopType {VIRTUAL_APPLIANCE}, but is not set.")


def _next_hop_address(statement: str) -> Problem:
    allowed = f"the private IPv4 address of the appliance, only with nextHopType {VIRTUAL_APPLIANCE}"
    return ROUTE_NEXT_HOP_ADDRESS.violation(statement, allowed, "10.0.1.4")


def check_route_names(names: Iterable[str]) -> list[Problem]:
    """Check that the route names of a route table are unique, ignoring case."""
    statement = "is already the name of another route, {earlier} (letter case is ignored)."
    return check_unique(
        ROUTE_NAME_REPEATED, {name: name for name in names}, statement, "Rename or remove one of the two."
    )


def check_route_prefixes(prefixes: Mapping[str, str]) -> list[Problem]:
    """Check that the address prefixes of a route table, by route name, are unique."""
    statement = "{value} is already the address prefix of the route {earlier}."
    return check_unique(ROUTE_PREFIX_REPEATED, prefixes, statement, "Remove one of the two routes.", "addressPrefix")


def check_management_traffic(routes: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
    """Check that routes do not redirect the responses to Azure's management services.

    ``routes`` has the address prefix and the next hop type of each route by its name.
    """
    away = [
        name
        for name, (prefix, next_hop_type) in routes.items()
        if "/" in prefix and IPv4Network(prefix) in DEFAULT_ROUTES and next_hop_type not in ("Internet", "VnetLocal")
    ]
    direct = [prefix for prefix, next_hop_type in routes.values() if next_hop_type == "Internet"]
    missing = [tag for tag in MANAGEMENT_TAGS if not any(service_tags.covers(prefix, tag) for prefix in direct)]
    if away and missing:
        yield ROUTE_MANAGEMENT_TRAFFIC.violation(
            "redirects all traffic, including responses to the Azure services that manage the environment: "
            f"{', '.join(missing)}. These services would get no responses, and creation of the environment would fail.",
            example="logic-apps: {addressPrefix: LogicApps, nextHopType: Internet}",
            remedy="For each of these services, add a route with nextHopType Internet. Routes for the services' IP "
            "addresses also work.",
            path=(away[0],),
        )


SERVICE_PATTERN = r"Microsoft(?:\.[A-Za-z]+)+"
"""The form of the name of a service with service endpoints."""


def check_service_endpoint(service: str) -> Iterator[Problem]:
    """Check that ``service`` is the name of a service with service endpoints."""
    allowed, example = f"one of {', '.join(_SERVICES_WITH_ENDPOINTS)}", "Microsoft.Storage"
    if not re.fullmatch(SERVICE_PATTERN, service):
        meant = nearest(f"Microsoft.{service}", _SERVICES_WITH_ENDPOINTS)
        yield SERVICE_ENDPOINT.violation(
            f"{describe(service)} is not a valid service name.{did_you_mean(meant)}", allowed, meant or example
        )
    elif service not in _SERVICES_WITH_ENDPOINTS:
        meant = nearest(service, _SERVICES_WITH_ENDPOINTS)
        yield SERVICE_ENDPOINT_UNKNOWN.violation(
            f"{describe(service)} is not known to support service endpoints.{did_you_mean(meant)}",
            allowed,
            meant or example,
        )


def check_service_endpoints(services: Mapping[int, str]) -> list[Problem]:
    """Check that each service, by its position, is listed once."""
    return check_unique(SERVICE_ENDPOINT_REPEATED, services, "{value} is listed twice.", "Remove one of the two.")


def check_range_or_tag(rule: Rule, example: str, text: str) -> Iterator[Problem]:
    """Check that ``text`` is a range or a service tag, which ``rule`` requires. Messages suggest ``example``."""
    if not re.fullmatch(service_tags.TAG_PATTERN, text):
        for found in check_address_range(text, example=example, usual_length=32):
            yield rule.violation(found.statement, "an IPv4 range in CIDR notation or a service tag", found.example)
    elif not service_tags.is_known(text):
        meant = service_tags.nearest_tag(text)
        yield SERVICE_TAG_UNKNOWN.violation(
            f"{describe(text)} is not a known service tag.{did_you_mean(meant)}",
            "a service tag that Microsoft lists, optionally with a region, such as Storage.WestUS2",
            meant or "LogicApps",
        )
