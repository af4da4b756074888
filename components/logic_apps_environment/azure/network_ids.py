"""Rules about existing networks, network security groups and route tables, which arguments reference by ID."""

from __future__ import annotations

from collections.abc import Sequence

from logic_apps_environment.azure.ids import parse_id
from logic_apps_environment.azure.resource_types import noun_of
from logic_apps_environment.validation import references
from logic_apps_environment.validation.rule import Problem, Rule, redact

VIRTUAL_NETWORK_ID = Rule(
    "virtual-network-id",
    "An existing virtual network is given by resource ID.",
    references.RESOURCE_IDS,
)
SUBNET_ID = Rule("subnet-id", "An existing subnet is given by resource ID.", references.RESOURCE_IDS)
SECURITY_GROUP_ID = Rule(
    "security-group-id",
    "An existing network security group is given by resource ID.",
    references.RESOURCE_IDS,
)
ROUTE_TABLE_ID = Rule("route-table-id", "An existing route table is given by resource ID.", references.RESOURCE_IDS)
NAME_OR_ID = Rule(
    "name-or-id",
    "A network security group or route table has either a name or an ID.",
    references.LIBRARY_NETWORKS,
)
NETWORK_FOUND = Rule(
    "network-found",
    "An existing network resource is found.",
    f"{references.ISE_ARTICLE}, Prerequisites; look-up",
)
NETWORK_SUBSCRIPTION = Rule(
    "network-subscription",
    "An existing network resource is in the environment's subscription.",
    f"{references.LIBRARY_NETWORKS}; look-up",
)


def check_name_or_id(*, has_name: bool, has_id: bool, others: Sequence[str] = ()) -> list[Problem]:
    """Check that exactly one of name and id is set, and none of the ``others``, which are set, together with id."""
    allowed = "name, for a resource that the stack creates; or id, for an existing resource"
    if not has_name and not has_id:
        return [NAME_OR_ID.violation("has neither name nor id.", allowed)]
    beside = ["name", *others] if has_name else list(others)
    if has_id and beside:
        listed = ", ".join(beside)
        return [NAME_OR_ID.violation(f"has id together with {listed}.", allowed, remedy=f"Remove {listed} or id.")]
    return []


def network_of(text: str) -> str:
    """Return the ID of the virtual network from its own ID or from that of a subnet in it."""
    return "/".join(text.split("/")[:9])


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
    noun = noun_of(identity)
    return NETWORK_FOUND.violation(
        f"{redact(last_name(identity))} does not exist, or your account has no permission to read it: {identity}",
        f"the resource ID of an existing {noun}",
        remedy=f"Correct the ID, create the {noun} first, or grant your account the Reader role on it.",
    )


def last_name(identity: str) -> str:
    """Return the name in a resource ID."""
    return identity.rpartition("/")[2]
