"""Rules about the resource IDs of existing networks, and about the keys that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logic_apps_environment.azure.ids import is_id_of, parse_id
from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

if TYPE_CHECKING:
    from collections.abc import Sequence

VIRTUAL_NETWORK_ID = Rule(
    "virtual-network-id",
    "An existing virtual network is given by its resource ID.",
    Severity.ERROR,
    sources.RESOURCE_IDS,
)

SUBNET_ID = Rule("subnet-id", "An existing subnet is given by its resource ID.", Severity.ERROR, sources.RESOURCE_IDS)

SECURITY_GROUP_ID = Rule(
    "security-group-id",
    "An existing network security group is given by its resource ID.",
    Severity.ERROR,
    sources.RESOURCE_IDS,
)

ROUTE_TABLE_ID = Rule(
    "route-table-id", "An existing route table is given by its resource ID.", Severity.ERROR, sources.RESOURCE_IDS
)

NAME_OR_ID = Rule(
    "name-or-id",
    "A network security group or route table has either a name or the ID of an existing one.",
    Severity.ERROR,
    sources.LIBRARY_NETWORKS,
)

NETWORK_FOUND = Rule(
    "network-found",
    "An existing virtual network, subnet, network security group or route table is found in Azure.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; look-up",
)

NETWORK_SUBSCRIPTION = Rule(
    "network-subscription",
    "An existing network, network security group or route table is in the environment's subscription.",
    Severity.ERROR,
    f"{sources.LIBRARY_NETWORKS}: other subscriptions are undocumented; look-up",
)

_NETWORK = "Microsoft.Network/virtualNetworks"
_SUBNET = f"{_NETWORK}/subnets"

_REFERENCES = {
    SECURITY_GROUP_ID: (
        "networkSecurityGroups",
        "a network security group",
        "az network nsg show --query id",
        "nsg-company",
    ),
    ROUTE_TABLE_ID: ("routeTables", "a route table", "az network route-table show --query id", "rt-company"),
}

_KINDS = {
    "virtualnetworks": "a virtual network",
    "subnets": "a subnet",
    "networksecuritygroups": "a network security group",
    "routetables": "a route table",
}

_EXAMPLE = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network/providers/Microsoft.Network"
    "/virtualNetworks/vnet-company"
)


def check_reference(rule: Rule, text: str) -> list[Problem]:
    """Check that ``text`` is the ID of a network security group or route table.

    Args:
        rule: ``SECURITY_GROUP_ID`` or ``ROUTE_TABLE_ID``.
        text: the text.
    """
    resource_type, kind, command, example = _REFERENCES[rule]
    prefix = _EXAMPLE.partition("/virtualNetworks/")[0]
    if is_id_of(f"Microsoft.Network/{resource_type}", text):
        return []
    return [
        rule.violation(
            f"{_given(text)} is not valid: expected the resource ID of {kind}.",
            f"the resource ID, as printed by `{command}`",
            f"{prefix}/{resource_type}/{example}",
        )
    ]


def check_name_or_id(*, has_name: bool, has_id: bool, others: Sequence[str] = ()) -> list[Problem]:
    """Check that exactly one of name and id is set, and no other key together with id.

    Args:
        has_name: whether name is set.
        has_id: whether id is set.
        others: the other keys that are set.
    """
    allowed = "name, for a resource that the stack creates; or id, for an existing resource"
    if not has_name and not has_id:
        return [NAME_OR_ID.violation("has neither name nor id.", allowed)]
    beside = ["name", *others] if has_name else list(others)
    if has_id and beside:
        return [
            NAME_OR_ID.violation(
                f"has id, for an existing resource, and {', '.join(beside)}, for a resource that the stack creates.",
                allowed,
                remedy=f"Remove {', '.join(beside)} or id.",
            )
        ]
    return []


def network_of(text: str) -> str:
    """Return the ID of the virtual network from its own ID or from that of a subnet in it."""
    return "/".join(text.split("/")[:9])


def check_virtual_network_id(text: str) -> list[Problem]:
    """Check that ``text`` is the ID of a virtual network."""
    if is_id_of(_NETWORK, text):
        return []
    return [
        VIRTUAL_NETWORK_ID.violation(
            f"{_given(text)} is not valid: expected the resource ID of a virtual network.",
            "the resource ID, as printed by `az network vnet show --query id`",
            _EXAMPLE,
        )
    ]


def check_subnet_id(text: str) -> list[Problem]:
    """Check that ``text`` is the ID of a subnet."""
    if is_id_of(_SUBNET, text):
        return []
    return [
        SUBNET_ID.violation(
            f"{_given(text)} is not valid: expected the resource ID of a subnet.",
            "the resource ID, as printed by `az network vnet subnet show --query id`",
            f"{_EXAMPLE}/subnets/subnet-1",
        )
    ]


def _given(text: str) -> str:
    """Describe a value that is not the expected ID. Messages repeat no long value, because it could be a key."""
    if is_id_of(_SUBNET, text):
        return "The ID of a subnet"
    return "The ID of a virtual network" if is_id_of(_NETWORK, text) else describe(text)


def check_subscription(identity: str, subscription: str) -> list[Problem]:
    """Check that a network is in the environment's subscription."""
    given = parse_id(identity).subscription
    if given.lower() == subscription.lower():
        return []
    return [
        NETWORK_SUBSCRIPTION.violation(
            f"{last_name(identity)} is in subscription {redact(given)}, but the environment is in {subscription}.",
            "a network in the environment's subscription",
            remedy="Create the environment in the subscription of the network (azure-native:subscriptionId).",
        )
    ]


def not_found(identity: str) -> Problem:
    """Return the problem that a virtual network, subnet, network security group or route table does not exist."""
    kind = _KINDS[identity.split("/")[-2].lower()]
    return NETWORK_FOUND.violation(
        f"{redact(last_name(identity))} does not exist, or your account has no permission to read it: {identity}",
        f"the resource ID of an existing {kind.partition(' ')[2]}",
        remedy=f"Correct the ID, create {kind} first, or grant your account the Reader role on it.",
    )


def last_name(identity: str) -> str:
    """Return the name in a resource ID."""
    return identity.rpartition("/")[2]
