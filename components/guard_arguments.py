"""The arguments of what guards and leads the subnets' traffic: a security group, and a route table with its routes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from .argument_types import GuardName, checked_by
from .changes import Part, another, in_place
from .model import Input, Model, setting
from .rules import Problem
from .rules import guards as guard_rules
from .rules import names as name_rules
from .validation import Rules, check, valid

Caller = Annotated[str, checked_by(guard_rules.check_caller)]
RoutePrefix = Annotated[str, checked_by(guard_rules.check_route_prefix)]
NextHopAddress = Annotated[str, checked_by(guard_rules.check_next_hop_address)]


class NextHopType(StrEnum):
    """Where a route leads."""

    VIRTUAL_APPLIANCE = "VirtualAppliance"
    """A firewall or another machine, by its address."""

    INTERNET = "Internet"
    """Straight to the internet and Azure's public services."""

    VIRTUAL_NETWORK_GATEWAY = "VirtualNetworkGateway"
    """The gateway of the virtual network."""

    VNET_LOCAL = "VnetLocal"
    """Inside the virtual network."""

    NONE = "None"
    """Nowhere: the traffic is dropped."""


Callers = Annotated[tuple[Caller, ...], Rules(lambda callers: guard_rules.check_callers(valid(callers), len(callers)))]


class SecurityGroupArgs(Model):
    """A security group for the four subnets, with the rules that the service documents."""

    name: GuardName = setting(
        "Name of the security group.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens",
        example="nsg-logic-apps",
        change=another(Part.SECURITY_GROUP),
        is_name=True,
    )
    callers: Callers | None = setting(
        "Who may call the triggers of an External environment and see inputs and outputs in its run histories: address "
        "ranges and service tags. When left out: all of the internet.",
        allowed="a list of IPv4 ranges in CIDR notation and service tags",
        example='["203.0.113.0/24"]',
        change=in_place(Part.SECURITY_GROUP),
        default=None,
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of the callers, though Azure may take them."""
        return [
            problem.within("callers", position)
            for position, caller in enumerate(self.callers or ())
            for problem in guard_rules.check_caller(caller)
            if not problem.is_error
        ]


class RouteArgs(Model):
    """One route."""

    address_prefix: RoutePrefix = setting(
        "Where the traffic goes.",
        allowed="an IPv4 range in CIDR notation, or a service tag",
        example="0.0.0.0/0",
        change=in_place(Part.ROUTE_TABLE),
    )
    next_hop_type: NextHopType = setting(
        "The kind of the next hop.",
        allowed="VirtualAppliance, Internet, VirtualNetworkGateway, VnetLocal or None",
        example="VirtualAppliance",
        change=in_place(Part.ROUTE_TABLE),
        rule=guard_rules.ROUTE_NEXT_HOP,
    )
    next_hop_ip_address: Input[NextHopAddress] | None = setting(
        "Private address of the firewall or other appliance that is the next hop.",
        allowed="an IPv4 address, with VirtualAppliance only",
        example="10.0.1.4",
        change=in_place(Part.ROUTE_TABLE),
        default=None,
    )

    @check
    def _check_next_hop(self) -> list[Problem]:
        has_address = getattr(self, "next_hop_ip_address", "invalid") is not None
        found = guard_rules.check_next_hop(self.next_hop_type, has_address=has_address)
        return [problem.within("nextHopIpAddress") for problem in found]


def _check_routes(routes: Mapping[str, RouteArgs]) -> list[Problem]:
    problems = [
        problem.within(name) for name in routes for problem in name_rules.check_name(name_rules.GUARD_NAME, name)
    ]
    problems += guard_rules.check_route_names(routes)
    return problems + guard_rules.check_route_prefixes(valid(routes, lambda route: route.address_prefix))


def _facts(routes: Mapping[str, RouteArgs]) -> dict[str, guard_rules.RouteFacts]:
    return {
        name: guard_rules.RouteFacts(route.address_prefix, str(route.next_hop_type)) for name, route in routes.items()
    }


class RouteTableArgs(Model):
    """A route table for the four subnets."""

    name: GuardName = setting(
        "Name of the route table.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens",
        example="rt-logic-apps",
        change=another(Part.ROUTE_TABLE),
        is_name=True,
    )
    routes: Annotated[Mapping[str, RouteArgs], Rules(_check_routes)] = setting(
        "The routes by their names.",
        allowed="an object, each entry with addressPrefix, nextHopType and, for a VirtualAppliance, nextHopIpAddress",
        example="{internet: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}",
        change=in_place(Part.ROUTE_TABLE),
        is_name=True,
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of the routes, though Azure takes them."""
        found = guard_rules.check_management_traffic(_facts(self.routes))
        found += [
            problem.within(name, "addressPrefix")
            for name, route in self.routes.items()
            for problem in guard_rules.check_route_prefix(route.address_prefix)
        ]
        return [problem.within("routes") for problem in found if not problem.is_error]
