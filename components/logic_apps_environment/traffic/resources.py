"""Register the network security group with its rules, and the route table with its routes.

Rules and routes are separate resources: an inline list would be complete, and would remove the rule for the connectors,
which is created after the environment. They are created one after the other, because Azure accepts one write to a
group or table at a time and rejects others with AnotherOperationInProgress.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi import Resource, ResourceOptions
from pulumi_azure_native import network

from logic_apps_environment.hooks.external_settings import external_settings_hook
from logic_apps_environment.traffic.args import RouteArgs
from logic_apps_environment.traffic.required_ports import CALLERS_RULE, SecurityRule, caller_ranges
from logic_apps_environment.traffic.requirements import security_rule_args
from logic_apps_environment.traffic.rules import check_resolved_caller
from logic_apps_environment.validation.model import Input
from logic_apps_environment.validation.notation import Notation


@dataclass(frozen=True, slots=True)
class ChildContext:
    """The common options of the resources of a network, whose logical names begin with that of the network.

    The location of a virtual network that the stack creates is its output, so that the resources are replaced with it.
    Only resources that support tags have the tags.
    """

    name: str
    parent: Resource
    resource_group_name: Input[str]
    location: Input[str]
    tags: Input[Mapping[str, Input[str]]]

    def options(self, name: str, after: Sequence[Resource] = ()) -> ResourceOptions:
        """Return the options of the child with this logical name, which is created after others.

        If its name changes, the new group or table is created first, then the subnets move to it, then the previous one
        is deleted, because Azure deletes none in use. By default, the provider would delete first.
        """
        return ResourceOptions(
            parent=self.parent,
            depends_on=list(after),
            delete_before_replace=False,
            hooks=external_settings_hook(name, self.parent),
        )


class SecurityGroup:
    """A network security group and its rules, in the order of their creation."""

    def __init__(
        self,
        context: ChildContext,
        name: Input[str],
        rules: Iterable[SecurityRule],
        late_callers: pulumi.Output[tuple[str, ...]] | None = None,
    ) -> None:
        """Register the group, then its rules. ``late_callers`` has the ranges of callers if they are an Output."""
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
            self.add(rule, sources=late_callers if rule.name == CALLERS_RULE else None)

    def add(
        self,
        rule: SecurityRule,
        *,
        sources: Input[Sequence[str]] | None = None,
        destinations: Input[Sequence[str]] | None = None,
    ) -> None:
        """Register another rule, which is created after all others.

        ``sources`` and ``destinations`` have the ranges if they are an Output; by default, those of the rule.
        """
        args: dict[str, Any] = {**security_rule_args(rule), "name": None}
        if sources is not None:
            args |= {"source_address_prefix": None, "source_address_prefixes": sources}
        if destinations is not None:
            args |= {"destination_address_prefix": None, "destination_address_prefixes": destinations}
        logical_name = f"{self._context.name}-nsg-{rule.name}"
        self.rules.append(
            network.SecurityRule(
                logical_name,
                resource_group_name=self._context.resource_group_name,
                network_security_group_name=self.resource.name,
                security_rule_name=rule.name,
                opts=self._context.options(logical_name, self.rules[-1:]),
                **args,
            )
        )


def late_caller_ranges(
    callers: Sequence[Input[str]] | None, notation: Notation
) -> pulumi.Output[tuple[str, ...]] | None:
    """Return the ranges of all callers as an Output if one of the callers is an Output, otherwise None.

    The Output fails with an ArgumentsError if one that is an Output is a service tag.
    """
    late = [position for position, each in enumerate(callers or ()) if isinstance(each, pulumi.Output)]

    def ranges(known: Sequence[str]) -> Any:  # noqa: ANN401 - the ranges, or an awaitable that fails
        problems = [
            problem.within("securityGroup", "callers", position)
            for position in late
            for problem in check_resolved_caller(known[position])
        ]
        return notation.report_late(problems) if problems else caller_ranges(known)

    return pulumi.Output.all(*callers).apply(ranges) if callers and late else None


def create_route_table(
    context: ChildContext, name: Input[str], routes: Mapping[str, RouteArgs]
) -> tuple[network.RouteTable, list[network.Route]]:
    """Register a route table with this name, then its routes, and return them in the order of their creation."""
    logical_name = f"{context.name}-rt"
    options = context.options(logical_name)
    options.replace_on_changes = ["location"]
    table = network.RouteTable(
        logical_name,
        resource_group_name=context.resource_group_name,
        route_table_name=name,
        location=context.location,
        tags=context.tags or None,
        opts=options,
    )
    created: list[network.Route] = []
    for route_name, route in routes.items():
        logical_name = f"{context.name}-rt-{route_name}"
        created.append(
            network.Route(
                logical_name,
                resource_group_name=context.resource_group_name,
                route_table_name=table.name,
                route_name=route_name,
                address_prefix=route.address_prefix,
                next_hop_type=route.next_hop_type,
                next_hop_ip_address=route.next_hop_ip_address,
                opts=context.options(logical_name, created[-1:]),
            )
        )
    return table, created
