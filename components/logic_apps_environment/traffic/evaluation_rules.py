"""Rules about existing security groups and route tables: what a look-up finds in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_environment.azure.network_ids import last_name, resource_group_of
from logic_apps_environment.traffic.evaluation import (
    Blocked,
    FoundRoute,
    FoundRule,
    TrafficContext,
    blocked_by_route,
    blocked_by_rule,
)
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logic_apps_environment.traffic.required_ports import SecurityRule

TRAFFIC_BLOCKED = Rule(
    "traffic-blocked",
    "An existing security group and an existing route table let the traffic pass without which the creation of an "
    "environment fails.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Network ports used by your ISE (AzureConnectors 454, APIManagement 3443), "
    "ExpressRoute; seen by looking it up",
)
TRAFFIC_IMPAIRED = Rule(
    "traffic-impaired",
    "An existing security group and an existing route table let the other traffic pass that an environment needs.",
    Severity.WARNING,
    f"{sources.ISE_ARTICLE}, Network ports used by your ISE; a warning too where an environment stands already, and "
    "where rules or routes for single addresses may be those of the service; seen by looking it up",
)
TRAFFIC_UNSEEN = Rule(
    "traffic-unseen",
    "An existing security group or route table can be read.",
    Severity.WARNING,
    f"{sources.LIBRARY_NETWORKS}: without it nobody knows before hours have passed which ports are blocked",
)

_LOWEST_PRIORITY = 100
_TOP_OF_PRIORITIES = 4097


def check_security_group(
    identity: str,
    rules: Sequence[FoundRule],
    needed: Iterable[SecurityRule],
    context: TrafficContext,
    *,
    is_new: bool,
) -> list[Problem]:
    """Which needed traffic an existing security group blocks.

    Args:
        identity: the id of the group.
        rules: its rules with the default ones.
        needed: the rules of a group that would let everything pass that an environment needs.
        context: where the traffic is.
        is_new: whether the environment is still to be created.
    """
    used = {rule.priority for rule in rules}
    problems = []
    for rule in needed:
        found = blocked_by_rule(rules, rule, context)
        if found is None:
            continue
        highest = min(found.priority or 0, _TOP_OF_PRIORITIES)
        free = next((each for each in range(_LOWEST_PRIORITY, highest) if each not in used), None)
        used.add(free or 0)
        problems.append(
            _rule(rule, found, context, is_new=is_new).violation(
                f"{_traffic(rule)} is blocked by the rule {found.by} (priority {found.priority}) of the security group "
                f"{last_name(identity)}. {rule.description}",
                f"a rule that allows it, with a priority {_before(found)}",
                remedy=f"{_unless(found)}Add the rule: {_az_rule(identity, rule, free)}",
            )
        )
    return problems


def check_route_table(
    identity: str,
    routes: Sequence[FoundRoute],
    needed: Iterable[SecurityRule],
    context: TrafficContext,
    *,
    is_new: bool,
) -> list[Problem]:
    """Which needed traffic an existing route table blocks; the arguments are those of check_security_group."""
    problems = []
    for rule in needed:
        found = blocked_by_route(routes, rule, context)
        if found is None:
            continue
        lost = "is dropped" if found.next_hop == "None" else "gets answers that do not find back: its way is blocked"
        remote = (rule.sources if rule.direction == "Inbound" else rule.destinations)[0]
        problems.append(
            _rule(rule, found, context, is_new=is_new).violation(
                f"{_traffic(rule)} {lost} by the route {found.by} (next hop {found.next_hop}) of the route table "
                f"{last_name(identity)}. {rule.description}",
                f"a route for {remote} with the next hop "
                f"{'VnetLocal' if '/' in remote or remote == 'VirtualNetwork' else 'Internet'}",
                remedy=f"{_unless(found)}Add the route: {_az_route(identity, remote)}",
            )
        )
    return problems


def unseen(identity: str, reason: str) -> Problem:
    """The problem that an existing security group or route table cannot be read."""
    return TRAFFIC_UNSEEN.violation(
        f"{last_name(identity)} could not be read, so that it is not known which ports are blocked: {reason}",
        remedy="Let the login read it, or check the ports by hand.",
    )


def _rule(needed: SecurityRule, found: Blocked, context: TrafficContext, *, is_new: bool) -> Rule:
    # In Azure Government the services are reached by addresses instead of tags.
    by_addresses = (context.location or "").startswith(("usgov", "usdod"))
    certain = needed.is_essential and is_new and found.is_certain and not by_addresses
    return TRAFFIC_BLOCKED if certain else TRAFFIC_IMPAIRED


def _traffic(rule: SecurityRule) -> str:
    remote = ", ".join(rule.sources if rule.direction == "Inbound" else rule.destinations)
    way = "from" if rule.direction == "Inbound" else "to"
    ports = "all ports" if rule.ports == ("*",) else _in_words(rule.ports)
    return f"{rule.direction} traffic {way} {remote} on {ports} (TCP and UDP)"


def _in_words(ports: Sequence[str]) -> str:
    """Ports in a sentence, such as `port 443` or `ports 454 and 455`; a range is several ports."""
    *most, last = ports
    text = f"{', '.join(most)} and {last}" if most else last
    return f"port{'s' if most or '-' in last else ''} {text}"


def _before(found: Blocked) -> str:
    """The priorities that decide before the rule: those of custom rules, which decide before all default rules."""
    if found.priority is None or found.priority >= _TOP_OF_PRIORITIES:
        return f"from {_LOWEST_PRIORITY} to {_TOP_OF_PRIORITIES - 1}"
    return f"number below {found.priority}"


def _unless(found: Blocked) -> str:
    return "" if found.is_certain else "Nothing, if the single addresses that it has are those of the service. "


def _az_rule(identity: str, rule: SecurityRule, priority: int | None) -> str:
    return (
        f"az network nsg rule create --resource-group {resource_group_of(identity)} --nsg-name {last_name(identity)} "
        f"--name {rule.name} --priority {priority or '<a free number>'} --direction {rule.direction} --access Allow "
        f"--protocol '*' --source-address-prefixes {' '.join(rule.sources)} --source-port-ranges '*' "
        f"--destination-address-prefixes {' '.join(rule.destinations)} --destination-port-ranges "
        + " ".join(f"'{port}'" for port in rule.ports)
    )


def _az_route(identity: str, remote: str) -> str:
    name = remote.replace("/", "-")
    hop = "VnetLocal" if "/" in remote or remote == "VirtualNetwork" else "Internet"
    return (
        f"az network route-table route create --resource-group {resource_group_of(identity)} --route-table-name "
        f"{last_name(identity)} --name {name} --address-prefix {remote} --next-hop-type {hop}"
    )
