"""The arguments of a network: the virtual network, its subnets, network security group and route table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import Annotated, Any, NotRequired, TypedDict, Unpack

import pulumi
from pydantic import ConfigDict
from pydantic.alias_generators import to_snake

from logic_apps_environment.azure import names as name_rules
from logic_apps_environment.azure import network_ids as id_rules
from logic_apps_environment.azure.argument_types import (
    AddressRange,
    EndpointType,
    SubnetName,
    VirtualNetworkName,
    id_of,
)
from logic_apps_environment.azure.ids import in_lower_case
from logic_apps_environment.azure.resource_types import SUBNET, VIRTUAL_NETWORK
from logic_apps_environment.changes.comparison import ComparedModel, Inputs, Replacement
from logic_apps_environment.network import rules
from logic_apps_environment.network.address_plan import SUBNET_COUNT, plan_subnets
from logic_apps_environment.network.replacements import network_replacements
from logic_apps_environment.network.source import NetworkSource, check_key
from logic_apps_environment.traffic import rules as traffic_rules
from logic_apps_environment.traffic.args import (
    RouteTableArgs,
    RouteTableArgsDict,
    SecurityGroupArgs,
    SecurityGroupArgsDict,
)
from logic_apps_environment.validation.annotations import FixedLength
from logic_apps_environment.validation.change_effects import (
    ENVIRONMENT_REPLACED,
    NETWORK_REPLACED,
    Part,
    added_or_removed,
    creates,
    deletes,
    in_place,
    replaces,
)
from logic_apps_environment.validation.checks import INVALID, Rules, check, valid
from logic_apps_environment.validation.model import Input, Model, setting
from logic_apps_environment.validation.rule import Problem
from logic_apps_environment.validation.setting import setting_of
from logic_apps_environment.validation.wording import missing

DnsServer = Annotated[str, Rules(traffic_rules.check_dns_server, {"format": "ipv4"})]
VirtualNetworkId = Annotated[str, id_of(id_rules.VIRTUAL_NETWORK_ID, VIRTUAL_NETWORK)]
SubnetId = Annotated[str, id_of(id_rules.SUBNET_ID, SUBNET)]
SubnetIds = Annotated[tuple[Input[SubnetId], ...], FixedLength(SUBNET_COUNT)]
ServiceEndpoint = Annotated[
    str, Rules(traffic_rules.check_service_endpoint, {"pattern": rf"^{traffic_rules.SERVICE_PATTERN}$"})
]
ServiceEndpoints = Annotated[
    tuple[ServiceEndpoint, ...], Rules(lambda services: traffic_rules.check_service_endpoints(valid(services)))
]


class SubnetArgs(Model):
    """One of the four subnets."""

    name: SubnetName = setting(
        "Name of the subnet.",
        allowed="1 to 80 letters, digits, underscores, periods and hyphens, beginning with a letter",
        example="subnet-1",
        change=replaces(Part.ENVIRONMENT, Part.SUBNET),
        is_name=True,
    )
    address_prefix: AddressRange | None = setting(
        "Address range of the subnet. In a new network, omit all four to have the ranges assigned.",
        allowed="an IPv4 range in CIDR notation inside the virtual network, /27 or larger",
        example="10.0.0.0/27",
        change=NETWORK_REPLACED,
        default=None,
    )

    def __init__(self, **values: Unpack[SubnetArgsDict]) -> None:
        super().__init__(**values)


PLANNED_SUBNETS = tuple(
    SubnetArgs.model_construct(name=f"subnet-{number}", address_prefix=None) for number in range(1, SUBNET_COUNT + 1)
)
"""The default: subnets that the stack creates in planned ranges."""

_FOUR = {"minItems": SUBNET_COUNT, "maxItems": SUBNET_COUNT}


class NetworkArgs(ComparedModel):
    """A network from one of three sources (:class:`~.source.NetworkSource`).

    The stack creates it, by ``name`` and ``address_space``; or it creates the four subnets in an existing virtual
    network, by ``virtual_network_id``; or it uses four existing subnets, by ``subnet_ids``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["name", "addressSpace"]},
                {"required": ["virtualNetworkId", "subnets"]},
                {"required": ["subnetIds"]},
            ]
        }
    )

    virtual_network_id: Input[VirtualNetworkId] | None = setting(
        "ID of an existing virtual network, in which the stack creates the four subnets.",
        allowed="the resource ID of a virtual network in the environment's subscription and region",
        example="/subscriptions/…/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-company",
        change=(
            replaces(Part.ENVIRONMENT, Part.SUBNETS),
            replaces(Part.ENVIRONMENT, Part.SUBNETS, instead_of="name"),
            deletes(Part.NETWORK, instead_of="name"),
            creates(Part.SUBNETS, instead_of="subnetIds"),
            replaces(Part.ENVIRONMENT, instead_of="subnetIds"),
        ),
        default=None,
    )
    subnet_ids: SubnetIds | None = setting(
        "IDs of four existing, empty subnets, in the environment's order. Exactly one is delegated to the service.",
        allowed="four resource IDs of subnets of one virtual network in the environment's subscription and region",
        example="[/subscriptions/…/virtualNetworks/vnet-company/subnets/subnet-1, …]",
        schema=_FOUR,
        change=(
            ENVIRONMENT_REPLACED,
            replaces(Part.ENVIRONMENT, instead_of="name"),
            deletes(Part.SUBNETS, Part.NETWORK, instead_of="name"),
            replaces(Part.ENVIRONMENT, instead_of="virtualNetworkId"),
            deletes(Part.SUBNETS, instead_of="virtualNetworkId"),
        ),
        default=None,
    )
    name: Input[VirtualNetworkName] | None = setting(
        "Name of the virtual network that the stack creates; required for a new network.",
        allowed="2 to 64 letters, digits, underscores, periods and hyphens",
        example="Fabrikam-VNET",
        change=(
            NETWORK_REPLACED,
            creates(Part.NETWORK, instead_of="virtualNetworkId"),
            replaces(Part.ENVIRONMENT, Part.SUBNETS, instead_of="virtualNetworkId"),
            creates(Part.SUBNETS, Part.NETWORK, instead_of="subnetIds"),
            replaces(Part.ENVIRONMENT, instead_of="subnetIds"),
        ),
        default=None,
        is_name=True,
    )
    address_space: tuple[AddressRange, ...] | None = setting(
        "Address prefixes of the virtual network that the stack creates; required for a new network.",
        allowed="a list of IPv4 ranges in CIDR notation with room for four /27 subnets",
        example='["10.0.0.0/24"]',
        change=(
            in_place(Part.NETWORK, when="while the subnets keep their ranges"),
            replaces(*NETWORK_REPLACED.parts, when="when the range of a subnet changes with it"),
        ),
        default=None,
    )
    subnets: tuple[SubnetArgs, ...] = setting(
        "The four subnets, in the environment's order. The first is delegated to the service. Default: subnet-1 to "
        "subnet-4 with the first four /27 ranges of the address space.",
        allowed="exactly four; with virtualNetworkId, required and with ranges",
        example="[{name: subnet-1, addressPrefix: 10.0.0.0/27}, …]",
        schema=_FOUR,
        default=PLANNED_SUBNETS,
    )

    dns_servers: tuple[Input[DnsServer], ...] = setting(
        "IP addresses of custom DNS servers. Default: Azure's DNS.",
        allowed="a list of IPv4 addresses",
        example='["10.0.1.4"]',
        change=(
            in_place(Part.NETWORK, when="without a security group"),
            in_place(
                *(Part.NETWORK, Part.SECURITY_GROUP),
                when="with a security group",
                remark="Restart an existing environment to apply the change.",
            ),
        ),
        default=(),
    )
    security_group: SecurityGroupArgs | None = setting(
        "Network security group of the four subnets, which allows only the required inbound traffic.",
        allowed="an object with name and, optionally, callers; or with id",
        example="{name: nsg-logic-apps}",
        change=added_or_removed(Part.SECURITY_GROUP),
        default=None,
    )
    route_table: RouteTableArgs | None = setting(
        "Route table of the four subnets.",
        allowed="an object with name and routes; or with id",
        example="{name: rt-logic-apps, routes: {internet: {addressPrefix: 0.0.0.0/0, nextHopType: Internet}}}",
        change=added_or_removed(Part.ROUTE_TABLE),
        default=None,
    )
    service_endpoints: ServiceEndpoints = setting(
        "Services that the four subnets reach over Azure's network, not the internet.",
        allowed="a list of services, such as Microsoft.Storage",
        example="[Microsoft.Storage, Microsoft.KeyVault]",
        change=in_place(Part.SUBNETS),
        default=(),
    )

    def __init__(self, **values: Unpack[NetworkArgsDict]) -> None:
        super().__init__(**values)

    @check
    def _check_keys_of_source(self) -> Iterator[Problem]:
        for name, field in NetworkArgs.model_fields.items():
            key = field.alias or name
            if self._is_given(name):
                yield from (problem.within(key) for problem in check_key(key, self.source))
            elif self.source is NetworkSource.STACK and name in ("name", "address_space"):
                yield missing(setting_of(NetworkArgs, name), (key,))

    @check
    def _check_subnet_ids(self) -> list[Problem]:
        if self.subnet_ids is None or self.source is not NetworkSource.EXISTING_SUBNETS:
            return []
        problems = rules.check_subnet_ids(valid(self.subnet_ids), len(self.subnet_ids))
        return [problem.within("subnetIds") for problem in problems]

    @check
    def _check_address_space(self) -> Iterator[Problem]:
        space = self.address_space
        if space is None:
            return
        problems = rules.check_address_space(valid(space), len(space))
        yield from (problem.within("addressSpace") for problem in problems)
        is_planned = self.source is NetworkSource.STACK and not self._is_any_range_given
        if is_planned and not problems and INVALID not in space:
            yield from (problem.within("addressSpace") for problem in rules.check_room(space))

    @check
    def _check_subnets(self) -> list[Problem]:
        if self.source is NetworkSource.EXISTING_SUBNETS:
            return []
        in_existing_network = self.source is NetworkSource.EXISTING_NETWORK
        problems = rules.check_subnet_count(len(self.subnets), in_existing_network=in_existing_network)
        problems += name_rules.check_subnet_names(valid(self.subnets, lambda subnet: subnet.name))
        ranges = valid(self.subnets, lambda subnet: subnet.address_prefix)
        if in_existing_network:
            problems += rules.check_ranges_given(ranges, all_left_out=self.subnets == PLANNED_SUBNETS)
        else:
            problems += rules.check_all_or_none(ranges, is_any_given=self._is_any_range_given)
        # Ranges can be compared only with a valid address space.
        space = getattr(self, "address_space", None)
        problems += rules.check_subnet_ranges(ranges, None if space is None or INVALID in space else space)
        return [problem.within("subnets") for problem in problems]

    @property
    def source(self) -> NetworkSource:
        """The source of the four subnets."""
        if self._is_given("virtual_network_id"):
            return NetworkSource.EXISTING_NETWORK
        return NetworkSource.EXISTING_SUBNETS if self._is_given("subnet_ids") else NetworkSource.STACK

    def _is_given(self, name: str) -> bool:
        """Whether a field has a value other than its default, valid or not."""
        return bool(getattr(self, name, INVALID) != NetworkArgs.model_fields[name].default)

    @property
    def _is_any_range_given(self) -> bool:
        return any(subnet.has("address_prefix") for subnet in valid(self.subnets).values())

    @property
    def subnet_ranges(self) -> tuple[IPv4Network, ...]:
        """The specified or planned ranges of the subnets that the stack creates, in order."""
        if self.source is NetworkSource.EXISTING_SUBNETS:
            return ()
        given = tuple(subnet.address_prefix for subnet in self.subnets if subnet.address_prefix)
        return given or plan_subnets(self.address_space or ())

    def members_to_register(self) -> dict[str, Any]:
        """Return the values that a component registers for these arguments, with the ranges of the subnets.

        Planned ranges change with the address space, which replaces the subnets. IDs are registered in lower case, so
        that a change of their letter case is no change.
        """
        members = super().members_to_register() | {"subnetRanges": self.subnet_ranges}
        if self.subnet_ids is not None:
            del members["subnets"]
            members["subnetIds"] = [in_lower_case(identity) for identity in self.subnet_ids]
        if self.virtual_network_id is not None:
            members["virtualNetworkId"] = in_lower_case(self.virtual_network_id)
        return members

    @classmethod
    def replacements(cls, old: Inputs, new: Inputs) -> list[Replacement]:
        """See :meth:`ComparedModel.replacements`; the keys of a network depend on each other."""
        found = super().replacements(old, new)
        return network_replacements(found, old, new, lambda key: setting_of(cls, to_snake(key)).changes)

    def check_callers(self, endpoint: EndpointType) -> list[Problem]:
        """Check that an environment of this endpoint type supports the callers of the network security group."""
        if self.security_group is None:
            return []
        found = traffic_rules.check_callers_of(endpoint, callers_given=self.security_group.has("callers"))
        return [problem.within("securityGroup", "callers") for problem in found]

    def check_not_azure_government(self, location: Input[str]) -> list[Problem]:
        """Check that the network security group can be created in this location."""
        # A region that resolves later is not checked; Azure rejects the service tags there.
        if self.security_group is None or self.security_group.id is not None or not isinstance(location, str):
            return []
        return [problem.within("securityGroup") for problem in traffic_rules.check_not_azure_government(location)]


# `make docs` writes the rest of this module: the arguments as dictionaries, for type checkers and editors.


class NetworkArgsDict(TypedDict):
    """A network from one of three sources (:class:`~.source.NetworkSource`)."""

    virtual_network_id: NotRequired[pulumi.Input[str] | None]
    """ID of an existing virtual network, in which the stack creates the four subnets."""

    subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """IDs of four existing, empty subnets, in the environment's order. Exactly one is delegated to the service."""

    name: NotRequired[pulumi.Input[str] | None]
    """Name of the virtual network that the stack creates; required for a new network."""

    address_space: NotRequired[Sequence[str | IPv4Network] | None]
    """Address prefixes of the virtual network that the stack creates; required for a new network."""

    subnets: NotRequired[Sequence[SubnetArgs | SubnetArgsDict] | None]
    """The four subnets, in the environment's order. The first is delegated to the service. Default: subnet-1 to
    subnet-4 with the first four /27 ranges of the address space."""

    dns_servers: NotRequired[Sequence[pulumi.Input[str]] | None]
    """IP addresses of custom DNS servers. Default: Azure's DNS."""

    security_group: NotRequired[SecurityGroupArgs | SecurityGroupArgsDict | None]
    """Network security group of the four subnets, which allows only the required inbound traffic."""

    route_table: NotRequired[RouteTableArgs | RouteTableArgsDict | None]
    """Route table of the four subnets."""

    service_endpoints: NotRequired[Sequence[str] | None]
    """Services that the four subnets reach over Azure's network, not the internet."""


class SubnetArgsDict(TypedDict):
    """One of the four subnets."""

    name: str
    """Name of the subnet."""

    address_prefix: NotRequired[str | IPv4Network | None]
    """Address range of the subnet. In a new network, omit all four to have the ranges assigned."""
