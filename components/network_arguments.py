"""The arguments of the network: the virtual network, its subnets, and what guards and leads their traffic."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, ValidationInfo, field_validator, model_validator

from .address_plan import plan_subnets
from .argument_types import (
    IN_PLACE,
    REBUILDS,
    AddressRange,
    EndpointType,
    GuardName,
    Location,
    ResourceGroupName,
    SkuName,
    SubnetName,
    Tags,
    VirtualNetworkName,
    checked_by,
    location_warnings,
)
from .model import Input, Model, refuse_errors, setting
from .rules import Problem
from .rules import addresses as address_rules
from .rules import guards as guard_rules
from .rules import names as name_rules
from .rules.shapes import ENDPOINT_TYPE, MISSING_VALUE, SKU_NAME

if TYPE_CHECKING:
    from ipaddress import IPv4Network

DnsServer = Annotated[str, checked_by(guard_rules.check_dns_server)]
Caller = Annotated[str, checked_by(guard_rules.check_caller)]
RoutePrefix = Annotated[str, checked_by(guard_rules.check_route_prefix)]
NextHopAddress = Annotated[str, checked_by(guard_rules.check_next_hop_address)]
ServiceEndpoint = Annotated[str, checked_by(guard_rules.check_service_endpoint)]


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


class SubnetArgs(Model):
    """One of the four subnets."""

    name: SubnetName = setting(
        "Name of the subnet.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens, beginning with a letter",
        example="subnet-1",
        change=REBUILDS,
    )
    address_prefix: AddressRange | None = setting(
        "Address range of the subnet; planned when it is left out of all four.",
        allowed="an IPv4 range in CIDR notation inside network.addressSpace, /27 or larger",
        example="10.0.0.0/27",
        change=REBUILDS,
        default=None,
    )


class SecurityGroupArgs(Model):
    """A security group for the four subnets, with the rules that the service documents."""

    name: GuardName = setting(
        "Name of the security group.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens",
        example="nsg-logic-apps",
        change="Makes another security group and moves the subnets to it.",
    )
    callers: tuple[Caller, ...] | None = setting(
        "Who may call the triggers of an External environment and see inputs and outputs in its run histories: address "
        "ranges and service tags. When left out: all of the internet.",
        allowed="a list of IPv4 ranges in CIDR notation and service tags",
        example='["203.0.113.0/24"]',
        change=IN_PLACE,
        default=None,
    )

    @field_validator("callers")
    @classmethod
    def _check_callers(cls, callers: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if callers is not None:
            refuse_errors(guard_rules.check_callers(callers))
        return callers

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
        change=IN_PLACE,
    )
    next_hop_type: NextHopType = setting(
        "The kind of the next hop.",
        allowed="VirtualAppliance, Internet, VirtualNetworkGateway, VnetLocal or None",
        example="VirtualAppliance",
        change=IN_PLACE,
        rule=guard_rules.ROUTE_NEXT_HOP,
    )
    next_hop_ip_address: Input[NextHopAddress] | None = setting(
        "Private address of the firewall or other appliance that is the next hop.",
        allowed="an IPv4 address, with VirtualAppliance only",
        example="10.0.1.4",
        change=IN_PLACE,
        default=None,
    )

    @model_validator(mode="after")
    def _check_next_hop(self) -> Self:
        has_address = self.next_hop_ip_address is not None
        refuse_errors(
            problem.within("nextHopIpAddress")
            for problem in guard_rules.check_next_hop(self.next_hop_type, has_address=has_address)
        )
        return self


def _routes(routes: Mapping[str, RouteArgs]) -> Mapping[str, RouteArgs]:
    refuse_errors(
        problem.within(name) for name in routes for problem in name_rules.check_name(name_rules.GUARD_NAME, name)
    )
    refuse_errors(guard_rules.check_routes(_facts(routes)))
    return routes


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
        change="Makes another route table and moves the subnets to it.",
    )
    routes: Annotated[Mapping[str, RouteArgs], AfterValidator(_routes)] = setting(
        "The routes by their names.",
        allowed="an object, each entry with addressPrefix, nextHopType and, for a VirtualAppliance, nextHopIpAddress",
        example="{internet: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}",
        change=IN_PLACE,
    )

    def warnings(self) -> list[Problem]:
        """What is worth knowing of the routes, though Azure takes them."""
        found = guard_rules.check_routes(_facts(self.routes))
        found += [
            problem.within(name, "addressPrefix")
            for name, route in self.routes.items()
            for problem in guard_rules.check_route_prefix(route.address_prefix)
        ]
        return [problem.within("routes") for problem in found if not problem.is_error]


class NetworkArgs(Model):
    """The virtual network and its four subnets."""

    name: Input[VirtualNetworkName] = setting(
        "Name of the virtual network.",
        allowed="2 to 64 letters, digits, underscores, periods and hyphens",
        example="Fabrikam-VNET",
        change=REBUILDS,
    )
    address_space: tuple[AddressRange, ...] = setting(
        "Address prefixes of the virtual network.",
        allowed="a list of IPv4 ranges in CIDR notation that has room for four /27",
        example='["10.0.0.0/24"]',
        change="Changes in place as long as the subnets keep their ranges; otherwise deletes all and builds it again.",
    )
    subnets: tuple[SubnetArgs, ...] = setting(
        "The four subnets, in the order in which the environment takes them; the first is delegated to the service. "
        "When left out they are named subnet-1 to subnet-4 and get the first four /27 of the address space.",
        allowed="exactly four",
        example="[{name: subnet-1, addressPrefix: 10.0.0.0/27}, …]",
        change=REBUILDS,
        default=tuple(
            SubnetArgs.model_construct(name=f"subnet-{number}", address_prefix=None) for number in range(1, 5)
        ),
    )

    dns_servers: tuple[DnsServer, ...] = setting(
        "Addresses of the network's own DNS servers; when left out, Azure's are used.",
        allowed="a list of IPv4 addresses",
        example='["10.0.1.4"]',
        change="Changes in place; an environment that exists has to be restarted to see it.",
        default=(),
    )
    security_group: SecurityGroupArgs | None = setting(
        "A security group on the four subnets that opens the ports that the environment needs, and no others from "
        "outside the network. When left out, there is none.",
        allowed="an object with name and, if wanted, callers",
        example="{name: nsg-logic-apps}",
        change=IN_PLACE,
        default=None,
    )
    route_table: RouteTableArgs | None = setting(
        "A route table on the four subnets. When left out, there is none.",
        allowed="an object with name and routes",
        example="{name: rt-logic-apps, routes: {internet: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}}",
        change=IN_PLACE,
        default=None,
    )
    service_endpoints: tuple[ServiceEndpoint, ...] = setting(
        "Services that the four subnets reach over Azure's own network instead of the routes for the internet.",
        allowed="a list of services such as Microsoft.Storage",
        example="[Microsoft.Storage, Microsoft.KeyVault]",
        change=IN_PLACE,
        default=(),
    )

    @field_validator("service_endpoints")
    @classmethod
    def _check_service_endpoints(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        refuse_errors(guard_rules.check_service_endpoints(services))
        return services

    @field_validator("address_space")
    @classmethod
    def _check_address_space(cls, address_space: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        refuse_errors(address_rules.check_address_space(address_space))
        return address_space

    @field_validator("subnets")
    @classmethod
    def _check_subnets(cls, subnets: tuple[SubnetArgs, ...], info: ValidationInfo) -> tuple[SubnetArgs, ...]:
        problems = address_rules.check_subnet_count(len(subnets))
        problems += name_rules.check_subnet_names([subnet.name for subnet in subnets])
        address_space = info.data.get("address_space")
        if address_space is not None:
            ranges = [subnet.address_prefix for subnet in subnets]
            problems += address_rules.check_subnet_ranges(ranges, address_space)
            if not any(ranges):
                problems += address_rules.check_room(address_space)
        refuse_errors(problems)
        return subnets

    @property
    def subnet_ranges(self) -> tuple[IPv4Network, ...]:
        """The ranges of the four subnets, given or planned, in their order."""
        given = tuple(subnet.address_prefix for subnet in self.subnets if subnet.address_prefix)
        return given or plan_subnets(self.address_space)

    def network_warnings(self) -> list[Problem]:
        """What is worth knowing of the network, though it can be made."""
        ranges = [subnet.address_prefix for subnet in self.subnets]
        problems = address_rules.check_subnet_ranges(ranges, self.address_space)
        found = [problem.within("subnets") for problem in problems if not problem.is_error]
        if self.security_group:
            found += [problem.within("securityGroup") for problem in self.security_group.warnings()]
        if self.route_table:
            found += [problem.within("routeTable") for problem in self.route_table.warnings()]
        return found + [
            problem.within("serviceEndpoints", position)
            for position, service in enumerate(self.service_endpoints)
            for problem in guard_rules.check_service_endpoint(service)
            if not problem.is_error
        ]

    def check_guards(self, endpoint: EndpointType, location: Input[str]) -> list[Problem]:
        """Problems of the security group with an environment of this endpoint type in this location."""
        if self.security_group is None:
            return []
        found = [p.within("callers") for p in guard_rules.check_callers_of(endpoint, self.security_group.callers)]
        if isinstance(location, str):
            found += guard_rules.check_government(location)
        return [problem.within("securityGroup") for problem in found]


class EnvironmentNetworkArgs(NetworkArgs):
    """The arguments of EnvironmentNetwork: a network, and where it is made."""

    resource_group_name: Input[ResourceGroupName] = setting(
        "Name of the resource group that the network is made in.",
        allowed="the name of a resource group that exists or is made before",
        example="Fabrikam-RG",
        change=REBUILDS,
    )
    location: Input[Location] = setting(
        "Azure region of the network.",
        allowed="a region by its name or display name",
        example="westus2",
        change=REBUILDS,
    )
    tags: Tags = setting(
        "Tags of the virtual network, the security group and the route table.",
        allowed="an object of at most 50 texts",
        example="{environment: dev}",
        change=IN_PLACE,
        default={},
    )

    endpoint: EndpointType | None = setting(
        "Endpoint type of the environment that the security group is for.",
        allowed="Internal or External, with securityGroup",
        example="Internal",
        change=IN_PLACE,
        default=None,
        rule=ENDPOINT_TYPE,
    )
    sku_name: SkuName | None = setting(
        "SKU of the environment that the security group is for.",
        allowed="Developer or Premium, with securityGroup",
        example="Premium",
        change=IN_PLACE,
        default=None,
        rule=SKU_NAME,
    )

    @model_validator(mode="after")
    def _check_what_the_security_group_is_for(self) -> Self:
        if self.security_group is None:
            return self
        refuse_errors(
            MISSING_VALUE.broken("is required with a security group and was not given.", allowed, example, place=(key,))
            for key, given, allowed, example in (
                ("endpoint", self.endpoint, "Internal or External", "Internal"),
                ("skuName", self.sku_name, "Developer or Premium", "Premium"),
            )
            if given is None
        )
        if self.endpoint is not None:
            refuse_errors(self.check_guards(self.endpoint, self.location))
        return self

    def warnings(self) -> list[Problem]:
        """What is worth knowing of these arguments, though a network can be made with them."""
        return location_warnings(self.location) + self.network_warnings()
