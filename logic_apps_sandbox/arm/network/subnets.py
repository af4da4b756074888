"""Microsoft.Network: subnets.

Source: Azure REST API reference, "Subnets" (2024-05-01); error codes and texts are from the issues and pages that
the functions name.
"""

from logic_apps_sandbox.arm.core.errors import ArmError
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.resource_type import Envelope, read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session, collection
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network import subnet_holds
from logic_apps_sandbox.arm.network.address_space import Network, check_subnets, ranges_of, read_prefix
from logic_apps_sandbox.arm.network.bodies import (
    check_kinds,
    check_name,
    invalid_request_format,
    network_body,
    network_error,
    with_etag,
    without,
)
from logic_apps_sandbox.arm.network.delegations import ACTIONS, check_service
from logic_apps_sandbox.arm.network.network_type import NAMESPACE, WRITE, NetworkChild
from logic_apps_sandbox.arm.network.private_endpoints import users_shown
from logic_apps_sandbox.arm.network.references import check_references

# Simulated seconds.
_WRITE_DURATION, _DELETION_DURATION = 4.0, 10.0

# Written by the service alone; a client may send it back (azure-native copies subnets from a GET into its next PUT).
_READ_ONLY = {
    "provisioningState", "purpose", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
    "resourceNavigationLinks", "serviceAssociationLinks", "interfaceIpConfigurations",
}  # fmt: skip

# The name that Azure gives to the link between a subnet and an ISE is not documented.
_LINK_NAME = "LogicAppsISE"


class Subnets(NetworkChild):
    """``Microsoft.Network/virtualNetworks/subnets``; one write at a time to a virtual network and all its subnets.

    Deletion: ``NetworkType.delete``, unless ``users`` returns a resource that uses the subnet.
    """

    name = "virtualNetworks/subnets"
    references = ("networkSecurityGroup", "routeTable")
    deletion = _DELETION_DURATION
    actions = {  # noqa: RUF012 - as the base class declares
        "serviceassociationlinks": "GET",
        "resourcenavigationlinks": "GET",
    }

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a subnet."""
        session = request.session
        network = session.store.existing(resource_id.parent)
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        subnet = read_subnet(body, envelope.id)
        before = subnets_of(session, network.id)
        after = [s for s in before if s.key != subnet.key] + [subnet]
        check_change_of_subnets(session, network.id, ranges_of(network), before, after)
        check_references(session, subnet, network.location)
        self.refuse_while_busy(request, subnet)
        return self.begin(request, subnet, WRITE, _WRITE_DURATION, 200 if existing else 201)

    def present(self, session: Session, resource: Resource) -> Json:
        """Return the document with the current users of the subnet."""
        links = _links(session, resource)
        shown = {**({"serviceAssociationLinks": links} if links else {}), **users_shown(session, resource)}
        return with_etag((resource.with_properties(**shown) if shown else resource).document)

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """List the links between the subnet and the resource that uses it.

        Source: REST, "Service Association Links - List" and "Resource Navigation Links - List". An environment has
        links of the first type, as terraform-provider-azurerm expects.
        """
        is_association = action == "serviceassociationlinks"
        return collection(_links(request.session, resource) if is_association else [])

    def users(self, session: Session, resource: Resource) -> list[str]:
        """Return the resource that uses the whole subnet, or those that use a part of it."""
        holder = subnet_holds.holder_of(session, resource.id)
        return [holder] if holder else super().users(session, resource)

    def in_use(self, resource: Resource, users: list[str]) -> ArmError:
        """Return the error (text: azure-sdk-for-go #2199)."""
        return network_error(
            "InUseSubnetCannotBeDeleted",
            f"Subnet {resource.name} is in use by {users[0]} and cannot be deleted. "
            "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
        )


def subnets_of(session: Session, network_id: ResourceId) -> list[Resource]:
    """Return the subnets of a virtual network, by name."""
    return session.store.children(network_id, f"{NAMESPACE}/virtualNetworks/subnets")


def prefixes_of(subnet: Resource) -> list[Network]:
    """Return the ranges of a stored subnet."""
    return [read_prefix(text, subnet.id) for text in _prefix_texts(subnet)]


def delegated_services(subnet: Resource) -> list[str]:
    """Return the services that a subnet is delegated to."""
    return [delegation["properties"]["serviceName"] for delegation in subnet.properties["delegations"]]


def read_subnet(body: JsonObject, subnet_id: ResourceId) -> Resource:
    """Return a subnet from the body of a PUT, with the properties that the service adds; raises ArmError."""
    check_name(subnet_id.name)
    properties = body.required_member("properties")
    one, many = properties.text("addressPrefix"), properties.texts("addressPrefixes")
    if not one and not many:
        raise invalid_request_format(
            f"'{properties.where('addressPrefix')}' or '{properties.where('addressPrefixes')}' is required."
        )
    for text in [one] if one else many or []:
        read_prefix(text, subnet_id)
    check_kinds(
        properties,
        flags=("defaultOutboundAccess",),
        lists=("serviceEndpoints", "serviceEndpointPolicies", "ipAllocations"),
    )
    for policy in ("privateEndpointNetworkPolicies", "privateLinkServiceNetworkPolicies"):
        properties.text(policy)
    for reference in ("networkSecurityGroup", "routeTable", "natGateway"):
        if linked := properties.member(reference):
            linked.required_text("id")
    stored = {
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        **without(properties.value, _READ_ONLY),
        "delegations": [_delegation(item, subnet_id) for item in properties.objects("delegations") or ()],
        "provisioningState": "Updating",
    }
    return Resource(subnet_id, Envelope(subnet_id).document(stored))


def _links(session: Session, subnet: Resource) -> list[Json]:
    """Return the service association links of a subnet: one while a resource uses it."""
    named = subnet_holds.holder_of(session, subnet.id)
    holder = parse_resource_id(named) if named else None
    if holder is None:
        return []
    link: Json = {
        "id": f"{subnet.id}/serviceAssociationLinks/{_LINK_NAME}",
        "name": _LINK_NAME,
        "type": f"{subnet.id.type}/serviceAssociationLinks",
        "properties": {
            "provisioningState": "Succeeded",
            "linkedResourceType": holder.type,
            "link": str(holder),
            "allowDelete": False,
            "locations": [session.store.existing(subnet.id.parent).location],
        },
    }
    return [with_etag(link)]


def _delegation(item: JsonObject, subnet_id: ResourceId) -> Json:
    """Return a delegation in Azure's form, with its read-only properties."""
    name, service = item.required_text("name"), item.required_member("properties").required_text("serviceName")
    delegation_id = f"{subnet_id}/delegations/{name}"
    check_service(service, delegation_id)
    delegation: Json = {
        "id": delegation_id,
        "name": name,
        "type": f"{subnet_id.type}/delegations",
        "properties": {
            "provisioningState": "Succeeded",
            "serviceName": service,
            "actions": list(ACTIONS),
        },
    }
    return with_etag(delegation)


def check_change_of_subnets(
    session: Session, network_id: ResourceId, space: list[Network], before: list[Resource], after: list[Resource]
) -> None:
    """Validate a change of all subnets of a network: their ranges, and changes of subnets in use."""
    check_subnets(network_id.name, space, [(subnet.name, prefix) for subnet in after for prefix in prefixes_of(subnet)])
    becomes = {subnet.key: subnet for subnet in after}
    for subnet in before:
        new = becomes.get(subnet.key)
        if new is None:
            Subnets().refuse_removal(session, subnet)
        elif users := Subnets().users(session, subnet):
            _refuse_change_in_use(subnet, new, users[0])


def _refuse_change_in_use(subnet: Resource, new: Resource, holder: str) -> None:
    """Reject a change of ranges or delegations of a subnet in use (text of the second: azure-docs #39112)."""
    kept = set(_prefix_texts(new))
    for prefix in _prefix_texts(subnet):
        if prefix not in kept:
            raise network_error(
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {prefix} on Subnet {subnet.name} has active allocations and cannot be deleted.",
            )
    old_services, new_services = delegated_services(subnet), delegated_services(new)
    if sorted(s.lower() for s in old_services) != sorted(s.lower() for s in new_services):
        raise network_error(
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            f"Delegations of subnet {subnet.id} cannot be changed from [{', '.join(old_services)}] "
            f"to [{', '.join(new_services)}] because it is being used by the resource {holder}.",
        )


def _prefix_texts(subnet: Resource) -> list[str]:
    one = subnet.properties.get("addressPrefix")
    return [one] if one else list(subnet.properties["addressPrefixes"])
