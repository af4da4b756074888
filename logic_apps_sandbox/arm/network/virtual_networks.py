"""Microsoft.Network: virtual networks.

Source: Azure REST API reference, "Virtual Networks" (2024-05-01); long-running methods as azure-mgmt-network marks
them.
"""

import re
import uuid
from ipaddress import ip_address

from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId
from logic_apps_sandbox.arm.core.resource_type import read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_availability import address_availability
from logic_apps_sandbox.arm.network.address_space import Network, check_address_space, read_prefix
from logic_apps_sandbox.arm.network.bodies import (
    check_kinds,
    check_name,
    invalid_request_format,
    network_body,
    read_children,
    replace_children,
    with_etag,
    without,
)
from logic_apps_sandbox.arm.network.network_type import WRITE, NetworkType
from logic_apps_sandbox.arm.network.peerings import VirtualNetworkPeerings, check_peerings, peerings_of, read_peering
from logic_apps_sandbox.arm.network.references import check_references
from logic_apps_sandbox.arm.network.subnets import (
    Subnets,
    check_change_of_subnets,
    read_subnet,
    subnets_of,
)

# From this api-version on, a PUT of a virtual network without `subnets` keeps those that exist (azure-native #611,
# bicep-types-az #1687).
_KEEPS_SUBNETS_SINCE = "2023-09-01"

# Simulated seconds.
_WRITE_DURATION, _DELETION_DURATION = 6.0, 10.0

# Microsoft, "Naming rules and restrictions for Azure resources", Microsoft.Network.
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,62}\w", re.ASCII)

# Written by the service alone; a client may send it back.
_READ_ONLY = {
    "provisioningState", "resourceGuid", "defaultPublicNatGateway", "flowLogs", "subnets",
    "virtualNetworkPeerings",
}  # fmt: skip


class VirtualNetworks(NetworkType):
    """``Microsoft.Network/virtualNetworks``; its subnets are separate resources that appear inside it."""

    name = "virtualNetworks"
    actions = {"checkipaddressavailability": "GET"}  # noqa: RUF012 - as the base class declares
    deletion = _DELETION_DURATION

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a virtual network with all its ``subnets``; without them, see ``_KEEPS_SUBNETS_SINCE``."""
        check_name(resource_id.name, _NAME, "2 to 64")
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
            lists=("ipAllocations",),
        )
        before = subnets_of(session, resource_id)
        keeps = not properties.has("subnets") and request.api_version >= _KEEPS_SUBNETS_SINCE
        after = before if keeps else read_children(properties, "subnets", resource_id, before, read_subnet)
        for subnet in after:
            check_references(session, subnet, envelope.location)
        check_change_of_subnets(session, resource_id, prefixes, before, after)
        peerings_before = peerings_of(session, resource_id)
        # Undocumented: what a PUT without peerings does. azure-native sends them; here they stay.
        peerings = peerings_before
        if properties.has("virtualNetworkPeerings"):
            peerings = read_children(properties, "virtualNetworkPeerings", resource_id, peerings_before, read_peering)
        check_peerings(session, resource_id, prefixes, peerings)
        stored = Resource(
            resource_id,
            envelope.document(
                {
                    "enableDdosProtection": False,
                    **without(properties.value, _READ_ONLY),
                    "provisioningState": "Updating",
                    "resourceGuid": existing.properties["resourceGuid"] if existing else str(uuid.uuid4()),
                }
            ),
        )
        self.refuse_while_busy(request, stored)
        replace_children(session, before, after)
        replace_children(session, peerings_before, peerings)
        return self.begin(request, stored, WRITE, _WRITE_DURATION, 200 if existing else 201)

    def present(self, session: Session, resource: Resource) -> Json:
        """Return the document with the current subnets and peerings."""
        subnets = [Subnets().present(session, subnet) for subnet in subnets_of(session, resource.id)]
        peerings = [VirtualNetworkPeerings().present(session, each) for each in peerings_of(session, resource.id)]
        return with_etag(resource.with_properties(subnets=subnets, virtualNetworkPeerings=peerings).document)

    def refuse_removal(self, session: Session, resource: Resource) -> None:
        """Reject the removal while one of the subnets, which are removed with the network, is in use."""
        for subnet in subnets_of(session, resource.id):
            Subnets().refuse_removal(session, subnet)

    def children(self, session: Session, resource_id: ResourceId) -> list[Resource]:
        """Return the subnets and the peerings."""
        return [*subnets_of(session, resource_id), *peerings_of(session, resource_id)]

    def act(self, request: Request, resource: Resource, action: str) -> Response:  # noqa: ARG002 - it has one
        """Return whether a private address is available."""
        return Response(200, address_availability(request, resource))


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
