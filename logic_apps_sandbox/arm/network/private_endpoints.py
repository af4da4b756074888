"""Microsoft.Network: private endpoints, as far as they use a subnet, and other users of a subnet's addresses.

Sources: Azure REST API reference, "Private Endpoints" and "Subnets" (2024-05-01: ``privateEndpoints``,
``ipConfigurations``, ``ipAllocations``, ``applicationGatewayIPConfigurations``); Microsoft, "What is a private
endpoint?" (it has a network interface in its subnet).

Differences from Azure: there are no long-running operations and no connections.
"""

from logic_apps_sandbox.arm.core.errors import invalid_reference
from logic_apps_sandbox.arm.core.resource_id import ResourceId, parse_resource_id
from logic_apps_sandbox.arm.core.resource_type import ResourceType, read_envelope
from logic_apps_sandbox.arm.core.session import Json, Request, Response, Session
from logic_apps_sandbox.arm.core.store import Resource
from logic_apps_sandbox.arm.network.bodies import check_name, network_body, without
from logic_apps_sandbox.arm.network.network_type import NAMESPACE, NetworkType

_SUBNETS = f"{NAMESPACE}/virtualNetworks/subnets"
# What a subnet's own document says of its users.
_LISTED = ("ipAllocations", "applicationGatewayIPConfigurations")


class PrivateEndpoints(NetworkType):
    """``Microsoft.Network/privateEndpoints``."""

    name = "privateEndpoints"
    references = ("subnet",)

    def put(self, request: Request, resource_id: ResourceId, existing: Resource | None) -> Response:
        """Create or replace a private endpoint in a subnet of the same region."""
        check_name(resource_id.name)
        body = network_body(request)
        envelope = read_envelope(body, self, resource_id, existing)
        properties = body.required_member("properties")
        text = properties.required_member("subnet").required_text("id")
        named = parse_resource_id(text)
        subnet = request.session.store.resource(named) if named and named.type.lower() == _SUBNETS.lower() else None
        if subnet is None or request.session.store.existing(subnet.id.parent).location != envelope.location:
            raise invalid_reference(text[:300], envelope.id, details=[])
        kept = without(properties.value, ("provisioningState", "networkInterfaces"))
        interface = f"{envelope.id.group_id}/providers/{NAMESPACE}/networkInterfaces/{envelope.id.name}.nic"
        stored = Resource(
            envelope.id,
            envelope.document({**kept, "provisioningState": "Succeeded", "networkInterfaces": [{"id": interface}]}),
        )
        return self.saved(request, stored, existing)

    delete = ResourceType.delete


def users_shown(session: Session, subnet: Resource) -> Json:
    """Return the read-only properties of a subnet that list its private endpoints; empty without any."""
    endpoints = session.store.referring_to(subnet.id)
    if not endpoints:
        return {}
    interfaces = [each["id"] for endpoint in endpoints for each in endpoint.properties["networkInterfaces"]]
    return {
        "privateEndpoints": [{"id": str(endpoint.id)} for endpoint in endpoints],
        "ipConfigurations": [{"id": f"{each}/ipConfigurations/privateEndpointIpConfig"} for each in interfaces],
    }


def users_of(session: Session, subnet: Resource) -> list[str]:
    """Return the ids of the resources that use a part of a subnet."""
    listed = [str(each.get("id", "")) for name in _LISTED for each in subnet.properties.get(name) or ()]
    return [str(endpoint.id) for endpoint in session.store.referring_to(subnet.id)] + listed
