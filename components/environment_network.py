"""The network of an integration service environment.

Makes, in this order: a virtual network; where asked for, a security group with its rules and a route table with its
routes; four subnets, one after the other, the first of them delegated to the service. It makes no resource group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import network

from .argument_types import EndpointType, SkuName
from .network_arguments import EnvironmentNetworkArgs
from .network_guards import RouteTable, SecurityGroup, Surroundings
from .outputs import WithOutputs
from .request_body import DELEGATION_SERVICE, RESOURCE_TYPE
from .security_rules import connector_rule, security_rules
from .subnet_release import subnet_release_hook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .model import Input


class EnvironmentNetwork(WithOutputs):
    """A virtual network with the four subnets that an integration service environment takes.

    Changing a subnet's name or range, the network's name or the location replaces what it concerns, deleting first:
    Azure changes neither on a network in use. The address space itself changes in place while the subnets keep their
    ranges.
    """

    resource_group_id: pulumi.Output[str]
    """Id of the resource group that the network is in."""

    virtual_network_id: pulumi.Output[str]
    """Id of the virtual network."""

    virtual_network_name: pulumi.Output[str]
    """Name of the virtual network."""

    subnet_ids: pulumi.Output[dict[str, str]]
    """Ids of the four subnets by their names."""

    virtual_network: network.VirtualNetwork
    """The virtual network, for what composes with it: peerings, links, further subnets."""

    subnets: Sequence[network.Subnet]
    """The four subnets in order; the first is the delegated one."""

    security_group: network.NetworkSecurityGroup | None
    """The security group, for rules of your own; None without one. A rule that is added depends on all that are there
    (``security_rules``)."""

    security_rules: Sequence[network.SecurityRule]
    """The rules of the security group in the order in which they are written."""

    route_table: network.RouteTable | None
    """The route table, for routes of your own; None without one."""

    routes: Sequence[network.Route]
    """The routes of the route table in the order in which they are written."""

    def __init__(
        self, name: str, args: EnvironmentNetworkArgs | Mapping[str, Any], opts: ResourceOptions | None = None
    ) -> None:
        """Registers the network.

        Args:
            name: logical name; children are named ``{name}-vnet``, ``{name}-subnet-1`` to ``{name}-subnet-4``,
                ``{name}-nsg``, ``{name}-nsg-{rule}``, ``{name}-rt`` and ``{name}-rt-{route}``.
            args: the arguments, as a model or as a mapping in its spelling or in that of stack configuration.
            opts: options; parent, providers, protect, aliases and transforms reach the children as Pulumi says.

        Raises:
            ArgumentsError: ``args`` is a mapping that cannot be used; it names every problem.
        """
        args = args if isinstance(args, EnvironmentNetworkArgs) else EnvironmentNetworkArgs.checked(args)
        super().__init__("logic-apps-environment:index:EnvironmentNetwork", name, {}, opts)
        for warning in args.warnings():
            pulumi.log.warn(warning.spelled(), self)
        ranges = [str(subnet_range) for subnet_range in args.subnet_ranges]

        self.virtual_network = network.VirtualNetwork(
            f"{name}-vnet",
            resource_group_name=args.resource_group_name,
            virtual_network_name=args.name,
            location=args.location,
            address_space=network.AddressSpaceArgs(address_prefixes=[str(prefix) for prefix in args.address_space]),
            dhcp_options=network.DhcpOptionsArgs(dns_servers=list(args.dns_servers)) if args.dns_servers else None,
            tags=args.tags or None,
            opts=ResourceOptions(
                parent=self,
                delete_before_replace=True,
                # A range can move out of the space only while no subnet is there: the network is then built again with
                # its subnets.
                replacement_trigger=ranges,
            ),
        )
        self._args = args
        self._make_guards(name)
        self.subnets = self._make_subnets(name, args, ranges)

        self.resource_group_id = self.virtual_network.id.apply(lambda network_id: network_id.split("/providers/", 1)[0])
        self.virtual_network_id = self.virtual_network.id
        self.virtual_network_name = self.virtual_network.name.apply(str)
        self.subnet_ids = pulumi.Output.all(
            **{subnet.name: resource.id for subnet, resource in zip(args.subnets, self.subnets, strict=True)}
        )
        self.register_outputs(self.outputs)

    def allow_connectors(self, addresses: Input[Sequence[str]]) -> None:
        """Lets the connectors of an External environment in, by their outgoing addresses, where a security group is.

        Azure gives these addresses to an environment when it creates it. The environment therefore calls this once it
        is there; so does a program that makes the network by itself.

        Args:
            addresses: public addresses, and ranges of the subnets, which are left out.
        """
        if self._security_group is None or self._args.endpoint is not EndpointType.EXTERNAL:
            return
        space = [str(prefix) for prefix in self._args.address_space]
        sources = pulumi.Output.from_input(addresses).apply(lambda known: list(connector_rule(space, known).sources))
        self._security_group.add(connector_rule(space, ()), sources)

    def _make_guards(self, name: str) -> None:
        args = self._args
        surroundings = Surroundings(
            name=name,
            parent=self,
            resource_group_name=args.resource_group_name,
            location=self.virtual_network.location.apply(str),
            tags=args.tags,
        )
        self._security_group: SecurityGroup | None = None
        if args.security_group:
            rules = security_rules(
                external=args.endpoint is EndpointType.EXTERNAL,
                premium=args.sku_name is SkuName.PREMIUM,
                address_space=[str(prefix) for prefix in args.address_space],
                dns_servers=args.dns_servers,
                callers=args.security_group.callers,
            )
            self._security_group = SecurityGroup(surroundings, args.security_group.name, rules)
        table = RouteTable(surroundings, args.route_table) if args.route_table else None
        self.security_group = self._security_group.resource if self._security_group else None
        self.security_rules = self._security_group.rules if self._security_group else ()
        self.route_table = table.resource if table else None
        self.routes = table.routes if table else ()

    def _make_subnets(self, name: str, args: EnvironmentNetworkArgs, ranges: Sequence[str]) -> Sequence[network.Subnet]:
        subnets: list[network.Subnet] = []
        for position, (subnet, address_prefix) in enumerate(zip(args.subnets, ranges, strict=True)):
            subnets.append(
                network.Subnet(
                    f"{name}-subnet-{position + 1}",
                    resource_group_name=args.resource_group_name,
                    virtual_network_name=self.virtual_network.name,
                    subnet_name=subnet.name,
                    address_prefix=address_prefix,
                    # Exactly one subnet is delegated when the environment is created by request (Microsoft's ISE
                    # article, "Prerequisites").
                    delegations=[network.DelegationArgs(name=RESOURCE_TYPE, service_name=DELEGATION_SERVICE)]
                    if position == 0
                    else None,
                    network_security_group=network.NetworkSecurityGroupArgs(id=self.security_group.id)
                    if self.security_group
                    else None,
                    route_table=network.RouteTableArgs(id=self.route_table.id) if self.route_table else None,
                    service_endpoints=[
                        network.ServiceEndpointPropertiesFormatArgs(service=service)
                        for service in args.service_endpoints
                    ]
                    or None,
                    opts=ResourceOptions(
                        parent=self,
                        # Azure takes one write to a virtual network at a time and answers others with
                        # AnotherOperationInProgress. Rules and routes are there before the subnets, so that an
                        # environment finds them.
                        depends_on=subnets[-1:] or [*self.security_rules[-1:], *self.routes[-1:]],
                        # Azure refuses a new range on a subnet in use; the provider alone would announce it as a change
                        # in place.
                        replace_on_changes=["addressPrefix"],
                        delete_before_replace=True,
                        hooks=pulumi.ResourceHookBinding(on_error=[subnet_release_hook()]),
                    ),
                )
            )
        return tuple(subnets)
