"""Microsoft.Network: virtual network peerings.

Sources: Azure REST API reference, "Virtual Network Peerings" (2024-05-01); Microsoft, "Create, change, or delete a
virtual network peering" (states, address spaces must not overlap, one peering between two networks).

Differences from Azure: there is no traffic; a peering whose counterpart was deleted is ``Initiated``, not
``Disconnected``; a network in another subscription counts as existing.
"""

from logic_apps_sandbox.arm.core.errors import invalid_reference
from logic_apps_sandbox.arm.core.json_body import JsonObject
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.resource_type import Envelope, check_identity
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.address_space import Network, ranges_of
from logic_apps_sandbox.arm.network.bodies import (
    check_name,
    invalid_request_format,
    network_body,
    network_error,
    with_etag,
    without,
)
from logic_apps_sandbox.arm.network.network_type import NAMESPACE, WRITE, NetworkChild

_NETWORKS = f"{NAMESPACE}/virtualNetworks"
_REMOTE = "remoteVirtualNetwork"

# Simulated seconds.
_WRITE_DURATION, _DELETION_DURATION = 4.0, 4.0

# The defaults of the API description.
_FLAGS = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
}
_READ_ONLY = {
    "provisioningState", "peeringState", "peeringSyncLevel", "resourceGuid", "remoteBgpCommunities",
    "remoteAddressSpace", "remoteVirtualNetworkAddressSpace",
}  # fmt: skip


class VirtualNetworkPeerings(NetworkChild):
    """``Microsoft.Network/virtualNetworks/virtualNetworkPeerings``."""

    name = "virtualNetworks/virtualNetworkPeerings"
    deletion = _DELETION_DURATION

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a peering."""
        session = request.session
        network = session.store.existing(resource_id.parent)
        body = network_body(request)
        check_identity(body, resource_id)
        peering = read_peering(body, resource_id)
        others = [each for each in peerings_of(session, network.id) if each.key != peering.key]
        check_peerings(session, network.id, ranges_of(network), [*others, peering])
        self.refuse_while_busy(request, peering)
        return self.begin(request, peering, WRITE, _WRITE_DURATION, 200 if existing else 201)

    def present(self, session: Session, resource: Resource) -> Json:
        """Return the document with the current state and ranges of the remote network."""
        remote_id = _remote(resource)
        remote = session.store.resource(remote_id)
        space = {} if remote is None else {"addressPrefixes": remote.properties["addressSpace"]["addressPrefixes"]}
        is_mutual = remote is not None and any(
            _remote(each).key == resource.id.parent.key for each in peerings_of(session, remote_id)
        )
        shown = {
            "peeringState": "Connected" if is_mutual else "Initiated",
            "peeringSyncLevel": "FullyInSync" if is_mutual else "RemoteNotInSync",
            **({"remoteAddressSpace": space, "remoteVirtualNetworkAddressSpace": space} if space else {}),
        }
        return with_etag(resource.with_properties(**shown).document)


def peerings_of(session: Session, network_id: ResourceId) -> list[Resource]:
    """Return the peerings of a virtual network, by name."""
    return session.store.children(network_id, f"{_NETWORKS}/virtualNetworkPeerings")


def read_peering(body: JsonObject, peering_id: ResourceId) -> Resource:
    """Return a peering from the body of a PUT; raises ArmError."""
    check_name(peering_id.name)
    properties = body.required_member("properties")
    flags = {name: default if (given := properties.flag(name)) is None else given for name, default in _FLAGS.items()}
    text = properties.required_member(_REMOTE).required_text("id")
    remote = parse_resource_id(text)
    if remote is None or remote.type.lower() != _NETWORKS.lower():
        raise invalid_request_format(f"'{text[:200]}' in '{properties.where(_REMOTE)}.id' is not a virtual network.")
    stored = {**without(properties.value, _READ_ONLY), **flags, _REMOTE: {"id": text}, "provisioningState": "Updating"}
    return Resource(peering_id, Envelope(peering_id).document(stored))


def check_peerings(session: Session, network_id: ResourceId, space: list[Network], peerings: list[Resource]) -> None:
    """Reject remote networks that do not exist, are peered twice, or overlap the network itself."""
    seen: dict[str, Resource] = {}
    for peering in peerings:
        remote_id = _remote(peering)
        other = seen.setdefault(remote_id.key, peering)
        if other is not peering:
            # The text of this code is not documented.
            raise network_error(
                "AnotherPeeringAlreadyReferencesRemoteVnet",
                f"The peerings {other.name} and {peering.name} of {network_id} have the same remote virtual network "
                f"{remote_id}.",
            )
        if remote_id.subscription != network_id.subscription:
            continue
        remote = session.store.resource(remote_id)
        if remote is None:
            raise invalid_reference(remote_id, peering.id, details=[])
        for mine in space:
            if overlap := next(
                (each for each in ranges_of(remote) if each.version == mine.version and each.overlaps(mine)), None
            ):
                raise network_error(
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {peering.id}. Virtual networks {network_id} and {remote.id} "
                    f"cannot be peered because their address spaces overlap: {mine} and {overlap}.",
                )


def _remote(peering: Resource) -> ResourceId:
    remote = peering.reference(_REMOTE)
    if remote is None:
        raise AssertionError(f"{peering.id} was stored without a virtual network")
    return remote
