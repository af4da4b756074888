"""The network of an integration service environment.

Makes, in this order: a virtual network, unless it exists; where asked for, a security group with its rules and a route
table with its routes; four subnets, one after the other, the first of them delegated to the service. Where four subnets
exist it makes nothing. It makes no resource group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import network

from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.azure.ids import azure_id, parse_id
from logic_apps_environment.azure.logic_api import DELEGATION_SERVICE, RESOURCE_TYPE
from logic_apps_environment.azure.outputs import WithOutputs
from logic_apps_environment.changes.registered_inputs import registered_inputs
from logic_apps_environment.changes.report import reports_replacements
from logic_apps_environment.hooks.external_settings import shows_external_settings
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs
from logic_apps_environment.network.existing.lookup import look_up_network
from logic_apps_environment.network.existing.traffic import ROUTE_TABLE, SECURITY_GROUP, look_up_references
from logic_apps_environment.network.subnet_release import waits_for_subnets
from logic_apps_environment.traffic.required_ports import connector_rule, dns_rule, security_rules
from logic_apps_environment.traffic.resources import ChildContext, RouteTable, SecurityGroup
from logic_apps_environment.traffic.service_tags import VIRTUAL_NETWORK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logic_apps_environment.args_dicts import EnvironmentNetworkArgsDict
    from logic_apps_environment.network.existing.resources import ExistingNetwork
    from logic_apps_environment.validation.model import Input


TYPE = "logic-apps-environment:index:EnvironmentNetwork"
"""The type of the component in states, which stays."""


@dataclass(frozen=True, slots=True)
class _VirtualNetworkRef:
    """Where subnets are made: in a virtual network that is made here, or in one that exists.

    Attributes:
        resource_group_name: the resource group of the virtual network.
        virtual_network_name: its name.
        location: its region.
        dns_servers: its own DNS servers where they are known only by looking it up.
    """

    resource_group_name: Input[str]
    virtual_network_name: Input[str]
    location: Input[str]
    dns_servers: pulumi.Output[tuple[str, ...]] | None = None


class EnvironmentNetwork(WithOutputs):
    """The four subnets that an integration service environment takes, and the virtual network that they are in.

    A network that exists is looked up in every preview; what depends on it is not requested before it is found usable.
    Changing a subnet's name or range, the network's name or the location replaces what it concerns, deleting first:
    Azure changes neither on a network in use. The address space itself changes in place while the subnets keep their
    ranges.
    """

    resource_group_id: pulumi.Output[str]
    """Id of the resource group that the network is in."""

    location: pulumi.Output[str]
    """Name of the Azure region."""

    virtual_network_id: pulumi.Output[str]
    """Id of the virtual network."""

    virtual_network_name: pulumi.Output[str]
    """Name of the virtual network."""

    subnet_ids: pulumi.Output[dict[str, str]]
    """Ids of the four subnets by their names."""

    ordered_subnet_ids: tuple[pulumi.Output[str], ...]
    """IDs of the four subnets in the order in which the environment uses them."""

    security_group_id: pulumi.Output[str | None]
    """ID of the network security group of the subnets that the stack creates; None without one."""

    route_table_id: pulumi.Output[str | None]
    """ID of the route table of the subnets that the stack creates; None without one."""

    virtual_network: network.VirtualNetwork | None
    """The virtual network, for what composes with it: peerings, links, further subnets; None where it exists."""

    security_group: network.NetworkSecurityGroup | None
    """The security group that the stack creates, for rules of your own; None without one. A rule that is added depends
    on all that are there (``security_rules``)."""

    security_rules: Sequence[network.SecurityRule]
    """The rules of the security group in the order in which they are written."""

    route_table: network.RouteTable | None
    """The route table that the stack creates, for routes of your own; None without one."""

    routes: Sequence[network.Route]
    """The routes of the route table in the order in which they are written."""

    def __init__(
        self,
        name: str,
        args: EnvironmentNetworkArgs | EnvironmentNetworkArgsDict,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Registers the network.

        Args:
            name: logical name; children are named ``{name}-vnet``, ``{name}-subnet-1`` to ``{name}-subnet-4``,
                ``{name}-nsg``, ``{name}-nsg-{rule}``, ``{name}-rt`` and ``{name}-rt-{route}``.
            args: the arguments, as a model or as a mapping in its spelling or in that of stack configuration.
            opts: options of the component. Unless ``protect`` is False, the
                virtual network and the subnets are protected. Providers,
                ``protect=True``, ``retain_on_delete``, ``deleted_with`` and
                transforms hold for everything in it; its children wait for what it depends on and follow its aliases.
                What is meant for a single resource (``ignore_changes``, ``custom_timeouts``, ``replace_on_changes``)
                reaches no child; a transform can set it.

        Raises:
            ArgumentsError: ``args`` is a mapping that cannot be used; it names every problem. What is found by looking
                up a network that exists fails the outputs with the same error.
        """
        args = args if isinstance(args, EnvironmentNetworkArgs) else EnvironmentNetworkArgs.checked(args)
        if opts is not None and isinstance(opts.parent, WithOutputs):
            # A part of an environment, whose component registers and reports for both.
            super().__init__(TYPE, name, {}, opts)
        else:
            super().__init__(TYPE, name, registered_inputs(args), reports_replacements(opts, TYPE, name, args))
        for warning in args.notation.summaries(args.warnings):
            pulumi.log.warn(warning, self)
        self._args = args
        self.notation = args.notation
        self._security_group: SecurityGroup | None = None
        self._security_group_id: pulumi.Output[str] | None = None
        self._route_table_id: pulumi.Output[str] | None = None
        self.virtual_network = None
        self._subnets: Sequence[network.Subnet] = ()
        self.security_rules, self.routes = (), ()
        self.security_group = self.route_table = None

        if args.subnet_ids:
            self._take_subnets(args.subnet_ids)
        else:
            found = look_up_network(args, self) if args.virtual_network_id is not None else None
            virtual_network = self._take(found) if found else self._make_virtual_network(name)
            self._make_guards(name, virtual_network, found)
            self._subnets = self._make_subnets(name, virtual_network)
            self.ordered_subnet_ids = tuple(azure_id(subnet) for subnet in self.subnets)
            self.subnet_ids = pulumi.Output.all(
                **{
                    subnet.name: identity
                    for subnet, identity in zip(args.subnets, self.ordered_subnet_ids, strict=True)
                }
            )
        self.resource_group_id = self.virtual_network_id.apply(lambda identity: identity.split("/providers/", 1)[0])
        self.location = pulumi.Output.from_input(args.location)
        self.security_group_id = pulumi.Output.from_input(self._security_group_id)
        self.route_table_id = pulumi.Output.from_input(self._route_table_id)
        self.register_outputs(self.outputs)

    @property
    def subnets(self) -> Sequence[network.Subnet]:
        """The four subnets in order, the first of them delegated; none where they exist."""
        # No annotated attribute: the SDK would take the input of this name for one.
        return self._subnets

    def allow_connectors(self, addresses: Input[Sequence[str]]) -> None:
        """Lets the connectors of an External environment in, by their outgoing addresses, where a security group is.

        Azure gives these addresses to an environment when it creates it. The environment therefore calls this once it
        is there; so does a program that makes the network by itself.

        Args:
            addresses: public addresses, and ranges of the subnets, which are left out.
        """
        if self._security_group is None or self._args.endpoint is not EndpointType.EXTERNAL:
            return
        inside = [*(self._args.address_space or ()), *self._args.subnet_ranges]
        sources = pulumi.Output.from_input(addresses).apply(
            lambda known: list(connector_rule(self._address_space(), inside, known).sources)
        )
        self._security_group.add(connector_rule(self._address_space(), inside, ()), sources=sources)

    def _address_space(self) -> Sequence[str]:
        """What the rules know the network by.

        One that exists grows and shrinks without this program, so that it is named by the tag that follows it.
        """
        return [str(prefix) for prefix in self._args.address_space or ()] or [VIRTUAL_NETWORK]

    def _make_virtual_network(self, name: str) -> _VirtualNetworkRef:
        args = self._args
        self.virtual_network = network.VirtualNetwork(
            f"{name}-vnet",
            resource_group_name=args.resource_group_name,
            virtual_network_name=args.name,
            location=args.location,
            address_space=network.AddressSpaceArgs(address_prefixes=list(self._address_space())),
            dhcp_options=network.DhcpOptionsArgs(dns_servers=list(args.dns_servers)) if args.dns_servers else None,
            tags=args.tags or None,
            opts=ResourceOptions(
                parent=self,
                protect=self.protects_what_azure_cannot_recreate,
                delete_before_replace=True,
                # A range can move out of the space only while no subnet is there: the network is then built again with
                # its subnets.
                replacement_trigger=[str(subnet_range) for subnet_range in args.subnet_ranges],
                hooks=shows_external_settings(f"{name}-vnet", self),
            ),
        )
        self.virtual_network_id = azure_id(self.virtual_network)
        self.virtual_network_name = self.virtual_network.name.apply(str)
        return _VirtualNetworkRef(
            args.resource_group_name, self.virtual_network.name, self.virtual_network.location.apply(str)
        )

    def _take_subnets(self, identities: Sequence[Input[str]]) -> None:
        """Takes four subnets that exist, once they are found to be usable."""
        found = look_up_network(self._args, self)
        self._take(found)
        self.ordered_subnet_ids = tuple(
            pulumi.Output.all(found, identity).apply(_as_azure_spells_it) for identity in identities
        )
        self.subnet_ids = pulumi.Output.all(*self.ordered_subnet_ids).apply(
            lambda known: {identity.rpartition("/")[2]: identity for identity in known}
        )

    def _take(self, found: pulumi.Output[ExistingNetwork]) -> _VirtualNetworkRef:
        """Takes a virtual network that exists."""
        self.virtual_network_id = found.apply(lambda known: known.identity)
        self.virtual_network_name = found.apply(lambda known: parse_id(known.identity).name)
        return _VirtualNetworkRef(
            found.apply(lambda known: parse_id(known.identity).resource_group),
            self.virtual_network_name,
            found.apply(lambda known: known.location),
            found.apply(lambda known: known.dns_servers),
        )

    def _make_guards(
        self, name: str, virtual_network: _VirtualNetworkRef, found: pulumi.Output[ExistingNetwork] | None
    ) -> None:
        args = self._args
        group, table = args.security_group, args.route_table
        context = ChildContext(
            name=name,
            parent=self,
            resource_group_name=args.resource_group_name,
            location=virtual_network.location,
            tags=args.tags,
        )
        self._take_references(found)
        if group and group.name is not None:
            self._security_group = SecurityGroup(
                context,
                group.name,
                security_rules(
                    external=args.endpoint is EndpointType.EXTERNAL,
                    premium=args.sku_name is SkuName.PREMIUM,
                    address_space=self._address_space(),
                    dns_servers=args.dns_servers,
                    callers=group.callers,
                ),
            )
            if virtual_network.dns_servers is not None:
                self._security_group.add(
                    dns_rule(()),
                    destinations=virtual_network.dns_servers.apply(lambda known: dns_rule(known).destinations),
                )
            self.security_group = self._security_group.resource
            self.security_rules = self._security_group.rules
            self._security_group_id = azure_id(self.security_group)
        if table and table.name is not None:
            made = RouteTable(context, table.name, table.routes or {})
            self.route_table, self.routes = made.resource, made.routes
            self._route_table_id = azure_id(self.route_table)

    def _take_references(self, found: pulumi.Output[ExistingNetwork] | None) -> None:
        """Takes an existing security group and an existing route table, once they are found to be usable."""
        given = {SECURITY_GROUP: self._args.security_group, ROUTE_TABLE: self._args.route_table}
        references = {key: each.id for key, each in given.items() if each is not None and each.id is not None}
        if not references:
            return
        ids = look_up_references(references, self._args, found, self)
        if SECURITY_GROUP in references:
            self._security_group_id = ids.apply(lambda known: known[SECURITY_GROUP])
        if ROUTE_TABLE in references:
            self._route_table_id = ids.apply(lambda known: known[ROUTE_TABLE])

    def _make_subnets(self, name: str, virtual_network: _VirtualNetworkRef) -> Sequence[network.Subnet]:
        args = self._args
        subnets: list[network.Subnet] = []
        for position, (subnet, address_prefix) in enumerate(zip(args.subnets, args.subnet_ranges, strict=True)):
            subnets.append(
                network.Subnet(
                    f"{name}-subnet-{position + 1}",
                    resource_group_name=virtual_network.resource_group_name,
                    virtual_network_name=virtual_network.virtual_network_name,
                    subnet_name=subnet.name,
                    address_prefix=str(address_prefix),
                    # Exactly one subnet is delegated when the environment is created by request (Microsoft's ISE
                    # article, "Prerequisites").
                    delegations=[network.DelegationArgs(name=RESOURCE_TYPE, service_name=DELEGATION_SERVICE)]
                    if position == 0
                    else None,
                    network_security_group=network.NetworkSecurityGroupArgs(id=self._security_group_id)
                    if self._security_group_id
                    else None,
                    route_table=network.RouteTableArgs(id=self._route_table_id) if self._route_table_id else None,
                    service_endpoints=[
                        network.ServiceEndpointPropertiesFormatArgs(service=service)
                        for service in args.service_endpoints
                    ]
                    or None,
                    opts=ResourceOptions(
                        parent=self,
                        protect=self.protects_what_azure_cannot_recreate,
                        # Azure takes one write to a virtual network at a time and answers others with
                        # AnotherOperationInProgress. Rules and routes are there before the subnets, so that an
                        # environment finds them.
                        depends_on=subnets[-1:] or [*self.security_rules[-1:], *self.routes[-1:]],
                        # Azure refuses a new range on a subnet in use; the provider alone would announce it as a change
                        # in place.
                        replace_on_changes=["addressPrefix"],
                        delete_before_replace=True,
                        hooks=pulumi.ResourceHookBinding.merge(
                            waits_for_subnets(f"{name}-subnet-{position + 1}", self),
                            shows_external_settings(f"{name}-subnet-{position + 1}", self),
                        ),
                    ),
                )
            )
        return tuple(subnets)


def _as_azure_spells_it(known: Sequence[Any]) -> str:
    """The id of a subnet as the look-up returns it: an id that differs in letter case would replace the environment."""
    network_found, identity = known
    subnet = network_found.subnet(identity)
    assert subnet is not None  # noqa: S101 - the look-up fails otherwise
    return str(subnet.identity)
