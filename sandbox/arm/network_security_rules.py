"""Security rules: the body of one, the default rules of every security group, and which traffic rules let through.

Sources: Azure REST API reference, "Security Rules"; Microsoft, "Network security groups" (fields, default security
rules, order of evaluation) and "Virtual network service tags"; codes of refusals: aks-engine #2106
(SecurityRuleConflict), azure-cli and terraform-provider-azurerm reports of SecurityRuleInvalidAddressPrefix,
SecurityRuleInvalidPortRange, SecurityRuleParameterContainsUnsupportedValue and
SecurityRuleParameterContainsInvalidPortRanges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

from sandbox.arm.address_space import is_inside
from sandbox.arm.network_requests import CHILD_NAME, check_name, network_error, with_etag, without
from sandbox.arm.network_service_tags import LOAD_BALANCER, VIRTUAL_NETWORK, covers, is_service_tag
from sandbox.arm.resource_type import Envelope
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.arm.address_space import Network
    from sandbox.arm.errors import ArmError
    from sandbox.arm.json_body import JsonObject
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json

ALL_PORTS = (0, 65535)

_PROTOCOLS = ("*", "Tcp", "Udp", "Icmp", "Esp", "Ah")
_ACCESS = ("Allow", "Deny")
_DIRECTIONS = ("Inbound", "Outbound")
_LOWEST, _HIGHEST = 100, 4096
_LONGEST_DESCRIPTION = 140
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)
# Where a rule says which addresses: one prefix, several, or application security groups; and which ports.
_ADDRESSES = {
    end: (f"{end}AddressPrefix", f"{end}AddressPrefixes", f"{end}ApplicationSecurityGroups")
    for end in ("source", "destination")
}

# name, priority, direction, access, source, destination, description
_DEFAULT_RULES = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork",
     "Allow inbound traffic from all VMs in VNET"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*",
     "Allow inbound traffic from azure load balancer"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*", "Deny all inbound traffic"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork",
     "Allow outbound traffic from all VMs to all VMs in VNET"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet",
     "Allow outbound traffic from all VMs to Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*", "Deny all outbound traffic"),
)  # fmt: skip


@dataclass(frozen=True)
class Traffic:
    """Traffic between a subnet and something else."""

    direction: str
    """`Inbound` or `Outbound`, as the subnet sees it."""
    protocol: str
    """`Tcp` or `Udp`."""
    remote: str
    """The other end: a service tag, or a range in CIDR notation."""
    ports: tuple[tuple[int, int], ...]
    """The destination's ports: ranges with both ends."""


def read_rule(body: JsonObject, rule_id: ResourceId) -> Resource:
    """A rule from the body of a PUT, with what the service adds; raises ArmError."""
    check_name(rule_id.name, CHILD_NAME, "1 to 80")
    properties = body.required_member("properties")
    priority = properties.integer("priority")
    if priority is None:
        raise properties.refuse(f"the property '{properties.where('priority')}' is required.")
    if not _LOWEST <= priority <= _HIGHEST:
        # Text and code are those that users report; the range is documented.
        raise network_error(
            "SecurityRuleInvalidPriority",
            f"Security rule has invalid Priority. Value provided: {priority} Allowed range {_LOWEST}-{_HIGHEST}.",
        )
    if len(properties.text("description") or "") > _LONGEST_DESCRIPTION:
        raise properties.refuse(f"'{properties.where('description')}' has more than {_LONGEST_DESCRIPTION} characters.")
    for end in ("source", "destination"):
        _check_addresses(properties, rule_id, end)
        _check_ports(properties, rule_id, end)
    stored = {
        **without(properties.value, ("provisioningState",)),
        "protocol": properties.one_of("protocol", _PROTOCOLS, ignore_case=True),
        "access": properties.one_of("access", _ACCESS, ignore_case=True),
        "direction": properties.one_of("direction", _DIRECTIONS, ignore_case=True),
        "priority": priority,
        "provisioningState": "Updating",
    }
    return Resource(rule_id, Envelope(rule_id).document(stored))


def check_priorities(rules: Iterable[Resource]) -> None:
    """No two rules of a security group have the same priority and direction."""
    seen: dict[tuple[int, str], str] = {}
    for rule in rules:
        place = (rule.properties["priority"], rule.properties["direction"])
        if place in seen:
            raise network_error(
                "SecurityRuleConflict",
                f"Security rule {seen[place]} conflicts with rule {rule.name}. Rules cannot have the same Priority "
                "and Direction. To learn more, see aka.ms/nsgrules.",
            )
        seen[place] = rule.name


def default_rules(group_id: ResourceId) -> list[Json]:
    """The six read-only rules that every security group has."""
    return [
        with_etag(
            {
                "id": f"{group_id}/defaultSecurityRules/{name}",
                "name": name,
                "type": f"{group_id.type}/defaultSecurityRules",
                "properties": {
                    "provisioningState": "Succeeded",
                    "description": description,
                    "protocol": "*",
                    "sourcePortRange": "*",
                    "destinationPortRange": "*",
                    "sourceAddressPrefix": source,
                    "destinationAddressPrefix": destination,
                    "access": access,
                    "priority": priority,
                    "direction": direction,
                },
            }
        )
        for name, priority, direction, access, source, destination, description in _DEFAULT_RULES
    ]


def blocking_rule(rules: Iterable[Json], traffic: Traffic, subnet: list[Network], space: list[Network]) -> str | None:
    """The name of the rule that stops a part of the traffic, None when all of it passes.

    Args:
        rules: The documents of a security group's rules, the default ones included.
        traffic: What has to pass.
        subnet: The ranges of the subnet, the traffic's near end.
        space: The ranges of the virtual network, which `VirtualNetwork` stands for.

    The rule with the lowest priority number that fits decides. Rules for application security groups, and rules that
    allow single public addresses of a service, do not count: whose addresses these are is not known here.
    """
    left = list(traffic.ports)
    for rule in sorted(rules, key=lambda rule: int(rule["properties"]["priority"])):
        if not _applies(rule["properties"], traffic, subnet, space):
            continue
        ports = _port_ranges(rule["properties"], "destination")
        if rule["properties"]["access"] == "Allow":
            left = [rest for part in left for rest in _subtract(part, ports)]
        elif any(_overlap(a, b) for a in left for b in ports):
            return str(rule["name"])
        if not left:
            return None
    return None


def _applies(properties: Json, traffic: Traffic, subnet: list[Network], space: list[Network]) -> bool:
    """Whether a rule, apart from its destination ports, allows all of the traffic or denies a part of it."""
    if properties["direction"] != traffic.direction or properties["protocol"] not in ("*", traffic.protocol):
        return False
    allows = properties["access"] == "Allow"
    # A rule that is limited to some source ports leaves the others, of which clients use any.
    if allows and ALL_PORTS not in _port_ranges(properties, "source"):
        return False
    near, far = ("destination", "source") if traffic.direction == "Inbound" else ("source", "destination")
    meets = _covers_all if allows else _touches
    return meets(_prefixes(properties, near), [str(network) for network in subnet], space) and meets(
        _prefixes(properties, far), [traffic.remote], space
    )


def _check_addresses(properties: JsonObject, rule_id: ResourceId, end: str) -> None:
    one_name, many_name, groups_name = _ADDRESSES[end]
    one, many, groups = properties.text(one_name), properties.texts(many_name), properties.objects(groups_name)
    given = [name for name, value in ((one_name, one), (many_name, many), (groups_name, groups)) if value]
    if len(given) != 1:
        raise properties.refuse(
            f"a security rule names its {end} by exactly one of '{one_name}', '{many_name}' and '{groups_name}'; "
            f"{len(given)} are given."
        )
    for group in groups or ():
        group.required_text("id")
    if one and not (one == "*" or is_service_tag(one) or _range(one)):
        raise _invalid_prefix(rule_id, one)
    for text in many or ():
        if text == "*" or text.lower() in (VIRTUAL_NETWORK, LOAD_BALANCER) or is_service_tag(text):
            raise network_error(
                "SecurityRuleParameterContainsUnsupportedValue",
                f"Security rule parameter {many_name} for rule with Id {rule_id} cannot specify existing "
                f"VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: {text}. "
                f"Use {one_name} for it.",
            )
        if not _range(text):
            raise _invalid_prefix(rule_id, text)


def _invalid_prefix(rule_id: ResourceId, text: str) -> ArmError:
    return network_error(
        "SecurityRuleInvalidAddressPrefix",
        f"Security rule {rule_id.name} has invalid Address prefix. Value provided: {text[:80]}",
    )


def _check_ports(properties: JsonObject, rule_id: ResourceId, end: str) -> None:
    one_name, many_name = f"{end}PortRange", f"{end}PortRanges"
    one, many = properties.text(one_name), properties.texts(many_name)
    if bool(one) == bool(many):
        raise properties.refuse(f"a security rule has exactly one of '{one_name}' and '{many_name}'.")
    if many and "*" in many:
        raise network_error(
            "SecurityRuleParameterContainsInvalidPortRanges",
            f"Security rule parameter {many_name} for rule with Id {rule_id} cannot specify '*'. "
            f"Use {one_name} for it.",
        )
    for text in [one] if one else many or []:
        if text != "*" and _ports(text) is None:
            raise network_error(
                "SecurityRuleInvalidPortRange",
                f"Security rule has invalid Port range. Value provided: {text[:40]}. Value should be an integer OR "
                "integer range with '-' delimiter. Valid range 0-65535.",
            )


def _range(text: str) -> Network | None:
    """A range or a single address; None for anything else, and for a range with host bits."""
    try:
        return ip_network(text)
    except ValueError:
        return None


def _ports(text: str) -> tuple[int, int] | None:
    if text == "*":
        return ALL_PORTS
    found = _PORTS.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last <= ALL_PORTS[1] else None


def _port_ranges(properties: Json, end: str) -> list[tuple[int, int]]:
    texts = [properties[f"{end}PortRange"]] if properties.get(f"{end}PortRange") else properties[f"{end}PortRanges"]
    return [ports for text in texts if (ports := _ports(text))]


def _prefixes(properties: Json, end: str) -> list[str]:
    one_name, many_name, _ = _ADDRESSES[end]
    return [properties[one_name]] if properties.get(one_name) else list(properties.get(many_name) or ())


def _covers_all(prefixes: list[str], addresses: list[str], space: list[Network]) -> bool:
    """Whether each of the addresses (ranges or service tags) lies in one of a rule's prefixes."""
    return all(any(_covers(prefix, address, space) for prefix in prefixes) for address in addresses)


def _covers(prefix: str, address: str, space: list[Network]) -> bool:
    if prefix == "*":
        return True
    wider, inner = _range(prefix), _range(address)
    if inner is None:
        # The addresses of a service are unknown here; only a prefix for all addresses has them for certain.
        return covers(prefix, address) if wider is None else wider.prefixlen == 0
    if wider is None:
        return prefix.lower() == VIRTUAL_NETWORK and any(is_inside(inner, network) for network in space)
    return is_inside(inner, wider)


def _touches(prefixes: list[str], addresses: list[str], space: list[Network]) -> bool:
    """Whether one of a rule's prefixes and one of the addresses have something in common."""
    return any(_touch(prefix, address, space) for prefix in prefixes for address in addresses)


def _touch(prefix: str, address: str, space: list[Network]) -> bool:
    outer, inner = _range(prefix), _range(address)
    if outer is None or inner is None:
        return _covers(prefix, address, space)
    return outer.version == inner.version and outer.overlaps(inner)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _subtract(part: tuple[int, int], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a range of ports."""
    left = [part]
    for first, last in taken:
        left = [
            rest
            for low, high in left
            for rest in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if rest[0] <= rest[1]
        ]
    return left
