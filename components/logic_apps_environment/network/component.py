"""The component with the network of an integration service environment.

It creates, in this order: a virtual network; a network security group with its rules and a route table with its routes;
four subnets, one after the other. Existing resources are looked up instead (:class:`~.source.NetworkSource`). The
component creates no resource group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi import ResourceOptions
from pulumi_azure_native import network  # noqa: TC002 - the SDK evaluates the annotations of the class

from logic_apps_environment.azure.argument_types import EndpointType, SkuName
from logic_apps_environment.azure.ids import azure_id, parse_id, resource_group_id
from logic_apps_environment.azure.network_ids import last_name
from logic_apps_environment.azure.outputs import WithOutputs
from logic_apps_environment.changes.registered_inputs import registered_inputs
from logic_apps_environment.changes.report import with_replacement_report
from logic_apps_environment.network.environment_network_args import EnvironmentNetworkArgs, EnvironmentNetworkArgsDict
from logic_apps_environment.network.existing.lookup import look_up_network
from logic_apps_environment.network.existing.resources import ExistingNetwork
from logic_apps_environment.network.existing.traffic import ROUTE_TABLE, SECURITY_GROUP, look_up_references
from logic_apps_environment.network.resources import VirtualNetworkRef, create_subnets, create_virtual_network
from logic_apps_environment.network.source import NetworkSource
from logic_apps_environment.traffic.args import SecurityGroupArgs
from logic_apps_environment.traffic.required_ports import connector_rule, dns_rule, security_rules
from logic_apps_environment.traffic.resources import ChildContext, SecurityGroup, create_route_table, late_caller_ranges
from logic_apps_environment.traffic.service_tags import VIRTUAL_NETWORK
from logic_apps_environment.validation.model import Input

TYPE = "logic-apps-environment:index:EnvironmentNetwork"
"""The type token of the component in states; it must not change."""


class EnvironmentNetwork(WithOutputs):
    """The virtual network of an integration service environment and its four subnets.

    An existing network is looked up and validated in every preview, before any resource that depends on it is
    requested. A new name of the network, a new location, or a new name or range of a subnet replaces the resource,
    deleting first. The address space changes in place while the subnets keep their ranges.
    """

    resource_group_id: pulumi.Output[str]
    """ID of the resource group of the network."""

    location: pulumi.Output[str]
    """Name of the Azure region."""

    virtual_network_id: pulumi.Output[str]
    """ID of the virtual network."""

    virtual_network_name: pulumi.Output[str]
    """Name of the virtual network."""

    subnet_ids: pulumi.Output[dict[str, str]]
    """IDs of the four subnets by name."""

    ordered_subnet_ids: tuple[pulumi.Output[str], ...]
    """IDs of the four subnets in the order in which the environment uses them."""

    security_group_id: pulumi.Output[str | None]
    """ID of the network security group of the subnets that the stack creates; None without one."""

    route_table_id: pulumi.Output[str | None]
    """ID of the route table of the subnets that the stack creates; None without one."""

    virtual_network: network.VirtualNetwork | None
    """The virtual network, for peerings, links and further subnets; None for an existing network."""

    security_group: network.NetworkSecurityGroup | None
    """The security group that the stack creates, for further rules; None without one. A further rule depends on all of
    ``security_rules``, because Azure processes one write to a group at a time."""

    security_rules: Sequence[network.SecurityRule]
    """The rules of the security group, in the order of their creation."""

    route_table: network.RouteTable | None
    """The route table that the stack creates, for further routes; None without one."""

    routes: Sequence[network.Route]
    """The routes of the route table, in the order of their creation."""

    def __init__(
        self,
        name: str,
        args: EnvironmentNetworkArgs | EnvironmentNetworkArgsDict,
        opts: ResourceOptions | None = None,
    ) -> None:
        """Register the network.

        Args:
            name: the logical name; children are named ``{name}-vnet``, ``{name}-subnet-1`` to ``{name}-subnet-4``,
                ``{name}-nsg``, ``{name}-nsg-{rule}``, ``{name}-rt`` and ``{name}-rt-{route}``.
            args: the arguments: an instance, or a mapping with keys in snake_case or camelCase.
            opts: options of the component. Unless ``protect`` is False, the virtual network and the subnets are
                protected. Providers, ``protect=True``, ``retain_on_delete``, ``deleted_with``, ``depends_on``, aliases
                and transforms apply to all children. Options of a single resource (``ignore_changes``,
                ``custom_timeouts``, ``replace_on_changes``) apply to no child; a transformation can set them.

        Raises:
            ArgumentsError: ``args`` is not valid; the error has every problem. If the look-up of an existing network
                finds problems, the outputs fail with this error.
        """
        args = EnvironmentNetworkArgs.of_component(name, args)
        if opts is not None and isinstance(opts.parent, WithOutputs):
            # Part of an environment, whose component registers the inputs and reports for both.
            super().__init__(TYPE, name, {}, opts)
        else:
            super().__init__(TYPE, name, registered_inputs(args), with_replacement_report(opts, TYPE, name, args))
        args.notation.warn(args.warnings, self)
        self._args = args
        self.notation = args.notation
        self.virtual_network = self.security_group = self.route_table = None
        self.security_rules, self.routes = (), ()
        self._security_group: SecurityGroup | None = None
        self._subnets: Sequence[network.Subnet] = ()
        attached: Mapping[str, pulumi.Output[str]] = {}

        match args.source:
            case NetworkSource.STACK:
                attached = self._create_subnets(name, self._create_virtual_network(name))
            case NetworkSource.EXISTING_NETWORK:
                existing = look_up_network(args, self)
                attached = self._create_subnets(name, self._use_virtual_network(existing), existing)
            case NetworkSource.EXISTING_SUBNETS:
                self._use_subnets(args.subnet_ids or ())
        self.resource_group_id = self.virtual_network_id.apply(resource_group_id)
        self.location = pulumi.Output.from_input(args.location)
        self.security_group_id = pulumi.Output.from_input(attached.get(SECURITY_GROUP))
        self.route_table_id = pulumi.Output.from_input(attached.get(ROUTE_TABLE))
        self.register_outputs(self.outputs)

    @property
    def subnets(self) -> Sequence[network.Subnet]:
        """The four subnets in order, the first of them delegated; empty for existing subnets."""
        # Not an annotated attribute: the SDK would set it to the input of this name.
        return self._subnets

    def allow_connectors(self, addresses: Input[Sequence[str]]) -> None:
        """Add the rule that allows the connectors of an External environment, if the stack creates a security group.

        Azure assigns these addresses when it creates the environment. The environment component calls this method
        after that; a program that creates the network alone calls it itself.

        Args:
            addresses: the outgoing addresses of the connectors. Ranges of the subnets among them are ignored.
        """
        if self._security_group is None or self._args.endpoint is not EndpointType.EXTERNAL:
            return
        inside = [*(self._args.address_space or ()), *self._args.subnet_ranges]
        sources = pulumi.Output.from_input(addresses).apply(
            lambda known: list(connector_rule(self._address_space(), inside, known).sources)
        )
        self._security_group.add(connector_rule(self._address_space(), inside, ()), sources=sources)

    def _address_space(self) -> Sequence[str]:
        """Return the network in security rules: its prefixes, or the service tag of an existing network.

        The address space of an existing network changes without this program; the tag follows it.
        """
        return [str(prefix) for prefix in self._args.address_space or ()] or [VIRTUAL_NETWORK]

    def _create_virtual_network(self, name: str) -> VirtualNetworkRef:
        created = create_virtual_network(name, self._args, self)
        self.virtual_network = created
        self.virtual_network_id = azure_id(created)
        self.virtual_network_name = created.name.apply(str)
        return VirtualNetworkRef(self._args.resource_group_name, created.name, created.location.apply(str))

    def _use_virtual_network(self, existing: pulumi.Output[ExistingNetwork]) -> VirtualNetworkRef:
        self.virtual_network_id = existing.apply(lambda known: known.identity)
        self.virtual_network_name = existing.apply(lambda known: parse_id(known.identity).name)
        return VirtualNetworkRef(
            existing.apply(lambda known: parse_id(known.identity).resource_group),
            self.virtual_network_name,
            existing.apply(lambda known: known.location),
            existing.apply(lambda known: known.dns_servers),
        )

    def _use_subnets(self, identities: Sequence[Input[str]]) -> None:
        existing = look_up_network(self._args, self)
        self._use_virtual_network(existing)
        self.ordered_subnet_ids = tuple(
            pulumi.Output.all(existing, identity).apply(_azure_id_of_subnet) for identity in identities
        )
        self.subnet_ids = pulumi.Output.all(*self.ordered_subnet_ids).apply(
            lambda known: {last_name(identity): identity for identity in known}
        )

    def _create_subnets(
        self,
        name: str,
        virtual_network: VirtualNetworkRef,
        existing: pulumi.Output[ExistingNetwork] | None = None,
    ) -> Mapping[str, pulumi.Output[str]]:
        """Create the four subnets, after the security group and the route table that they reference.

        Returns:
            The IDs of the security group and the route table, created or existing.
        """
        args = self._args
        attached = self._existing_references(existing)
        context = ChildContext(name, self, args.resource_group_name, virtual_network.location, args.tags)
        if args.security_group and args.security_group.name is not None:
            attached[SECURITY_GROUP] = self._create_security_group(context, args.security_group, virtual_network)
        if args.route_table and args.route_table.name is not None:
            self.route_table, self.routes = create_route_table(
                context, args.route_table.name, args.route_table.routes or {}
            )
            attached[ROUTE_TABLE] = azure_id(self.route_table)
        self._subnets = create_subnets(
            name,
            args,
            self,
            virtual_network=virtual_network,
            security_group_id=attached.get(SECURITY_GROUP),
            route_table_id=attached.get(ROUTE_TABLE),
            after=[*self.security_rules[-1:], *self.routes[-1:]],
        )
        self.ordered_subnet_ids = tuple(azure_id(subnet) for subnet in self.subnets)
        names = [subnet.name for subnet in args.subnets]
        self.subnet_ids = pulumi.Output.all(**dict(zip(names, self.ordered_subnet_ids, strict=True)))
        return attached

    def _existing_references(self, existing: pulumi.Output[ExistingNetwork] | None) -> dict[str, pulumi.Output[str]]:
        """Return the IDs of an existing security group and route table, after their validation."""
        given = {SECURITY_GROUP: self._args.security_group, ROUTE_TABLE: self._args.route_table}
        references = {key: each.id for key, each in given.items() if each is not None and each.id is not None}
        if not references:
            return {}
        verified = look_up_references(references, self._args, existing, self)
        return {key: verified[key] for key in references}

    def _create_security_group(
        self, context: ChildContext, group: SecurityGroupArgs, virtual_network: VirtualNetworkRef
    ) -> pulumi.Output[str]:
        args = self._args
        given = [server for server in args.dns_servers if isinstance(server, str)]
        late: pulumi.Output[Any] | None = virtual_network.dns_servers
        if len(given) < len(args.dns_servers):
            given, late = [], pulumi.Output.all(*args.dns_servers)
        late_callers = late_caller_ranges(group.callers, self.notation)
        rules = security_rules(
            external=args.endpoint is EndpointType.EXTERNAL,
            premium=args.sku_name is SkuName.PREMIUM,
            address_space=self._address_space(),
            dns_servers=given,
            callers=None if group.callers is None else [each for each in group.callers if isinstance(each, str)],
            has_late_callers=late_callers is not None,
        )
        created = SecurityGroup(context, group.name or "", rules, late_callers)
        if late is not None:
            destinations = late.apply(lambda known: dns_rule(known).destinations)
            created.add(dns_rule(()), destinations=destinations)
        self._security_group, self.security_group, self.security_rules = created, created.resource, created.rules
        return azure_id(created.resource)


def _azure_id_of_subnet(known: Sequence[Any]) -> str:
    """Return the ID of a subnet as the look-up returns it: an ID in other letter case would replace the environment."""
    network_found, identity = known
    subnet = network_found.subnet(identity)
    assert subnet is not None  # noqa: S101 - the look-up fails otherwise
    return str(subnet.identity)
