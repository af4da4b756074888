"""Registers what guards and leads the subnets' traffic: a security group with its rules, a route table with its routes.

Rules and routes are resources of their own: an inline list would be the whole list, and take away the rule for the
connectors, which can only be written after the environment. They are written one after the other, since Azure takes one
write to a group or a table at a time and answers others with AnotherOperationInProgress.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi import Resource, ResourceOptions
from pulumi_azure_native import network

from logic_apps_environment.hooks.external_settings import shows_external_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from logic_apps_environment.traffic.args import RouteArgs
    from logic_apps_environment.traffic.required_ports import SecurityRule
    from logic_apps_environment.validation.model import Input


@dataclass(frozen=True, slots=True)
class ChildContext:
    """What the resources of a network share.

    Attributes:
        name: the logical name of the network, with which those of its children begin.
        parent: the component.
        resource_group_name: where everything is made.
        location: the region. Where the network is made here it is the virtual network's own: then what is made for it
            is deleted and made again together with it.
        tags: tags of what carries tags.
    """

    name: str
    parent: Resource
    resource_group_name: Input[str]
    location: Input[str]
    tags: Mapping[str, Input[str]]

    def options(self, name: str, after: Sequence[Resource] = ()) -> ResourceOptions:
        """Options of the child of this logical name, which is written after others.

        Under another name a group or a table is made first, then the subnets move to it, then the old one goes: Azure
        deletes none in use. The provider alone would delete first.
        """
        return ResourceOptions(
            parent=self.parent,
            depends_on=list(after),
            delete_before_replace=False,
            hooks=shows_external_settings(name, self.parent),
        )


class SecurityGroup:
    """A security group and its rules, in the order in which they are written."""

    def __init__(self, context: ChildContext, name: str, rules: Iterable[SecurityRule]) -> None:
        """Registers the group, then its rules.

        Args:
            context: what the resources of the network share.
            name: the group's name.
            rules: the rules that can be written before the environment.
        """
        self._context = context
        logical_name = f"{context.name}-nsg"
        options = context.options(logical_name)
        options.replace_on_changes = ["location"]
        self.resource = network.NetworkSecurityGroup(
            logical_name,
            resource_group_name=context.resource_group_name,
            network_security_group_name=name,
            location=context.location,
            tags=context.tags or None,
            opts=options,
        )
        self.rules: list[network.SecurityRule] = []
        for rule in rules:
            self.add(rule)

    def add(
        self,
        rule: SecurityRule,
        *,
        sources: Input[Sequence[str]] | None = None,
        destinations: Input[Sequence[str]] | None = None,
    ) -> None:
        """Registers one more rule, written after all others.

        Args:
            rule: the rule.
            sources: its source ranges where they are known only later; those of the rule otherwise.
            destinations: its destination ranges, likewise.
        """
        source, source_ranges = _one_or_many(rule.sources)
        destination, destination_ranges = _one_or_many(rule.destinations)
        port, ports = _one_or_many(rule.ports)
        logical_name = f"{self._context.name}-nsg-{rule.name}"
        self.rules.append(
            network.SecurityRule(
                logical_name,
                resource_group_name=self._context.resource_group_name,
                network_security_group_name=self.resource.name,
                security_rule_name=rule.name,
                description=rule.description,
                priority=rule.priority,
                direction=rule.direction,
                access="Allow",
                # The documents ask for TCP and UDP, or any protocol.
                protocol="*",
                source_port_range="*",
                source_address_prefix=source if sources is None else None,
                source_address_prefixes=source_ranges if sources is None else sources,
                destination_address_prefix=destination if destinations is None else None,
                destination_address_prefixes=destination_ranges if destinations is None else destinations,
                destination_port_range=port,
                destination_port_ranges=ports,
                opts=self._context.options(logical_name, self.rules[-1:]),
            )
        )


class RouteTable:
    """A route table and its routes, in the order in which they are written."""

    def __init__(self, context: ChildContext, name: str, routes: Mapping[str, RouteArgs]) -> None:
        """Registers the table of this name, then its routes."""
        logical_name = f"{context.name}-rt"
        options = context.options(logical_name)
        options.replace_on_changes = ["location"]
        self.resource = network.RouteTable(
            logical_name,
            resource_group_name=context.resource_group_name,
            route_table_name=name,
            location=context.location,
            tags=context.tags or None,
            opts=options,
        )
        self.routes: list[network.Route] = []
        for route_name, route in routes.items():
            logical_name = f"{context.name}-rt-{route_name}"
            self.routes.append(
                network.Route(
                    logical_name,
                    resource_group_name=context.resource_group_name,
                    route_table_name=self.resource.name,
                    route_name=route_name,
                    address_prefix=route.address_prefix,
                    next_hop_type=route.next_hop_type,
                    next_hop_ip_address=route.next_hop_ip_address,
                    opts=context.options(logical_name, self.routes[-1:]),
                )
            )


def _one_or_many(values: Sequence[str]) -> tuple[str | None, Sequence[str] | None]:
    """As Azure takes them: one by itself, several as a list. A service tag and "*" are taken by themselves only."""
    return (values[0], None) if len(values) == 1 else (None, values)
