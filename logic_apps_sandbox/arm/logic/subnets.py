"""Subnets of an integration service environment (ISE): validation of requests, and failures of the deployment.

Sources: Microsoft, "Connect to Azure virtual networks from Azure Logic Apps using an ISE" (2022-08-20), Prerequisites:
a subnet's name begins with a letter or an underscore; neither the virtual network nor a subnet has an address of the
ranges that Logic Apps cannot resolve. "VPN Gateway settings": only gateways in GatewaySubnet; "Azure Firewall FAQ",
"About Azure Bastion configuration settings" and "Azure Route Server FAQ": the same for their subnets.

According to the article, the portal only warns of unusable subnets. Azure Network accepts such names and ranges, so the
request is accepted and the deployment fails. Undocumented: at which step, and the code.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from logic_apps_sandbox.arm.core.errors import conflict, invalid_reference, invalid_request_content
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.session import Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network import subnet_holds
from logic_apps_sandbox.arm.network.address_space import Network, ranges_of
from logic_apps_sandbox.arm.network.private_endpoints import users_of
from logic_apps_sandbox.arm.network.subnets import delegated_services, prefixes_of

SUBNETS = 4
"""The number of subnets of an ISE."""

_MAX_PREFIX_LENGTH = 27
_DELEGATION = "Microsoft.Logic/integrationServiceEnvironments"

_NOT_RESOLVED = tuple(
    ip_network(text) for text in ("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.169.254/32")
)
_KEPT_FOR_OTHERS = {
    "gatewaysubnet": "gateways",
    "azurefirewallsubnet": "Azure Firewall",
    "azurefirewallmanagementsubnet": "Azure Firewall",
    "azurebastionsubnet": "Azure Bastion",
    "routeserversubnet": "Azure Route Server",
}


def check_subnets(session: Session, environment: ResourceId, subnet_ids: tuple[ResourceId, ...], location: str) -> None:
    """Reject subnets that do not exist, are in another region, too small, in use, or not delegated correctly."""
    delegated = 0
    for subnet_id in subnet_ids:
        for service in delegated_services(_usable_subnet(session, environment, subnet_id, location)):
            if service.lower() != _DELEGATION.lower():
                raise invalid_request_content(f"the subnet {subnet_id} is delegated to another service, {service}.")
            delegated += 1
    if delegated != 1:
        raise invalid_request_content(
            f"exactly one of the {SUBNETS} subnets must be delegated to {_DELEGATION}; {delegated} are."
        )


def _usable_subnet(session: Session, environment: ResourceId, subnet_id: ResourceId, location: str) -> Resource:
    """Return a subnet that an ISE in this location can use; its delegation is not validated."""
    virtual_network, subnet = session.store.resource(subnet_id.parent), session.store.resource(subnet_id)
    if virtual_network is None or subnet is None or virtual_network.location != location:
        raise invalid_reference(subnet_id, environment)
    if "Deleting" in (each.properties["provisioningState"] for each in (subnet, virtual_network)):
        raise conflict(f"The subnet {subnet_id} is being deleted.")
    for prefix in prefixes_of(subnet):
        if prefix.version != 4 or prefix.prefixlen > _MAX_PREFIX_LENGTH:  # noqa: PLR2004
            raise invalid_request_content(
                f"the subnet {subnet_id} has the range {prefix}, but must be an IPv4 range of at least "
                f"/{_MAX_PREFIX_LENGTH}."
            )
    holder = subnet_holds.holder_of(session, subnet.id)
    users = [holder] if holder else users_of(session, subnet)
    if users:
        raise conflict(
            f"The subnet {subnet.id} is in use by {', '.join(users)}; an integration service environment needs empty "
            "subnets."
        )
    return subnet


def subnets_of_environment(session: Session, environment: Resource) -> list[Resource]:
    """Return the subnets of an ISE, which exist, with their network, while the ISE uses them."""
    named = (parse_resource_id(entry["id"]) for entry in environment.properties["networkConfiguration"]["subnets"])
    return [session.store.existing(subnet_id) for subnet_id in named if subnet_id]


def unusable_subnets(session: Session, environment: Resource) -> Iterator[str]:
    """Return why an ISE cannot be deployed in its subnets, as texts; empty if it can."""
    subnets = subnets_of_environment(session, environment)
    virtual_network = session.store.existing(subnets[0].id.parent)
    for prefix in ranges_of(virtual_network):
        if refused := _not_resolved(prefix):
            yield f"virtual network '{virtual_network.name}': Logic Apps cannot resolve {refused} of {prefix}."
    for subnet in subnets:
        if not subnet.name[0].isalpha() and not subnet.name.startswith("_"):
            yield f"subnet '{subnet.name}': the name must begin with a letter or an underscore."
        if other := _KEPT_FOR_OTHERS.get(subnet.name.lower()):
            yield f"subnet '{subnet.name}': the name is kept for {other}."
        for prefix in prefixes_of(subnet):
            if refused := _not_resolved(prefix):
                yield f"subnet '{subnet.name}': Logic Apps cannot resolve {refused} of {prefix}."


def _not_resolved(prefix: Network) -> Network | None:
    return next((each for each in _NOT_RESOLVED if each.version == prefix.version and each.overlaps(prefix)), None)
