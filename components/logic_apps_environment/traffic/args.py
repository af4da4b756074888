"""The arguments for the network security group and the route table of the subnets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Literal, NotRequired, TypedDict, Unpack

import pulumi
from pydantic import ConfigDict

from logic_apps_environment.azure import names as name_rules
from logic_apps_environment.azure import network_ids as id_rules
from logic_apps_environment.azure.address_ranges import CIDR_PATTERN
from logic_apps_environment.azure.argument_types import TrafficResourceName, id_of
from logic_apps_environment.azure.ids import in_lower_case
from logic_apps_environment.azure.resource_types import ROUTE_TABLE, SECURITY_GROUP
from logic_apps_environment.traffic import rules as traffic_rules
from logic_apps_environment.traffic.service_tags import TAG_PATTERN
from logic_apps_environment.validation.change_effects import Part, another, in_place
from logic_apps_environment.validation.checks import Rules, check, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem, Rule
from logic_apps_environment.validation.setting import setting_of
from logic_apps_environment.validation.wording import missing


def _range_or_tag(rule: Rule, example: str) -> Rules:
    schema = {"pattern": rf"^(?:{CIDR_PATTERN}|{TAG_PATTERN})$"}
    return Rules(partial(traffic_rules.check_range_or_tag, rule, example), schema)


Caller = Annotated[str, _range_or_tag(traffic_rules.CALLER_SOURCE, "203.0.113.0/24")]
RoutePrefix = Annotated[str, _range_or_tag(traffic_rules.ROUTE_PREFIX, "0.0.0.0/0")]
SecurityGroupId = Annotated[str, id_of(id_rules.SECURITY_GROUP_ID, SECURITY_GROUP)]
RouteTableId = Annotated[str, id_of(id_rules.ROUTE_TABLE_ID, ROUTE_TABLE)]
NextHopAddress = Annotated[str, Rules(traffic_rules.check_next_hop_address, {"format": "ipv4"})]


class NextHopType(StrEnum):
    """The next hop type of a route."""

    VIRTUAL_APPLIANCE = "VirtualAppliance"
    """A firewall or another appliance, by its IP address."""

    INTERNET = "Internet"
    """The internet and Azure's public services, directly."""

    VIRTUAL_NETWORK_GATEWAY = "VirtualNetworkGateway"
    """The gateway of the virtual network."""

    VNET_LOCAL = "VnetLocal"
    """The virtual network."""

    NONE = "None"
    """No next hop: the traffic is dropped."""


Callers = Annotated[
    tuple[Input[Caller], ...], Rules(lambda callers: traffic_rules.check_callers(valid(callers), len(callers)))
]


class _MaybeExisting(Model):
    """A resource that the stack creates, or an existing one.

    The ID of an existing resource is registered in lower case, so that a change of its letter case is no change.
    """

    def members_to_register(self) -> dict[str, Any]:
        """Return the values that a component registers for these arguments."""
        members = super().members_to_register()
        return members | ({"id": in_lower_case(members["id"])} if members["id"] is not None else {})


class SecurityGroupArgs(_MaybeExisting):
    """A network security group for the four subnets: one that the stack creates, or an existing one."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["name"]}, {"required": ["id"]}]})

    name: Input[TrafficResourceName] | None = setting(
        "Name of a network security group that the stack creates, with the documented rules.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens",
        example="nsg-logic-apps",
        change=another(Part.SECURITY_GROUP),
        default=None,
        is_name=True,
    )
    id: Input[SecurityGroupId] | None = setting(
        "ID of an existing network security group, instead of a name. Its rules are validated.",
        allowed="the resource ID of a network security group in the environment's subscription and region",
        example="/subscriptions/…/resourceGroups/rg-network/providers/Microsoft.Network/networkSecurityGroups/nsg-company",
        change=in_place(Part.SUBNETS),
        default=None,
    )
    callers: Callers | None = setting(
        "Sources that can call triggers and read run histories of an External environment. Default: the internet.",
        allowed="a list of IPv4 ranges in CIDR notation and service tags",
        example='["203.0.113.0/24"]',
        change=in_place(Part.SECURITY_GROUP),
        default=None,
    )

    def __init__(self, **values: Unpack[SecurityGroupArgsDict]) -> None:
        Model.__init__(self, **values)

    @check
    def _check_name_or_id(self) -> list[Problem]:
        others = ["callers"] if self.has("callers") else []
        return id_rules.check_name_or_id(has_name=self.has("name"), has_id=self.has("id"), others=others)


class RouteArgs(Model):
    """One route."""

    address_prefix: RoutePrefix = setting(
        "Destination of the traffic.",
        allowed="an IPv4 range in CIDR notation or a service tag",
        example="0.0.0.0/0",
        change=in_place(Part.ROUTE_TABLE),
    )
    next_hop_type: NextHopType = setting(
        "Type of the next hop.",
        allowed="VirtualAppliance, Internet, VirtualNetworkGateway, VnetLocal or None",
        example="VirtualAppliance",
        change=in_place(Part.ROUTE_TABLE),
        rule=traffic_rules.ROUTE_NEXT_HOP,
    )
    next_hop_ip_address: Input[NextHopAddress] | None = setting(
        "Private IP address of the next hop, such as a firewall.",
        allowed="an IPv4 address, only with nextHopType VirtualAppliance",
        example="10.0.1.4",
        change=in_place(Part.ROUTE_TABLE),
        default=None,
    )

    def __init__(self, **values: Unpack[RouteArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_next_hop(self) -> list[Problem]:
        has_address = self.has("next_hop_ip_address")
        found = traffic_rules.check_next_hop(self.next_hop_type, has_address=has_address)
        return [problem.within("nextHopIpAddress") for problem in found]


def _check_routes(routes: Mapping[str, RouteArgs]) -> Iterator[Problem]:
    for name in routes:
        for problem in name_rules.check_name(name_rules.TRAFFIC_RESOURCE_NAME, name):
            yield problem.within(name)
    yield from traffic_rules.check_route_names(routes)
    yield from traffic_rules.check_route_prefixes(valid(routes, lambda route: route.address_prefix))
    hops = valid(routes, lambda route: (route.address_prefix, str(route.next_hop_type)))
    yield from traffic_rules.check_management_traffic(hops)


class RouteTableArgs(_MaybeExisting):
    """A route table for the four subnets: one that the stack creates, or an existing one."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["name", "routes"]}, {"required": ["id"]}]})

    name: Input[TrafficResourceName] | None = setting(
        "Name of a route table that the stack creates.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens",
        example="rt-logic-apps",
        change=another(Part.ROUTE_TABLE),
        default=None,
        is_name=True,
    )
    id: Input[RouteTableId] | None = setting(
        "ID of an existing route table, instead of a name. Its routes are validated.",
        allowed="the resource ID of a route table in the environment's subscription and region",
        example="/subscriptions/…/resourceGroups/rg-network/providers/Microsoft.Network/routeTables/rt-company",
        change=in_place(Part.SUBNETS),
        default=None,
    )
    routes: (
        Annotated[
            Mapping[str, RouteArgs],
            Rules(
                _check_routes, {"propertyNames": {"pattern": name_rules.name_pattern(name_rules.TRAFFIC_RESOURCE_NAME)}}
            ),
        ]
        | None
    ) = setting(
        "Routes of the route table that the stack creates, by name. Required with a name.",
        allowed="an object of routes with addressPrefix, nextHopType and, for VirtualAppliance, nextHopIpAddress",
        example="{internet: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}",
        change=in_place(Part.ROUTE_TABLE),
        default=None,
        is_name=True,
    )

    def __init__(self, **values: Unpack[RouteTableArgsDict]) -> None:
        Model.__init__(self, **values)

    @check
    def _check_name_or_id(self) -> list[Problem]:
        has_name, has_routes = self.has("name"), self.has("routes")
        others = ["routes"] if has_routes else []
        problems = id_rules.check_name_or_id(has_name=has_name, has_id=self.has("id"), others=others)
        if not problems and has_name and not has_routes:
            problems.append(missing(setting_of(type(self), "routes"), ("routes",)))
        return problems


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class RouteArgsDict(TypedDict):
    """One route."""

    address_prefix: str
    """Destination of the traffic."""

    next_hop_type: NextHopType | Literal["VirtualAppliance", "Internet", "VirtualNetworkGateway", "VnetLocal", "None"]
    """Type of the next hop."""

    next_hop_ip_address: NotRequired[pulumi.Input[str] | None]
    """Private IP address of the next hop, such as a firewall."""


class RouteTableArgsDict(TypedDict):
    """A route table for the four subnets: one that the stack creates, or an existing one."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of a route table that the stack creates."""

    id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing route table, instead of a name. Its routes are validated."""

    routes: NotRequired[Mapping[str, RouteArgs | RouteArgsDict] | None]
    """Routes of the route table that the stack creates, by name. Required with a name."""


class SecurityGroupArgsDict(TypedDict):
    """A network security group for the four subnets: one that the stack creates, or an existing one."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of a network security group that the stack creates, with the documented rules."""

    id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing network security group, instead of a name. Its rules are validated."""

    callers: NotRequired[Sequence[pulumi.Input[str]] | None]
    """Sources that can call triggers and read run histories of an External environment. Default: the internet."""
