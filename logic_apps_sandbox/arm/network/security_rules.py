"""Security rules: the request body, and the default rules of every security group.

Sources: Azure REST API reference, "Security Rules"; Microsoft, "Network security groups" (fields, default security
rules) and "Virtual network service tags"; error codes: aks-engine #2106 (SecurityRuleConflict), azure-cli and
terraform-provider-azurerm reports of SecurityRuleInvalidAddressPrefix, SecurityRuleInvalidPortRange,
SecurityRuleParameterContainsUnsupportedValue and SecurityRuleParameterContainsInvalidPortRanges.
"""

import re

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import Envelope
from logic_apps_sandbox.arm.core.session import Json
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_space import range_of
from logic_apps_sandbox.arm.network.bodies import check_name, network_error, with_etag, without
from logic_apps_sandbox.arm.network.parents_and_entries import EntryType
from logic_apps_sandbox.arm.network.service_tags import LOAD_BALANCER, VIRTUAL_NETWORK, is_service_tag

ALL_PORTS = (0, 65535)
"""The first and the last port."""

_PROTOCOLS = ("*", "Tcp", "Udp", "Icmp", "Esp", "Ah")
_ACCESS = ("Allow", "Deny")
_DIRECTIONS = ("Inbound", "Outbound")
_LOWEST, _HIGHEST = 100, 4096
_MAX_DESCRIPTION_LENGTH = 140
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)

ADDRESSES = {
    end: (f"{end}AddressPrefix", f"{end}AddressPrefixes", f"{end}ApplicationSecurityGroups")
    for end in ("source", "destination")
}
"""By end: the members for one prefix, several prefixes, and application security groups."""

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


class SecurityRules(EntryType):
    """``Microsoft.Network/networkSecurityGroups/securityRules``; one write at a time to a group and its rules."""

    name = "networkSecurityGroups/securityRules"

    def read(self, body: JsonObject, entry_id: ResourceId) -> Resource:
        """Return a rule from the body of a PUT, with the properties that the service adds; raises ArmError."""
        check_name(entry_id.name)
        properties = body.required_member("properties")
        priority = properties.integer("priority")
        if priority is None:
            raise properties.missing("priority")
        if not _LOWEST <= priority <= _HIGHEST:
            # Text and code are those that users report; the range is documented.
            raise network_error(
                "SecurityRuleInvalidPriority",
                f"Security rule has invalid Priority. Value provided: {priority} Allowed range {_LOWEST}-{_HIGHEST}.",
            )
        if len(properties.text("description") or "") > _MAX_DESCRIPTION_LENGTH:
            raise properties.refuse(
                f"'{properties.where('description')}' has more than {_MAX_DESCRIPTION_LENGTH} characters."
            )
        for end in ("source", "destination"):
            _check_addresses(properties, entry_id, end)
            _check_ports(properties, entry_id, end)
        stored = {
            **without(properties.value, ("provisioningState",)),
            "protocol": properties.one_of("protocol", _PROTOCOLS, ignore_case=True),
            "access": properties.one_of("access", _ACCESS, ignore_case=True),
            "direction": properties.one_of("direction", _DIRECTIONS, ignore_case=True),
            "priority": priority,
            "provisioningState": "Updating",
        }
        return Resource(entry_id, Envelope(entry_id).document(stored))

    def check_together(self, entries: list[Resource]) -> None:
        """Reject two rules of a security group with the same priority and direction."""
        seen: dict[tuple[int, str], str] = {}
        for rule in entries:
            place = (rule.properties["priority"], rule.properties["direction"])
            if place in seen:
                raise network_error(
                    "SecurityRuleConflict",
                    f"Security rule {seen[place]} conflicts with rule {rule.name}. Rules cannot have the same Priority "
                    "and Direction. To learn more, see aka.ms/nsgrules.",
                )
            seen[place] = rule.name


def default_rules(group_id: ResourceId) -> list[Json]:
    """Return the six read-only rules that every security group has."""
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


def _check_addresses(properties: JsonObject, rule_id: ResourceId, end: str) -> None:
    one_name, many_name, groups_name = ADDRESSES[end]
    one, many, groups = properties.text(one_name), properties.texts(many_name), properties.objects(groups_name)
    given = [name for name, value in ((one_name, one), (many_name, many), (groups_name, groups)) if value]
    if len(given) != 1:
        raise properties.refuse(
            f"a security rule names its {end} by exactly one of '{one_name}', '{many_name}' and '{groups_name}'; "
            f"{len(given)} are given."
        )
    for group in groups or ():
        group.required_text("id")
    if one and not (one == "*" or is_service_tag(one) or range_of(one)):
        raise _invalid_prefix(rule_id, one)
    for text in many or ():
        if text == "*" or text.lower() in (VIRTUAL_NETWORK, LOAD_BALANCER) or is_service_tag(text):
            raise network_error(
                "SecurityRuleParameterContainsUnsupportedValue",
                f"Security rule parameter {many_name} for rule with Id {rule_id} cannot specify existing "
                f"VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: {text}. "
                f"Use {one_name} for it.",
            )
        if not range_of(text):
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
        if text != "*" and ports_of(text) is None:
            raise network_error(
                "SecurityRuleInvalidPortRange",
                f"Security rule has invalid Port range. Value provided: {text[:40]}. Value should be an integer OR "
                "integer range with '-' delimiter. Valid range 0-65535.",
            )


def ports_of(text: str) -> tuple[int, int] | None:
    """Return the first and the last port of a range, a single port or ``*``; None for anything else."""
    if text == "*":
        return ALL_PORTS
    found = _PORTS.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last <= ALL_PORTS[1] else None
