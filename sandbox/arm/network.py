"""Microsoft.Network: virtual networks and subnets.

Source: Azure REST API reference, "Virtual Networks" and "Subnets" (2024-05-01); long-running methods as
azure-mgmt-network marks them;
codes and texts of refusals from the issues and pages that the functions name.
"""

from __future__ import annotations

import re
import uuid
from ipaddress import ip_address
from typing import TYPE_CHECKING

from sandbox.arm import operations, subnet_holds
from sandbox.arm.address_space import Network, check_address_space, check_subnets, read_prefix
from sandbox.arm.errors import ArmError
from sandbox.arm.json_body import JsonObject
from sandbox.arm.network_private_endpoints import users_shown
from sandbox.arm.network_references import check_reference
from sandbox.arm.network_requests import (
    API_VERSIONS,
    CHILD_NAME,
    NAMESPACE,
    WRITE,
    accepted,
    begin_deletion,
    check_kinds,
    check_name,
    existing_resource,
    finish,
    invalid_request_format,
    network_body,
    patched_tags,
    read_children,
    refuse_while_busy,
    save_with_children,
    with_etag,
    without,
)
from sandbox.arm.resource_type import ResourceType, read_envelope
from sandbox.arm.session import Response
from sandbox.arm.store import Resource

if TYPE_CHECKING:
    from sandbox.arm.operations import Operation
    from sandbox.arm.resource_id import ResourceId
    from sandbox.arm.session import Json, Request, Session

# From this api-version on, a PUT of a virtual network without `subnets` keeps those that exist (azure-native #611,
# bicep-types-az #1687).
_KEEPS_SUBNETS_SINCE = "2023-09-01"

# Simulated seconds.
_VIRTUAL_NETWORK_WRITE, _SUBNET_WRITE, _DELETION = 6.0, 4.0, 10.0

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Network.
_VIRTUAL_NETWORK_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,62}\w", re.ASCII)

# What the service alone writes; a client may send it back (azure-native copies subnets from a GET into its next PUT).
_READ_ONLY_SUBNET = {
    "provisioningState", "purpose", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
    "resourceNavigationLinks", "serviceAssociationLinks", "interfaceIpConfigurations",
}  # fmt: skip
_READ_ONLY_VIRTUAL_NETWORK = {"provisioningState", "resourceGuid", "defaultPublicNatGateway", "flowLogs", "subnets"}


# OPEN: the name that Azure gives to the link between a subnet and an ISE is not documented.
_LINK_NAME = "LogicAppsISE"


class VirtualNetworks(ResourceType):
    """`Microsoft.Network/virtualNetworks`; its subnets are resources of their own and appear inside it."""

    namespace = NAMESPACE
    name = "virtualNetworks"
    api_versions = API_VERSIONS

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace; `subnets` is the whole list when given, and see `_KEEPS_SUBNETS_SINCE` when not."""
        check_name(resource_id.name, _VIRTUAL_NETWORK_NAME, "2 to 64")
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        resource_id = envelope.id
        session = request.session
        properties = body.member("properties") or JsonObject({}, "properties", invalid_request_format)
        prefixes = _address_space(properties, resource_id)
        _check_dns_servers(properties)
        check_kinds(
            properties,
            flags=("enableDdosProtection", "enableVmProtection"),
            lists=("virtualNetworkPeerings", "ipAllocations"),
        )
        before = subnets_of(session, resource_id)
        after = self._subnets(properties, request, resource_id, before)
        for subnet in after:
            _check_guards(session, subnet, envelope.location)
        _check_change_of_subnets(session, resource_id, prefixes, before, after)
        refuse_while_busy(request, resource_id, envelope.location)

        stored = Resource(
            resource_id,
            envelope.document(
                {
                    "enableDdosProtection": False,
                    "virtualNetworkPeerings": [],
                    **without(properties.value, _READ_ONLY_VIRTUAL_NETWORK),
                    "provisioningState": "Updating",
                    "resourceGuid": existing.properties["resourceGuid"] if existing else str(uuid.uuid4()),
                }
            ),
        )
        save_with_children(session, stored, before, after)
        operation = operations.start(session, resource_id, WRITE, _VIRTUAL_NETWORK_WRITE, locks=resource_id)
        return accepted(request, operation, envelope.location, 200 if existing else 201, self.present(session, stored))

    def patch(self, request: Request, resource: Resource) -> Response:
        """Change the tags ("Virtual Networks - Update Tags"); answered at once."""
        return self.get(request, patched_tags(request, resource))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete the network with its subnets; refused while one is in use."""
        session = request.session
        refuse_while_busy(request, resource.id, resource.location)
        for subnet in subnets_of(session, resource.id):
            _refuse_removal(session, subnet)
        return begin_deletion(request, resource, resource, _DELETION)

    def present(self, session: Session, resource: Resource) -> Json:
        """With the subnets as they are now."""
        subnets = [present_subnet(session, subnet) for subnet in subnets_of(session, resource.id)]
        return with_etag(resource.with_properties(subnets=subnets).document)

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove the network with its subnets."""
        for subnet in subnets_of(session, resource.id):
            _refuse_removal(session, subnet)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        finish(session, operation, *(subnets_of(session, operation.resource) if operation.kind == WRITE else ()))

    fail = complete

    @staticmethod
    def _subnets(
        properties: JsonObject, request: Request, network_id: ResourceId, before: list[Resource]
    ) -> list[Resource]:
        """The subnets after the PUT."""
        if not properties.has("subnets") and request.api_version >= _KEEPS_SUBNETS_SINCE:
            return before
        return read_children(properties, "subnets", network_id, before, read_subnet)


class Subnets(ResourceType):
    """`Microsoft.Network/virtualNetworks/subnets`; one write at a time to a virtual network and all its subnets."""

    namespace = NAMESPACE
    name = "virtualNetworks/subnets"
    api_versions = API_VERSIONS
    has_location = False
    actions = {  # noqa: RUF012 - as the base class declares
        "serviceassociationlinks": "GET",
        "resourcenavigationlinks": "GET",
    }

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace."""
        session = request.session
        network = existing_resource(session, resource_id.parent)
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        subnet = read_subnet(body, envelope.id)
        before = subnets_of(session, network.id)
        after = [s for s in before if s.key != subnet.key] + [subnet]
        prefixes = [read_prefix(text, network.id) for text in network.properties["addressSpace"]["addressPrefixes"]]
        _check_change_of_subnets(session, network.id, prefixes, before, after)
        _check_guards(session, subnet, network.location)
        refuse_while_busy(request, network.id, network.location)
        session.store.save(subnet)
        operation = operations.start(session, subnet.id, WRITE, _SUBNET_WRITE, locks=network.id)
        return accepted(request, operation, network.location, 200 if existing else 201, self.present(session, subnet))

    def delete(self, request: Request, resource: Resource) -> Response:
        """Begin to delete; refused while the subnet is in use."""
        session = request.session
        network = existing_resource(session, resource.id.parent)
        refuse_while_busy(request, network.id, network.location)
        _refuse_removal(session, resource)
        return begin_deletion(request, resource, network, _DELETION)

    def present(self, session: Session, resource: Resource) -> Json:
        """With what uses the subnet now."""
        return present_subnet(session, resource)

    def act(self, request: Request, resource: Resource, action: str) -> Response:
        """List what links the subnet to the resource that uses it.

        Source: REST, "Service Association Links - List" and "Resource Navigation Links - List". An environment has
        links of the first type, as terraform-provider-azurerm expects.
        """
        is_association = action == "serviceassociationlinks"
        return Response(200, {"value": _links(request.session, resource) if is_association else []})

    def remove(self, session: Session, resource: Resource) -> None:
        """Remove the subnet."""
        _refuse_removal(session, resource)
        session.store.remove(resource.id)

    def complete(self, session: Session, operation: Operation) -> None:
        """The end of a write or a deletion."""
        finish(session, operation)

    fail = complete


def subnets_of(session: Session, network_id: ResourceId) -> list[Resource]:
    """The subnets of a virtual network, by name."""
    return session.store.children(network_id, f"{NAMESPACE}/virtualNetworks/subnets")


def prefixes_of(subnet: Resource) -> list[Network]:
    """The ranges of a stored subnet."""
    return [read_prefix(text, subnet.id) for text in _prefix_texts(subnet)]


def delegated_services(subnet: Resource) -> list[str]:
    """The services that a subnet is delegated to."""
    return [delegation["properties"]["serviceName"] for delegation in subnet.properties["delegations"]]


def read_subnet(body: JsonObject, subnet_id: ResourceId) -> Resource:
    """A subnet from the body of a PUT, with what the service adds; raises ArmError."""
    check_name(subnet_id.name, CHILD_NAME, "1 to 80")
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
    return Resource(
        subnet_id,
        {
            "id": str(subnet_id),
            "name": subnet_id.name,
            "type": subnet_id.type,
            "properties": {
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
                **without(properties.value, _READ_ONLY_SUBNET),
                "delegations": _delegations(properties, subnet_id),
                "provisioningState": "Updating",
            },
        },
    )


def present_subnet(session: Session, subnet: Resource) -> Json:
    """The document of a subnet that clients see, alone and inside its virtual network."""
    links = _links(session, subnet)
    shown = {**({"serviceAssociationLinks": links} if links else {}), **users_shown(session, subnet)}
    return with_etag((subnet.with_properties(**shown) if shown else subnet).document)


def _links(session: Session, subnet: Resource) -> list[Json]:
    """The service association links of a subnet: one while a resource uses it."""
    holder = subnet_holds.holder_of(session, subnet.id)
    if holder is None:
        return []
    link: Json = {
        "id": f"{subnet.id}/serviceAssociationLinks/{_LINK_NAME}",
        "name": _LINK_NAME,
        "type": f"{subnet.id.type}/serviceAssociationLinks",
        "properties": {
            "provisioningState": "Succeeded",
            "linkedResourceType": "Microsoft.Logic/integrationServiceEnvironments",
            "link": holder,
            "allowDelete": False,
            "locations": [existing_resource(session, subnet.id.parent).location],
        },
    }
    return [with_etag(link)]


def _check_guards(session: Session, subnet: Resource, location: str) -> None:
    """The security group and the route table that a subnet names exist, in the network's region."""
    for member in ("networkSecurityGroup", "routeTable"):
        check_reference(session, subnet, member, location)


def _address_space(properties: JsonObject, network_id: ResourceId) -> list[Network]:
    space = properties.required_member("addressSpace")
    texts = space.texts("addressPrefixes")
    if not texts:
        raise invalid_request_format(f"'{space.where('addressPrefixes')}' is required and not empty.")
    prefixes = [read_prefix(text, network_id) for text in texts]
    check_address_space(prefixes, network_id)
    return prefixes


def _check_dns_servers(properties: JsonObject) -> None:
    options = properties.member("dhcpOptions")
    for text in (options.texts("dnsServers") if options else None) or ():
        try:
            ip_address(text)
        except ValueError:
            raise invalid_request_format(
                f"'{text[:80]}' in 'properties.dhcpOptions.dnsServers' is not an IP address."
            ) from None


def _delegations(properties: JsonObject, subnet_id: ResourceId) -> list[Json]:
    """The delegations in Azure's form, read-only fields filled."""
    return [_delegation(item, subnet_id) for item in properties.objects("delegations") or ()]


def _delegation(item: JsonObject, subnet_id: ResourceId) -> Json:
    name, service = item.required_text("name"), item.required_member("properties").required_text("serviceName")
    delegation: Json = {
        "id": f"{subnet_id}/delegations/{name}",
        "name": name,
        "type": f"{subnet_id.type}/delegations",
        "properties": {
            "provisioningState": "Succeeded",
            "serviceName": service,
            # Microsoft's list of delegation actions names this one for Microsoft.Logic; the simulator knows no other
            # service's.
            "actions": ["Microsoft.Network/virtualNetworks/subnets/action"],
        },
    }
    return with_etag(delegation)


def _check_change_of_subnets(
    session: Session, network_id: ResourceId, space: list[Network], before: list[Resource], after: list[Resource]
) -> None:
    """Whether the subnets may become these: ranges, and what is in use."""
    check_subnets(network_id.name, space, [(subnet.name, prefix) for subnet in after for prefix in prefixes_of(subnet)])
    becomes = {subnet.key: subnet for subnet in after}
    for subnet in before:
        new = becomes.get(subnet.key)
        if new is None:
            _refuse_removal(session, subnet)
        elif user := _user_of(session, subnet):
            _refuse_change_in_use(subnet, new, user)


def _user_of(session: Session, subnet: Resource) -> str | None:
    """The id of a stored resource that uses a subnet, as a whole or in a part of it; None when it is free."""
    endpoints = session.store.referring_to(subnet.id, "subnet")
    return subnet_holds.holder_of(session, subnet.id) or next((str(endpoint.id) for endpoint in endpoints), None)


def _refuse_removal(session: Session, subnet: Resource) -> None:
    """Text: azure-sdk-for-go #2199."""
    if user := _user_of(session, subnet):
        raise ArmError(
            400,
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.name} is in use by {user} and cannot be deleted. "
            "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
            details=[],
        )


def _refuse_change_in_use(subnet: Resource, new: Resource, holder: str) -> None:
    """Ranges and delegations of a subnet in use stay (text of the second: azure-docs #39112)."""
    kept = set(_prefix_texts(new))
    for prefix in _prefix_texts(subnet):
        if prefix not in kept:
            raise ArmError(
                400,
                "InUsePrefixCannotBeDeleted",
                f"IpPrefix {prefix} on Subnet {subnet.name} has active allocations and cannot be deleted.",
                details=[],
            )
    old_services, new_services = delegated_services(subnet), delegated_services(new)
    if sorted(s.lower() for s in old_services) != sorted(s.lower() for s in new_services):
        # OPEN: the status is not printed in the sources; the other refusals of a subnet in use are 400.
        raise ArmError(
            400,
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            f"Delegations of subnet {subnet.id} cannot be changed from [{', '.join(old_services)}] "
            f"to [{', '.join(new_services)}] because it is being used by the resource {holder}.",
            details=[],
        )


def _prefix_texts(subnet: Resource) -> list[str]:
    one = subnet.properties.get("addressPrefix")
    return [one] if one else list(subnet.properties["addressPrefixes"])
