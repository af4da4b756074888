"""Rules about the traffic that existing network security groups and route tables block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from logic_apps_environment.azure.ids import parse_id
from logic_apps_environment.azure.network_ids import last_name
from logic_apps_environment.traffic.evaluation import (
    Blocked,
    FoundRoute,
    FoundRule,
    TrafficContext,
    blocked_by_route,
    blocked_by_rule,
)
from logic_apps_environment.traffic.required_ports import SecurityRule
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, Severity

TRAFFIC_BLOCKED = Rule(
    "traffic-blocked",
    "Existing security rules and routes allow the traffic that the creation requires.",
    f"{references.ISE_ARTICLE}, Network ports; look-up",
)
TRAFFIC_IMPAIRED = Rule(
    "traffic-impaired",
    "Existing security rules and routes allow the other required traffic.",
    f"{references.ISE_ARTICLE}, Network ports; {references.LIBRARY_NETWORKS}; look-up",
    Severity.WARNING,
)
TRAFFIC_UNSEEN = Rule(
    "traffic-unseen",
    "Existing security rules and routes can be read.",
    f"{references.LIBRARY_NETWORKS}; look-up",
    Severity.WARNING,
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
    """Return problems for the required traffic that an existing network security group blocks.

    The rules include the default rules. ``is_new`` is true if the environment does not exist yet.
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
                f"{_traffic(rule)} is blocked by the rule {found.by} (priority {found.priority}) of the network "
                f"security group {last_name(identity)}. Purpose of the traffic: {rule.purpose}",
                f"a rule that allows the traffic, with a priority {_before(found)}",
                remedy=f"{_unless(found)} the rule: {_az_rule(identity, rule, free)}",
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
    """Return problems for the required traffic that an existing route table blocks; see check_security_group."""
    problems = []
    for rule in needed:
        found = blocked_by_route(routes, rule, context)
        if found is None:
            continue
        lost = "is dropped" if found.next_hop == "None" else "fails, because its responses are redirected"
        remote = (rule.sources if rule.direction == "Inbound" else rule.destinations)[0]
        hop = "VnetLocal" if "/" in remote or remote == "VirtualNetwork" else "Internet"
        problems.append(
            _rule(rule, found, context, is_new=is_new).violation(
                f"{_traffic(rule)} {lost} by the route {found.by} (next hop type {found.next_hop}) of the route table "
                f"{last_name(identity)}. Purpose of the traffic: {rule.purpose}",
                f"a route for {remote} with the next hop type {hop}",
                remedy=f"{_unless(found)} the route: {_az_route(identity, remote, hop)}",
            )
        )
    return problems


def unseen(identity: str, reason: str) -> Problem:
    """Return the warning that an existing network security group or route table cannot be read."""
    return TRAFFIC_UNSEEN.violation(
        f"{last_name(identity)} could not be read, so it was not checked for blocked traffic: {reason}",
        remedy="Grant your account the Reader role on it, or verify the required ports yourself.",
    )


def _rule(needed: SecurityRule, found: Blocked, context: TrafficContext, *, is_new: bool) -> Rule:
    # In Azure Government, rules contain the services' IP addresses instead of service tags.
    by_addresses = (context.location or "").startswith(("usgov", "usdod"))
    certain = needed.is_essential and is_new and found.is_certain and not by_addresses
    return TRAFFIC_BLOCKED if certain else TRAFFIC_IMPAIRED


def _traffic(rule: SecurityRule) -> str:
    remote = ", ".join(rule.sources if rule.direction == "Inbound" else rule.destinations)
    way = "from" if rule.direction == "Inbound" else "to"
    ports = "all ports" if rule.ports == ("*",) else _in_words(rule.ports)
    return f"{rule.direction} traffic {way} {remote} on {ports} (TCP and UDP)"


def _in_words(ports: Sequence[str]) -> str:
    """Return ports in words, such as ``port 443`` or ``ports 454 and 455``; a range is several ports."""
    *most, last = ports
    text = f"{', '.join(most)} and {last}" if most else last
    return f"port{'s' if most or '-' in last else ''} {text}"


def _before(found: Blocked) -> str:
    """Return the priorities that are evaluated before the rule; those of custom rules precede all default rules."""
    if found.priority is None or found.priority >= _TOP_OF_PRIORITIES:
        return f"from {_LOWEST_PRIORITY} to {_TOP_OF_PRIORITIES - 1}"
    return f"number below {found.priority}"


def _unless(found: Blocked) -> str:
    return (
        "Add"
        if found.is_certain
        else "If the IP addresses in it belong to the service, ignore this warning. Otherwise, add"
    )


def _az_rule(identity: str, rule: SecurityRule, priority: int | None) -> str:
    group = parse_id(identity)
    return (
        f"az network nsg rule create --resource-group {group.resource_group} --nsg-name {group.name} "
        f"--name {rule.name} --priority {priority or '<a free number>'} --direction {rule.direction} --access Allow "
        f"--protocol '*' --source-address-prefixes {' '.join(rule.sources)} --source-port-ranges '*' "
        f"--destination-address-prefixes {' '.join(rule.destinations)} --destination-port-ranges "
        + " ".join(f"'{port}'" for port in rule.ports)
    )


def _az_route(identity: str, remote: str, hop: str) -> str:
    table, name = parse_id(identity), remote.replace("/", "-")
    return (
        f"az network route-table route create --resource-group {table.resource_group} --route-table-name "
        f"{table.name} --name {name} --address-prefix {remote} --next-hop-type {hop}"
    )
