"""What the look-up of an existing network returns: the virtual network, its subnets, and the planned environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from logic_apps_environment.azure.ids import is_id_of, parse_id
from logic_apps_environment.azure.logic_api import ENVIRONMENT_TYPE


@dataclass(frozen=True, slots=True)
class PlannedEnvironment:
    """The environment that the network is for; None for what a preview does not know yet.

    The subscription is an ID, the resource group a name; the region is normalized.
    """

    subscription: str
    resource_group: str | None
    name: str | None
    location: str | None

    def is_named_by(self, identity: str) -> bool:
        """Whether ``identity`` is the id of this environment, as far as it is known."""
        return self.is_near(identity) and _may_be(parse_id(identity).name, self.name)

    def is_near(self, identity: str) -> bool:
        """Whether ``identity`` is the id of an environment in the same resource group.

        If a preview does not know the name of the resource group yet, the names of the environments are compared.
        """
        if not is_id_of(ENVIRONMENT_TYPE, identity):
            return False
        found = parse_id(identity)
        if not _may_be(found.subscription, self.subscription):
            return False
        if self.resource_group is None:
            return _may_be(found.name, self.name)
        return _may_be(found.resource_group, self.resource_group)


@dataclass(frozen=True, slots=True)
class ExistingSubnet:
    """An existing subnet. IDs are in Azure's letter case.

    Attributes:
        delegations: the services that it is delegated to.
        linked_services: the IDs, or the types, of the resources of services that use the complete subnet, from its
            service association links and resource navigation links.
        users: the IDs of all other resources in it, by the property of the subnet that shows them.
        is_deleting: whether Azure is deleting it.
    """

    identity: str
    name: str
    ranges: tuple[IPv4Network, ...] = ()
    ipv6_ranges: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    linked_services: tuple[str, ...] = ()
    users: Mapping[str, Sequence[str]] = field(default_factory=dict)
    security_group: str | None = None
    route_table: str | None = None
    is_deleting: bool = False

    @property
    def environments(self) -> list[str]:
        """The IDs of the environments that use it."""
        return [service for service in self.linked_services if is_id_of(ENVIRONMENT_TYPE, service)]

    @property
    def other_services(self) -> list[str]:
        """The other linked services."""
        return [service for service in self.linked_services if not is_id_of(ENVIRONMENT_TYPE, service)]

    @property
    def is_free(self) -> bool:
        """Whether nothing uses it."""
        return not self.linked_services and not self.users


@dataclass(frozen=True, slots=True)
class ExistingNetwork:
    """An existing virtual network. Its ID is in Azure's letter case, its address space has the IPv4 prefixes.

    Attributes:
        dns_servers: its custom DNS servers.
        is_deleting: whether Azure is deleting it.
    """

    identity: str
    location: str
    address_space: tuple[IPv4Network, ...]
    subnets: tuple[ExistingSubnet, ...] = ()
    dns_servers: tuple[str, ...] = ()
    is_deleting: bool = False

    def subnet(self, identity: str) -> ExistingSubnet | None:
        """Return the subnet with this ID in any letter case; None if there is none."""
        return next((each for each in self.subnets if each.identity.lower() == identity.lower()), None)


def _may_be(found: str, known: str | None) -> bool:
    """Whether a name in Azure is the expected one, or the expected one is unknown."""
    return known is None or found.lower() == known.lower()
