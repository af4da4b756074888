"""Rules about the ids of networks that exist, and about which keys say that a network exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logic_apps_environment.validation import references as sources
from logic_apps_environment.validation.rule import Problem, Rule, Severity, describe, redact

if TYPE_CHECKING:
    from collections.abc import Sequence

NETWORK_ALTERNATIVES = Rule(
    "network-alternatives",
    "A network is made here, or four subnets are made in a virtual network that exists, or four subnets exist: one of "
    "the three.",
    Severity.ERROR,
    sources.LIBRARY_NETWORKS,
)

VIRTUAL_NETWORK_ID = Rule(
    "virtual-network-id",
    "A virtual network that exists is given by its resource id.",
    Severity.ERROR,
    sources.RESOURCE_IDS,
)

SUBNET_ID = Rule("subnet-id", "A subnet that exists is given by its resource id.", Severity.ERROR, sources.RESOURCE_IDS)

SECURITY_GROUP_ID = Rule(
    "security-group-id",
    "An existing security group is given by its resource id.",
    Severity.ERROR,
    sources.RESOURCE_IDS,
)

ROUTE_TABLE_ID = Rule(
    "route-table-id", "An existing route table is given by its resource id.", Severity.ERROR, sources.RESOURCE_IDS
)

NAME_OR_ID = Rule(
    "name-or-id",
    "A security group or a route table has a name, if the stack creates it, or the id of an existing one.",
    Severity.ERROR,
    sources.LIBRARY_NETWORKS,
)

NETWORK_FOUND = Rule(
    "network-found",
    "An existing virtual network, subnet, security group or route table can be found in Azure.",
    Severity.ERROR,
    f"{sources.ISE_ARTICLE}, Prerequisites; seen by looking it up",
)

NETWORK_SUBSCRIPTION = Rule(
    "network-subscription",
    "An existing network, security group or route table is in the subscription of the environment.",
    Severity.ERROR,
    f"{sources.LIBRARY_NETWORKS}: whether Azure takes another is documented nowhere; seen by looking it up",
)

_VIRTUAL_NETWORK = re.compile(
    r"/subscriptions/(?P<subscription>[^/\s]+)/resourceGroups/(?P<group>[^/\s]+)"
    r"/providers/Microsoft\.Network/virtualNetworks/(?P<network>[^/\s]+)",
    re.IGNORECASE,
)

_SUBNET = re.compile(rf"(?P<id>{_VIRTUAL_NETWORK.pattern})/subnets/(?P<subnet>[^/\s]+)", re.IGNORECASE)

_ANY = re.compile(
    r"/subscriptions/(?P<subscription>[^/\s]+)/resourceGroups/(?P<group>[^/\s]+)/providers/Microsoft\.Network/.+",
    re.IGNORECASE,
)

_REFERENCES = {
    SECURITY_GROUP_ID: ("networkSecurityGroups", "a security group", "az network nsg show --query id", "nsg-company"),
    ROUTE_TABLE_ID: ("routeTables", "a route table", "az network route-table show --query id", "rt-company"),
}

_KINDS = {
    "virtualnetworks": "a virtual network",
    "subnets": "a subnet",
    "networksecuritygroups": "a security group",
    "routetables": "a route table",
}

_EXAMPLE = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network/providers/Microsoft.Network"
    "/virtualNetworks/vnet-company"
)


@dataclass(frozen=True, slots=True)
class NetworkId:
    """The parts of a virtual network's id."""

    subscription: str
    resource_group: str
    name: str


def network_id(text: str) -> NetworkId:
    """The parts of the id of a virtual network, or of a subnet in it; the id was checked before."""
    found = _SUBNET.fullmatch(text) or _VIRTUAL_NETWORK.fullmatch(text)
    assert found is not None, text  # noqa: S101 - checked
    return NetworkId(found["subscription"], found["group"], found["network"])


def resource_group_of(text: str) -> str:
    """The resource group in the id of a resource of Microsoft.Network; the id was checked before."""
    found = _ANY.fullmatch(text)
    assert found is not None, text  # noqa: S101 - checked
    return found["group"]


def check_reference(rule: Rule, text: str) -> list[Problem]:
    """Whether ``text`` is the id of a security group or of a route table.

    Args:
        rule: ``SECURITY_GROUP_ID`` or ``ROUTE_TABLE_ID``.
        text: what was given.
    """
    resource_type, kind, command, example = _REFERENCES[rule]
    prefix = _EXAMPLE.partition("/virtualNetworks/")[0]
    if re.fullmatch(
        r"/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/Microsoft\.Network"
        rf"/{resource_type}/[^/\s]+",
        text,
        re.IGNORECASE,
    ):
        return []
    return [
        rule.violation(
            f"{_given(text)} is not the id of {kind}.",
            f"the id, as `{command}` prints it",
            f"{prefix}/{resource_type}/{example}",
        )
    ]


def check_name_or_id(*, has_name: bool, has_id: bool, others: Sequence[str] = ()) -> list[Problem]:
    """Whether exactly one of name and id is given, and with an id nothing else.

    Args:
        has_name: whether there is a name.
        has_id: whether there is an id.
        others: the other keys that are given.
    """
    allowed = "name, for one that the stack creates, or id, for an existing one"
    if not has_name and not has_id:
        return [NAME_OR_ID.violation("has neither a name nor an id.", allowed)]
    beside = ["name", *others] if has_name else list(others)
    if has_id and beside:
        return [
            NAME_OR_ID.violation(
                f"has an id, of an existing one, and {', '.join(beside)}, for one that the stack creates.",
                allowed,
                remedy=f"Take out {', '.join(beside)}, or the id.",
            )
        ]
    return []


def network_of(text: str) -> str:
    """The id of the virtual network in its own id, or in that of a subnet in it."""
    found = _SUBNET.fullmatch(text)
    return found["id"] if found else text


def check_virtual_network_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a virtual network."""
    if _VIRTUAL_NETWORK.fullmatch(text):
        return []
    return [
        VIRTUAL_NETWORK_ID.violation(
            f"{_given(text)} is not the id of a virtual network.",
            "the id, as `az network vnet show --query id` prints it",
            _EXAMPLE,
        )
    ]


def check_subnet_id(text: str) -> list[Problem]:
    """Whether ``text`` is the id of a subnet."""
    if _SUBNET.fullmatch(text):
        return []
    return [
        SUBNET_ID.violation(
            f"{_given(text)} is not the id of a subnet.",
            "the id, as `az network vnet subnet show --query id` prints it",
            f"{_EXAMPLE}/subnets/subnet-1",
        )
    ]


def _given(text: str) -> str:
    """What was given instead of an id. Long ids look like keys, of which nothing is repeated: what they are is said."""
    if _SUBNET.fullmatch(text):
        return "The id of a subnet"
    return "The id of a virtual network" if _VIRTUAL_NETWORK.fullmatch(text) else describe(text)


def check_subscription(identity: str, subscription: str) -> list[Problem]:
    """Whether a network is in the subscription that everything is made in."""
    found = _ANY.fullmatch(identity)
    assert found is not None, identity  # noqa: S101 - checked
    given = found["subscription"]
    if given.lower() == subscription.lower():
        return []
    return [
        NETWORK_SUBSCRIPTION.violation(
            f"{last_name(identity)} is in subscription {redact(given)}, the environment is made in {subscription}.",
            "a network of the same subscription",
            remedy="Make the environment in the network's subscription (azure-native:subscriptionId).",
        )
    ]


def not_found(identity: str) -> Problem:
    """The problem that Azure knows nothing of this id of a virtual network, subnet, security group or route table."""
    kind = _KINDS[identity.split("/")[-2].lower()]
    return NETWORK_FOUND.violation(
        f"{redact(last_name(identity))} does not exist: Azure knows nothing of {identity}.",
        f"the id of {kind} that exists",
        remedy=f"Correct it, or create {kind} first. A login without permission to read it does not find it either.",
    )


def check_alternative(key: str, alternative: str, beside: Sequence[str], *, given: bool) -> list[Problem]:
    """Whether ``key`` may be given where the network exists.

    Args:
        key: the key.
        alternative: the key by which the network exists.
        beside: the keys that may stand beside it.
        given: whether ``key`` has a value.
    """
    if not given or key in beside:
        return []
    return [
        NETWORK_ALTERNATIVES.violation(
            f"cannot be given together with {alternative}.",
            f"{alternative} with {', '.join(beside)}" if beside else f"{alternative} alone",
            remedy=f"Remove {key} or {alternative}.",
        )
    ]


def last_name(identity: str) -> str:
    """The name in a resource id."""
    return identity.rpartition("/")[2]
